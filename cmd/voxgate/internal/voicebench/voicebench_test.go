package voicebench

import (
	"context"
	"errors"
	"slices"
	"testing"

	"voxgate/asr"
	"voxgate/tts/ttstest"
)

// deaf hears the same words whatever is said.
type deaf struct {
	text string
	err  error
}

func (d deaf) Transcribe(_ context.Context, pcm []int16, _ asr.Hints) ([]asr.Event, error) {
	if len(pcm) == 0 {
		return nil, errors.New("nothing was said")
	}
	return []asr.Event{{Text: d.text}}, d.err
}

func TestWhatCountsOfEachKind(t *testing.T) {
	for _, c := range []struct {
		kind, said, heard string
		errors            int
	}{
		{"phone", "电话是13711029846。", "店话13711029846", 0},
		{"phone", "电话是13711029846。", "电话是1371102984", 1},
		{"waybill", "单号SF1562", "单号是SF1562", 0},
		{"money", "退款45.9元。", "退款四十五块九", 0},
		{"money", "退款45.9元。", "退款四十五块", 1},
		{"date", "5月11日到。", "5月11日到", 0},
		{"sentence", "没听清，是哪一个？", "没听清是哪1个", 0},
		{"sentence", "没听清。", "", 3},
	} {
		scores, err := Run(t.Context(), []Line{{c.kind, c.said}}, &ttstest.Engine{}, deaf{text: c.heard}, nil)
		if err != nil || len(scores) != 1 || scores[0].Errors != c.errors || (scores[0].Right == 1) != (c.errors == 0) {
			t.Errorf("%s: %+v, %v", c.said, scores, err)
		}
	}
}

// Another character of the same sound is not the voice's fault.
func TestHomophonesSoundAlike(t *testing.T) {
	for heard, alike := range map[string]int{"元定明天到": 1, "现在完了": 0} {
		scores, err := Run(t.Context(), []Line{{"sentence", "原定明天到。"}}, &ttstest.Engine{}, deaf{text: heard}, nil)
		if err != nil || scores[0].Right != 0 || scores[0].Alike != alike {
			t.Errorf("%s: %+v, %v", heard, scores, err)
		}
	}
}

func TestRunTellsWhatWasWrong(t *testing.T) {
	broken := errors.New("broken")
	if _, err := Run(t.Context(), []Line{{"tail", "1234"}}, &ttstest.Engine{}, deaf{err: broken}, nil); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	var wrong []Heard
	said := []Line{{"tail", "1234"}, {"sentence", "好"}, {"tail", "8888"}}
	scores, err := Run(t.Context(), said, &ttstest.Engine{}, deaf{text: "8888"}, func(h Heard) { wrong = append(wrong, h) })
	if err != nil || len(wrong) != 2 || wrong[0].Wanted != "1234" || wrong[0].Got != "8888" {
		t.Errorf("%+v, %v", wrong, err)
	}
	if len(scores) != 2 || scores[0].Lines != 2 || scores[0].Right != 1 || scores[0].Plus("all", scores[1]).Lines != 3 {
		t.Errorf("%+v", scores)
	}
}

func TestLinesThatShip(t *testing.T) {
	all, err := Lines()
	if err != nil || len(all) != 300 {
		t.Fatalf("%d lines, %v", len(all), err)
	}
	for _, kind := range Kinds() {
		if !slices.ContainsFunc(all, func(l Line) bool { return l.Kind == kind }) {
			t.Errorf("no %s", kind)
		}
	}
}
