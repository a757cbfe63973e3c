package dialog

import (
	"context"
	"regexp"
	"strings"

	"voxgate/dialog/nlu"
)

// Confidences below which an utterance counts as not understood: of the recogniser and of the classifier.
const (
	leastHeard      = 0.45
	leastBoth       = 0.3 // the product of the two
	surelyHeard     = 0.7
	leastUnderstood = 0.3
	leastAct        = 0.45
	clearly         = 0.75 // a losing reading must be this sure
	leastHuman      = 0.6  // below it a transfer is offered, not made
	sure            = 0.9
)

// mostBreaths is how often in a row a caller may only take breath before that counts as not understood.
const mostBreaths = 2

// speech handles what the caller said.
func (s *Session) speech(ctx context.Context, t Turn) {
	r, answered := s.read(t)
	passed(ctx, Step{Name: Understood, Of: r.Intent, Score: r.Confidence})
	if answered {
		return
	}
	if r.Text == "" {
		s.misheard(ctx)
		return
	}
	// A language is not changed for an utterance that was hardly heard.
	if (t.Confidence == 0 || t.Confidence >= surelyHeard || r.Confidence >= sure) && s.switches(r) {
		s.lang = r.Lang
	}
	s.feel(r)
	if r.Card {
		s.cardRefused(ctx)
		return
	}
	s.keepLine(r)
	if r.Hesitates && s.asked != askedReason {
		if s.breaths++; s.breaths > mostBreaths {
			s.misheard(ctx)
			return
		}
		s.say("reprompt", "listening", nil)
		return
	}
	s.breaths = 0
	if s.asked == askedConfirm && (s.offerNamed(s.offer, r.Text) || s.agrees(r)) {
		s.route(ctx, r, false)
		return
	}
	if s.hardlyHeard(t, r) {
		s.misheard(ctx)
		return
	}
	if s.filling() && r.Intent == "transfer_human" && !person.MatchString(r.Text) {
		r.Intent = nlu.ProvideInfo // 个人 answers a question for a name
	}
	if def, ok := s.flows.Slot(s.slot()); ok && def.Free && !nlu.Business(r.Intent) && r.Intent != nlu.OutOfScope && r.Confidence < sure {
		r.Intent = nlu.ProvideInfo // a name or a reason may sound like anything
	}
	if s.startsOver(r) || s.global(ctx, r) || s.inquire(ctx, t, r) {
		return
	}
	if s.asked == askedRating {
		s.rated(strings.TrimSpace(r.Text))
		return
	}
	if s.asked == askedReason {
		s.reasonGiven(r)
		return
	}
	if s.takeBack(ctx, r) || s.asked == askedCode && s.codeGiven(ctx, r) {
		return
	}
	if s.filling() && s.fill(ctx, r) {
		return
	}
	given := s.absorb(r)
	s.otherNames(t, r)
	if s.outcome != nil || s.out.held != nil {
		return // a value was refused, or a number goes on
	}
	s.route(ctx, r, given)
}

func firstOf(slots map[string]string, names ...string) string {
	for _, n := range names {
		if slots[n] != "" {
			return slots[n]
		}
	}
	return ""
}

// feel keeps the mood; it never gets better than it was said to be last, and anger is counted.
func (s *Session) feel(r nlu.Reading) {
	s.mood = r.Sentiment
	s.soured = s.soured || r.Sentiment == nlu.Angry || r.Sentiment == nlu.Negative
	if r.Sentiment == nlu.Angry {
		s.angry++
	}
}

// global handles what may be said at any time; false lets the turn go on.
func (s *Session) global(ctx context.Context, r nlu.Reading) bool {
	switch {
	case r.Urgent != "":
		s.note(r)
		s.transfer("apologize", "handing_over_sorry", urgentReasons[r.Urgent])
		return true
	case s.angry >= 2:
		s.note(r)
		s.transfer("apologize", "handing_over_sorry", "客户多次表示不满")
		return true
	}
	if s.askedAside(ctx, r) {
		return true
	}
	if s.filling() && firstOf(r.Slots, s.wanted...) != "" && r.Intent != "transfer_human" {
		return false // what was asked for is an answer, whatever else it sounds like
	}
	switch r.Intent {
	case "transfer_human":
		s.wantHuman(r)
	case nlu.Repeat:
		s.repeat()
	case nlu.Wait:
		s.slow = true
		s.say("inform", "wait", nil)
	case nlu.BotIdentity:
		s.introduce(ctx)
	case nlu.Greet:
		s.askOpenAgain(ctx)
	case nlu.Goodbye:
		if s.asked == askedReason || len(r.Slots) > 0 && !endsCall.MatchString(r.Text) {
			return false // 算了 我问双肩包
		}
		s.goodbye("close", OutcomeClosed)
	default:
		return false
	}
	return true
}

// person is a caller who asks for one in so many words.
var person = regexp.MustCompile(`(?i)人工|客服|真人|经理|主管|agent|human|operator|representative|real person|speak to`)

var urgentReasons = map[string]string{
	nlu.UrgentRegulator: "监管或媒体投诉", nlu.UrgentLegal: "法律诉求", nlu.UrgentInjury: "人身安全", nlu.UrgentFraud: "疑似诈骗",
}

// introduce says what is speaking; in the middle of a matter its question is asked again.
func (s *Session) introduce(ctx context.Context) {
	if !s.unfinished() {
		s.say("bot_identity", "identity", nil)
		s.settle()
		return
	}
	s.say("bot_identity", "identity_short", nil)
	s.askOpenAgain(ctx)
}

// note remembers what an utterance was about before the call is handed over.
func (s *Session) note(r nlu.Reading) {
	if nlu.Business(r.Intent) && r.Intent != "transfer_human" && (r.Confidence >= leastHuman || s.task.intent == "" && r.Confidence >= leastUnderstood) {
		if s.task.intent != r.Intent {
			s.task = matter(r.Intent, r.Aspect)
		}
	}
	if s.task.intent == "" && (r.Urgent == nlu.UrgentRegulator || r.Urgent == nlu.UrgentLegal) {
		s.task.intent = "complaint"
	}
	for k, v := range r.Slots {
		s.slots[k] = v
	}
}

// repeat says the last answer again.
func (s *Session) repeat() {
	if s.last == "" {
		s.say("repeat", "nothing_said", nil)
		return
	}
	s.lang = s.lastLang // said again as it was said
	s.out.emit(Act{Name: "repeat", Say: s.last, Lang: s.lang})
}

// givesNumber is a caller who announces a number without saying it yet.
var givesNumber = regexp.MustCompile(`(?i)(?:报|给你|告诉你|说|念|有)(?:一下|个|你)?.{0,3}(?:单号|运单|订单号)|(?:give you|have) (?:the|my|an) (?:order|tracking|waybill) number`)

// route decides what an utterance does now.
func (s *Session) route(ctx context.Context, r nlu.Reading, given bool) {
	given = s.backToOwn(r.Text) || given
	if phone := r.Slots["phone"]; s.asked == askedPhone && phone != "" {
		s.phoneGiven(ctx, phone)
		return
	}
	if s.asked == askedConfirm && s.confirm(ctx, r, given) {
		return
	}
	if s.asked == askedWhich && s.which(ctx, r) {
		return
	}
	if !given && len(r.Slots) == 0 && givesNumber.MatchString(r.Text) {
		s.understood()
		s.askSlot(askedOrder)
		return
	}
	if !given && s.doesNotKnow(ctx, r.Text) {
		return
	}
	if r.Aspect != "" && s.focus != "" && !given && r.Confidence < leastHuman {
		s.follow(ctx, r)
		return
	}
	if nlu.Business(r.Intent) && (r.Confidence >= s.leastBusiness() || given) {
		s.begin(ctx, r)
		return
	}
	switch {
	case given, r.Ellipsis && (r.Refer != "" && s.task.intent != "" || r.Slots["product"] != "" || r.Slots["courier"] != ""):
		if s.task.intent == "" {
			s.task = matter("track_logistics", "")
		}
		if r.Aspect != "" {
			s.task.aspect = r.Aspect
		}
		s.understood()
		s.collect(r)
		s.run(ctx, r)
	case r.Aspect != "" && s.focus != "":
		s.follow(ctx, r)
	case r.Intent == nlu.Affirm && s.asked == askedOpen && s.helped:
		s.anythingElse(ctx)
	case r.Intent == nlu.Affirm && s.asked == askedOpen:
		s.say("reprompt", "listening", nil)
	case r.Intent == nlu.Deny && s.asked == askedWhich:
		s.understood()
		s.askSlot(askedOrder)
	case (r.Intent == nlu.Deny || r.Intent == nlu.Goodbye) && s.asked == askedOpen && (r.Slots["product"] != "" || r.Slots["courier"] != ""):
		if s.task.intent == "" {
			s.task = matter("track_logistics", "")
		}
		s.understood()
		s.run(ctx, r)
	case r.Intent == nlu.Deny && s.asked == askedOpen:
		s.denied(ctx, r)
	case r.Intent == nlu.OutOfScope && r.Confidence >= leastUnderstood && s.asked == askedOpen:
		s.outOfScope(ctx)
	case r.Sentiment == nlu.Angry:
		s.say("apologize", "sorry", nil)
		s.say("offer_transfer", "offer_agent_plain", nil)
		s.propose(offerTransfer, "")
	default:
		s.misheard(ctx)
	}
}

// understood forgets the misses of the present question.
func (s *Session) understood() {
	s.noMatch[s.asked], s.noInput[s.asked] = 0, 0
	delete(s.said, "redirect")
}

// notThat is a no that rejects the order just spoken of, as against one that ends the call.
var notThat = regexp.MustCompile(`不是|不对|错|wrong|not that|not this`)

// denied handles a bare no after an answer: another order may be meant, else the call is over.
func (s *Session) denied(ctx context.Context, r nlu.Reading) {
	if s.focus == "" || len(s.orders) < 2 || s.task.intent == "" || !notThat.MatchString(strings.ToLower(r.Text)) {
		s.goodbye("close", OutcomeClosed)
		return
	}
	r.Refer = "other"
	if others, _ := s.narrow(r); len(others) > 1 {
		s.whichOrder(others, "which_order")
		return
	}
	s.run(ctx, r)
}
