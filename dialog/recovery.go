package dialog

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"voxgate/dialog/nlu"
	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

// mostMisses is how many times in a row a question may miss before the session leaves it.
const mostMisses = 3

// numeric are the questions that keys can answer.
var numeric = map[string]bool{askedTail: true, askedOrder: true, askedPhone: true, askedCode: true, askedWhich: true, askedConfirm: true}

// misheard handles an utterance that could not be used: ask shortly, then help or offer the keypad, then a human.
func (s *Session) misheard(ctx context.Context) {
	if s.asked == askedReason {
		s.transfer("transfer", "handing_over", "客户要求转人工")
		return
	}
	if s.asked == askedRating {
		s.rated("")
		return
	}
	s.noMatch[s.asked]++
	if s.noMatch[s.asked] >= mostMisses && s.linkInstead(ctx) {
		return
	}
	if s.noMatch[s.asked] >= mostMisses {
		s.transfer("transfer", "handing_over_lost", "多次没有听懂")
		return
	}
	s.reprompt("no_match_", s.noMatch[s.asked])
}

// silence handles a caller who says nothing, counted apart from misses.
func (s *Session) silence(ctx context.Context) {
	if s.asked == askedReason {
		s.transfer("transfer", "handing_over", "客户要求转人工")
		return
	}
	if s.asked == askedRating {
		s.rated("")
		return
	}
	s.noInput[s.asked]++
	n := s.noInput[s.asked]
	if s.asked == askedOpen && s.helped {
		if n == 1 {
			s.anythingElse(ctx)
			return
		}
		s.goodbye("close", OutcomeSilence)
		return
	}
	if n >= mostMisses {
		s.goodbye("close_silence", OutcomeSilence)
		return
	}
	s.reprompt("no_input_", n)
}

// reprompt asks the open question again in the n-th wording of its ladder.
func (s *Session) reprompt(ladder string, n int) {
	act := "reprompt"
	if n > 1 && s.keyable() {
		act = "dtmf_fallback"
	}
	switch {
	case s.filling():
		s.repromptValue(act, ladder, n)
		return
	case s.asked == askedWhich && len(s.listed) > mostListed:
		s.out.emit(s.act(act, s.text("which_order_many", 0, nil)))
		return
	}
	var listed []shop.Order
	for _, number := range s.listed {
		if o, ok := s.order(number); ok {
			listed = append(listed, o)
		}
	}
	s.out.emit(s.act(act, s.text(ladder+s.asked, n-1, reply.List(listed, s.lang))))
}

// repromptValue asks for a value of a flow again, by its own ladder or by its question in more helpful words.
func (s *Session) repromptValue(act, ladder string, n int) {
	id, facts := ladder+s.slot(), reply.Facts{}
	if s.confirmed != nil {
		facts = s.confirmed(s.lang)
	}
	if s.question == "ask_"+s.slot() && s.book.Has(id) {
		s.out.emit(s.act(act, s.text(id, n-1, facts)))
		return
	}
	sorry := s.text(ladder+"value", n-1, nil)
	line := s.text(s.question, n, facts)
	s.out.emit(Act{Name: act, Lang: s.lang, Say: join(sorry.Text, line.Text, s.lang), Facts: line.Facts})
}

// join puts two sentences behind each other.
func join(a, b, lang string) string {
	if lang == "en" {
		return a + " " + b
	}
	return a + b
}

// keyable reports whether keys can answer the open question.
func (s *Session) keyable() bool {
	if s.filling() {
		def, _ := s.flows.Slot(s.slot())
		return def.Keys > 0
	}
	return numeric[s.asked]
}

// outOfScope says what the hotline is for; after the third time it offers a human. In the middle of a matter its question
// is asked again.
func (s *Session) outOfScope(ctx context.Context) {
	n := s.said["redirect"]
	talked := n < mostMisses-1 && s.smallTalk(ctx)
	switch {
	case s.unfinished():
		if !talked {
			s.say("oos_redirect", "redirect_short", nil)
		}
		s.askOpenAgain(ctx)
		return
	case talked:
		s.said["redirect"]++
		s.say("ask_intent", "greet_again", nil)
		return
	}
	s.say("oos_redirect", "redirect", nil)
	if n >= mostMisses-1 {
		s.propose(offerTransfer, "")
	}
}

// keys handles pressed keys. They are a whole value of their own and never join what was said (see capture.go).
func (s *Session) keys(ctx context.Context, keys string) {
	keys = nlu.OnlyDigits(keys)
	s.chunk, s.keyed = "", true
	defer func() { s.keyed = false }()
	switch {
	case keys == "":
		s.silence(ctx)
		return
	case s.asked != askedOrder && len(keys) > phoneLength && !s.known(keys) && s.parser.Understand(keys, "", s.state()).Card:
		s.cardRefused(ctx)
		return
	case keys == "0":
		s.transfer("transfer", s.handingOver(), "客户按零转人工")
		return
	}
	shown := min(tailLength, len(keys))
	if s.asked == askedCode {
		shown = 0
	}
	s.lines = append(s.lines, "（按键"+strings.Repeat("*", len(keys)-shown)+keys[len(keys)-shown:]+"）")
	r := nlu.Reading{Intent: nlu.ProvideInfo, Ellipsis: true, Slots: map[string]string{}, Lang: s.lang}
	switch {
	case s.asked == askedReason:
		s.reasonGiven(r)
	case s.asked == askedRating:
		s.rated(keys)
	case s.asked == askedCode, s.filling():
		r.Slots["number"] = keys
		s.keyValue(ctx, r)
	case s.asked == askedConfirm:
		s.keyConfirm(ctx, keys)
	case s.asked == askedWhich:
		at, err := strconv.Atoi(keys)
		if err == nil && at >= 1 && at <= len(s.listed) {
			s.focus = s.listed[at-1]
			s.understood()
			s.run(ctx, r)
			return
		}
		s.keyNumber(ctx, keys, r)
	default:
		s.keyNumber(ctx, keys, r)
	}
}

// keyValue takes keyed digits as the code or the value that was asked for.
func (s *Session) keyValue(ctx context.Context, r nlu.Reading) {
	done := false
	if s.asked == askedCode {
		done = s.codeGiven(ctx, r)
	} else if s.keyable() {
		done = s.fill(ctx, r)
	}
	if !done {
		s.misheard(ctx)
	}
}

func (s *Session) keyConfirm(ctx context.Context, keys string) {
	o := s.offer
	switch keys {
	case "1":
		s.accept(ctx, o)
	case "2":
		s.decline(ctx, o, nlu.Reading{})
	default:
		s.keyNumber(ctx, keys, nlu.Reading{Intent: nlu.ProvideInfo, Ellipsis: true, Slots: map[string]string{}, Lang: s.lang})
	}
}

// keyNumber takes keyed digits as the value that was asked for, or by their length.
func (s *Session) keyNumber(ctx context.Context, keys string, r nlu.Reading) {
	switch {
	case len(keys) == phoneLength && s.asked == askedPhone:
		s.slots["phone"] = keys
		s.openTicket(ctx, s.offer.arg)
		return
	case len(keys) < tailLength:
		s.misheard(ctx)
		return
	}
	r.Slots["number"] = keys
	given := s.absorb(r)
	if s.outcome != nil || s.out.held != nil {
		return
	}
	if !given {
		s.misheard(ctx)
		return
	}
	if s.task.intent == "" {
		s.task = matter("track_logistics", "")
	}
	s.understood()
	s.run(ctx, r)
}

// leastBusiness is how sure a new matter must be: while a value is asked for, surer than when anything may be said.
func (s *Session) leastBusiness() float64 {
	switch s.asked {
	case askedTail, askedName, askedOrder, askedPhone, askedCode:
		return clearly
	}
	if s.filling() {
		return clearly
	}
	return leastUnderstood
}

// notKnown is a caller who cannot give the value that was asked for.
var notKnown = regexp.MustCompile(`(?i)不记得|(?:单号|号码|手机号?|电话)也?(?:都)?没有?(?:了|啊|呀)?$|^也?没有了?$|找不到|不晓得|记不得|忘了|忘记|不知道|不清楚|记不住|记不清|想不起|don't know|don't remember|forgot|no idea`)

// doesNotKnow asks for another value where the caller does not have the one asked for, and at last offers a human.
func (s *Session) doesNotKnow(ctx context.Context, text string) bool {
	if !notKnown.MatchString(text) {
		return false
	}
	switch s.asked {
	case askedTail:
		s.askSlot(askedOrder)
	case askedValue + s.slot():
		if s.linkInstead(ctx) {
			return true
		}
		s.say("offer_transfer", "offer_agent_plain", nil)
		s.propose(offerTransfer, "")
	case askedName, askedOrder, askedPhone:
		s.say("offer_transfer", "offer_agent_plain", nil)
		s.propose(offerTransfer, "")
	default:
		return false
	}
	return true
}
