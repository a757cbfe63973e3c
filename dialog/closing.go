package dialog

import (
	"regexp"
	"strconv"

	"voxgate/dialog/nlu"
)

// bestRating is the highest rating; the lowest is 1 and means what its key says.
const bestRating = 5

// goodbye closes the conversation, after a question for a rating where that is wanted.
func (s *Session) goodbye(prompt string, otherwise OutcomeKind) {
	if s.rates() && otherwise != OutcomeSilence && s.asked != askedRating {
		s.settle()
		s.wait(askedRating)
		s.say("csat", "csat", nil)
		return
	}
	if s.upset() && prompt == "close" {
		prompt = "close_plain"
	}
	s.say("close", prompt, nil)
	o := s.result(otherwise)
	s.outcome = &o
}

// rates reports whether this caller may be asked for a rating: something was done, and nothing was said in anger.
func (s *Session) rates() bool {
	return s.csat && !s.upset() && !s.soured && (s.helped || s.action != "" || s.ticket != "")
}

// upset reports whether cheer, offers and surveys would be out of place.
func (s *Session) upset() bool { return s.angry > 0 || s.mood == nlu.Angry }

// rated keeps a rating, if it is one, and closes.
func (s *Session) rated(text string) {
	if n := ratingOf(text); n > 0 {
		s.rating = n
		s.say("csat_record", "csat_thanks", nil)
	}
	s.say("close", "close", nil)
	o := s.result(OutcomeClosed)
	s.outcome = &o
}

var ratingWord = regexp.MustCompile(`^(?:我?[给打按]?)?([1-5一二三四五]|one|two|three|four|five)(?:分|星|stars?)?$`)

// ratingOf reads a rating of 1 to 5; 0 for none.
func ratingOf(text string) int {
	m := ratingWord.FindStringSubmatch(text)
	if m == nil {
		return 0
	}
	for i, word := range []string{"一one", "二two", "三three", "四four", "五five"} {
		if n := strconv.Itoa(i + 1); m[1] == n || len(m[1]) >= 3 && (word[:3] == m[1] || word[3:] == m[1]) {
			return min(i+1, bestRating)
		}
	}
	return 0
}

// soothe answers anger with a short apology before anything else.
func (s *Session) soothe(r nlu.Reading) {
	if r.Sentiment == nlu.Angry {
		s.say("apologize", "sorry", nil)
	}
}
