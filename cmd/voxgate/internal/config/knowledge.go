package config

import "voxgate/dialog/knowledge"

// Knowledge is what the hotline knows beside orders: questions and answers, and products.
type Knowledge struct {
	Database string `yaml:"database"` // SQLite file that keeps what the API changes; empty: kept until the program ends
	Entries  string `yaml:"entries"`  // your questions and answers (.yaml, .json, .csv); followed while the program runs
	Products string `yaml:"products"` // your products (.yaml, .json, .csv); followed
	Neo4j    Neo4j  `yaml:"neo4j"`
}

// Neo4j is where the products lie instead of SQLite.
type Neo4j struct {
	URL      string `yaml:"url"` // bolt://host:7687, bolt+s, neo4j or neo4j+s; empty: SQLite
	User     string `yaml:"user"`
	Password string `yaml:"password"` // $NAME reads the environment
	Database string `yaml:"database"` // empty: the server's default
}

// Graph is the same as the knowledge takes it.
func (n Neo4j) Graph() knowledge.Neo4j {
	return knowledge.Neo4j{URL: n.URL, User: n.User, Password: n.Password, Database: n.Database}
}

func (c *Config) checkKnowledge(fault func(key, format string, args ...any)) {
	if n := c.Knowledge.Neo4j; n.URL != "" {
		if err := n.Graph().Check(); err != nil {
			fault("knowledge.neo4j.url", "%q is no address of Neo4j, e.g. bolt://127.0.0.1:7687", n.URL)
		}
	}
}
