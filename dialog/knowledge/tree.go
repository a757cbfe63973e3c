package knowledge

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Bounds of a file: what is larger belongs into a database of its own.
const (
	maxFile  = 16 << 20
	maxDepth = 12
)

// value is one value of a file with the line that it begins in: a text, a list or named values.
type value struct {
	line   int
	text   string   // of a text
	items  []value  // of a list, or those of keys
	keys   []string // of named values; nil else
	isList bool
}

// fault is what is wrong at a place of a file.
func (v value) fault(field, advice string, args ...any) error {
	return fmt.Errorf("%w: line %d: %s: %s", ErrInvalid, v.line, field, fmt.Sprintf(advice, args...))
}

// get is the named value; false where there is none.
func (v value) get(key string) (value, bool) {
	if i := slices.Index(v.keys, key); i >= 0 {
		return v.items[i], true
	}
	return value{}, false
}

// isText reports whether the value is neither a list nor named values.
func (v value) isText() bool { return !v.isList && v.keys == nil }

// readFile reads a file by the kind that its name ends with.
func readFile(path string) (value, error) {
	in, err := os.Open(path)
	if err != nil {
		return value{}, fmt.Errorf("%w: %w; correct the name in the configuration", ErrInvalid, err)
	}
	defer func() { _ = in.Close() }()
	data, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err != nil {
		return value{}, fmt.Errorf("%w: %s: %w", ErrUnavailable, path, err)
	}
	return readTree(data, filepath.Ext(path))
}

// readTree reads YAML, JSON or CSV (".yaml", ".yml", ".json", ".csv"), which must be UTF-8.
func readTree(data []byte, kind string) (value, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(data) > maxFile {
		return value{}, fmt.Errorf("%w: it is over %d MB: split it", ErrInvalid, maxFile>>20)
	}
	switch strings.ToLower(kind) {
	case ".yaml", ".yml":
		return readYAML(data)
	case ".json":
		return readJSON(data)
	case ".csv":
		return readCSV(data)
	}
	return value{}, fmt.Errorf("%w: %q is no kind of file that is read: write .yaml, .json or .csv", ErrInvalid, kind)
}

func readYAML(data []byte) (value, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return value{line: 1, isList: true}, nil
	} else if err != nil {
		return value{}, fmt.Errorf("%w: %s", ErrInvalid, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return value{}, fmt.Errorf("%w: more than one YAML document; keep the first", ErrInvalid)
	}
	return fromYAML(doc.Content[0], 0)
}

func fromYAML(node *yaml.Node, depth int) (value, error) {
	v := value{line: node.Line}
	if depth > maxDepth {
		return v, v.fault("nesting", "is over %d levels", maxDepth)
	}
	switch node.Kind {
	case yaml.ScalarNode:
		if node.Tag != "!!null" {
			v.text = node.Value
		}
		return v, nil
	case yaml.SequenceNode:
		v.isList = true
	case yaml.MappingNode:
		v.keys = []string{}
	default:
		return v, v.fault("alias", "write the value out: anchors and aliases are not read")
	}
	for i, child := range node.Content {
		if v.keys != nil && i%2 == 0 {
			if slices.Contains(v.keys, child.Value) {
				return v, value{line: child.Line}.fault(child.Value, "is written twice: keep one")
			}
			v.keys = append(v.keys, child.Value)
			continue
		}
		item, err := fromYAML(child, depth+1)
		if err != nil {
			return v, err
		}
		v.items = append(v.items, item)
	}
	return v, nil
}

// lineReader tells the line of an offset of a JSON decoder; offsets only grow.
type lineReader struct {
	dec  *json.Decoder
	data []byte
	at   int64
	line int
}

func (r *lineReader) now() int {
	// The decoder stands behind the last token: what the next one begins with comes after spaces and commas.
	at := r.dec.InputOffset()
	r.line += bytes.Count(r.data[r.at:at], []byte("\n"))
	r.at = at
	rest := r.data[at:]
	return r.line + bytes.Count(rest[:len(rest)-len(bytes.TrimLeft(rest, " \t\r\n,:"))], []byte("\n"))
}

func readJSON(data []byte) (value, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	r := &lineReader{dec: dec, data: data, line: 1}
	v, err := r.value(0)
	if err != nil {
		return value{}, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return value{}, value{line: r.now()}.fault("end", "text after the value: keep one")
	}
	return v, nil
}

func (r *lineReader) value(depth int) (value, error) {
	v := value{line: r.now()}
	if depth > maxDepth {
		return v, v.fault("nesting", "is over %d levels", maxDepth)
	}
	token, err := r.dec.Token()
	if err != nil {
		return v, v.fault("JSON", "%v", err)
	}
	switch token {
	case json.Delim('['):
		v.isList = true
	case json.Delim('{'):
		v.keys = []string{}
	case nil:
		return v, nil
	default:
		v.text = fmt.Sprint(token)
		return v, nil
	}
	for r.dec.More() {
		if v.keys != nil {
			key, err := r.dec.Token()
			if err != nil {
				return v, value{line: r.now()}.fault("JSON", "%v", err)
			}
			if slices.Contains(v.keys, fmt.Sprint(key)) {
				return v, value{line: r.now()}.fault(fmt.Sprint(key), "is written twice: keep one")
			}
			v.keys = append(v.keys, fmt.Sprint(key))
		}
		item, err := r.value(depth + 1)
		if err != nil {
			return v, err
		}
		v.items = append(v.items, item)
	}
	if _, err := r.dec.Token(); err != nil {
		return v, value{line: r.now()}.fault("JSON", "%v", err)
	}
	return v, nil
}

// readCSV makes named values of each row by the first one; empty cells are left out, "attrs.容量" nests, and "|" parts lists.
func readCSV(data []byte) (value, error) {
	in := csv.NewReader(bytes.NewReader(data))
	in.FieldsPerRecord = 0
	in.TrimLeadingSpace = true
	all := value{line: 1, isList: true}
	head, err := in.Read()
	if errors.Is(err, io.EOF) {
		return all, nil
	}
	for err == nil {
		var row []string
		if row, err = in.Read(); err != nil {
			break
		}
		line, _ := in.FieldPos(0)
		one := value{line: line, keys: []string{}}
		for i, cell := range row {
			if cell = strings.TrimSpace(cell); cell == "" {
				continue
			}
			if err := one.set(strings.Split(strings.TrimSpace(head[i]), "."), cell); err != nil {
				return all, err
			}
		}
		all.items = append(all.items, one)
	}
	if !errors.Is(err, io.EOF) {
		return all, fmt.Errorf("%w: CSV: %w", ErrInvalid, err)
	}
	return all, nil
}

// set puts a text at a path of names.
func (v *value) set(path []string, text string) error {
	at := slices.Index(v.keys, path[0])
	if at >= 0 && (len(path) == 1 || v.items[at].keys == nil) {
		return v.fault(path[0], "two columns write it: keep one")
	}
	if len(path) == 1 {
		v.keys, v.items = append(v.keys, path[0]), append(v.items, value{line: v.line, text: text})
		return nil
	}
	if len(path) > maxDepth {
		return v.fault(path[0], "is nested over %d levels", maxDepth)
	}
	if at < 0 {
		at = len(v.keys)
		v.keys, v.items = append(v.keys, path[0]), append(v.items, value{line: v.line, keys: []string{}})
	}
	return v.items[at].set(path[1:], text)
}

// texts is a list of texts; a text alone is parted at "|".
func (v value) texts(field string) ([]string, error) {
	if v.isText() {
		var out []string
		for _, part := range strings.Split(v.text, "|") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
		return out, nil
	}
	var out []string
	for _, item := range v.items {
		if !v.isList || !item.isText() {
			return nil, item.fault(field, "write a list of texts")
		}
		out = append(out, strings.TrimSpace(item.text))
	}
	return out, nil
}

// bilingual is a text alone (Chinese, or English where it has no hanzi) or {zh, en}.
func (v value) bilingual(field string) (Text, error) {
	if v.isText() {
		return inOwnLanguage(v.text), nil
	}
	var t Text
	for i, key := range v.keys {
		switch {
		case !v.items[i].isText():
			return t, v.items[i].fault(field, "write a text")
		case key == Chinese:
			t.ZH = strings.TrimSpace(v.items[i].text)
		case key == English:
			t.EN = strings.TrimSpace(v.items[i].text)
		default:
			return t, v.fault(field, "%q is no language: write zh and en, and a text with a comma in quotes", key)
		}
	}
	if v.isList {
		return t, v.fault(field, "write a text, or zh and en")
	}
	return t, nil
}

// inOwnLanguage puts a text into the language that its letters are of.
func inOwnLanguage(text string) Text {
	text = strings.TrimSpace(text)
	if isHanzi(text) || text == "" {
		return Text{ZH: text}
	}
	return Text{EN: text}
}
