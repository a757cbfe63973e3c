package dialog

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"voxgate/dialog/flow"
	"voxgate/dialog/handoff"
	"voxgate/dialog/nlu"
	"voxgate/dialog/reply"
	"voxgate/dialog/sms"
)

// Codes sends one-time codes and checks what comes back; sms.Codes is one.
type Codes interface {
	// Send makes a code for a phone and sends it there.
	Send(ctx context.Context, phone string) error
	// Check reports whether a code is the one that was sent to a phone last; it holds once.
	Check(ctx context.Context, phone, code string) (bool, error)
}

// Messages sends short messages; sms.HTTP is one.
type Messages interface {
	Send(ctx context.Context, phone, text string) error
}

// Links makes links to pages of the shop; sms.Links is one.
type Links interface {
	// Link makes one for a purpose; the subject is the number of an order, or empty.
	Link(ctx context.Context, purpose, subject string) (string, error)
}

// noCode is a caller whom the code has not reached.
var noCode = regexp.MustCompile(`没收到|没有收到|收不到|没来|再发|重发|重新发|(?i)did(?:n't| not) (?:get|receive|come)|send (?:it )?again|resend|no code`)

// codeLength is how many digits a code has.
const codeLength = 6

// trusted reports whether the caller has shown enough to change a record; else it asks for a code, or for a human where
// none can be sent.
func (s *Session) trusted(ctx context.Context, f *flow.Flow, rec record) bool {
	phone := s.phone(rec)
	switch {
	case f.Auth != flow.AuthChange && f.Auth != flow.AuthCode, s.proved[phone], f.Auth == flow.AuthChange && rec.own:
		return true
	case s.codes == nil || phone == "":
		s.say("refuse", "change_own_phone", nil)
		s.say("offer_transfer", "offer_agent_plain", nil)
		s.propose(offerTransfer, "")
		return false
	}
	s.sendCode(ctx, phone, "ask_code")
	return false
}

// sendCode sends a code and asks for it.
func (s *Session) sendCode(ctx context.Context, phone, prompt string) {
	_, err := ask(ctx, s, func(ctx context.Context) (struct{}, error) { return struct{}{}, s.codes.Send(ctx, phone) })
	switch {
	case errors.Is(err, sms.ErrTooSoon):
		prompt = "code_still_open" // the one before still holds
	case err != nil:
		s.log.Warn("no code", "error", err)
		s.tried = append(s.tried, "短信验证码没有发出")
		s.say("apologize", "code_not_sent", nil)
		s.say("offer_transfer", "offer_agent_plain", nil)
		s.propose(offerTransfer, "")
		return
	}
	s.proving = phone
	s.wait(askedCode)
	s.say("ask_slot:code", prompt, nil)
}

// codeGiven checks a code; false lets the turn go on as usual.
func (s *Session) codeGiven(ctx context.Context, r nlu.Reading) bool {
	code := r.Slots["number"]
	switch {
	case code == "" && noCode.MatchString(r.Text):
		s.understood()
		s.sendCode(ctx, s.proving, "ask_code_again")
		return true
	case code == "" || len(code) > codeLength:
		return false
	case len(s.chunk+code) < codeLength && !s.keyed:
		s.chunk += code
		s.say("ask_slot:code", "go_on", nil)
		return true
	}
	code, s.chunk = s.chunk+code, ""
	good, err := ask(ctx, s, func(ctx context.Context) (bool, error) { return s.codes.Check(ctx, s.proving, code) })
	if err != nil {
		s.systemError(err)
		return true
	}
	if good {
		s.proved[s.proving] = true
		s.tried = append(s.tried, "短信验证码已核对")
		s.understood()
		s.run(ctx, r)
		return true
	}
	s.refused++
	s.tried = append(s.tried, "短信验证码不对")
	if s.refused >= mostRefusals {
		s.lock("验证码三次不对")
		return true
	}
	s.say("inform_invalid", "code_wrong", nil)
	return true
}

// lock ends the look-ups of this conversation and hands it to a human.
func (s *Session) lock(reason string) {
	s.verified, s.orders, s.focus = "", nil, ""
	s.transfer("inform_not_found", "not_verified", reason)
}

// linkInstead sends a link to the caller's phone for a value that was missed too often; false where that cannot be done.
func (s *Session) linkInstead(ctx context.Context) bool {
	def, ok := s.flows.Slot(s.slot())
	if !ok || def.Link == "" || s.messages == nil || s.links == nil || s.caller == "" || s.verified != handoff.VerifiedCaller {
		return false
	}
	link, err := s.links.Link(ctx, def.Link, s.focus)
	if err == nil {
		_, err = ask(ctx, s, func(ctx context.Context) (struct{}, error) {
			return struct{}{}, s.messages.Send(ctx, s.caller, s.text("link_message", 0, reply.Link(link)).Text)
		})
	}
	if err != nil {
		s.log.Warn("link not sent", "error", err)
		return false
	}
	s.tried = append(s.tried, "已发填写链接")
	s.settle()
	s.task.over, s.answered, s.helped = true, true, true
	s.say("sms_link", "link_sent", nil)
	return true
}

// cardRefused stops a caller who reads out a card: nothing of it is kept.
func (s *Session) cardRefused(ctx context.Context) {
	s.lines = append(s.lines, "（卡号，未记录）")
	s.out.emit(Act{Name: "refuse", Say: s.text("card_refused", 0, nil).Text, Lang: s.lang, NoBarge: true, Private: true})
	s.askOpenAgain(ctx)
}

// askOpenAgain asks again what was open before something that is no answer to it.
func (s *Session) askOpenAgain(ctx context.Context) {
	switch {
	case s.unfinished() && s.asked != askedTail && s.asked != askedName && s.asked != askedOrder && s.asked != askedCode:
		s.run(ctx, nlu.Reading{Intent: s.task.intent, Slots: map[string]string{}})
	case s.asked == askedTail, s.asked == askedName, s.asked == askedOrder, s.asked == askedPhone:
		s.askSlot(s.asked)
	case s.asked == askedCode:
		s.say("ask_slot:code", "code_still_open", nil)
	case s.asked == askedConfirm && s.offered.lang == s.lang && s.offered.text != "":
		s.out.emit(Act{Name: "reprompt", Say: s.offered.text, Lang: s.lang, Facts: s.offered.facts})
	case s.asked == askedConfirm:
		s.say("reprompt", "no_match_confirm", nil)
	default:
		s.say("ask_intent", "greet_again", nil)
	}
}

// scrubbed is a line without digits, for an answer that is a secret.
func scrubbed(text string, r nlu.Reading) string {
	if r.Slots["number"] == "" {
		return text
	}
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || strings.ContainsRune("零一二三四五六七八九幺两洞", c) {
			return '*'
		}
		return c
	}, text)
}
