package dialog

import (
	"context"
	"strings"

	"voxgate/dialog/handoff"
	"voxgate/dialog/nlu"
	"voxgate/dialog/reply"
)

// wantHuman handles 转人工: at once where anything is known or it was said before, else after one question.
func (s *Session) wantHuman(r nlu.Reading) {
	if r.Confidence < leastHuman {
		s.say("offer_transfer", "offer_agent_plain", nil)
		s.propose(offerTransfer, "")
		return
	}
	s.askedHuman++
	bare := s.task.intent == "" && !s.helped && len(s.lines) <= 1 && len(r.Also) == 0 && len(r.Slots) == 0
	if bare && s.askedHuman == 1 && s.mood != nlu.Angry && len([]rune(r.Text)) <= 10 {
		s.say("ask_intent", "ask_matter", nil)
		s.wait(askedReason)
		return
	}
	if s.task.intent == "" && len(r.Also) > 0 {
		s.task.intent = r.Also[0]
	}
	s.note(r)
	s.transfer("transfer", s.handingOver(), "客户要求转人工")
}

// reasonGiven takes the answer to the one question before a transfer, whatever it is.
func (s *Session) reasonGiven(r nlu.Reading) {
	s.note(r)
	reason := "客户要求转人工"
	if s.task.intent != "" {
		reason = s.reasonOf(s.task.intent)
	}
	s.transfer("transfer", s.handingOver(), reason)
}

// handingOver is the sentence that goes with a transfer: it says that the agent knows, where there is something to know.
func (s *Session) handingOver() string {
	if s.task.intent != "" {
		return "handing_over_known"
	}
	return "handing_over"
}

// reasonOf is what the agent reads as the reason of a matter.
func (s *Session) reasonOf(intent string) string {
	if name := s.matterOf(intent); name != "" {
		return name
	}
	return "客户要求转人工"
}

// matterOf is what a matter is called; empty for one that no flow knows.
func (s *Session) matterOf(intent string) string {
	if f, ok := s.flows.Of(intent); ok {
		return f.Name["zh"]
	}
	return ""
}

// transfer ends the conversation with a hand-over. The act says what came before it; another act than transfer is
// said first, then the transfer itself.
func (s *Session) transfer(act, prompt, reason string) {
	if prompt == "" {
		prompt = s.handingOver()
	}
	if act == "transfer" && s.mood == nlu.Angry {
		s.say("apologize", "sorry", nil)
	}
	s.reason = reason
	text := s.text(prompt, s.said[prompt], nil).Text
	if act != "transfer" {
		s.out.emit(Act{Name: act, Say: text, Lang: s.lang, NoBarge: true})
		text = ""
	}
	s.out.emit(Act{Name: "transfer", Say: text, Lang: s.lang, NoBarge: true})
	o := Outcome{Kind: OutcomeTransfer, Queue: "service", Ticket: s.ticket, Action: s.action, Handoff: s.handoff()}
	if f, ok := s.flows.Of(s.task.intent); ok {
		o.Queue = f.Queue
	}
	if s.focus != "" {
		o.Orders = []string{s.focus}
	}
	s.outcome = &o
	s.log.Info("hand-over", "reason", reason, "queue", o.Queue)
}

// transferFailed says that nobody could be reached and offers a call back.
func (s *Session) transferFailed(reason string) {
	s.tried = append(s.tried, "转人工未接通"+failures[reason])
	s.say("apologize", "transfer_failed", nil)
	s.say("confirm:ticket", "offer_call_back", nil)
	kind := "回电"
	if s.task.intent != "" {
		kind = "回电：" + s.reasonOf(s.task.intent)
	}
	s.propose(offerTicket, kind)
}

var failures = map[string]string{"busy": "（忙）", "no-answer": "（无人接听）", "declined": "（被拒接）", "unreachable": "（不可达）"}

// handoff is everything that the agent needs, personal data masked.
func (s *Session) handoff() *Handoff {
	h := &Handoff{
		CallID: s.call.ID, Caller: reply.MaskPhone(s.caller), Verified: s.verified, Intent: s.task.intent, Slots: map[string]string{},
		Told: append([]string{}, s.told...), Tried: append([]string{}, s.tried...), Sentiment: s.mood, Reason: s.reason, Ticket: s.ticket,
		Lang: s.lang, LastLines: append([]string{}, s.lines[max(0, len(s.lines)-3):]...),
	}
	if len(s.proved) > 0 {
		h.Verified = handoff.VerifiedCode
	}
	if h.Verified == "" {
		h.Verified = handoff.VerifiedNo
	}
	if h.Intent == "" {
		h.Intent = "transfer_human"
	}
	if h.Sentiment == "" {
		h.Sentiment = nlu.Neutral
	}
	for k, v := range s.slots {
		h.Slots[k] = maskSlot(k, v)
	}
	if o, ok := s.order(s.focus); ok {
		h.Order, h.Waybill = o.Number, o.Waybill
		h.Product, h.Status = nlu.ProductWord(o.Product), o.Status
		h.LastEvent = strings.TrimSpace(o.LastTime + " " + o.LastEvent)
		if h.LastEvent == "" {
			h.LastEvent = o.Status
		}
	}
	h.Matter = s.matterOf(h.Intent)
	h.Summary = s.summary()
	h.Complete()
	return h
}

func maskSlot(name, value string) string {
	switch name {
	case "phone":
		return reply.MaskPhone(value)
	case "name", "receiver", "invoice_title":
		return reply.MaskName(value)
	case "address":
		return reply.MaskText(value)
	}
	return value
}

// summary is the whole conversation in one sentence for the agent.
func (s *Session) summary() string {
	parts := []string{"来电号码未显示"}
	if s.caller != "" {
		parts[0] = "来电" + reply.MaskPhone(s.caller)
	}
	parts[0] += map[string]string{handoff.VerifiedCaller: "，号码已核对", handoff.VerifiedName: "，尾号姓名已核对"}[s.verified]
	if s.verified == "" {
		parts[0] += "，未核对身份"
	}
	if f, ok := s.flows.Of(s.task.intent); ok && s.task.intent != "transfer_human" {
		parts = append(parts, "要"+f.Name["zh"])
	}
	if o, ok := s.order(s.focus); ok {
		parts = append(parts, nlu.ProductWord(o.Product)+o.Status)
	}
	if len(s.told) > 0 {
		parts = append(parts, "已告知"+strings.TrimRight(s.told[len(s.told)-1], "。？"))
	}
	if len(s.tried) > 0 {
		parts = append(parts, s.tried[len(s.tried)-1])
	}
	parts = append(parts, map[string]string{nlu.Angry: "情绪激动", nlu.Negative: "情绪不满", nlu.Positive: "情绪好"}[s.mood])
	if s.reason != "" {
		parts = append(parts, "转接原因："+s.reason)
	}
	var said []string
	for _, p := range parts {
		if p != "" {
			said = append(said, p)
		}
	}
	return strings.Join(said, "，") + "。"
}

// expect is what the session waits for now.
func (s *Session) expect() *Expect {
	e := &Expect{Hints: s.hints(), NoInput: 5000}
	switch s.asked {
	case askedTail:
		e.KeyLength, e.NoInput = tailLength, 8000
	case askedOrder:
		e.KeyLength, e.NoInput = orderMost, 10000
	case askedPhone:
		e.KeyLength, e.NoInput = phoneLength, 8000
	case askedCode:
		e.KeyLength, e.NoInput = codeLength, 15000 // the message takes a while
	case askedWhich, askedConfirm, askedRating:
		e.KeyLength = 1
	}
	if s.filling() {
		def, _ := s.flows.Slot(s.slot())
		e.KeyLength, e.NoInput = def.Keys, 8000
	}
	if s.slow {
		e.NoInput, e.Hold = 30000, true
	}
	return e
}

// phoneGiven takes the number to call back for an open ticket.
func (s *Session) phoneGiven(ctx context.Context, phone string) {
	s.slots["phone"] = phone
	s.openTicket(ctx, s.offer.arg)
}
