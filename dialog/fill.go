package dialog

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"voxgate/dialog/flow"
	"voxgate/dialog/nlu"
	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

// askedValue begins what is asked while a flow waits for a value of its own.
const askedValue = "said:"

// filling reports whether a value of a flow is being asked for.
func (s *Session) filling() bool { return strings.HasPrefix(s.asked, askedValue) }

// slot is the value that is asked for, the first where several would do; empty for none.
func (s *Session) slot() string {
	if !s.filling() {
		return ""
	}
	return s.wanted[0]
}

// awaitValue waits for one of some values; question is the prompt that asks, where it is not that of the first.
func (s *Session) awaitValue(slots []string, question string) {
	s.wanted, s.question = slots, question
	if question == "" {
		s.question = "ask_" + slots[0]
	}
	s.offer = offer{}
	s.wait(askedValue + strings.Join(slots, "|"))
}

// need asks for the first value of a rule that is not there yet, and reports whether all are.
func (s *Session) need(rule *flow.Rule, rec record) bool {
	for _, need := range rule.Need {
		there := false
		for _, slot := range need {
			there = there || s.task.said[slot] != ""
		}
		if there {
			continue
		}
		s.confirmed = s.fields(rec)
		s.awaitValue(need, s.first(rule.Question, s.confirmed))
		s.say("ask_slot:"+need[0], s.question, s.confirmed(s.lang))
		return false
	}
	return true
}

// fillDefaults gives the values that a flow takes from the order or the call where the caller gave none.
func (s *Session) fillDefaults(f *flow.Flow, rec record) {
	for slot, from := range f.Defaults {
		value := rec.raw[from]
		if from == "caller" {
			value = s.caller
		}
		if s.task.said[slot] == "" && value != "" {
			s.task.give(slot, value)
		}
	}
}

// collect takes the values of an utterance that the present flow needs or takes, and reports whether any is new.
func (s *Session) collect(r nlu.Reading) (fresh bool) {
	f, ok := s.flow()
	if !ok {
		return false
	}
	lower := strings.ToLower(r.Text)
	for _, slot := range f.Slots() {
		def, _ := s.flows.Slot(slot)
		value := s.valueOf(slot, def, r, lower)
		if value != "" && def.Check == "address" {
			value = s.mendAddress(r, value)
		}
		if value == "" || value == s.task.said[slot] {
			continue
		}
		s.task.give(slot, value)
		s.slots[slot] = value
		fresh = true
	}
	return fresh
}

// valueOf is the value of a slot in an utterance; empty for none.
func (s *Session) valueOf(slot string, def flow.Slot, r nlu.Reading, lower string) string {
	asked := s.filling() && contains(s.wanted, slot)
	value := def.Words.In(lower)
	switch {
	case value != "":
		return value
	case def.Type == shop.TypeYesNo && asked && r.Intent == nlu.Affirm:
		return "yes"
	case def.Type == shop.TypeYesNo && asked && r.Intent == nlu.Deny:
		return "no"
	case len(def.Words) > 0 && len(def.From) == 0, def.Type == shop.TypeYesNo:
		return ""
	}
	from := def.From
	if len(from) == 0 {
		from = []string{slot}
	}
	if asked {
		from = append(append([]string{}, from...), def.Asked...)
	}
	if def.Check == "day" && r.Slots[slot] == "" && thatDay.MatchString(r.Text) {
		return s.day
	}
	return firstOf(r.Slots, from...)
}

// worded reports whether an utterance has a word that the present flow listens for and that was not said before.
func (s *Session) worded(r nlu.Reading) bool {
	f, ok := s.flow()
	if !ok {
		return false
	}
	lower := strings.ToLower(r.Text)
	return slices.ContainsFunc(f.Slots(), func(slot string) bool {
		def, _ := s.flows.Slot(slot)
		value := def.Words.In(lower)
		return value != "" && value != s.task.said[slot]
	})
}

// thatDay points at the day spoken of last.
var thatDay = regexp.MustCompile(`那天|那一天|当天|同一天|(?i)that day|same day`)

// fill handles the answer to a question for a value; false lets the turn go on as another matter.
func (s *Session) fill(ctx context.Context, r nlu.Reading) bool {
	r = s.inPlace(r)
	slot := s.slot()
	def, _ := s.flows.Slot(slot)
	other := nlu.Business(r.Intent) && r.Intent != s.task.intent && !r.Correct
	switch {
	case other && r.Confidence >= sure && asks(r) && r.Slots[slot] == "" && !s.worded(r):
		return false
	case s.collect(r):
		s.valueGiven(ctx, r)
		return true
	case r.Invalid[slot] != "":
		s.invalid(ctx, slot)
		return true
	case r.Slots["number"] != "" && def.Keys > 0:
		s.numberPart(ctx, slot, def, r)
		return true
	case other && r.Confidence >= clearly && !def.Free:
		return false
	case r.Intent == nlu.Deny && !def.Free:
		s.understood()
		s.drop()
		return true
	case (r.Intent == nlu.Affirm || r.Intent == nlu.Deny) && (!def.Free || r.Confidence >= sure) || r.Intent == nlu.OutOfScope && !def.Free:
		s.misheard(ctx)
		return true
	case s.doesNotKnow(ctx, r.Text):
		return true
	case def.Free && !asks(r) && !(other && r.Confidence >= sure && newMatter.MatchString(r.Text)):
		value := strings.TrimSpace(r.Text)
		if n := utf8.RuneCountInString(value); n < 2 || n > longestValue || strings.ContainsAny(value, "<>{}=;\\") {
			s.misheard(ctx)
			return true
		}
		s.task.give(slot, value)
		s.slots[slot] = value
		s.valueGiven(ctx, r)
		return true
	case other && r.Confidence >= clearly:
		return false
	}
	s.misheard(ctx)
	return true
}

// longestValue bounds a value that no grammar read.
const longestValue = 60

// question is a caller who asks instead of answering.
var question = regexp.MustCompile(`[?？吗呢]$|什么时候|多少|怎么|为什么|哪里|能不能|(?i)^(?:what|when|where|how|why|can|is|are|do|does)\b`)

// newMatter is a caller who wants something else instead of answering.
var newMatter = regexp.MustCompile(`(?i)我要|我想|帮我|给我|查一?下|顺便|先|\bi want|i'd like|can you|please`)

func asks(r nlu.Reading) bool { return r.Aspect != "" || question.MatchString(r.Text) }

// valueGiven checks a value that was just taken and goes on with the flow.
func (s *Session) valueGiven(ctx context.Context, r nlu.Reading) {
	for _, slot := range s.wanted {
		def, _ := s.flows.Slot(slot)
		value := s.task.said[slot]
		if value == "" {
			continue
		}
		switch s.flaw(def, value) {
		case flawed:
			delete(s.task.said, slot)
			s.invalid(ctx, slot)
			return
		case partly:
			fields := reply.Said(slot, def.Type, value, s.now(), s.lang)
			delete(s.task.said, slot)
			s.awaitValue([]string{slot}, "")
			s.say("ask_slot:"+slot, "more_"+slot+"_"+s.task.place.Missing()[0], fields)
			return
		}
	}
	s.understood()
	s.run(ctx, r)
}

// invalid says that a value cannot be right; the sentence asks for it again.
func (s *Session) invalid(ctx context.Context, slot string) {
	s.awaitValue([]string{slot}, "")
	if !s.book.Has("invalid_" + slot) {
		s.misheard(ctx)
		return
	}
	s.say("inform_invalid", "invalid_"+slot, nil)
}

// numberPart takes digits for a value that may come in parts.
func (s *Session) numberPart(ctx context.Context, slot string, def flow.Slot, r nlu.Reading) {
	whole := s.chunk + r.Slots["number"]
	if len(whole) < def.Keys && !s.keyed {
		s.chunk = whole
		s.say("ask_slot:"+slot, "go_on", nil)
		return
	}
	s.chunk = ""
	s.task.give(slot, whole)
	s.slots[slot] = whole
	s.valueGiven(ctx, r)
}
