package decode

import (
	"math"
	"strings"
	"testing"

	"voxgate/asr"
)

var spokenDigit = strings.Fields("ling2 yi1 er4 san1 si4 wu3 liu4 qi1 ba1 jiu3")

func spoken(number string) string {
	var out []string
	for _, d := range number {
		out = append(out, spokenDigit[d-'0'])
	}
	return strings.Join(out, " ")
}

// between are rows of sound between two readings with the same number of units: share of the second.
func between(t *testing.T, l *Language, a, b string, share float64) [][]float32 {
	t.Helper()
	one, two := rows(t, l, a, 0.9), rows(t, l, b, 0.9)
	if len(one) != len(two) {
		t.Fatalf("%q and %q differ in length", a, b)
	}
	for i := range one {
		for u := range one[i] {
			p := (1-share)*math.Exp(float64(one[i][u])) + share*math.Exp(float64(two[i][u]))
			one[i][u] = float32(math.Log(p))
		}
	}
	return one
}

func TestMisheardDigitOfAKnownNumber(t *testing.T) {
	zh := language(t, "zh")
	heard, said := "138019658457072434", "138019658457072494"
	sound := between(t, zh, spoken(heard), spoken(said), 0.03)
	h := asr.Hints{Digits: true, MinDigits: 11, MaxDigits: 19}
	if got := decodeRows(zh, h, sound); got.Text != heard {
		t.Fatalf("%q without known numbers: the test shows nothing", got.Text)
	}
	h.Known = []string{"13711029846", said, "SF1562204478319"}
	if got := decodeRows(zh, h, sound); got.Text != said || len(got.Others) == 0 || got.Others[0].Text != heard {
		t.Errorf("%q, then %+v", got.Text, got.Others)
	}
	if got := decodeRows(zh, h, rows(t, zh, spoken(heard), 0.98)); got.Text != heard {
		t.Errorf("%q: a clearly spoken number became a known one", got.Text)
	}
	swallowed := spoken(said[:7]) + " " + spoken(said[8:])
	if got := decodeRows(zh, h, rows(t, zh, swallowed, 0.4)); got.Text != said && got.Text != said[:7]+said[8:] {
		t.Errorf("%q", got.Text)
	}
}

func TestMisheardTail(t *testing.T) {
	zh := language(t, "zh")
	sound := between(t, zh, "wei3 hao4 "+spoken("9343"), "wei3 hao4 "+spoken("9943"), 0.2)
	h := asr.Hints{Digits: true, MinDigits: 4, MaxDigits: 4, Known: []string{"13711029943", "15822216604"}}
	if got := decodeRows(zh, h, sound); got.Text != "尾号9943" {
		t.Errorf("%q", got.Text)
	}
	if got := decodeRows(zh, h, rows(t, zh, "wei3 hao4 "+spoken("9343"), 0.9)); got.Text != "尾号9343" {
		t.Errorf("%q: a clearly spoken tail became a known one", got.Text)
	}
}

func TestPartOfALongNumberIsNoTail(t *testing.T) {
	zh := language(t, "zh")
	sound := between(t, zh, spoken("13711029343"), spoken("13711029943"), 0.2)
	h := asr.Hints{Digits: true, Known: []string{"SF1562204479943"}}
	if got := decodeRows(zh, h, sound); got.Text != "13711029343" {
		t.Errorf("%q", got.Text)
	}
}

func TestTwoKnownNumbersAlike(t *testing.T) {
	zh := language(t, "zh")
	a, b := "138019658457072434", "138019658457072494"
	got := decodeRows(zh, asr.Hints{Digits: true, Known: []string{a, b}}, between(t, zh, spoken(a), spoken(b), 0.5))
	if len(got.Others) == 0 {
		t.Fatalf("only %q", got.Text)
	}
	if first, second := got.Text, got.Others[0].Text; first != a && first != b || second != a && second != b || first == second {
		t.Errorf("%q, then %q", first, second)
	}
	if d := got.Confidence - got.Others[0].Confidence; d > 0.05 {
		t.Errorf("%v surer of one of two that sound the same", d)
	}
}

func TestCandidates(t *testing.T) {
	var got []string
	for _, c := range candidates([]string{" sf 1562204478319", "12", "", "八", "13711029846", "SF1562204478319", "99999999999999999999999999"}) {
		got = append(got, c.letters+c.digits)
	}
	want := "SF1562204478319 1562204478319 8319 478319 13711029846 9846 029846"
	if strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}

func TestCardinals(t *testing.T) {
	for text, want := range map[string]string{
		"3721": "三千七百二十一", "3021": "三千零二十一", "3002": "三千零二", "3700": "三千七百 三千七", "3720": "三千七百二十 三千七百二", "3020": "三千零二十",
		"3000": "三千", "0721": "", "372": "", "37211": "", "SF12": "",
	} {
		var got []string
		for _, way := range cardinals(text) {
			got = append(got, strings.Join(way, ""))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", text, got, want)
		}
	}
}

func TestMisheardCardinalTail(t *testing.T) {
	zh := language(t, "zh")
	sound := between(t, zh, "wu3 qian1 liu4 bai3 ling2 ba1", "wu3 qian1 liu4 bai3 ling2 jiu3", 0.25)
	h := asr.Hints{Digits: true, MinDigits: 4, MaxDigits: 4, Known: []string{"13711025609", "15822216604"}}
	if got := decodeRows(zh, h, sound); got.Text != "五千六百零九" {
		t.Errorf("%q", got.Text)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"123", "123", 0}, {"123", "143", 1}, {"123", "1234", 1}, {"1234", "234", 1}, {"1234", "4321", 4}, {"", "12", 2}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("from %q to %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestLattice(t *testing.T) {
	row := func(u int) []float32 {
		r := []float32{-9, -9, -9, -9}
		r[u] = -0.01
		return r
	}
	words := [][]uint16{{1}, {1, 2}, {3}, {2, 2}}
	units := func(w int32) []uint16 { return words[w] }
	// One of two words, then a third; the second word's sound is there.
	l := newLattice([]edge{{0, 1, 0}, {0, 1, 1}, {1, 2, 2}}, 2, units)
	score, way := l.best([][]float32{row(1), row(2), row(0), row(3)})
	if score < -0.1 || len(way) != 2 || way[0] != 1 || way[1] != 2 {
		t.Errorf("%v by %v", score, way)
	}
	// The same unit twice needs a blank between, within a word and from word to word.
	twice := newLattice([]edge{{0, 1, 3}}, 1, units)
	if score, _ := twice.best([][]float32{row(2), row(2)}); score > unlikely {
		t.Errorf("two of the same in two steps: %v", score)
	}
	if score, _ := twice.best([][]float32{row(2), row(0), row(2)}); score < -0.1 {
		t.Errorf("two of the same with a blank: %v", score)
	}
	again := newLattice([]edge{{0, 1, 0}, {1, 2, 0}}, 2, units)
	if score, _ := again.best([][]float32{row(1), row(1)}); score > unlikely {
		t.Errorf("a word twice in two steps: %v", score)
	}
	if score, way := again.best(nil); score > unlikely || way != nil {
		t.Errorf("nothing heard: %v by %v", score, way)
	}
	if score, _ := newLattice(nil, 1, units).best([][]float32{row(0)}); score > unlikely {
		t.Errorf("nothing to say: %v", score)
	}
}
