package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// ErrInvalid marks every complaint about the content of a configuration.
var ErrInvalid = errors.New("invalid configuration")

// Duration is a time span written as in Go: "60s", "2m30s".
type Duration time.Duration

// Std is the same span as the standard library's type.
func (d Duration) Std() time.Duration { return time.Duration(d) }

// UnmarshalYAML reads "60s"; a bare number is refused because its unit would be a guess.
func (d *Duration) UnmarshalYAML(node *yaml.Node) error {
	span, err := time.ParseDuration(node.Value)
	if err != nil {
		return fmt.Errorf("line %d: %q is not a time span: write 500ms, 60s or 5m", node.Line, node.Value)
	}
	*d = Duration(span)
	return nil
}

// WordFile is the path of a list of words; empty: none.
type WordFile string

// UnmarshalYAML reads a path; the words themselves do not stand in the configuration, which is read only once.
func (w *WordFile) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: asr.words is the name of a file: write the words into one, a line each of CLASS<TAB>WORD", node.Line)
	}
	*w = WordFile(node.Value)
	return nil
}

// Load reads a file over the defaults and checks the result. An unknown key is an error that names its line.
func Load(path string) (Config, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("configuration file: %w", err)
	}
	cfg, err := Parse(raw)
	if err != nil {
		return Config{}, fmt.Errorf("%s: %w", path, err)
	}
	return cfg, nil
}

// Parse reads YAML over the defaults and checks the result.
func Parse(raw []byte) (Config, error) {
	cfg := Default()
	if err := Strict(raw, &cfg, "voxgate.yaml"); err != nil {
		return Config{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	cfg.expand()
	return cfg, cfg.Validate()
}

// Strict reads one YAML document over what into holds. A key that into does not have is an error with its line, which
// points to the example file that shows all keys.
func Strict(raw []byte, into any, example string) error {
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return plain(err, example)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return errors.New("more than one YAML document; keep the first")
	}
	return nil
}

var unknownKey = regexp.MustCompile(`field (\S+) not found in type \S+`)

// plain rewrites the decoder's words about Go types into words about the file.
func plain(err error, example string) error {
	var typed *yaml.TypeError
	if !errors.As(err, &typed) {
		return errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	lines := make([]string, len(typed.Errors))
	for i, line := range typed.Errors {
		lines[i] = unknownKey.ReplaceAllString(line, `unknown key "$1"; see `+example+` for all keys`)
	}
	return errors.New(strings.Join(lines, "; "))
}

// expand replaces secrets written as $NAME by the environment's value, so that none need stand in the file.
func (c *Config) expand() {
	c.Shop.Token = fromEnvironment(c.Shop.Token)
	c.SMS.Token = fromEnvironment(c.SMS.Token)
	c.SMS.LinkKey = fromEnvironment(c.SMS.LinkKey)
	c.Knowledge.Neo4j.Password = fromEnvironment(c.Knowledge.Neo4j.Password)
	c.LLM.Key = fromEnvironment(c.LLM.Key)
	for i := range c.Messages.Keys {
		k := &c.Messages.Keys[i]
		k.Secret, k.Token = fromEnvironment(k.Secret), fromEnvironment(k.Token)
	}
	for i := range c.SIP.Users {
		c.SIP.Users[i].Password = fromEnvironment(c.SIP.Users[i].Password)
	}
}

func fromEnvironment(text string) string {
	if name, ok := strings.CutPrefix(text, "$"); ok {
		return os.Getenv(name)
	}
	return text
}
