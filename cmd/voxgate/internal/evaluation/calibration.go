package evaluation

import (
	"math"

	"voxgate/asr"
)

// bins is how many equal parts the reliability curve has.
const bins = 10

// Bin is one part of a reliability curve: how sure the recogniser was on average, and how often it was right.
type Bin struct {
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
	Count      int     `json:"count"`
	Confidence float64 `json:"confidence"` // mean
	Right      float64 `json:"right"`      // share
}

// Reliability says whether confidences can be believed.
type Reliability struct {
	Count      int     `json:"count"`
	Confidence float64 `json:"confidence"` // mean
	Right      float64 `json:"right"`      // share
	// ECE is the expected calibration error: the distance of confidence and share right, averaged over the bins by what
	// is in them (Naeini, Cooper and Hauskrecht, AAAI 2015).
	ECE  float64 `json:"ece"`
	Bins []Bin   `json:"bins"` // those that hold something
}

// Calibration is the reliability of the confidence of utterances and of words; nil where there were none.
type Calibration struct {
	Utterance *Reliability `json:"utterance,omitempty"`
	Word      *Reliability `json:"word,omitempty"`
}

// judged is a confidence and whether what it stands for was right.
type judged struct {
	confidence float64
	right      bool
}

// calibrating gathers confidences.
type calibrating struct{ utterances, words []judged }

func (c *calibrating) add(u Utterance) {
	if u.Finals == 1 {
		c.utterances = append(c.utterances, judged{u.Confidence, u.Right})
	}
	for _, w := range u.Words {
		c.words = append(c.words, judged{w.Confidence, w.Right})
	}
}

func (c *calibrating) result() Calibration {
	return Calibration{reliability(c.utterances), reliability(c.words)}
}

func reliability(all []judged) *Reliability {
	if len(all) == 0 {
		return nil
	}
	r := &Reliability{Count: len(all)}
	parts := make([]Bin, bins)
	for _, j := range all {
		b := &parts[max(0, min(bins-1, int(j.confidence*bins)))]
		b.Count++
		b.Confidence += j.confidence
		r.Confidence += j.confidence
		if j.right {
			b.Right++
			r.Right++
		}
	}
	n := float64(len(all))
	r.Confidence, r.Right = r.Confidence/n, r.Right/n
	for i, b := range parts {
		if b.Count == 0 {
			continue
		}
		b.Low, b.High = float64(i)/bins, float64(i+1)/bins
		b.Confidence, b.Right = b.Confidence/float64(b.Count), b.Right/float64(b.Count)
		r.ECE += math.Abs(b.Confidence-b.Right) * float64(b.Count) / n
		r.Bins = append(r.Bins, b)
	}
	return r
}

// HeardWord is a word, how sure the recogniser was of it, and whether it was said.
type HeardWord struct {
	Text       string  `json:"text"`
	Confidence float64 `json:"confidence"`
	Right      bool    `json:"right"`
}

// judgeWords tells which words were said: those whose characters all agree with the reference where it lies best. It is nil
// where the characters of the words are not those of the text, as where a number goes over several words.
func judgeWords(said []string, words []asr.Word) []HeardWord {
	var got []string
	var whole string
	ends := make([]int, len(words))
	for i, w := range words {
		if i > 0 && isWord(w.Text) && isWord(words[i-1].Text) {
			whole += " "
		}
		whole += w.Text
		got = append(got, Characters(w.Text)...)
		ends[i] = len(got)
	}
	if together := Characters(whole); len(together) != len(got) {
		return nil
	}
	wrong := make([]bool, len(got))
	align(said, got, func(_, j int, same bool) {
		if j >= 0 && !same {
			wrong[j] = true
		}
	})
	out := make([]HeardWord, len(words))
	from := 0
	for i, w := range words {
		out[i] = HeardWord{w.Text, w.Confidence, true}
		for _, bad := range wrong[from:ends[i]] {
			out[i].Right = out[i].Right && !bad
		}
		from = ends[i]
	}
	return out
}
