package knowledge

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode"
)

//go:embed faq
var shipped embed.FS

//go:embed catalogue/demo.yaml
var catalogueFile embed.FS

// Shipped are the entries that come with the program: those for any shop, and with demo those of the demo shop too.
func Shipped(demo bool) (general, shop []Entry, err error) {
	if general, err = shippedIn("faq"); err != nil || !demo {
		return general, nil, err
	}
	shop, err = shippedIn("faq/demo")
	return general, shop, err
}

func shippedIn(dir string) ([]Entry, error) {
	files, err := fs.ReadDir(shipped, dir)
	if err != nil {
		return nil, fmt.Errorf("built-in answers: %w", err)
	}
	var all []Entry
	for _, file := range files {
		if file.IsDir() {
			continue
		}
		data, err := shipped.ReadFile(path.Join(dir, file.Name()))
		if err != nil {
			return nil, fmt.Errorf("built-in answers: %w", err)
		}
		entries, err := ParseEntries(data, path.Ext(file.Name()))
		if err != nil {
			return nil, fmt.Errorf("built-in answers: %s: %w", file.Name(), err)
		}
		all = append(all, entries...)
	}
	return all, nil
}

// ReadEntries reads a file of questions and answers (.yaml, .json, .csv). An error names file, line and field.
func ReadEntries(file string) ([]Entry, error) {
	tree, err := readFile(file)
	if err == nil {
		var entries []Entry
		if entries, err = entriesOf(tree); err == nil {
			return entries, nil
		}
	}
	return nil, fmt.Errorf("%s: %w", file, err)
}

// ParseEntries reads the text of such a file; kind is the end of its name.
func ParseEntries(data []byte, kind string) ([]Entry, error) {
	tree, err := readTree(data, kind)
	if err != nil {
		return nil, err
	}
	return entriesOf(tree)
}

// entriesOf reads a list of entries, or the list "kb" or "entries" of named values: a shop's file holds other keys too.
func entriesOf(tree value) ([]Entry, error) {
	list := tree
	if tree.keys != nil {
		var known bool
		if list, known = tree.get("kb"); !known {
			list, known = tree.get("entries")
		}
		if !known {
			return nil, nil
		}
	}
	if !list.isList {
		return nil, list.fault("entries", "write a list of entries")
	}
	var out []Entry
	var faults []error
	for i, item := range list.items {
		e, err := entryOf(item, i)
		faults = append(faults, err)
		out = append(out, e)
	}
	return out, errors.Join(faults...)
}

func entryOf(v value, index int) (Entry, error) {
	e := Entry{ID: fmt.Sprintf("kb.%d", index+1)}
	if v.keys == nil {
		return e, v.fault("entry", "write id, questions and answer")
	}
	var faults []error
	for i, key := range v.keys {
		field := v.items[i]
		var err error
		switch key {
		case "id":
			e.ID = field.text
		case "questions", "q", "question":
			e.Questions, err = field.texts(key)
		case "answer", "a":
			var t Text
			t, err = field.bilingual(key)
			e.Answer = Text{ZH: either(t.ZH, e.Answer.ZH), EN: either(t.EN, e.Answer.EN)}
		case "answer_en", "a_en":
			e.Answer.EN = strings.TrimSpace(field.text)
		case "tags":
			e.Tags, err = field.texts(key)
		case "from":
			e.From = field.text
		case "to":
			e.To = field.text
		default:
			err = field.fault(key, "is no field of an entry: write id, questions, answer, tags, from or to")
		}
		faults = append(faults, err)
	}
	if err := errors.Join(faults...); err != nil {
		return e, err
	}
	if err := e.Check(); err != nil {
		return e, fmt.Errorf("line %d: %w", v.line, err)
	}
	return e, nil
}

func either(first, second string) string {
	if first != "" {
		return first
	}
	return second
}

func isHanzi(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}
