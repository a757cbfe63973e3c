package turns

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"voxgate/asr"
)

func TestShippedTable(t *testing.T) {
	scripts, err := Parse(strings.NewReader(Shipped))
	if err != nil {
		t.Fatal(err)
	}
	classes := map[string]int{}
	for _, s := range scripts {
		classes[s.Class]++
		if len(s.Pauses) != len(s.Pieces)-1 {
			t.Errorf("line %d: %d pauses between %d pieces", s.Line, len(s.Pauses), len(s.Pieces))
		}
	}
	for _, c := range []string{"request", "answer", "tail", "phone", "order", "thinking", "unfinished", "unfinished-number"} {
		if classes[c] < 20 {
			t.Errorf("%d turns of class %s", classes[c], c)
		}
	}
}

func TestParse(t *testing.T) {
	scripts, err := Parse(strings.NewReader("# a line\n\nphone\tzh\tdigits:11\t幺三八 <0.7> 零零幺三<...>\r\n"))
	if err != nil || len(scripts) != 1 {
		t.Fatal(scripts, err)
	}
	s := scripts[0]
	if s.Line != 3 || !s.Open || !s.Hints.Digits || s.Hints.MaxDigits != 11 || s.Hints.Lang != "zh" ||
		!slices.Equal(s.Pieces, []string{"幺三八", "零零幺三"}) || !slices.Equal(s.Pauses, []time.Duration{700 * time.Millisecond}) {
		t.Errorf("%+v", s)
	}
	for name, line := range map[string]string{
		"empty": "", "three columns": "a\tzh\t对", "no class": "\tzh\t\t对", "language": "a\tfr\t\toui", "hints": "a\tzh\tfoo\t对",
		"no text": "a\tzh\t\t", "pause unclosed": "a\tzh\t\t对 <0.5 对", "pause no number": "a\tzh\t\t对 <x> 对",
		"pause too long": "a\tzh\t\t对 <9> 对", "NaN": "a\tzh\t\t对 <NaN> 对", "negative": "a\tzh\t\t对 <-1> 对",
		"ends in a pause": "a\tzh\t\t对 <0.5>", "not UTF-8": "a\tzh\t\t\xff", "long": "a\tzh\t\t" + strings.Repeat("对", longestLine),
	} {
		if got, err := Parse(strings.NewReader(line)); !errors.Is(err, ErrScript) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// FuzzParse wants an error or turns whose pauses lie between their pieces.
func FuzzParse(f *testing.F) {
	f.Add("request\tzh\t\t我想问一下 <0.6> 我的快递到哪了")
	f.Add("a\ten\tdigits:4+only\tfour <...>")
	f.Fuzz(func(t *testing.T, table string) {
		scripts, err := Parse(strings.NewReader(table))
		if err != nil {
			if !errors.Is(err, ErrScript) {
				t.Error(err)
			}
			return
		}
		for _, s := range scripts {
			if len(s.Pieces) == 0 || len(s.Pauses) != len(s.Pieces)-1 {
				t.Errorf("%+v", s)
			}
		}
	})
}

// tone is a piece of a second that sounds.
func tone(context.Context, int, string, string) ([]int16, error) {
	pcm := make([]int16, 8400)
	for i := range 8000 {
		pcm[200+i] = int16(1000 * (1 - i%2*2))
	}
	return pcm, nil
}

func TestRunMeasuresFromTheLastSound(t *testing.T) {
	scripts, err := Parse(strings.NewReader("a\tzh\t\t对 <0.5> 对\na\tzh\t\t对 <0.5> 对\nb\tzh\t\t对\n"))
	if err != nil {
		t.Fatal(err)
	}
	bench := Bench{
		Speak: tone, Workers: 2,
		Line: func(pcm []int16, _ int) ([]int16, error) { return pcm, nil },
		Hear: func(_ context.Context, turn Turn, heard func(time.Duration, asr.Event) bool) error {
			heard(turn.Starts[0]+100*time.Millisecond, asr.Event{Kind: asr.SpeechStarted})
			switch turn.Number {
			case 0:
				heard(turn.Ends[0]+300*time.Millisecond, asr.Event{Kind: asr.Final, Reason: "silence", Text: "早"})
			case 2:
				return nil
			}
			heard(turn.End()+400*time.Millisecond, asr.Event{Kind: asr.Final, Reason: "complete"})
			return nil
		},
	}
	all, err := bench.Run(t.Context(), scripts)
	if err != nil {
		t.Fatal(err)
	}
	if end := all[0].Turn.End(); end != 3500*time.Millisecond {
		t.Errorf("the last sound ends at %v", end)
	}
	summary := Summarise(all)
	if len(summary) != 3 || summary[2].Class != "all" {
		t.Fatalf("%+v", summary)
	}
	a, b := summary[0], summary[1]
	if a.Turns != 2 || a.P50 != 400 || a.False != 1 || a.FalseRate != 50 || a.Reasons["complete"] != 2 || a.Noticed != 100 ||
		len(a.Examples) != 1 || a.Examples[0].Heard != "早" || a.Examples[0].Said != "对 <0.5> 对" {
		t.Errorf("%+v", a)
	}
	if b.Never != 1 || b.False != 0 {
		t.Errorf("%+v", b)
	}
	var table strings.Builder
	if err := WriteTable(&table, summary); err != nil || !strings.Contains(table.String(), "ended early (silence)") {
		t.Error(err, table.String())
	}
}
