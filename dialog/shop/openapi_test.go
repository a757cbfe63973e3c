package shop

import (
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// operation is what the test reads of openapi.yaml.
type operation struct {
	ID         string `yaml:"operationId"`
	Parameters []struct {
		Name     string `yaml:"name"`
		Required bool   `yaml:"required"`
		Ref      string `yaml:"$ref"`
	} `yaml:"parameters"`
	Body struct {
		Content map[string]struct{ Schema schemaNode } `yaml:"content"`
	} `yaml:"requestBody"`
	Responses map[string]struct {
		Content map[string]struct{ Schema schemaNode } `yaml:"content"`
	} `yaml:"responses"`
}

type schemaNode struct {
	AllOf      []schemaNode          `yaml:"allOf"`
	Required   []string              `yaml:"required"`
	Properties map[string]schemaNode `yaml:"properties"`
	Enum       []string              `yaml:"enum"`
	Format     string                `yaml:"format"`
	OneOf      []struct {
		Const string `yaml:"const"`
	} `yaml:"oneOf"`
}

// at finds the property at a path through all parts of a schema.
func (n schemaNode) at(path ...string) schemaNode {
	if len(path) == 0 {
		return n
	}
	if p, ok := n.Properties[path[0]]; ok {
		return p.at(path[1:]...)
	}
	for _, part := range n.AllOf {
		if p, ok := part.Properties[path[0]]; ok {
			return p.at(path[1:]...)
		}
	}
	return schemaNode{}
}

// The page that integrators read says what the table of kinds says.
func TestOpenAPISaysTheTable(t *testing.T) {
	raw, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var page struct {
		Paths      map[string]map[string]operation `yaml:"paths"`
		Components struct {
			Schemas map[string]schemaNode `yaml:"schemas"`
		} `yaml:"components"`
	}
	if err := yaml.Unmarshal(raw, &page); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, path := range page.Paths {
		n += len(path)
	}
	if want := len(specs) + 3; n != want {
		t.Errorf("%d operations, want %d", n, want)
	}
	for _, s := range Specs() {
		r := routes[s.Kind]
		op, ok := page.Paths[r.path][strings.ToLower(r.method)]
		if !ok || op.ID != s.Kind {
			t.Errorf("%s %s is %q, want %s", r.method, r.path, op.ID, s.Kind)
			continue
		}
		op.holds(t, s)
	}
	for _, reason := range page.Components.Schemas["Reasons"].OneOf {
		if Reasons()[reason.Const] == "" {
			t.Errorf("the page explains %s, which no kind refuses with", reason.Const)
		}
	}
	if got := len(page.Components.Schemas["Reasons"].OneOf); got != len(reasons) {
		t.Errorf("the page explains %d codes, want %d", got, len(reasons))
	}
}

func (op operation) holds(t *testing.T, s Spec) {
	t.Helper()
	values := op.Body.Content["application/json"].Schema.at("values")
	for _, name := range append(slices.Clone(s.Needs), s.Optional...) {
		_, inBody := values.Properties[name]
		inQuery := false
		for _, p := range op.Parameters {
			inQuery = inQuery || p.Name == name && p.Required == slices.Contains(s.Needs, name)
		}
		if !inQuery && !(inBody && slices.Contains(values.Required, name) == slices.Contains(s.Needs, name)) {
			t.Errorf("%s: the value %s is missing or wrongly required", s.Kind, name)
		}
	}
	facts := op.Responses["200"].Content["application/json"].Schema.at("facts").Properties
	if len(facts) != len(s.Gives) {
		t.Errorf("%s: %d facts, want %d", s.Kind, len(facts), len(s.Gives))
	}
	for name, kind := range s.Gives {
		if facts[name].Format != string(kind) {
			t.Errorf("%s: fact %s is %q, want %s", s.Kind, name, facts[name].Format, kind)
		}
	}
	codes := facts[FactRefused].Enum
	if s.Write {
		codes = op.Responses["409"].Content["application/json"].Schema.at("refused").Enum
	}
	if !slices.Equal(codes, s.Refusals) {
		t.Errorf("%s: refusals %v, want %v", s.Kind, codes, s.Refusals)
	}
}
