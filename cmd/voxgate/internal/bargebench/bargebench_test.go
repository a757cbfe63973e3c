package bargebench

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"voxgate/asr"
	"voxgate/media"
	"voxgate/media/mediatest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// talk is what somebody says.
func talk(seed uint64, d time.Duration) []int16 { return mediatest.Talk(media.Narrowband, d, seed) }

func testVoices() voices {
	return voices{answers: [2][]int16{talk(1, 4*time.Second), talk(2, 5*time.Second)}, caller: talk(3, 1500*time.Millisecond)}
}

func parse(t *testing.T, name string) Condition {
	t.Helper()
	c, err := ParseCondition(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestConditions(t *testing.T) {
	for _, name := range Standard() {
		parse(t, name)
	}
	if c := parse(t, "barge+echo10+cough-3.5+loss5"); c.Echo != 10 || !c.Barge || c.Sound != "cough" || c.Under != -3.5 || c.Loss != 0.05 {
		t.Errorf("%+v", c)
	}
	for _, name := range []string{"", "echo", "echo0", "echoNaN", "cough", "cough10+music10", "barge10", "loss90", "whistle3", "quiet+barge"} {
		if _, err := ParseCondition(name); !errors.Is(err, ErrCondition) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// level is that of a stretch, in dB of full scale.
func level(pcm []int16) float64 { return 20 * math.Log10(loudness(floats(pcm))/32768) }

func TestEchoComesBackAsSoftAndAsLateAsTheSceneSays(t *testing.T) {
	for n := range 2 {
		s, err := compose(n, parse(t, "echo10"), testVoices())
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Received) != len(s.Sent) || len(s.Answers) != 2 || len(s.Judged) != 2 {
			t.Fatalf("%d samples received, %d sent, answers %v, judged %v", len(s.Received), len(s.Sent), s.Answers, s.Judged)
		}
		if down := level(s.Sent) - level(s.Received); math.Abs(down-10) > 1 {
			t.Errorf("scene %d: %.1f dB softer", n, down)
		}
		quiet := s.Received[:samples(s.Answers[0].From+s.Delay)]
		if l := level(quiet[len(quiet)-800:]); l > -55 {
			t.Errorf("scene %d: %.0f dBFS before the echo", n, l)
		}
		begun := s.Received[len(quiet) : len(quiet)+samples(600*time.Millisecond)]
		if l := level(begun); l < -50 {
			t.Errorf("scene %d: %.0f dBFS when the echo has begun", n, l)
		}
	}
}

func TestCallerSpeaksWithinAnAnswer(t *testing.T) {
	for n := range 4 {
		s, err := compose(n, parse(t, "barge+cough10"), testVoices())
		if err != nil {
			t.Fatal(err)
		}
		answer := s.Answers[s.Judged[0]]
		if len(s.Judged) != 1 || s.Caller.From < answer.From+fromStart || s.Caller.From > answer.To-fromEnd {
			t.Errorf("scene %d: caller %v in answer %v", n, s.Caller, answer)
		}
		if l := level(s.Received[samples(s.Caller.From):samples(s.Caller.To)]); math.Abs(l-callerLevel) > 2 {
			t.Errorf("scene %d: the caller speaks at %.1f dBFS", n, l)
		}
	}
}

func TestSoundsAreAsLoudAsTheySay(t *testing.T) {
	for _, name := range soundNames() {
		sound := at(sounds[name].make(rand.New(rand.NewPCG(1, 2)), nil, 40000), -30)
		if l := level(whole(sound)); math.Abs(l+30) > 1 || len(sound) < 200 {
			t.Errorf("%s: %.1f dBFS, %d samples", name, l, len(sound))
		}
	}
}

// speech is what a recogniser tells of a sound from one moment to another, surely or not.
func speech(from, to time.Duration, certainty float64) []Heard {
	events := []Heard{{from + 100*time.Millisecond, asr.Event{Kind: asr.SpeechStarted, Confidence: certainty, Start: from}}}
	for at := from + 100*time.Millisecond; at < to; at += 80 * time.Millisecond {
		events = append(events, Heard{at, asr.Event{Kind: asr.Speaking, Confidence: certainty}})
	}
	return append(events, Heard{to + 300*time.Millisecond, asr.Event{Kind: asr.Final}})
}

func TestTheBotStopsForTheCallerAlone(t *testing.T) {
	for name, c := range map[string]struct {
		condition string
		certainty float64
		stops     int
	}{
		"its echo":           {"echo10", 1, 0},
		"a caller":           {"barge", 1, 1},
		"a caller over echo": {"barge+echo10", 1, 1},
		"a doubtful sound":   {"barge", 0.8, 0},
	} {
		s, err := compose(5, parse(t, c.condition), testVoices())
		if err != nil {
			t.Fatal(err)
		}
		var events []Heard
		for i, a := range s.Answers {
			switch {
			case strings.Contains(c.condition, "echo"): // the recogniser hears it all along
				events = append(events, speech(a.From+s.Delay, a.To+s.Delay, c.certainty)...)
			case i == s.Judged[0]:
				events = append(events, speech(s.Caller.From, s.Caller.To, c.certainty)...)
			}
		}
		o := Play(s, events)
		if len(o.Stops) != c.stops {
			t.Errorf("%s: stops %+v", name, o.Stops)
			continue
		}
		if c.stops == 1 && (o.Stops[0].At < s.Caller.From || o.Stops[0].At > s.Caller.From+600*time.Millisecond) {
			t.Errorf("%s from %v on: stopped at %v", name, s.Caller.From, o.Stops[0].At)
		}
	}
}

func TestFigures(t *testing.T) {
	scene := Scene{Answers: []Span{{0, 5 * time.Second}, {6 * time.Second, 11 * time.Second}}, Judged: []int{1}, Caller: Span{8 * time.Second, 10 * time.Second}}
	stop := func(at time.Duration) Outcome { return Outcome{scene, []Stop{{At: at, Reason: "speech"}}} }
	got := Summarise("barge", []Outcome{
		stop(8*time.Second + 150*time.Millisecond), stop(8*time.Second + 250*time.Millisecond), // heard
		stop(7 * time.Second),                                   // too soon
		{Scene: scene}, stop(10*time.Second + time.Millisecond), // missed
	})
	if got.Answers != 5 || got.False != 1 || got.Barges != 4 || got.Missed != 2 || got.P50 != 150 || got.P95 != 250 || got.MissedRate != 50 {
		t.Errorf("%+v", got)
	}
	scene.Caller, scene.Judged = Span{}, []int{0, 1}
	got = Summarise("quiet", []Outcome{stop(time.Second), {Scene: scene}})
	if got.Answers != 4 || got.False != 1 || got.FalseRate != 25 || got.Barges != 0 || got.Reasons["speech"] != 1 {
		t.Errorf("%+v", got)
	}
	var table strings.Builder
	if err := WriteTable(&table, []Figures{got}); err != nil || !strings.Contains(table.String(), "quiet") {
		t.Errorf("%q, %v", table.String(), err)
	}
}

func TestScenesAreHeardInOrder(t *testing.T) {
	broken := errors.New("deaf")
	b := Bench{
		Scenes: 4, Workers: 2,
		Bot: func(context.Context, string) ([]int16, error) { return talk(1, 3*time.Second), nil },
		Caller: func(context.Context, int) ([]int16, error) {
			return slices.Concat(make([]int16, 4000), talk(3, time.Second)), nil
		},
		Hear: func(_ context.Context, _ []int16, heard func(time.Duration, asr.Event) bool) error {
			heard(time.Second, asr.Event{Kind: asr.Final})
			return nil
		},
	}
	all, err := b.Run(t.Context(), parse(t, "barge"))
	if err != nil {
		t.Fatal(err)
	}
	for n, o := range all {
		if o.Scene.Number != n || o.Scene.Caller.To-o.Scene.Caller.From > 1100*time.Millisecond {
			t.Errorf("place %d has scene %d, caller %v", n, o.Scene.Number, o.Scene.Caller)
		}
	}
	b.Hear = func(context.Context, []int16, func(time.Duration, asr.Event) bool) error { return broken }
	if _, err := b.Run(t.Context(), parse(t, "quiet")); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}
