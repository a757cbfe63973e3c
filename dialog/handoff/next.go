package handoff

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed next.yaml
var nextText []byte

// step is a line of the table: what holds of a note, and what to do first then.
type step struct {
	Intent []string `yaml:"intent"` // empty: any
	Status []string `yaml:"status"` // of the order
	Tried  string   `yaml:"tried"`  // stands in something that was tried
	Reason string   `yaml:"reason"` // stands in the reason of the transfer
	Mood   string   `yaml:"mood"`
	Do     string   `yaml:"do"`
}

// steps is the table; a test reads it, so that it cannot ship broken.
var steps = sync.OnceValues(func() (table []step, err error) {
	err = yaml.Unmarshal(nextText, &table)
	return table, err
})

// Next proposes what the agent does first: the first line of the table that fits intent, state and what was tried.
func Next(n Note) string {
	table, err := steps()
	if err != nil {
		return ""
	}
	for _, s := range table {
		if s.fits(n) {
			return s.Do
		}
	}
	return ""
}

func (s step) fits(n Note) bool {
	return (len(s.Intent) == 0 || slices.Contains(s.Intent, n.Intent)) &&
		(len(s.Status) == 0 || slices.Contains(s.Status, n.Status)) &&
		(s.Mood == "" || s.Mood == n.Sentiment) &&
		strings.Contains(n.Reason, s.Reason) &&
		(s.Tried == "" || slices.ContainsFunc(n.Tried, func(t string) bool { return strings.Contains(t, s.Tried) }))
}
