package engine

import (
	"voxgate/asr/decode"
	"voxgate/asr/model"
)

// What tells other people's talk from the caller's: it is softer, and it comes before or after. Fitted on speech with a
// babble 10 dB below it, of which it finds two thirds, and on clean speech, of which it takes nothing away. Ends of sentences fall, so that what
// comes after must be softer by more.
const (
	softerBefore = 6 // dB between the means of the words on either side
	softerAfter  = 8
	softerWord   = 2  // dB more for a single word
	softerAll    = 4  // dB of each word under the mean of the caller's
	onset        = 4  // steps before a word that belong to its sound
	steady       = 24 // dB by which the quiet moments may be softer than that talk: one voice in a quiet place is the caller's
)

// foreground reads an utterance again without the talk of other people before and after the caller's own words.
func (e *ear) foreground(u *utterance, heard decode.Result) decode.Result {
	levels := make([]float64, len(heard.Words))
	for i, w := range heard.Words {
		levels[i] = e.loud.between(e.heardAt(u.first+w.Start-onset+1), e.heardAt(u.first+w.End))
	}
	first, last := own(levels)
	if first > 0 && e.loud.quiet(e.heardAt(u.first), e.heardAt(u.first+heard.Words[first].Start)) < mean(levels[:first])-steady {
		first = 0
	}
	if last < len(levels) && e.loud.quiet(e.heardAt(u.first+heard.Words[last].Start), e.loud.steps) < mean(levels[last:])-steady {
		last = len(levels)
	}
	if first == 0 && last == len(levels) {
		return heard
	}
	from, to := 0, u.search.Steps()
	if first > 0 {
		from = max(0, heard.Words[first].Start-onset)
	}
	if last < len(levels) {
		to = heard.Words[last].Start - onset
	}
	u.search.Between(from, to, u.hints)
	u.other = u.other.Between(from, to)
	u.first += from
	u.start = max(u.start, u.first)
	return u.search.Finish()
}

func mean(levels []float64) float64 {
	sum := 0.0
	for _, l := range levels {
		sum += l
	}
	return sum / float64(max(1, len(levels)))
}

// heardAt is the step of the call's audio that a row of the model is about.
func (e *ear) heardAt(row int) int { return row - int(e.about.lookahead/model.Step) }

// own are the words from first to before last that are the caller's, by the level of each in dB.
func own(levels []float64) (first, last int) {
	first = softer(levels, softerBefore)
	back := make([]float64, len(levels)-first)
	for i := range back {
		back[i] = levels[len(levels)-1-i]
	}
	return first, len(levels) - softer(back, softerAfter)
}

// softer is how many words at the beginning are softer than all that follow by so many dB: the most for which it holds.
func softer(levels []float64, by float64) int {
	count, before, after := 0, 0.0, 0.0
	for _, l := range levels {
		after += l
	}
	loudest := 0.0
	for k := 1; k < len(levels); k++ {
		l := levels[k-1]
		before, after, loudest = before+l, after-l, max(loudest, l)
		mean := after / float64(len(levels)-k)
		least := by
		if k == 1 || k == len(levels)-1 {
			least += softerWord
		}
		if loudest < mean-softerAll && before/float64(k) < mean-least {
			count = k
		}
	}
	return count
}
