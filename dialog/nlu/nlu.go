// Package nlu understands one utterance: intent or dialogue act, slots, corrections, references, mood and language.
// A trained classifier names the intent; exact grammars read numbers, names, dates and money. Everything reads the
// recogniser's pinyin beside its characters, since on the telephone the sounds are right more often than the hanzi.
package nlu

import (
	"fmt"
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
	Intent     string  // a business intent or a dialogue act
	Confidence float64 // 0..1
	Also       []string
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
	r.Sentiment, r.Urgent = mood(h)
	r.Correct, r.Fix = correction(text)
	r.StartOver = startOver.MatchString(text)
	r.Refer = reference(h)
	fillSlots(&r, h, state)
	r.Aspect = aspect(h)
	r.Hesitates = len(r.Slots) == 0 && hesitates(h)
	p.intent(&r, h, pinyin, state)
	return r
}

// intent joins exact short answers, the classifier and what the slots say.
func (p *Parser) intent(r *Reading, h heard, pinyin string, state State) {
	if act := shortAct(h, state); act != "" {
		r.Intent, r.Confidence = act, 0.98
		return
	}
	scores := p.model.Classify(r.Text, pinyin)
	r.Intent, r.Confidence = scores[0].Class, scores[0].P
	if strong := strongIntent(h); strong != "" && strong != r.Intent {
		r.Intent, r.Confidence = strong, max(0.9, p.of(scores, strong))
	} else if strong != "" {
		r.Confidence = max(r.Confidence, 0.95)
	}
	bare := bareValue(r, h)
	if bare && !business(r.Intent) || bare && r.Confidence < 0.6 || bare && len(h.sounds) <= 6 && strongIntent(h) == "" {
		r.Intent, r.Confidence, r.Ellipsis = ProvideInfo, max(r.Confidence, 0.85), true
	}
	if r.Intent == ProvideInfo {
		r.Ellipsis = true
	}
	for _, s := range clauses(p, r.Text, r.Intent) {
		if s != r.Intent {
			r.Also = append(r.Also, s)
		}
	}
}

func (p *Parser) of(scores []understanding.Score, class string) float64 {
	for _, s := range scores {
		if s.Class == class {
			return s.P
		}
	}
	return 0
}

// clauses names the sure business intents of the parts of a long utterance, in order, the main one left out.
func clauses(p *Parser, text, main string) []string {
	parts := strings.FieldsFunc(between.Replace(strings.ToLower(text)), func(r rune) bool { return r == '|' })
	if main == "transfer_human" {
		for i, part := range parts {
			parts[i] = human.ReplaceAllString(part, "")
		}
	} else if len(parts) < 2 {
		return nil
	}
	var out []string
	for _, part := range parts {
		if len([]rune(part)) < 3 {
			continue
		}
		h := hear(part, "")
		intent := strongIntent(h)
		if intent == "" {
			if s := p.model.Classify(part, "")[0]; s.P >= 0.75 {
				intent = s.Class
			}
		}
		if business(intent) && intent != main && intent != "transfer_human" {
			out = append(out, intent)
		}
	}
	return out
}

// between are the words and marks that part two matters of one utterance.
var between = strings.NewReplacer("顺便", "|", "另外再", "|", "还要帮", "|", "还要查", "|查", "还要催", "|催", "再帮我", "|", "，", "|", ",", "|", "。", "|", " and ", "|")

// human is all that asking for a person is said with, so that what else was said is left over.
var human = regexp.MustCompile(`(?:请|麻烦|快点|赶紧|直接)?(?:帮我|给我|我要|我想|你给我)?(?:转接|转|找|接|要|换|叫)?(?:一下|个)?(?:到)?(?:人工|客服|真人|活人)(?:客服|服务|坐席)?(?:吧|谢谢)?|(?:i want to |can i |let me |please )?(?:talk|speak) to (?:a |an |some)?(?:human|person|agent|one|body)(?: please)?`)

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
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			hanzi++
		case r < unicode.MaxASCII && unicode.IsLetter(r):
			latin++
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
