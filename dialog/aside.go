package dialog

import (
	"context"
	"regexp"

	"voxgate/dialog/flow"
	"voxgate/dialog/nlu"
)

var (
	// retracts is a caller who no longer wants the person just asked for.
	retracts = regexp.MustCompile(`(?i)不用转|不转|别转|先别|不用人工|不要人工|不用了|算了|never ?mind|forget it`)
	// endsCall is a goodbye in so many words, as against 好了.
	endsCall = regexp.MustCompile(`(?i)再见|拜|谢|挂|没事|没别的|没问题|就这样|bye|thank|that's all|that's it`)
	// inEnglish and inChinese ask for a language.
	inEnglish = regexp.MustCompile(`(?i)in english|speak english|english please|^english$|说英[语文]|讲英[语文]|英文服务|英语服务`)
	inChinese = regexp.MustCompile(`(?i)in chinese|speak chinese|说中文|讲中文|说普通话|说汉语`)
	// ownOnes is a caller who comes back to the orders of the own number.
	ownOnes = regexp.MustCompile(`我自己的|我本人的|我这个号|本机|my own`)
)

// whatSpeaks asks whether a person or a machine speaks, which is no wish for a person.
var whatSpeaks = regexp.MustCompile(`(?i)(?:am i (?:talking|speaking) (?:to|with)|are you|is this) (?:a |an )?(?:real )?(?:person|human|robot|bot|machine|recording|ai)\b`)

// askedAside handles what is said about the conversation itself; false lets the turn go on.
func (s *Session) askedAside(ctx context.Context, r nlu.Reading) bool {
	switch {
	case whatSpeaks.MatchString(r.Text) && s.asked != askedReason:
		s.introduce(ctx)
		return true
	case inEnglish.MatchString(r.Text) && !nlu.Business(s.sureBusiness(r)):
		s.lang = "en"
		s.askAgain()
		return true
	case inChinese.MatchString(r.Text) && !nlu.Business(s.sureBusiness(r)):
		s.lang = "zh"
		s.askAgain()
		return true
	case tooFast.MatchString(r.Text) && !nlu.Business(s.sureBusiness(r)):
		s.slower()
		s.repeat()
		return true
	case tooSlow.MatchString(r.Text) && !nlu.Business(s.sureBusiness(r)):
		s.speed = 0
		s.repeat()
		return true
	case s.asked == askedReason && retracts.MatchString(r.Text):
		s.settle()
		s.askedHuman = 0
		if nlu.Business(r.Intent) && r.Intent != "transfer_human" || r.Intent == nlu.Goodbye {
			return false
		}
		s.say("ask_intent", "greet_again", nil)
		return true
	case s.waited && s.last != "" && len(r.Slots) == 0 && (r.Intent == nlu.Affirm || r.Intent == nlu.Goodbye) && !endsCall.MatchString(r.Text):
		s.askAgain()
		return true
	}
	return false
}

// backToOwn comes back to the orders of the caller's own number after those of somebody else.
func (s *Session) backToOwn(text string) bool {
	if s.tail == "" || s.caller == "" || !ownOnes.MatchString(text) {
		return false
	}
	s.tail, s.name, s.verified, s.focus, s.prior, s.orders = "", "", "", "", "", nil
	delete(s.slots, "phone_tail")
	delete(s.slots, "name")
	return true
}

// sureBusiness is the matter that an utterance is surely about beside what it says of the conversation, or empty.
func (s *Session) sureBusiness(r nlu.Reading) string {
	if r.Confidence >= clearly && r.Intent != "transfer_human" {
		return r.Intent
	}
	return ""
}

// askAgain asks the open question again; where there is none, it says the last answer again or asks what is wanted.
func (s *Session) askAgain() {
	switch s.asked {
	case askedTail, askedName, askedOrder, askedPhone:
		s.askSlot(s.asked)
	default:
		if s.waited && s.before != "" {
			s.out.emit(Act{Name: "repeat", Say: s.before, Lang: s.lang})
			return
		}
		s.say("ask_intent", "greet_again", nil)
	}
}

// follow answers a further question about the parcel just spoken of.
func (s *Session) follow(ctx context.Context, r nlu.Reading) {
	s.take(nlu.Reading{Intent: "track_logistics", Aspect: r.Aspect})
	s.understood()
	s.run(ctx, r)
}

// answerAll answers about each order, for a caller who asks about all of them.
func (s *Session) answerAll(ctx context.Context, f *flow.Flow) {
	for _, o := range s.orders {
		if s.outcome != nil {
			return
		}
		s.answer(ctx, f, o)
	}
}
