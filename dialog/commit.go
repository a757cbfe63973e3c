package dialog

import (
	"context"
	"regexp"
	"strings"

	"voxgate/dialog/flow"
	"voxgate/dialog/nlu"
	"voxgate/dialog/shop"
)

// commit confirms an action, does it and says what came of it; true lets the rules go on.
func (s *Session) commit(ctx context.Context, f *flow.Flow, rule *flow.Rule, rec record) (on bool) {
	spec, _ := s.flows.Spec(rule.Do)
	fields := s.fields(rec)
	action := shop.Action{Kind: rule.Do, Phone: s.phone(rec), Values: s.valuesFor(rule, spec, rec), Call: s.call.ID, At: s.now()}
	if spec.On == shop.OnOrder {
		action.Order = rec.order.Number
	}
	key := fingerprint(rule.Do, action.Order, action.Values)
	if s.task.done[key] {
		return true
	}
	if len(rule.Confirm) > 0 && s.task.agreed != key {
		id := s.first(rule.Confirm, fields)
		if id == "" {
			return true
		}
		if !s.trusted(ctx, f, rec) {
			return false
		}
		s.confirmed = fields
		s.say("confirm:"+rule.Do, id, fields(s.lang))
		s.propose(offerCommit, key)
		return false
	}
	if len(rule.Confirm) == 0 && !s.sayable(rule.Say, spec, fields) {
		return true
	}
	action.Key = s.call.ID + "/" + key
	receipt, err := ask(ctx, s, func(ctx context.Context) (shop.Receipt, error) { return s.shop.Act(ctx, action) })
	if err != nil {
		s.systemError(err)
		return false
	}
	s.task.learn(rule.Do, receipt.Facts)
	if receipt.Refused != "" {
		s.task.agreed = ""
		return s.refusal(ctx, rule, receipt.Refused, rec)
	}
	s.task.once(key)
	return s.acted(ctx, rule, receipt, rec)
}

// acted says what came of an action that was done.
func (s *Session) acted(ctx context.Context, rule *flow.Rule, receipt shop.Receipt, rec record) (on bool) {
	s.action = rule.Do
	a := rule.Answer
	if receipt.Repeated {
		s.tried = append(s.tried, s.reasonOf(s.task.intent)+"（之前已办过）")
		if len(rule.Again) > 0 {
			a.Say, a.Offer = rule.Again, rule.OfferAgain
		}
	} else {
		s.tried = append(s.tried, s.reasonOf(s.task.intent)+"成功")
	}
	if s.first(a.Say, s.fields(rec)) == "" {
		a.Say = flow.Prompts{"action_done"}
	}
	a.Act = "action"
	return s.conclude(ctx, a, rec)
}

// sayable reports whether one of some sentences has all the facts that are not left to the receipt.
func (s *Session) sayable(ids flow.Prompts, spec shop.Spec, fields factsOf) bool {
	for _, id := range ids {
		complete := true
		for _, name := range s.book.Fields(id) {
			_, receipt := spec.Gives[name]
			complete = complete && (receipt || fields(s.lang)[name].String() != "")
		}
		if complete {
			return true
		}
	}
	return false
}

// Ways to take a matter back, beside the verbs of its flow.
var (
	leaves    = regexp.MustCompile(`算了|先别|先不|不用了|不办了|不弄了|不需要了|当我没说|还是别|取消操作|再想想|再考虑|考虑一下|(?i)never ?mind|forget it|leave it|changed my mind|let me think`)
	putBack   = regexp.MustCompile(`改回(?:来|去)|换回(?:来|去)|还是(?:用|要)?原来的|还是之前(?:的|那个)|(?i)change it back|the old one|as it was`)
	notWanted = regexp.MustCompile(`不要了|不要|不了|不用|取消`)
)

// negated reports whether a text takes back a verb of the present flow: 不退了, 先别取消, don't cancel.
func (s *Session) negated(f *flow.Flow, text string) bool {
	if f == nil {
		return false
	}
	for _, verb := range f.Undo["zh"] {
		for _, no := range []string{"不", "别", "甭", "不用", "不想", "不要"} {
			if strings.Contains(text, no+verb) && !strings.Contains(text, no+verb+"不") && !strings.Contains(text, "能"+no+verb) &&
				!strings.Contains(text, "不能"+no) && !strings.Contains(text, "不得"+no) {
				return true
			}
		}
	}
	lower := strings.ToLower(text)
	for _, verb := range f.Undo["en"] {
		for _, no := range []string{"don't ", "do not ", "not ", "dont "} {
			if strings.Contains(lower, no+verb) {
				return true
			}
		}
	}
	return false
}

// takeBack handles a caller who no longer wants what is being arranged, or wants the value before the last one again.
func (s *Session) takeBack(ctx context.Context, r nlu.Reading) bool {
	if last := len(s.suspended) - 1; last >= 0 && !s.unfinished() {
		if f, _ := s.flows.Of(s.suspended[last].intent); s.negated(f, r.Text) {
			s.task, s.suspended = s.suspended[last], s.suspended[:last] // what was set aside is not wanted any more
			s.understood()
			s.drop()
			return true
		}
	}
	if !s.unfinished() || !s.writing() || strings.HasSuffix(strings.TrimRight(r.Text, "?？"), "吗") {
		return false
	}
	if putBack.MatchString(r.Text) && len(s.task.was) == 0 {
		s.understood()
		s.drop()
		return true
	}
	if putBack.MatchString(r.Text) {
		for slot, old := range s.task.was {
			s.task.said[slot] = old
		}
		s.task.was, s.task.looked = map[string]string{}, nil
		s.understood()
		s.run(ctx, r)
		return true
	}
	f, _ := s.flow()
	if !s.negated(f, r.Text) && !(leaves.MatchString(r.Text) && len([]rune(r.Text)) <= 16) {
		return false
	}
	s.understood()
	if nlu.Business(r.Intent) && r.Intent != s.task.intent && r.Confidence >= clearly {
		s.putAway()
		s.begin(ctx, r) // 不退了 我要换货
		return true
	}
	s.drop()
	return true
}

// givenSlots are the values of the present flow that the caller gave and that are read out.
func (s *Session) givenSlots() []string {
	f, ok := s.flow()
	if !ok {
		return nil
	}
	var given []string
	for _, slot := range f.Slots() {
		if def, _ := s.flows.Slot(slot); s.task.said[slot] != "" && len(def.Words) == 0 {
			given = append(given, slot)
		}
	}
	return given
}

// whatIsWrong answers a no to a confirmation: the one value that was given is asked for again, of several which one.
func (s *Session) whatIsWrong(r nlu.Reading) {
	given := s.givenSlots()
	switch {
	case len(given) == 0, notWanted.MatchString(r.Text):
		s.drop()
	case len(given) == 1:
		s.awaitValue(given, "")
		s.say("ask_slot:"+given[0], "ask_"+given[0], nil)
	default:
		s.awaitValue(given, "what_is_wrong")
		s.say("ask_slot:"+given[0], "what_is_wrong", nil)
	}
}
