package knowledge

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"
)

// Neo4j says where a graph of Neo4j is.
type Neo4j struct {
	URL      string // bolt://host:7687, neo4j://host:7687, with +s for TLS
	User     string
	Password string
	Database string // empty: the server's default
}

// Check says what is wrong with the address.
func (n Neo4j) Check() error {
	u, err := url.Parse(n.URL)
	if err != nil || u.Host == "" || !slices.Contains([]string{"bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"}, u.Scheme) {
		return fmt.Errorf("%w: %q is no address of Neo4j: write bolt://host:7687", ErrInvalid, n.URL)
	}
	return nil
}

// Neo4jGraph is a graph in a Neo4j server: (:Product) with -[:HAS {zh, en}]->(:Attribute), -[:FITS {verdict, zh, en}]->(:Need),
// -[:ACCESSORY|COMPLEMENT|ALTERNATIVE {at}]->(:Product) and -[:REFILL {days}]->(:Product).
type Neo4jGraph struct {
	driver   neo4j.DriverWithContext
	database string
}

// OpenNeo4j connects and checks that the server answers.
func OpenNeo4j(ctx context.Context, n Neo4j) (*Neo4jGraph, error) {
	if err := n.Check(); err != nil {
		return nil, err
	}
	auth := neo4j.NoAuth()
	if n.User != "" {
		auth = neo4j.BasicAuth(n.User, n.Password, "")
	}
	driver, err := neo4j.NewDriverWithContext(n.URL, auth, func(c *config.Config) { c.TelemetryDisabled = true })
	if err != nil {
		return nil, fmt.Errorf("%w: Neo4j: %w", ErrInvalid, err)
	}
	if err := driver.VerifyConnectivity(ctx); err != nil {
		return nil, errors.Join(unavailable("connect to Neo4j at "+n.URL, err), driver.Close(context.WithoutCancel(ctx)))
	}
	return &Neo4jGraph{driver: driver, database: n.Database}, nil
}

// Close ends the connections.
func (g *Neo4jGraph) Close() error { return g.driver.Close(context.Background()) }

// The ties of a product, as lists of maps beside its own properties.
const productColumns = ` RETURN properties(p) AS p,
 [(p)-[h:HAS]->(a:Attribute) | {at: h.at, name: a.name, zh: h.zh, en: h.en}] AS attrs,
 [(p)-[f:FITS]->(n:Need) | {at: f.at, name: n.name, verdict: f.verdict, zh: f.zh, en: f.en}] AS fits,
 [(p)-[r:ACCESSORY|COMPLEMENT|ALTERNATIVE|REFILL]->(q:Product) | {at: r.at, kind: type(r), name: q.name, days: r.days}] AS ties
 ORDER BY p.name`

// Statements of the graph. A product that is only pointed at has known = false and is no answer.
const (
	cypherProduct = `MATCH (p:Product {name: $name}) WHERE p.known` + productColumns
	cypherFitting = `MATCH (p:Product) WHERE p.known AND ($category = '' OR p.category_zh = $category)
 AND ($age < 0 OR (p.age_from <= $age AND p.age_to >= $age))
 AND ($need = '' OR EXISTS { (p)-[:FITS {verdict: 'yes'}]->(:Need {name: $need}) })` + productColumns
	cypherAll   = `MATCH (p:Product) WHERE p.known` + productColumns
	cypherClear = `MATCH (n {origin: 'voxgate'}) DETACH DELETE n`
	cypherStore = `UNWIND $products AS row MERGE (p:Product {name: row.name}) SET p += row.properties, p.origin = 'voxgate', p.known = true`
	cypherHas   = `UNWIND $ties AS t MATCH (p:Product {name: t.product}) MERGE (a:Attribute {name: t.name}) ON CREATE SET a.origin = 'voxgate'
 CREATE (p)-[:HAS {at: t.at, zh: t.zh, en: t.en}]->(a)`
	cypherFits = `UNWIND $ties AS t MATCH (p:Product {name: t.product}) MERGE (n:Need {name: t.name}) ON CREATE SET n.origin = 'voxgate'
 CREATE (p)-[:FITS {at: t.at, verdict: t.verdict, zh: t.zh, en: t.en}]->(n)`
)

// cypherTie makes the ties of one kind; the kind is one of ours, never a caller's.
func cypherTie(kind string) string {
	return `UNWIND $ties AS t MATCH (p:Product {name: t.product}) MERGE (q:Product {name: t.name})
 ON CREATE SET q.origin = 'voxgate', q.known = false CREATE (p)-[:` + kind + ` {at: t.at, days: t.days}]->(q)`
}

// Product implements Graph.
func (g *Neo4jGraph) Product(ctx context.Context, name string) (Product, bool, error) {
	found, err := g.read(ctx, cypherProduct, map[string]any{"name": name})
	if err != nil || len(found) == 0 {
		return Product{}, false, err
	}
	return found[0], true, nil
}

// Fitting implements Graph.
func (g *Neo4jGraph) Fitting(ctx context.Context, wish Wish) ([]Product, error) {
	return g.read(ctx, cypherFitting, map[string]any{"need": wish.Need, "category": wish.Category, "age": wish.Age})
}

// Vocabulary implements Graph.
func (g *Neo4jGraph) Vocabulary(ctx context.Context) (Vocabulary, error) {
	all, err := g.read(ctx, cypherAll, nil)
	return vocabularyOf(all), err
}

func (g *Neo4jGraph) read(ctx context.Context, statement string, parameters map[string]any) ([]Product, error) {
	result, err := neo4j.ExecuteQuery(ctx, g.driver, statement, parameters, neo4j.EagerResultTransformer,
		neo4j.ExecuteQueryWithDatabase(g.database), neo4j.ExecuteQueryWithReadersRouting())
	if err != nil {
		return nil, unavailable("ask Neo4j", err)
	}
	var out []Product
	for _, record := range result.Records {
		p, err := fromRecord(record.AsMap())
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// Replace implements Graph; nodes that others made stay.
func (g *Neo4jGraph) Replace(ctx context.Context, products []Product) error {
	for _, p := range products {
		if err := p.Check(); err != nil {
			return err
		}
	}
	session := g.driver.NewSession(ctx, neo4j.SessionConfig{DatabaseName: g.database, AccessMode: neo4j.AccessModeWrite})
	_, err := session.ExecuteWrite(ctx, func(tx neo4j.ManagedTransaction) (any, error) {
		for _, s := range statements(products) {
			result, err := tx.Run(ctx, s.text, s.parameters)
			if err == nil {
				_, err = result.Consume(ctx)
			}
			if err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
	return unavailable("write to Neo4j", errors.Join(err, session.Close(ctx)))
}

// statement is one step of a Replace.
type statement struct {
	text       string
	parameters map[string]any
}

// statements are the steps that put products in the place of those before.
func statements(products []Product) []statement {
	var rows, has, fits []any
	ties := map[string][]any{}
	for _, p := range products {
		rows = append(rows, map[string]any{"name": p.Name, "properties": properties(p)})
		for i, a := range p.Attributes {
			has = append(has, map[string]any{"product": p.Name, "at": i, "name": a.Name, "zh": a.Value.ZH, "en": a.Value.EN})
		}
		for i, f := range p.Fits {
			fits = append(fits, map[string]any{"product": p.Name, "at": i, "name": f.Need, "verdict": string(f.Verdict), "zh": f.Why.ZH, "en": f.Why.EN})
		}
		tie := func(kind, name string, at, days int) {
			ties[kind] = append(ties[kind], map[string]any{"product": p.Name, "at": at, "name": name, "days": days})
		}
		for kind, names := range map[string][]string{"ACCESSORY": p.Accessories, "COMPLEMENT": p.Complements, "ALTERNATIVE": p.Alternatives} {
			for i, name := range names {
				tie(kind, name, i, 0)
			}
		}
		for i, r := range p.Refills {
			tie("REFILL", r.Product, i, r.Days)
		}
	}
	out := []statement{{cypherClear, nil}, {cypherStore, map[string]any{"products": rows}}, {cypherHas, map[string]any{"ties": has}}, {cypherFits, map[string]any{"ties": fits}}}
	for _, kind := range []string{"ACCESSORY", "COMPLEMENT", "ALTERNATIVE", "REFILL"} {
		out = append(out, statement{cypherTie(kind), map[string]any{"ties": ties[kind]}})
	}
	return slices.DeleteFunc(out, func(s statement) bool {
		list, ok := s.parameters["ties"].([]any)
		return ok && len(list) == 0
	})
}

// properties are a product's own values; lists of pairs are two lists of the same length.
func properties(p Product) map[string]any {
	var specs, careZH, careEN, seasons []any
	var counts []any
	for _, s := range p.Stock {
		specs, counts = append(specs, s.Spec), append(counts, s.Count)
	}
	for _, c := range p.Care {
		careZH, careEN = append(careZH, c.ZH), append(careEN, c.EN)
	}
	for _, s := range p.Seasons {
		seasons = append(seasons, string(s))
	}
	ages := p.Ages
	if !ages.Known() {
		ages = Ages{From: -1, To: -1}
	}
	return map[string]any{
		"name_en": p.EN, "aliases": strings.Join(p.Aliases, "|"), "category_zh": p.Category.ZH, "category_en": p.Category.EN, "price": p.Price,
		"age_from": ages.From, "age_to": ages.To, "stock_specs": specs, "stock_counts": counts, "care_zh": careZH, "care_en": careEN, "seasons": seasons,
	}
}
