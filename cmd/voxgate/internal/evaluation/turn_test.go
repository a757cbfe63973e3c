package evaluation

import (
	"math"
	"slices"
	"testing"
	"time"

	"voxgate/asr"
)

// said is a recording of so many milliseconds of quiet, voice and quiet.
func said(before, voiced, after int) []int16 {
	quiet := func(ms int) []int16 {
		out := make([]int16, 8*ms)
		for i := range out {
			out[i] = int16(i % 3)
		}
		return out
	}
	return slices.Concat(quiet(before), voice(8*voiced), quiet(after))
}

func TestEndOfSpeech(t *testing.T) {
	for name, c := range map[string]struct {
		pcm  []int16
		want time.Duration
	}{
		"in the middle": {said(200, 1000, 500), 1200 * time.Millisecond},
		"at the end":    {said(100, 900, 0), time.Second},
		"silence":       {make([]int16, 8000), 0},
		"nothing":       {nil, 0},
	} {
		if got := endOfSpeech(c.pcm); (got - c.want).Abs() > 40*time.Millisecond {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestUtterance(t *testing.T) {
	final := func(text string, end, silence int, reason string) asr.Event {
		return asr.Event{Kind: asr.Final, Text: text, Confidence: 0.75, Reason: reason, Words: []asr.Word{{Text: text, Confidence: 0.5}},
			End: time.Duration(end) * time.Millisecond, Silence: time.Duration(silence) * time.Millisecond}
	}
	row := Row{Line: 3, Text: "查快递"}
	speech := said(200, 1000, 1500) // ends at 1,200 ms
	for name, c := range map[string]struct {
		finals     []asr.Event
		early      bool
		delay      int // -1: none
		finalCount int
	}{
		"complete":     {[]asr.Event{final("查快递", 1160, 340, "complete")}, false, 300, 1},
		"nothing":      {nil, false, -1, 0},
		"a noise":      {[]asr.Event{final("", 900, 200, "silence"), final("查快递", 1200, 500, "silence")}, false, 500, 1},
		"cut in two":   {[]asr.Event{final("查", 600, 300, "complete"), final("快递", 1200, 500, "silence")}, true, -1, 2},
		"never closed": {[]asr.Event{final("查快递", 1200, 900, "closed")}, false, -1, 1},
	} {
		text := ""
		for _, f := range c.finals {
			text += f.Text
		}
		u := utterance(row, Heard{Text: text, Finals: c.finals}, speech)
		delay := -1
		if u.Delay != nil {
			delay = *u.Delay
		}
		if u.Early != c.early || math.Abs(float64(delay-c.delay)) > 20 || u.Finals != c.finalCount || u.Line != 3 || u.Right != (text == row.Text) {
			t.Errorf("%s: %+v, delay %d", name, u, delay)
		}
	}
	one := utterance(row, Heard{Text: "查快递", Finals: []asr.Event{final("查快递", 1200, 300, "complete")}}, speech)
	if len(one.Words) != 1 || !one.Words[0].Right || one.Confidence != 0.75 || one.Reason != "complete" {
		t.Errorf("%+v", one)
	}
}

func TestTurnFigures(t *testing.T) {
	var all turning
	for ms := range 100 {
		all.add(Utterance{Text: "查快递", Finals: 1, Delay: &[]int{ms}[0]})
	}
	all.add(Utterance{Text: "尾号3721", Finals: 2, Early: true})
	all.add(Utterance{Text: "查快递"})
	r := all.result()
	if s := r.Sentences; s.Utterances != 100 || *s.P50 != 49 || *s.P95 != 94 || s.Early.Part != 0 {
		t.Errorf("sentences %+v", s)
	}
	if n := r.Numbers; n.Utterances != 1 || n.P50 != nil || n.Early.Part != 1 {
		t.Errorf("numbers %+v", n)
	}
}

func TestFalseWords(t *testing.T) {
	var f *FalseWords
	f = f.add(Heard{}, 1800)
	// No word in half an hour: up to 3.69/0.5 an hour (exactly -ln 0.025).
	if f.Words != 0 || f.PerHour != 0 || f.Low != 0 || math.Abs(f.High-7.38) > 0.2 {
		t.Errorf("%+v", f)
	}
	f = f.add(Heard{Finals: []asr.Event{{Text: ""}, {Text: "你好吗", Words: make([]asr.Word, 2)}, {Text: "嗯"}}}, 1800)
	// Three in an hour: 0.62 to 8.77 by the tables of Garwood.
	if f.Words != 3 || f.Finals != 2 || f.PerHour != 3 || math.Abs(f.Low-0.62) > 0.05 || math.Abs(f.High-8.77) > 0.1 {
		t.Errorf("%+v", f)
	}
	if len(f.Heard) != 2 || f.Heard[0] != "你好吗" {
		t.Errorf("heard %q", f.Heard)
	}
}
