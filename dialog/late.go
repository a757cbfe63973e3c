package dialog

import (
	"regexp"
	"sync"
)

// late is what is said while an answer is made. Any goroutine may use it.
type late struct {
	mu    sync.Mutex
	lang  string
	turns int // how many answers were late
}

// speaks tells the language of the answer that is being made.
func (l *late) speaks(lang string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lang = lang
}

// next is the language, and which wording comes next where n words were said during this answer.
func (l *late) next(n int) (lang string, wording int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n == 0 {
		l.turns++
		return l.lang, l.turns - 1
	}
	return l.lang, n - 1
}

// Filler is what may be said while an answer is late, from the first (n is 0) to ever later ones. It is no part of the
// answer and says nothing of it. It may be called while Reply runs.
func (s *Session) Filler(n int) Act {
	id := "filler"
	if n > 0 {
		id = "filler_again"
	}
	lang, wording := s.late.next(n)
	line, err := s.book.Say(id, lang, wording, nil)
	if err != nil {
		s.log.Error("sentence left out", "error", err)
	}
	return Act{Name: "filler", Say: line.Text, Speech: line.Speech, Lang: lang}
}

// LastWords is what may be said when the conversation cannot go on, before a human takes it over. It holds no fact, so
// that its sound can be kept for the day when no voice speaks. It must not be called while Reply runs.
func (s *Session) LastWords() Act {
	act := s.act("transfer", s.text("breakdown", 0, nil))
	act.NoBarge = true
	return act
}

var (
	// tooFast is a caller who wants to be spoken to more slowly, tooSlow one who does not any more.
	tooFast = regexp.MustCompile(`(?i)^(?:[你您请麻烦能可以不再]{0,6})(?:说|讲|念|报)?得?慢(?:一)?[点些]儿?(?:说|讲|念|报)?(?:一下|一遍)?[吧啊呀吗嘛]?$|[说讲念报][得的]?(?:有点|太)快|慢(?:一)?[点些]儿?[说讲念报]|语速.{0,3}[快慢]|\bslow(?:er| down)\b|(?:talk|speak)ing too fast`)
	tooSlow = regexp.MustCompile(`(?i)[说讲念]快(?:一)?[点些]|正常语速|\b(?:speak|talk) (?:faster|normally)\b`)
)

// Speeds of speaking, as parts of the usual one.
const (
	slowly  = 0.8
	slowest = 0.65
)

// slower speaks more slowly from now on, and once more so when it is asked for again.
func (s *Session) slower() {
	if s.speed == 0 {
		s.speed = slowly
		return
	}
	s.speed = slowest
}
