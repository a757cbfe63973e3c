// Package scripts judges the dialogue by scripted calls: it plays each against the engine in text, holds every answer
// against what the script wants, and reports how many came to the right end and whether anything forbidden was said.
package scripts

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"voxgate/dialog/caller"
	"voxgate/dialog/shop"
)

// Script is one call: who calls, what is said and pressed, and what must come of it.
type Script struct {
	Name   string          `json:"name"`
	Family string          `json:"family"` // the business process or the trouble that it is about
	Caller string          `json:"caller"` // the caller's number; empty: withheld
	Lang   string          `json:"lang"`   // zh (default) or en; of what is spoken in a spoken call
	Shop   json.RawMessage `json:"shop"`   // path of a shop file, from the script's folder, or the shop itself; absent: shop.json there
	Now    string          `json:"now"`    // clock, RFC 3339; absent: the shop's
	Spoken bool            `json:"spoken"` // also played as a spoken call
	Turns  []Turn          `json:"turns"`
	End    End             `json:"outcome"`
	Done   []caller.Write  `json:"done"`  // changes that the call must have made; a value may be a /pattern/
	Said   []string        `json:"said"`  // words or /patterns/ that must have been said in some turn
	Never  []string        `json:"never"` // words or /patterns/ that no answer, no hand-off and no later answer may hold

	shop   shop.File
	source string // path of the shop file; empty: the shop stands in the call itself
}

// Turn is one thing that the caller does, and what must hold of the answer. Exactly one of Say, Keys, Silence, Failed and
// Backend is set.
type Turn struct {
	Say     string  `json:"say,omitempty"`
	Keys    string  `json:"keys,omitempty"`
	Silence bool    `json:"silence,omitempty"`
	Failed  string  `json:"failed,omitempty"`  // the transfer just announced does not come about: busy, no-answer...
	Backend string  `json:"backend,omitempty"` // from now on the shop answers so: ok, timeout, error
	Barge   int     `json:"barge_ms,omitempty"`
	Sure    float64 `json:"confidence,omitempty"` // how sure the recogniser was; 0 is 0.9
	// Also are what the recogniser thought nearly as likely.
	Also []string `json:"also,omitempty"`
	// When makes a turn one that is only taken if the answer before has an act of these, parted by |: ask_slot:reason|confirm.
	When string `json:"when,omitempty"`

	Must      []string          `json:"must,omitempty"`     // words or /patterns/ of the answer
	MustNot   []string          `json:"must_not,omitempty"` // words or /patterns/ that it may not hold
	Acts      []string          `json:"acts,omitempty"`     // acts that it must have: confirm stands for every confirm:NAME, a|b for either
	Slot      map[string]string `json:"slot,omitempty"`
	Untouched bool              `json:"untouched,omitempty"` // up to here nothing has been changed at the shop
}

// End is how the call must end. What is empty may be anything; several outcomes are parted by |.
type End struct {
	Outcome string   `json:"outcome,omitempty"`
	Action  string   `json:"action,omitempty"`
	Queue   string   `json:"queue,omitempty"`
	Ticket  bool     `json:"ticket,omitempty"`
	Orders  []string `json:"orders,omitempty"`
}

// longestLine bounds a line of a script file.
const longestLine = 1 << 20

// ReadFile reads a file of scripts, one JSON object a line; empty lines and lines that begin with // are passed over.
// An error names file and line.
func ReadFile(path string) ([]Script, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open scripts: %w", err)
	}
	defer func() { _ = f.Close() }()
	scripts, err := Parse(f, filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("scripts %s: %w", path, err)
	}
	return scripts, nil
}

// Parse reads scripts; dir is where their shop files lie.
func Parse(in io.Reader, dir string) ([]Script, error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestLine)
	shops := map[string]shop.File{}
	names := map[string]int{}
	var out []Script
	for n := 1; lines.Scan(); n++ {
		text := bytes.TrimSpace(lines.Bytes())
		if len(text) == 0 || bytes.HasPrefix(text, []byte("//")) {
			continue
		}
		var s Script
		read := json.NewDecoder(bytes.NewReader(text))
		read.DisallowUnknownFields()
		err := read.Decode(&s)
		if err == nil {
			err = s.check()
		}
		if err == nil && names[s.Name] > 0 {
			err = fmt.Errorf("%s is the name of line %d, too: give each call its own", s.Name, names[s.Name])
		}
		if err == nil {
			err = s.openShop(dir, shops)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		names[s.Name] = n
		out = append(out, s)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read scripts: %w", err)
	}
	if len(out) == 0 {
		return nil, errors.New("it has no calls: write one JSON object a line")
	}
	return out, nil
}

// check says what is wrong with a script.
func (s *Script) check() error {
	if s.Name == "" || s.Family == "" {
		return errors.New(`a call wants "name" and "family"`)
	}
	if s.Lang == "" {
		s.Lang = "zh"
	}
	if s.Lang != "zh" && s.Lang != "en" {
		return fmt.Errorf("%s: lang %q: use zh or en", s.Name, s.Lang)
	}
	if len(s.Turns) == 0 {
		return fmt.Errorf("%s: no turns: write what the caller says", s.Name)
	}
	for i, t := range s.Turns {
		if err := t.check(); err != nil {
			return fmt.Errorf("%s: turn %d: %w", s.Name, i+1, err)
		}
	}
	for _, word := range slices.Concat(s.Said, s.Never) {
		if _, err := pattern(word); err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	for _, w := range s.Done {
		for _, value := range w.Values {
			if _, err := pattern(value); err != nil {
				return fmt.Errorf("%s: done %s: %w", s.Name, w.Kind, err)
			}
		}
	}
	return nil
}

func (t Turn) check() error {
	kinds := 0
	for _, set := range []bool{t.Say != "", t.Keys != "", t.Silence, t.Failed != "", t.Backend != ""} {
		if set {
			kinds++
		}
	}
	if kinds != 1 {
		return errors.New("exactly one of say, keys, silence, failed and backend is wanted")
	}
	if t.Backend != "" && !slices.Contains([]string{caller.MoodOK, caller.MoodTimeout, caller.MoodError}, t.Backend) {
		return fmt.Errorf("backend %q: use ok, timeout or error", t.Backend)
	}
	if t.Sure < 0 || t.Sure > 1 || t.Barge < 0 {
		return errors.New("confidence is a share from 0 to 1, barge_ms a time of 0 or more")
	}
	for _, word := range slices.Concat(t.Must, t.MustNot) {
		if _, err := pattern(word); err != nil {
			return err
		}
	}
	return nil
}

// pattern is how a word of a script is looked for: as it stands, or between slashes as a regular expression.
func pattern(word string) (*regexp.Regexp, error) {
	text := regexp.QuoteMeta(word)
	if len(word) > 2 && strings.HasPrefix(word, "/") && strings.HasSuffix(word, "/") {
		text = word[1 : len(word)-1]
	}
	p, err := regexp.Compile(`(?i)` + text)
	if err != nil {
		return nil, fmt.Errorf("pattern %s: %w", word, err)
	}
	return p, nil
}

// holds reports whether a text holds a word or a pattern. Parse has checked the patterns.
func holds(text, word string) bool {
	p, err := pattern(word)
	return err == nil && p.MatchString(text)
}

// openShop reads the shop of a script, each file once.
func (s *Script) openShop(dir string, known map[string]shop.File) error {
	name := "shop.json"
	inline := len(s.Shop) > 0 && s.Shop[0] == '{'
	if len(s.Shop) > 0 && !inline {
		if err := json.Unmarshal(s.Shop, &name); err != nil {
			return fmt.Errorf("%s: shop: give the path of a file, or the shop itself: %w", s.Name, err)
		}
	}
	file, ok := known[name]
	var err error
	switch {
	case inline:
		file, err = shop.Parse(s.Shop)
	case !ok:
		file, err = shop.ReadFile(filepath.Join(dir, name))
		known[name] = file
	}
	if !inline {
		s.source = filepath.Join(dir, name)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", s.Name, err)
	}
	s.shop = file
	if s.Now != "" {
		s.shop.Now = s.Now
	}
	if s.shop.Clock(nil) == nil {
		return fmt.Errorf(`%s: neither the call nor its shop says what time it is: give "now"`, s.Name)
	}
	return nil
}

// Among reports whether the call is one of some names or families.
func (s *Script) Among(names []string) bool {
	return slices.Contains(names, s.Name) || slices.Contains(names, s.Family)
}
