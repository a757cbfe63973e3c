// Package reply turns decisions and records into sentences: prompts in two languages, and dates, money and numbers as
// they are spoken. A sentence is only made when every field that it names has a value, so nothing is ever made up.
package reply

import (
	"errors"
	"fmt"
	"regexp"
	"sort"
	"strings"

	_ "embed"

	"go.yaml.in/yaml/v3"
)

//go:embed prompts.yaml
var builtin []byte

// ErrMissing says that a sentence names a field that the record does not have.
var ErrMissing = errors.New("a field of the sentence has no value")

// languages that every prompt has.
var languages = []string{"zh", "en"}

var field = regexp.MustCompile(`\{([a-z_]+)\}`)

// Book holds the prompts. It is read-only and shared.
type Book struct {
	prompts map[string]map[string][]string
}

// Builtin is the book that ships.
func Builtin() (*Book, error) { return Load("prompts.yaml", builtin) }

// Load reads a book: prompt, language, wordings. An error names file and line.
func Load(name string, data []byte) (*Book, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, fmt.Errorf("prompts %s: %w", name, err)
	}
	b := &Book{}
	if err := root.Decode(&b.prompts); err != nil {
		return nil, fmt.Errorf("prompts %s: %w", name, err)
	}
	if len(root.Content) != 1 {
		return nil, fmt.Errorf("prompts %s: the file is empty", name)
	}
	entries := root.Content[0].Content
	for i := 0; i+1 < len(entries); i += 2 {
		id := entries[i].Value
		for _, lang := range languages {
			if len(b.prompts[id][lang]) == 0 {
				return nil, fmt.Errorf("prompts %s:%d: %s has no text in %s", name, entries[i].Line, id, lang)
			}
		}
	}
	return b, nil
}

// Has reports whether a prompt exists.
func (b *Book) Has(id string) bool { return len(b.prompts[id]) > 0 }

// IDs are the names of all prompts, sorted.
func (b *Book) IDs() []string {
	out := make([]string, 0, len(b.prompts))
	for id := range b.prompts {
		out = append(out, id)
	}
	sort.Strings(out)
	return out
}

// Wordings is how many ways a prompt is said in a language.
func (b *Book) Wordings(id, lang string) int { return len(b.prompts[id][lang]) }

// Fields are the names that any wording of a prompt uses, in any language.
func (b *Book) Fields(id string) []string {
	seen := map[string]bool{}
	for _, wordings := range b.prompts[id] {
		for _, w := range wordings {
			for _, m := range field.FindAllStringSubmatch(w, -1) {
				seen[m[1]] = true
			}
		}
	}
	out := make([]string, 0, len(seen))
	for f := range seen {
		out = append(out, f)
	}
	sort.Strings(out)
	return out
}

// Say makes the sentence: wording n (counted from 0, the last one where there are fewer) of a prompt, its fields filled.
// ErrMissing where a field is absent or empty.
func (b *Book) Say(id, lang string, n int, fields map[string]string) (string, error) {
	wordings := b.prompts[id][lang]
	if len(wordings) == 0 {
		return "", fmt.Errorf("no prompt %q in %q", id, lang)
	}
	var missing []string
	text := field.ReplaceAllStringFunc(wordings[min(max(n, 0), len(wordings)-1)], func(m string) string {
		value := fields[m[1:len(m)-1]]
		if value == "" {
			missing = append(missing, m)
		}
		return value
	})
	if len(missing) > 0 {
		return "", fmt.Errorf("prompt %s: %s: %w", id, strings.Join(missing, " "), ErrMissing)
	}
	return text, nil
}
