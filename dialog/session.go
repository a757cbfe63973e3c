package dialog

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"voxgate/dialog/handoff"
	"voxgate/dialog/knowledge"
	"voxgate/dialog/nlu"
	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

// What the session may be waiting for.
const (
	askedOpen    = "open"
	askedTail    = "phone_tail"
	askedName    = "name"
	askedOrder   = "order_no"
	askedPhone   = "callback"
	askedWhich   = "which"
	askedReason  = "matter"
	askedConfirm = "confirm"
	askedCode    = "code"
	askedRating  = "rating"
)

// What a yes does while a yes-or-no question is open.
const (
	offerRetry    = "retry"
	offerTransfer = "transfer"
	offerTicket   = "ticket"
	offerIntent   = "intent"
	offerTail     = "tail"
	offerNumber   = "number"
	offerOrder    = "order"
	offerCommit   = "commit" // the action that was read out
)

// offered is a yes-or-no question as it was said, to be asked again after something else.
type offered struct {
	text, lang string
	facts      reply.Facts
}

// sentenceEnd parts sentences, but not the yuan from its cents.
var sentenceEnd = regexp.MustCompile(`[。！]|[.!] `)

// lastSentence is the question at the end of an answer.
func lastSentence(text string) string {
	ends := sentenceEnd.FindAllStringIndex(text, -1)
	for i := len(ends) - 1; i >= 0; i-- {
		if rest := strings.TrimSpace(text[ends[i][1]:]); rest != "" {
			return rest
		}
	}
	return text
}

// factsOf are the facts that sentences may name, in a language.
type factsOf func(lang string) reply.Facts

// offer is what a yes would do while a yes-or-no question is open.
type offer struct{ kind, arg string }

// Session is one conversation. It implements Brain; one goroutine uses it.
type Session struct {
	*Engine
	script
	call      CallInfo
	caller    string // digits, without country code
	log       *slog.Logger
	out       *emitter
	shop      shop.Shop  // the engine's, by foresight
	foresight *foresight // what was found out before it was asked for
	late      *late
	until     time.Time // when the look-ups of the turn have taken too long
	speed     float64   // of speaking; 0 is usual

	lang   string
	asked  string
	offer  offer
	waited bool // the turn before asked for time
	slow   bool // the caller asked for time

	task      task
	suspended []task   // matters that wait while another is spoken of, the newest last
	queue     []task   // further matters of the same utterance, or of the other orders that were meant
	wanted    []string // slots of which one is asked for
	question  string   // the prompt that asks for them
	confirmed factsOf  // what the open question was about
	day       string   // the day spoken of last
	offered   offered  // the open yes-or-no question as it was said
	breaths   int      // utterances in a row that were no more than taking breath
	answered  bool     // a matter was finished in this turn
	hops      int      // matters that this turn was led on to

	proving  string          // phone that a code was sent to
	proved   map[string]bool // phones whose code came back
	rating   int
	declined bool // the shop refused something

	tail     string // phone tail given by the caller
	name     string
	sounds   []string // what the name may have been by the losing readings
	awaited  []string // names that the recogniser should listen for
	number   string   // order or waybill number in question
	short    string   // last digits of an order or waybill in question
	pieces   string   // an order number that was said in parts and may still go on
	chunk    string   // first part of a number that is still being said
	keyed    bool     // the turn in hand is pressed keys
	verified string
	orders   []shop.Order
	focus    string // order number
	prior    string
	listed   []string // order numbers in the order in which they were read out
	slots    map[string]string

	noInput, noMatch map[string]int
	said             map[string]int // how often a prompt was said
	refused          int            // identity checks that failed
	broken           int            // look-ups that failed
	angry            int
	askedHuman       int

	last      string // what was said last, for repeating
	lastLang  string // its language
	before    string // what was said before a wait
	lastChars int
	toldAt    []int // of the facts told last: rune offsets of their ends
	told      []string
	tried     []string
	lines     []string
	mood      string
	reason    string
	ticket    string
	action    string
	helped    bool // a question was answered
	soured    bool // something the caller said was not content
	suggested bool // a product was named once

	spoken []string         // products of the last answer of the knowledge base
	rest   knowledge.Answer // what of an answer was not said yet

	outcome *Outcome
}

var _ Brain = (*Session)(nil)

// turn handles one turn of the caller.
func (s *Session) turn(ctx context.Context, t Turn) {
	s.outcome, s.answered, s.hops, s.until = nil, false, 0, time.Now().Add(giveUpAfter)
	if t.Kind != Start {
		s.unhear(t.Heard)
	}
	s.waited, s.slow = s.slow, false
	before := s.last
	switch t.Kind {
	case Start:
		s.start(ctx)
	case Speech:
		s.speech(ctx, t)
	case Keys:
		s.keys(ctx, t.Keys)
	case Silence:
		s.silence(ctx)
	case Failed:
		s.transferFailed(t.Reason)
	}
	s.proceed(ctx)
	if s.slow && !s.waited {
		s.before = before
	}
	if s.out.spoken != "" {
		s.last, s.lastLang = s.out.spoken, s.lang
	} else {
		s.last = before
	}
	s.lastChars = len([]rune(s.last))
}

// start greets; while the greeting plays, the caller's orders are looked up to know what to listen for.
func (s *Session) start(ctx context.Context) {
	s.asked = askedOpen
	greeting := s.act("inform", s.text("greeting", 0, nil))
	greeting.NoBarge = true
	s.out.emit(greeting)
	s.out.flush()
	if s.caller != "" {
		peek, cancel := context.WithTimeout(ctx, peekFor)
		orders, err := s.shop.Orders(peek, shop.Query{Phone: s.caller})
		cancel()
		if err != nil {
			s.log.Info("no look-up behind the greeting", "error", err)
		}
		if len(orders) > 0 {
			s.orders, s.verified = orders, handoff.VerifiedCaller
		}
	}
	s.say("ask_intent", "open", nil)
}

// say emits a sentence as an act; wordings change each time a prompt comes back.
func (s *Session) say(act, id string, facts reply.Facts) {
	s.out.emit(s.act(act, s.text(id, s.said[id], facts)))
	s.said[id]++
}

// act is a sentence as an act in the caller's language.
func (s *Session) act(name string, line reply.Sentence) Act {
	return Act{Name: name, Say: line.Text, Speech: line.Speech, Lang: s.lang, Facts: line.Facts}
}

// text makes a sentence; one that lacks a field is left out and logged, since nothing may be made up.
func (s *Session) text(id string, wording int, facts reply.Facts) reply.Sentence {
	line, err := s.book.Say(id, s.lang, wording, facts)
	if err != nil {
		s.log.Error("sentence left out", "error", err)
	}
	return line
}

// inform says facts and remembers in Chinese, for the agent, that the caller was told. The fields are asked for in the
// language of the caller and in Chinese.
func (s *Session) inform(act, id string, fields factsOf) error {
	line, err := s.book.Say(id, s.lang, s.said[id], fields(s.lang))
	if err != nil {
		return err //nolint:wrapcheck // the prompt names itself
	}
	s.said[id]++
	s.out.emit(s.act(act, line))
	s.helped = true
	told, err := s.book.Say(id, "zh", 0, fields("zh"))
	if err != nil {
		return nil // the agent does without: the caller has been told
	}
	s.told = append(s.told, reply.MaskText(told.Text, s.name, s.task.said["receiver"]))
	s.toldAt = append(s.toldAt, len([]rune(s.out.spoken)))
	return nil
}

// unhear takes back the facts that the caller cut off before they were heard.
func (s *Session) unhear(heard float64) {
	reached := int(heard * float64(s.lastChars))
	for i := len(s.toldAt) - 1; i >= 0 && heard < 1; i-- {
		if s.toldAt[i] > reached && len(s.told) > 0 {
			s.told = s.told[:len(s.told)-1]
		}
	}
	s.toldAt = nil
}

// wait sets what the session waits for; a new question starts its counters anew.
func (s *Session) wait(asked string) {
	if s.asked != asked {
		s.noInput[asked], s.noMatch[asked] = 0, 0
	}
	s.asked = asked
}

// propose asks a yes-or-no question that was just said.
func (s *Session) propose(kind, arg string) {
	s.wait(askedConfirm)
	s.offer = offer{kind, arg}
	if held := s.out.held; held != nil {
		s.offered = offered{lastSentence(held.Say), held.Lang, held.Facts}
	}
}

// settle goes back to listening for anything.
func (s *Session) settle() {
	s.wait(askedOpen)
	s.offer = offer{}
}

// result is the outcome by what was achieved; otherwise is the kind when nothing was.
func (s *Session) result(otherwise OutcomeKind) Outcome {
	o := Outcome{Kind: otherwise, Ticket: s.ticket, Action: s.action, CSAT: s.rating}
	if s.focus != "" {
		o.Orders = []string{s.focus}
	}
	switch {
	case s.ticket != "":
		o.Kind = OutcomeTicket
	case s.action != "":
		o.Kind = OutcomeAction
	case s.declined:
		o.Kind = OutcomeRefused
	case s.helped:
		o.Kind = OutcomeAnswer
	}
	return o
}

// systemError says honestly that the shop did not answer; the second time a human takes over.
func (s *Session) systemError(err error) {
	s.broken++
	s.tried = append(s.tried, "查询系统失败")
	s.log.Warn("shop failed", "error", err, "invalid", errors.Is(err, shop.ErrInvalid))
	if s.broken >= 2 {
		s.transfer("apologize_system_error", "handing_over_error", "系统故障")
		return
	}
	s.say("apologize_system_error", "system_error", nil)
	s.say("retry", "try_again", nil)
	s.propose(offerRetry, "")
}

// state is what understanding needs to know of the conversation.
func (s *Session) state() nlu.State {
	st := nlu.State{Lang: s.lang, Now: s.now(), Confirm: s.asked == askedConfirm, Named: s.asked == askedConfirm && s.offer.kind == offerTail}
	switch s.asked {
	case askedTail, askedName, askedOrder, askedWhich, askedConfirm, askedCode:
		st.Asked = s.asked
	case askedPhone:
		st.Asked = "phone"
	}
	if slot := s.slot(); slot != "" {
		st.Asked = slot
	} else if given := s.givenSlots(); s.offer.kind == offerCommit && len(given) == 1 {
		st.Asked = given[0] // a bare value corrects it
	}
	if len(s.lines) == 0 {
		st.Lang = "" // nothing has been said yet: the first utterance chooses the language
	}
	for _, o := range s.orders {
		st.Products = append(st.Products, o.Product)
		if o.ProductEN != "" && s.lang == "en" {
			st.Products = append(st.Products, o.ProductEN)
		}
	}
	return st
}

// business names the present matter in a sentence.
func (s *Session) business() reply.Facts {
	if f, ok := s.flow(); ok {
		return reply.Business(f.Name[s.lang])
	}
	return nil
}
