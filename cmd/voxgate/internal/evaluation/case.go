package evaluation

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Case is one utterance whose meaning is known. What is empty is not measured; nil slots are unknown, no slots are none.
type Case struct {
	Text      string            `json:"text"`
	Lang      string            `json:"lang,omitempty"`
	Intent    string            `json:"intent,omitempty"`
	Also      []string          `json:"also,omitempty"`
	Slots     map[string]string `json:"slots,omitempty"`
	Sentiment string            `json:"sentiment,omitempty"`
	Pinyin    string            `json:"pinyin,omitempty"` // toned syllables, as recognised
	Asked     string            `json:"asked,omitempty"`  // the slot that was asked for
	Today     string            `json:"today,omitempty"`  // YYYY-MM-DD, for relative dates

	Line int `json:"-"` // of the file
}

// ErrBadCase says that a line of a file of cases cannot be read.
var ErrBadCase = errors.New("not a case")

// maxCase bounds one line of a file of cases, in bytes.
const maxCase = 1 << 20

// ReadCases reads a file of cases: one JSON object a line where the first character that is not blank is a brace, else
// tagged text: [intent] heads the utterances of an intent, one a line, after a tab a sentiment and +intent for what else
// is wanted, # for comments. A sentiment that is not tagged is neutral where the file tags any. Errors wrap ErrBadCase
// and name the line.
func ReadCases(in io.Reader) ([]Case, error) {
	var out []Case
	scan := bufio.NewScanner(in)
	scan.Buffer(nil, maxCase)
	intent, objects, tagged := "", false, false
	for n := 1; scan.Scan(); n++ {
		text := strings.TrimSpace(strings.TrimPrefix(scan.Text(), "\ufeff"))
		if text == "" {
			continue
		}
		if len(out) == 0 && intent == "" && text[0] == '{' {
			objects = true
		}
		c := Case{Line: n, Intent: intent}
		switch {
		case objects:
			if err := strictly(text, &c); err != nil {
				return nil, fmt.Errorf("line %d: %w: %w", n, ErrBadCase, err)
			}
			if c.Text == "" {
				return nil, fmt.Errorf("line %d: %w: it has no text", n, ErrBadCase)
			}
		case text[0] == '#':
			continue
		case text[0] == '[' && strings.HasSuffix(text, "]"):
			intent = text[1 : len(text)-1]
			continue
		case intent == "":
			return nil, fmt.Errorf("line %d: %w: neither JSON nor below an [intent]", n, ErrBadCase)
		default:
			if err := c.tags(text); err != nil {
				return nil, fmt.Errorf("line %d: %w: %w", n, ErrBadCase, err)
			}
			tagged = tagged || c.Sentiment != ""
		}
		out = append(out, c)
	}
	if err := scan.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadCase, err)
	}
	for i := range out {
		if tagged && out[i].Sentiment == "" {
			out[i].Sentiment = "neutral"
		}
	}
	return out, nil
}

func strictly(text string, c *Case) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(c); err != nil {
		return err
	}
	if d.More() {
		return errors.New("more than one object")
	}
	return nil
}

// tags reads an utterance and what stands after its tab.
func (c *Case) tags(line string) error {
	text, tags, _ := strings.Cut(line, "\t")
	c.Text = strings.TrimSpace(text)
	for _, tag := range strings.Fields(tags) {
		switch {
		case slices.Contains(sentiments, tag):
			c.Sentiment = tag
		case tag[0] == '+' && len(tag) > 1:
			c.Also = append(c.Also, tag[1:])
		default:
			return fmt.Errorf("unknown tag %q: a sentiment or +intent", tag)
		}
	}
	return nil
}

var sentiments = []string{"neutral", "negative", "angry", "positive"}
