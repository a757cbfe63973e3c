package config

import (
	"regexp"
	"time"
)

// Dialog is what the bot does and says.
type Dialog struct {
	Flows   string `yaml:"flows"`   // folder of flows; empty: the built-in ones. Followed while the program runs
	Prompts string `yaml:"prompts"` // folder of prompts that take the place of built-in ones of the same name; followed
	Builtin bool   `yaml:"builtin"` // the built-in flows lie beneath those of the folder
	CSAT    bool   `yaml:"csat"`    // callers are asked for a rating at the end
}

// Messages is the text channel, POST /v1/messages.
type Messages struct {
	Keys      []MessageKey `yaml:"keys"`       // adapters that may send; none: trusted networks only
	Idle      Duration     `yaml:"idle"`       // a conversation without a message for so long is over
	PerMinute int          `yaml:"per_minute"` // messages of one sender
}

// MessageKey is an adapter of the text channel.
type MessageKey struct {
	ID       string `yaml:"id"`
	Secret   string `yaml:"secret"`   // signs its requests and our answers to its webhook; $NAME reads the environment
	Token    string `yaml:"token"`    // or a bearer token
	Verified bool   `yaml:"verified"` // its senders own the numbers that it names
	Webhook  string `yaml:"webhook"`  // answers are also sent there; empty: only in reply
}

// LLM is an optional language model behind an OpenAI-compatible endpoint.
type LLM struct {
	URL     string   `yaml:"url"`   // up to /v1; empty: no model is asked
	Model   string   `yaml:"model"` // its name there
	Key     string   `yaml:"key"`   // bearer key; $NAME reads the environment
	Timeout Duration `yaml:"timeout"`
}

// leastSecret is how many characters a secret or a token has at least.
const leastSecret = 16

var keyName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,32}$`)

func (c *Config) checkDoors(fault func(key, format string, args ...any)) {
	if c.Dialog.Flows == "" && !c.Dialog.Builtin {
		fault("dialog.builtin", "is false and dialog.flows names no folder: there would be no flows at all")
	}
	checkSpan(fault, "messages.idle", c.Messages.Idle, time.Minute, 24*time.Hour)
	if c.Messages.PerMinute < 1 || c.Messages.PerMinute > 6000 {
		fault("messages.per_minute", "%d is not between 1 and 6000", c.Messages.PerMinute)
	}
	seen := map[string]bool{}
	for _, k := range c.Messages.Keys {
		switch {
		case !keyName.MatchString(k.ID):
			fault("messages.keys", "id %q is not 1 to 32 letters, digits and _ . -", k.ID)
		case seen[k.ID]:
			fault("messages.keys", "the id %s is there twice", k.ID)
		case k.Secret == "" && k.Token == "":
			fault("messages.keys", "%s needs a secret or a token (a $NAME that is not set in the environment is empty)", k.ID)
		case k.Secret != "" && len(k.Secret) < leastSecret, k.Token != "" && len(k.Token) < leastSecret:
			fault("messages.keys", "%s: secrets and tokens have at least %d characters, e.g. from: openssl rand -hex 32", k.ID, leastSecret)
		case k.Webhook != "" && k.Secret == "":
			fault("messages.keys", "%s: answers to its webhook are signed: give a secret", k.ID)
		}
		checkAddress(fault, "messages.keys.webhook", k.Webhook)
		seen[k.ID] = true
	}
	checkAddress(fault, "llm.url", c.LLM.URL)
	if c.LLM.URL != "" && c.LLM.Model == "" {
		fault("llm.model", "is empty: name the model that the endpoint has")
	}
	checkSpan(fault, "llm.timeout", c.LLM.Timeout, 100*time.Millisecond, 1500*time.Millisecond)
}

// sources is how many places of facts are named: one at most may be.
func (s Shop) sources() int {
	n := 0
	for _, name := range []string{s.File, s.URL, s.Records} {
		if name != "" {
			n++
		}
	}
	return n
}
