package evaluation

import (
	"math"
	"strings"
	"testing"

	"voxgate/asr"
)

func TestReliability(t *testing.T) {
	if r := reliability(nil); r != nil {
		t.Errorf("of nothing: %+v", r)
	}
	// Four at 0.9 of which two are right, four at 0.25 of which one is: |0.9-0.5|/2 + |0.25-0.25|/2 = 0.2.
	var all []judged
	for i := range 4 {
		all = append(all, judged{0.9, i < 2}, judged{0.25, i < 1})
	}
	r := reliability(append(all[:0:0], all...))
	if math.Abs(r.ECE-0.2) > 1e-9 || r.Count != 8 || math.Abs(r.Confidence-0.575) > 1e-9 || r.Right != 3.0/8 || len(r.Bins) != 2 {
		t.Fatalf("%+v", r)
	}
	if b := r.Bins[0]; b.Low != 0.2 || b.High != 0.3 || b.Count != 4 || b.Confidence != 0.25 || b.Right != 0.25 {
		t.Errorf("lower bin %+v", b)
	}
	// Certainty belongs to the last bin, and a confidence out of bounds to the nearest.
	if r := reliability([]judged{{1, true}, {1.2, true}, {-0.1, false}}); len(r.Bins) != 2 || r.Bins[1].Count != 2 || r.Bins[1].High != 1 {
		t.Errorf("%+v", r)
	}
}

func TestJudgeWords(t *testing.T) {
	for name, c := range map[string]struct{ said, heard, want string }{
		"all right":         {"帮我查快递", "帮我 查 快递", "+++"},
		"one wrong":         {"帮我查快递", "帮我 找 快递", "+-+"},
		"half a word":       {"查快递", "查 快件", "+-"},
		"one too many":      {"查快递", "查 那 快递", "+-+"},
		"one too few":       {"查一下快递", "查 快递", "++"},
		"a digit":           {"尾号三七二一", "尾号 3 7 8 1", "+++-+"},
		"English":           {"where is my order", "where is her order", "++-+"},
		"nothing was said":  {"", "查", "-"},
		"nothing was heard": {"查", "", ""},
	} {
		var words []asr.Word
		for _, w := range strings.Fields(c.heard) {
			words = append(words, asr.Word{Text: w, Confidence: 0.5})
		}
		marks := ""
		for _, w := range judgeWords(Characters(c.said), words) {
			if w.Right {
				marks += "+"
			} else {
				marks += "-"
			}
		}
		if marks != c.want {
			t.Errorf("%s: %s, want %s", name, marks, c.want)
		}
	}
	// A number over two words is no two numbers: nobody can say which of them was right.
	if got := judgeWords(Characters("三千七百"), []asr.Word{{Text: "三千"}, {Text: "七百"}}); got != nil {
		t.Errorf("%+v", got)
	}
}
