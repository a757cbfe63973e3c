package flow

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"voxgate/dialog/reply"
)

// file is one file of flows.
type file struct {
	Slots    map[string]Slot `yaml:"slots"`
	Refusals Answers         `yaml:"refusals"`
	Kinds    map[string]Kind `yaml:"kinds"`
	Flows    []*Flow         `yaml:"flows"`
}

// Load reads folders of flows and checks them as a whole against book. A later folder's flow, slot or refusal takes the
// place of an earlier one's; within a folder each is there once. Unknown keys, prompts, fields, values, kinds and offers,
// dead ends, and changes that nobody confirms are errors with file and line.
func Load(book *reply.Book, folders ...fs.FS) (*Set, error) {
	s := &Set{flows: map[string]*Flow{}, slots: map[string]Slot{}, refusals: map[string]Answer{}, kinds: map[string]Kind{}, places: map[string]string{}}
	for _, folder := range folders {
		names, err := fs.Glob(folder, "*.yaml")
		if err != nil {
			return nil, fmt.Errorf("flows: %w", err)
		}
		first := map[string]string{}
		for _, name := range names {
			data, err := fs.ReadFile(folder, name)
			if err != nil {
				return nil, fmt.Errorf("flows: %w", err)
			}
			if err := s.read(name, data, first); err != nil {
				return nil, err
			}
		}
	}
	if len(s.flows) == 0 {
		return nil, errors.New("flows: the folders have no flows: write them in files that end in .yaml")
	}
	if err := s.check(book); err != nil {
		return nil, err
	}
	s.lines = index(s.flows)
	return s, nil
}

// read adds what one file declares; first says where in this folder a thing was seen.
func (s *Set) read(name string, data []byte, first map[string]string) error {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return fmt.Errorf("flows %s: %w", name, err)
	}
	if len(root.Content) == 0 {
		return nil // nothing but comments
	}
	var f file
	if err := strict(root.Content[0], &f); err != nil {
		return fmt.Errorf("flows %s:%w", name, err)
	}
	declare := func(what string, line int) error {
		at := fmt.Sprintf("%s:%d", name, line)
		if first[what] != "" {
			return fmt.Errorf("flows %s: %s is there twice, first in %s", at, what, first[what])
		}
		first[what], s.places[what] = at, name
		return nil
	}
	for slot, v := range f.Slots {
		if err := declare("slot "+slot, v.line); err != nil {
			return err
		}
		s.slots[slot] = v
	}
	for code, a := range f.Refusals {
		if err := declare("refusal "+code, a.line); err != nil {
			return err
		}
		s.refusals[code] = a
	}
	for kind, v := range f.Kinds {
		if err := declare("kind "+kind, v.line); err != nil {
			return err
		}
		s.kinds[kind] = v
	}
	for _, v := range f.Flows {
		if v == nil || v.Intent == "" {
			return fmt.Errorf("flows %s:%d: a flow without intent", name, lineOf(v))
		}
		if err := declare("flow "+v.Intent, v.line); err != nil {
			return err
		}
		s.flows[v.Intent] = v
	}
	return nil
}

func lineOf(f *Flow) int {
	if f == nil {
		return 1
	}
	return f.line
}

// lineError is an error of one line of a file.
type lineError struct {
	line int
	text string
}

func (e lineError) Error() string { return strconv.Itoa(e.line) + ": " + e.text }

func at(line int, format string, args ...any) error {
	return lineError{line, fmt.Sprintf(format, args...)}
}

// strict decodes a mapping and refuses keys that the type does not have, each with its line.
func strict(n *yaml.Node, into any) error {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.MappingNode {
		return at(n.Line, "a mapping of keys to values is wanted")
	}
	known := keysOf(reflect.TypeOf(into).Elem())
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i]; !slices.Contains(known, key.Value) {
			return at(key.Line, "unknown key %q: use %s", key.Value, strings.Join(known, ", "))
		}
	}
	if err := n.Decode(into); err != nil {
		var inner lineError
		if errors.As(err, &inner) {
			return inner
		}
		return at(n.Line, "%v", err)
	}
	return nil
}

// keysOf are the YAML keys of a struct, those of inlined ones too.
func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		tag, options, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		switch {
		case options == "inline":
			keys = append(keys, keysOf(t.Field(i).Type)...)
		case tag != "":
			keys = append(keys, tag)
		}
	}
	return keys
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (f *Flow) UnmarshalYAML(n *yaml.Node) error {
	type plain Flow
	if err := strict(n, (*plain)(f)); err != nil {
		return err
	}
	f.line = n.Line
	if f.Auth == "" && f.Subject == SubjectOrder {
		f.Auth = AuthView
	}
	if f.Auth == "" {
		f.Auth = AuthNone
	}
	return nil
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (r *Rule) UnmarshalYAML(n *yaml.Node) error {
	type plain Rule
	if err := strict(n, (*plain)(r)); err != nil {
		return err
	}
	r.at = n.Line
	return nil
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (a *Answers) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return at(n.Line, "answers are written as CODE: {say: ...}")
	}
	*a = Answers{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		var one Answer
		if err := strict(n.Content[i+1], &one); err != nil {
			return err
		}
		one.line = n.Content[i].Line
		(*a)[n.Content[i].Value] = one
	}
	return nil
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (s *Slot) UnmarshalYAML(n *yaml.Node) error {
	type plain Slot
	if err := strict(n, (*plain)(s)); err != nil {
		return err
	}
	s.line = n.Line
	return nil
}

// UnmarshalYAML implements yaml.Unmarshaler: one name or a list of them.
func (p *Prompts) UnmarshalYAML(n *yaml.Node) error {
	names, err := words(n)
	*p = names
	return err
}

// UnmarshalYAML implements yaml.Unmarshaler: a name, or several with bars between.
func (v *Need) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.ScalarNode || n.Value == "" {
		return at(n.Line, "need wants names of values, such as address or address|phone")
	}
	*v = strings.Split(n.Value, "|")
	return nil
}

// words are the texts of a scalar or a list of scalars.
func words(n *yaml.Node) ([]string, error) {
	switch n.Kind {
	case yaml.ScalarNode:
		return []string{n.Value}, nil
	case yaml.SequenceNode:
		var out []string
		for _, one := range n.Content {
			if one.Kind != yaml.ScalarNode {
				return nil, at(one.Line, "a name is wanted")
			}
			out = append(out, one.Value)
		}
		return out, nil
	}
	return nil, at(n.Line, "a name or a list of names is wanted")
}
