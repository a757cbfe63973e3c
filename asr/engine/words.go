package engine

import (
	"errors"

	"voxgate/asr/decode"
)

// languages are the lexicons in which an utterance is heard; nil: the model does not know the language. They are
// replaced as a whole, never changed.
type languages struct{ zh, en *decode.Language }

// SetWords puts an operator's words into the lexicons in place of those set before; nil takes them away. Utterances
// that begin from now on are heard with them, in all calls; those under way end with the words that they began with.
// After an error, which is of type decode.BadLines, the words set before still hold.
func (e *Engine) SetWords(list *decode.WordList) error {
	next := e.base
	if list != nil {
		var faults [2]error
		next.zh, faults[0] = with(e.base.zh, list)
		next.en, faults[1] = with(e.base.en, list)
		var bad decode.BadLines
		if errors.As(faults[0], &bad) || errors.As(faults[1], &bad) { // what neither can read is told once
			return bad
		}
	}
	e.languages.Store(&next)
	return nil
}

func with(l *decode.Language, list *decode.WordList) (*decode.Language, error) {
	if l == nil {
		return nil, nil
	}
	return l.With(list)
}

// fresh is a search in a language as it is now: the one that there is, unless words have changed since.
func fresh(s *decode.Search, l *decode.Language) *decode.Search {
	if s == nil || s.Language() != l {
		return l.NewSearch()
	}
	return s
}
