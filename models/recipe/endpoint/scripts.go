package main

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// held says that a text belongs to the fifth that is spoken and kept from the models it is heard with.
func held(line string) bool {
	h := fnv.New32a()
	h.Write([]byte(line))
	return h.Sum32()%5 == 0
}

// So many turns of each kind.
const (
	requests = 900 // whole sentences
	broken   = 700 // sentences with a pause at a word's end
	begun    = 500 // a beginning, a pause, a sentence
	left     = 250 // a beginning alone
	answered = 250
	numbered = 1100
)

// writer makes turns; their texts are random but always the same.
type writer struct {
	dice *rand.Rand
	out  *strings.Builder
}

func (w *writer) line(class, lang, expect, text string) {
	fmt.Fprintf(w.out, "%s\t%s\t%s\t%s\n", class, lang, expect, text)
}

// pause is a pause as people make it: mostly short, some long; in seconds.
func (w *writer) pause(median, least, most float64) string {
	s := median * math.Exp(0.5*w.dice.NormFloat64())
	return fmt.Sprintf(" <%.2f> ", min(max(s, least), most))
}

// writeScripts writes DIR/turns.tsv, and below DIR/hearing the sentences that are not in it.
func writeScripts(all map[string]*texts, dir string) error {
	w := &writer{rand.New(rand.NewPCG(1, 0x7475726e)), &strings.Builder{}}
	if err := os.MkdirAll(filepath.Join(dir, "hearing"), 0o755); err != nil {
		return err
	}
	for _, lang := range []string{"zh", "en"} {
		t := all[lang]
		share := 1.0
		if lang == "en" {
			share = 0.3
		}
		w.sentences(t, share)
		w.numbers(t, int(numbered*share))
		rest := slices.DeleteFunc(slices.Clone(t.sentences), held)
		name := filepath.Join(dir, "hearing", "sentences."+lang+".txt")
		if err := os.WriteFile(name, []byte(strings.Join(rest, "\n")+"\n"), 0o644); err != nil {
			return err
		}
	}
	lines := strings.SplitAfter(w.out.String(), "\n")
	w.dice.Shuffle(len(lines), func(i, k int) { lines[i], lines[k] = lines[k], lines[i] })
	return os.WriteFile(filepath.Join(dir, "turns.tsv"), []byte(strings.Join(lines, "")), 0o644)
}

// sentences writes the turns that are made of words.
func (w *writer) sentences(t *texts, share float64) {
	sentences := slices.DeleteFunc(slices.Clone(t.sentences), func(l string) bool { return !held(l) })
	openers := slices.DeleteFunc(slices.Clone(t.openers), func(l string) bool { return !held(l) })
	pick := func(list []string) string { return t.filled(list[w.dice.IntN(len(list))], w.dice) }
	times := func(n int, do func()) {
		for range int(float64(n) * share) {
			do()
		}
	}
	times(requests, func() { w.line("request", t.lang, "", t.joined(strings.Fields(pick(sentences)))) })
	times(broken, func() {
		words := strings.Fields(pick(sentences))
		if len(words) < 2 {
			return
		}
		at := t.breath(words, w.dice)
		w.line("broken", t.lang, "", t.joined(words[:at])+w.pause(0.4, 0.16, 1.3)+t.joined(words[at:]))
	})
	times(begun, func() {
		w.line("begun", t.lang, "", t.joined(strings.Fields(pick(openers)))+w.pause(0.6, 0.2, 1.35)+t.joined(strings.Fields(pick(sentences))))
	})
	times(left, func() { w.line("left", t.lang, "", t.joined(strings.Fields(pick(openers)))+" <...>") })
	times(answered, func() {
		expect := "yesno"
		if w.dice.IntN(4) == 0 {
			expect = ""
		}
		w.line("answer", t.lang, expect, t.joined(strings.Fields(pick(t.answers))))
	})
}

// numbers writes digit strings in chunks, of all lengths and under all expectations, whole or left off.
func (w *writer) numbers(t *texts, n int) {
	for range n {
		digits, sizes, expect := w.number()
		if w.dice.IntN(4) == 0 {
			expect = ""
		}
		var chunks []string
		for _, size := range sizes {
			chunks = append(chunks, t.spoken(digits[:size], w.dice))
			digits = digits[size:]
		}
		open := ""
		if len(chunks) > 1 && w.dice.IntN(8) == 0 {
			chunks, open = chunks[:1+w.dice.IntN(len(chunks)-1)], " <...>"
		}
		text := chunks[0]
		for _, c := range chunks[1:] {
			if w.dice.IntN(6) == 0 {
				text += " " + c
				continue
			}
			text += fmt.Sprintf(" <%.2f> ", 0.3+w.dice.Float64()*1.0) + c
		}
		if w.dice.IntN(3) == 0 {
			carrier := t.carriers()[w.dice.IntN(len(t.carriers()))]
			gap := " "
			if w.dice.IntN(2) == 0 {
				gap = w.pause(0.5, 0.2, 1.3)
			}
			text = carrier + gap + text
		}
		w.line("number", t.lang, expect, text+open)
	}
}

// number is a digit string, the sizes of its chunks and what the dialogue expects.
func (w *writer) number() (digits string, sizes []int, expect string) {
	random := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte('0' + w.dice.IntN(10))
		}
		return string(b)
	}
	sized := func(list ...[]int) []int { return list[w.dice.IntN(len(list))] }
	switch w.dice.IntN(8) {
	case 0, 1:
		return random(4), sized([]int{4}, []int{4}, []int{4}, []int{2, 2}), "digits:4"
	case 2, 3, 4:
		return "1" + string('3'+byte(w.dice.IntN(7))) + random(9), sized([]int{3, 4, 4}, []int{3, 4, 4}, []int{4, 4, 3}, []int{3, 3, 5}, []int{5, 6}, []int{11}), "digits:11"
	case 5:
		n := 12 + w.dice.IntN(4)
		return random(n), sized([]int{4, 4, n - 8}, []int{3, 3, 3, n - 9}, []int{n}, []int{6, n - 6}), "waybill"
	default:
		return random(18), sized([]int{4, 4, 4, 6}, []int{6, 6, 6}, []int{3, 3, 3, 3, 3, 3}, []int{18}, []int{5, 5, 8}, []int{4, 4, 4, 4, 2}), "digits:11-19"
	}
}

// filled puts words in the place of classes.
func (t *texts) filled(line string, dice *rand.Rand) string {
	words := strings.Fields(line)
	for i, w := range words {
		switch list := t.members[w]; {
		case len(list) > 0:
			words[i] = list[dice.IntN(len(list))]
		case w == "<digits>":
			number := make([]byte, []int{4, 6, 11, 13, 18}[dice.IntN(5)])
			for k := range number {
				number[k] = byte('0' + dice.IntN(10))
			}
			words[i] = t.spoken(string(number), dice)
		}
	}
	return strings.Join(words, " ")
}

// spoken is a digit string as people read it out.
func (t *texts) spoken(digits string, dice *rand.Rand) string {
	names := []string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	if dice.IntN(10) < 7 {
		names[1] = "幺"
	}
	if t.lang == "en" {
		names = strings.Fields("zero one two three four five six seven eight nine")
	}
	var words []string
	for _, d := range digits {
		words = append(words, names[d-'0'])
	}
	return t.joined(words)
}

func (t *texts) carriers() []string {
	if t.lang == "en" {
		return []string{"my number is", "the tracking number is", "it's", "my phone number is"}
	}
	return []string{"我的手机号是", "单号是", "订单号", "电话", "运单号是", "我的单号", "是", "嗯"}
}

func (t *texts) joined(words []string) string {
	if t.lang == "en" {
		return strings.Join(words, " ")
	}
	return strings.Join(words, "")
}

// hesitant are words after which people breathe more often than elsewhere.
var hesitant = strings.Fields(`嗯 呃 啊 那个 就是 然后 因为 所以 但是 可是 如果 还有 我想 想 要 把 帮我 麻烦 一下 问 请问 说 是 的 我的 了
um uh well so and but because if that the a to i my about for with is`)

// weight is how often a pause falls between two words, against other places.
func weight(before string) float64 {
	if slices.Contains(hesitant, before) {
		return 3
	}
	return 1
}

// breath is a place for a pause within words: after so many of them.
func (t *texts) breath(words []string, dice *rand.Rand) int {
	total := 0.0
	for _, w := range words[:len(words)-1] {
		total += weight(w)
	}
	at := dice.Float64() * total
	for i, w := range words[:len(words)-1] {
		if at -= weight(w); at < 0 {
			return i + 1
		}
	}
	return len(words) - 1
}
