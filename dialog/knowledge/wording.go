package knowledge

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed words/advice.yaml
var adviceFile []byte

// wordings are the sentences that facts of the graph are said in.
var wordings = sync.OnceValues(func() (map[string]Text, error) {
	out := map[string]Text{}
	if err := yaml.Unmarshal(adviceFile, &out); err != nil {
		return nil, fmt.Errorf("words/advice.yaml: %w", err)
	}
	return out, nil
})

// word fills a sentence; fields come in pairs of name and value. Where the language has no sentence, or a value has no
// text in it, nothing is said.
func word(name, lang string, fields ...string) string {
	book, err := wordings()
	if err != nil {
		return "" // a broken build says nothing of products; a test reads the file
	}
	text := book[name].In(lang)
	for i := 0; i+1 < len(fields); i += 2 {
		if fields[i+1] == "" && strings.Contains(text, "{"+fields[i]+"}") {
			return ""
		}
		text = strings.ReplaceAll(text, "{"+fields[i]+"}", strings.TrimRight(fields[i+1], "。."))
	}
	return text
}

// list joins at most three names.
func list(names []string, lang string) string {
	names = names[:min(len(names), 3)]
	if lang == English && len(names) > 2 {
		return strings.Join(names[:2], ", ") + word("and", lang) + names[2]
	}
	return strings.Join(names, word("and", lang))
}
