// Package nlu understands one utterance: intent or dialogue act, slots, corrections, references, mood and language.
// A trained classifier names the intent; exact grammars read numbers, names, dates and money. Everything reads the
// recogniser's pinyin beside its characters, since on the telephone the sounds are right more often than the hanzi.
package nlu

import (
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"time"
	"unicode"

	"voxgate/models/understanding"
)

// Dialogue acts that stand beside the business intents.
const (
	ProvideInfo = "provide_info"
	Affirm      = "affirm"
	Deny        = "deny"
	Repeat      = "repeat"
	Wait        = "wait"
	Goodbye     = "goodbye"
	Greet       = "greet"
	BotIdentity = "bot_identity"
	OutOfScope  = "out_of_scope"
)

// Aspects of a question about a parcel.
const (
	AspectETA   = "eta"   // when it comes
	AspectPlace = "place" // where it is
	AspectHours = "hours" // when the pickup point is open
)

// State is what the dialogue knows that changes how an utterance is read. The zero value knows nothing.
type State struct {
	Asked    string    // the slot that was asked for last: "phone_tail", "name", "order_no"...
	Confirm  bool      // the last question wanted yes or no
	Named    bool      // a name was read back: an answer that is only a name corrects it
	Products []string  // products that the caller may name
	Lang     string    // language of the conversation so far
	Now      time.Time // in the shop's zone: dates are reckoned from it; zero leaves them as said
}

// Reading is what an utterance means.
type Reading struct {
	Text       string
	Intent     string   // a business intent or a dialogue act
	Confidence float64  // 0..1, calibrated
	Also       []string // business intents asked for beside the first, the surest first
	Outside    float64  // how much rather the line is none of the shop's business, 0..1
	Slots      map[string]string
	Fix        Fix    // a correction of part of a number
	Correct    bool   // the utterance corrects what was said before
	StartOver  bool   // a number is said again from its beginning
	Refer      string // "this", "other", "all", "previous", "first", "second", "third", "last", or empty
	Aspect     string
	Sentiment  string // positive, neutral, negative, angry
	Urgent     string // why a human must take over at once: "regulator", "legal", "injury", "fraud"; or empty
	Lang       string // zh or en
	Hesitates  bool   // the caller only takes breath
	Ellipsis   bool   // only a reference or a value: the question before is meant

	Address Address           // the parts of Slots["address"]
	Window  Window            // the hours of Slots["time"]
	About   bool              // Slots["amount"] is a rough sum: 一百来块
	Invalid map[string]string // values that cannot be, as said: a date that no calendar has
	Card    bool              // the line may hold the number of a payment card or its security code, which is in no slot
}

// Parser understands utterances. It is read-only and shared.
type Parser struct{ model *understanding.Model }

// New builds a parser around the model that ships.
func New() (*Parser, error) {
	m, err := understanding.Default()
	if err != nil {
		return nil, fmt.Errorf("understanding: %w", err)
	}
	p := &Parser{model: m}
	// The dictionaries are unpacked on first use: not while a caller waits.
	p.Understand("查快递", "", State{})
	return p, nil
}

// Understand reads one utterance. Pinyin is toned syllables with spaces as recognised, or empty.
func (p *Parser) Understand(text, pinyin string, state State) Reading {
	text = clean(text)
	r := Reading{Text: text, Lang: langOf(text, state.Lang), Slots: map[string]string{}}
	if text == "" {
		r.Intent, r.Sentiment = OutOfScope, Neutral
		return r
	}
	h := hear(text, pinyin)
	r.Correct, r.Fix = correction(text)
	r.StartOver = startOver.MatchString(text)
	r.Refer = reference(h)
	fillSlots(&r, h, state)
	r.Aspect = aspect(h)
	r.Hesitates = len(r.Slots) == 0 && hesitates(h)
	means, err := p.model.Classify(text, pinyin)
	if err != nil {
		// Load ran the model once, so this is no matter of the line: the caller is asked again, as one not understood.
		slog.Error("understanding failed", "error", err)
		r.Intent, r.Sentiment = OutOfScope, Neutral
		return r
	}
	p.intent(&r, h, means, state)
	r.Sentiment, r.Urgent = mood(h, r.Intent, means)
	return r
}

// business tells the intents of the shop from the dialogue acts.
func business(intent string) bool {
	switch intent {
	case "", ProvideInfo, Affirm, Deny, Repeat, Wait, Goodbye, Greet, BotIdentity, OutOfScope:
		return false
	}
	return true
}

// Business reports whether intent is one of the shop's, as against a dialogue act.
func Business(intent string) bool { return business(intent) }

// spelled is a letter told apart by a word that begins with it: S for Sam, F as in Frank.
var spelled = regexp.MustCompile(`(?i)\b([a-hj-z]) (?:for|as in) [a-z]+\b`)

// clean drops control characters and the words that letters are told apart by, and bounds the length.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, text)
	runes := []rune(strings.TrimSpace(text))
	return spelled.ReplaceAllString(strings.TrimSpace(string(runes[:min(len(runes), longestLine)])), "$1")
}

// langOf is "en" for a line of Latin words, "zh" for one with hanzi; a line of digits keeps the language so far.
func langOf(text, before string) string {
	latin, hanzi := 0, 0
	for _, word := range strings.Fields(text) {
		code := strings.ContainsFunc(word, unicode.IsDigit) // letters of a tax number are no language
		for _, r := range word {
			switch {
			case unicode.Is(unicode.Han, r):
				hanzi++
			case r < unicode.MaxASCII && unicode.IsLetter(r) && !code:
				latin++
			}
		}
	}
	switch {
	case hanzi == 0 && before != "" && borrowed(text):
		return before
	case hanzi == 0 && latin >= 2 && !isCode(text):
		return "en"
	case hanzi > 0 && latin > 6*hanzi:
		return "en"
	case hanzi > 0:
		return "zh"
	case before != "":
		return before
	}
	return "zh"
}

// borrowed reports whether a line is only of English words that Chinese callers use too.
func borrowed(text string) bool {
	for _, w := range strings.Fields(bareText(text)) {
		switch w {
		case "ok", "okay", "bye", "byebye", "vip", "app", "sf", "yt", "jd", "jt", "ems":
		default:
			return false
		}
	}
	return true
}

// isCode reports whether a line is nothing but a number with letters, such as a waybill number.
func isCode(text string) bool {
	runs := Numbers(text)
	return len(runs) == 1 && runs[0].Prefix != "" && runs[0].Start == 0
}
