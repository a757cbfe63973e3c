// Package reply turns decisions and records into sentences: prompts in two languages, and dates, money and numbers as
// they are spoken. A sentence is only made of its wording and of Facts, and only when every field that it names has one;
// facts come from records of the shop, from its answers and from the caller's own words, so nothing is ever made up.
package reply

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"voxgate/tts/text"
)

//go:embed prompts/*.yaml
var builtin embed.FS

// ErrMissing says that a sentence names a field that the record does not have.
var ErrMissing = errors.New("a field of the sentence has no value")

// languages that every prompt has.
var languages = []string{"zh", "en"}

// Longest wordings, their fields not counted: what can be taken in by ear in about eight seconds.
const (
	mostHanzi = 40
	mostWords = 28
)

var field = regexp.MustCompile(`\{([a-z_]+)\}`)

// Book holds the prompts. It is read-only and shared.
type Book struct {
	prompts map[string]map[string][]string
}

// Sentence is a prompt with its fields filled, and the facts that fill them.
type Sentence struct {
	Text   string
	Speech string // Text with the marks of its wording (see tts/text); empty where that has none
	Facts  Facts
}

// Builtin are the prompts that ship: a folder of files for Load.
func Builtin() fs.FS {
	if folder, err := fs.Sub(builtin, "prompts"); err == nil {
		return folder
	}
	return builtin // the pattern above makes this impossible; Load would find no files
}

// Load reads folders of prompts, each file a list of prompts with their languages and wordings. A later folder's prompt
// takes the place of an earlier one's; within a folder each prompt is there once. An error names file and line.
func Load(folders ...fs.FS) (*Book, error) {
	b := &Book{prompts: map[string]map[string][]string{}}
	for _, folder := range folders {
		names, err := fs.Glob(folder, "*.yaml")
		if err != nil {
			return nil, fmt.Errorf("prompts: %w", err)
		}
		if len(names) == 0 {
			return nil, errors.New("prompts: the folder has no .yaml files")
		}
		first := map[string]string{}
		for _, name := range names {
			data, err := fs.ReadFile(folder, name)
			if err != nil {
				return nil, fmt.Errorf("prompts: %w", err)
			}
			if err := b.read(name, data, first); err != nil {
				return nil, err
			}
		}
	}
	return b, nil
}

// read adds the prompts of one file; first says where in this folder a prompt was seen.
func (b *Book) read(name string, data []byte, first map[string]string) error {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return fmt.Errorf("prompts %s: %w", name, err)
	}
	if len(root.Content) != 1 {
		return fmt.Errorf("prompts %s: the file is empty", name)
	}
	if root.Content[0].Kind != yaml.MappingNode {
		return fmt.Errorf("prompts %s:%d: write prompts as NAME: {zh: [...], en: [...]}", name, root.Content[0].Line)
	}
	entries := root.Content[0].Content
	for i := 0; i+1 < len(entries); i += 2 {
		id, at := entries[i].Value, fmt.Sprintf("%s:%d", name, entries[i].Line)
		if first[id] != "" {
			return fmt.Errorf("prompts %s: %s is there twice, first in %s", at, id, first[id])
		}
		first[id] = at
		var wordings map[string][]string
		if err := entries[i+1].Decode(&wordings); err != nil {
			return fmt.Errorf("prompts %s: %s: %w", at, id, err)
		}
		if err := checkWordings(wordings); err != nil {
			return fmt.Errorf("prompts %s: %s %w", at, id, err)
		}
		b.prompts[id] = wordings
	}
	return nil
}

// checkWordings holds a prompt to both languages and to what can be taken in by ear.
func checkWordings(wordings map[string][]string) error {
	for _, lang := range languages {
		if len(wordings[lang]) == 0 {
			return fmt.Errorf("has no text in %s", lang)
		}
		for _, w := range wordings[lang] {
			if err := text.Check(w); err != nil {
				return fmt.Errorf("has marks that cannot be followed: %w", err)
			}
			plain := text.Plain(field.ReplaceAllString(w, ""))
			switch body := strings.TrimRight(plain, "？? "); {
			case strings.TrimSpace(w) == "":
				return fmt.Errorf("has an empty wording in %s", lang)
			case strings.ContainsAny(body, "？?"):
				return fmt.Errorf("asks before its end: one question, and that last: %s", w)
			case strings.ContainsAny(plain, "{}"):
				return fmt.Errorf("has a brace that is no field: write {name}: %s", w)
			case lang == "zh" && utf8.RuneCountInString(plain) > mostHanzi:
				return fmt.Errorf("has %d characters beside its fields, at most %d can be taken in by ear: %s", utf8.RuneCountInString(plain), mostHanzi, w)
			case lang == "en" && len(strings.Fields(plain)) > mostWords:
				return fmt.Errorf("has %d words beside its fields, at most %d can be taken in by ear: %s", len(strings.Fields(plain)), mostWords, w)
			}
		}
	}
	return nil
}

// Has reports whether a prompt exists.
func (b *Book) Has(id string) bool { return len(b.prompts[id]) > 0 }

// IDs are the names of all prompts, sorted.
func (b *Book) IDs() []string { return slices.Sorted(maps.Keys(b.prompts)) }

// Wordings is how many ways a prompt is said in a language.
func (b *Book) Wordings(id, lang string) int { return len(b.prompts[id][lang]) }

// Asks reports whether a prompt ends with a question in some wording.
func (b *Book) Asks(id string) bool {
	for _, wordings := range b.prompts[id] {
		for _, w := range wordings {
			if strings.HasSuffix(w, "？") || strings.HasSuffix(w, "?") {
				return true
			}
		}
	}
	return false
}

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
	return slices.Sorted(maps.Keys(seen))
}

// Names reports whether every wording of a prompt, in every language, uses a field.
func (b *Book) Names(id, name string) bool {
	for _, wordings := range b.prompts[id] {
		for _, w := range wordings {
			if !strings.Contains(w, "{"+name+"}") {
				return false
			}
		}
	}
	return true
}

// Say makes the sentence: wording n (counted from 0, the last one where there are fewer) of a prompt, its fields filled.
// ErrMissing where a field is absent or empty.
func (b *Book) Say(id, lang string, n int, facts Facts) (Sentence, error) {
	wordings := b.prompts[id][lang]
	if len(wordings) == 0 {
		return Sentence{}, fmt.Errorf("no prompt %q in %q", id, lang)
	}
	var missing []string
	used := Facts{}
	wording := wordings[min(max(n, 0), len(wordings)-1)]
	marked := strings.ContainsRune(wording, '<')
	said := field.ReplaceAllStringFunc(wording, func(m string) string {
		name := m[1 : len(m)-1]
		fact := facts[name]
		if fact.text == "" {
			missing = append(missing, m)
		}
		used[name] = fact
		if marked {
			return text.Escape(fact.text)
		}
		return fact.text
	})
	if len(missing) > 0 {
		return Sentence{}, fmt.Errorf("prompt %s: %s: %w", id, strings.Join(missing, " "), ErrMissing)
	}
	if lang == "en" {
		said = prepositions.Replace(said)
	}
	if marked {
		return Sentence{Text: text.Plain(said), Speech: said, Facts: used}, nil
	}
	return Sentence{Text: said, Facts: used}, nil
}

// prepositions mends what a date with its own preposition does behind another: by on May 17.
var prepositions = strings.NewReplacer(" by on ", " by ", " until on ", " until ", " since on ", " since ", " before on ", " before ")
