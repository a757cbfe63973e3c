package dialog

import (
	"regexp"

	"voxgate/dialog/nlu"
	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

// latinWord is a word of Latin letters; one alone may be a size or a name within a Chinese conversation.
var latinWord = regexp.MustCompile(`[A-Za-z']{2,}`)

// switches reports whether an utterance is enough to speak its language from now on.
func (s *Session) switches(r nlu.Reading) bool {
	return r.Lang == s.lang || r.Lang != "en" || r.Confidence >= clearly || len(latinWord.FindAllString(r.Text, -1)) >= 2
}

// keepLine keeps what the caller said for the agent, without what may not be kept.
func (s *Session) keepLine(r nlu.Reading) {
	text := reply.MaskText(r.Text, r.Slots["name"], r.Slots["receiver"], s.name, s.task.said["receiver"])
	if s.asked == askedCode {
		text = scrubbed(text, r)
	}
	s.lines = append(s.lines, text)
}

// hardlyHeard reports whether an utterance is too unsure to act on: by the recogniser, or as a dialogue act by the
// classifier, since acting on a wrong 再见 costs more than asking again.
func (s *Session) hardlyHeard(t Turn, r nlu.Reading) bool {
	if r.Urgent != "" || r.Sentiment == nlu.Angry || len(r.Slots) > 0 || r.Ellipsis {
		return false
	}
	if s.filling() {
		return t.Confidence > 0 && t.Confidence < leastHeard // an answer need not be any matter
	}
	if t.Confidence > 0 && (t.Confidence < leastHeard && r.Confidence < sure || t.Confidence*r.Confidence < leastBoth) {
		return true
	}
	return !nlu.Business(r.Intent) && r.Intent != nlu.OutOfScope && r.Confidence < leastAct && s.asked != askedReason
}

// read understands a turn. A losing reading is taken where it makes sense and the best one does not: its number fits, or
// it is clearly of the hotline's business. Where two numbers fit equally well it asks which one is meant; then the turn
// has been answered.
func (s *Session) read(t Turn) (r nlu.Reading, answered bool) {
	r = s.understand(t.Text, t.Pinyin)
	if numberOf(r) != "" || numeric[s.asked] && r.Confidence < sure {
		best, tied := s.byNumbers(r, t)
		if tied != nil {
			s.between(best, tied)
			return best, true
		}
		if numberOf(best) != "" {
			return best, false
		}
	}
	if r.Confidence >= leastAct {
		return r, false
	}
	for _, other := range t.Others {
		alt := s.understand(other.Text, other.Pinyin)
		if nlu.Business(alt.Intent) && alt.Confidence >= clearly {
			return alt, false
		}
	}
	return r, false
}

// between asks which of two orders is meant whose numbers sound alike.
func (s *Session) between(r nlu.Reading, orders []shop.Order) {
	if nlu.Business(r.Intent) && r.Confidence >= s.leastBusiness() {
		s.task = matter(r.Intent, r.Aspect)
	} else if s.task.intent == "" {
		s.task = matter("track_logistics", "")
	}
	s.keepLine(r)
	s.chunk = ""
	s.understood()
	s.whichOrder(orders, "which_number")
}

// mostOthers is how many losing readings may tell the name that was said.
const mostOthers = 3

// otherNames keeps the names of the losing readings beside the one that was heard best.
func (s *Session) otherNames(t Turn, r nlu.Reading) {
	if r.Slots["name"] == "" {
		return
	}
	s.sounds = nil
	for _, other := range t.Others[:min(len(t.Others), mostOthers)] {
		if name := s.parser.Understand(other.Text, other.Pinyin, s.state()).Slots["name"]; name != "" {
			s.sounds = append(s.sounds, name)
		}
	}
}
