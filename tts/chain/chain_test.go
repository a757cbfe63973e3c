package chain

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"voxgate/media"
	"voxgate/tts"
	"voxgate/tts/clauses"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// framesEach is how many frames a scripted engine gives for a clause.
const framesEach = 3

// scripted speaks clause n as framesEach frames that hold its id times 100 and n.
type scripted struct {
	id    int16
	fail  map[int]error       // before the second frame of that clause
	hang  map[int]<-chan bool // the same; a closed channel goes on, and cancelling does not help where stuck
	stuck bool
	voice string // the only one it knows, beside none

	asked []tts.Utterance
	ended int
}

func (s *scripted) Speak(ctx context.Context, u tts.Utterance) iter.Seq2[media.Frame, error] {
	s.asked = append(s.asked, u)
	return func(yield func(media.Frame, error) bool) {
		defer func() { s.ended++ }()
		if u.Voice != "" && u.Voice != s.voice {
			yield(media.Frame{}, tts.ErrUnspeakable)
			return
		}
		all, rate, err := clauses.Plan(u)
		if err != nil {
			yield(media.Frame{}, err)
			return
		}
		for i := range all {
			n := u.From + i
			for k := range framesEach {
				if k == 1 && !s.trouble(ctx, n, yield) {
					return
				}
				frame := media.Frame{Rate: rate}
				frame.Samples[0] = 100*s.id + int16(n)
				if !yield(frame, nil) {
					return
				}
			}
			tts.Said(ctx, n+1)
		}
	}
}

// trouble is what happens in clause n; false where the utterance ends with it.
func (s *scripted) trouble(ctx context.Context, n int, yield func(media.Frame, error) bool) bool {
	if err := s.fail[n]; err != nil {
		yield(media.Frame{}, err)
		return false
	}
	released, ok := s.hang[n]
	if !ok {
		return true
	}
	cancelled := ctx.Done()
	if s.stuck {
		cancelled = nil
	}
	select {
	case <-released:
		return true
	case <-cancelled:
		yield(media.Frame{}, context.Cause(ctx))
		return false
	}
}

// hear is the first samples of an utterance's frames, and its error.
func hear(frames iter.Seq2[media.Frame, error]) (out []int16, err error) {
	for frame, failure := range frames {
		if failure != nil {
			return out, failure
		}
		out = append(out, frame.Samples[0])
	}
	return out, nil
}

// clause is what a scripted engine gives for clause n, cut to frames.
func clause(id, n, frames int) []int16 { return slices.Repeat([]int16{int16(100*id + n)}, frames) }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// chainOf is a chain that speaks both languages with engines.
func chainOf(t *testing.T, log *slog.Logger, engines ...*scripted) *Engine {
	t.Helper()
	var links []Link
	for i, engine := range engines {
		links = append(links, Link{Name: string(rune('a' + i)), Engine: engine})
	}
	e, err := New(Config{Chinese: links, English: links, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

var three = tts.Utterance{Text: "一个。两个。三个。"}

func TestTheFirstEngineSaysItAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := &scripted{id: 1}, &scripted{id: 2}
		e := chainOf(t, quiet(), a, b)
		said, standIn := 0, false
		ctx := tts.WithStandIn(tts.WithSaid(t.Context(), func(n int) { said = n }), func() { standIn = true })
		got, err := hear(e.Speak(ctx, three))
		if want := slices.Concat(clause(1, 0, 3), clause(1, 1, 3), clause(1, 2, 3)); err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, %v", got, err)
		}
		if len(b.asked) != 0 || said != 3 || standIn {
			t.Errorf("the second was asked %d times, %d clauses told", len(b.asked), said)
		}
	})
}

func TestTheNextEngineSaysWhatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		died := errors.New("died")
		for at, want := range [][]int16{
			slices.Concat(clause(1, 0, 1), clause(2, 0, 3), clause(2, 1, 3), clause(2, 2, 3)),
			slices.Concat(clause(1, 0, 3), clause(1, 1, 1), clause(2, 1, 3), clause(2, 2, 3)),
			slices.Concat(clause(1, 0, 3), clause(1, 1, 3), clause(1, 2, 1), clause(2, 2, 3)),
		} {
			a, b := &scripted{id: 1, fail: map[int]error{at: died}}, &scripted{id: 2}
			standIn := false
			ctx := tts.WithStandIn(t.Context(), func() { standIn = true })
			got, err := hear(chainOf(t, quiet(), a, b).Speak(ctx, three))
			if err != nil || !slices.Equal(got, want) || !standIn {
				t.Errorf("died in clause %d: %v, %v, stand-in %v", at, got, err, standIn)
			}
		}
	})
}

func TestThreeEnginesShareAnUtterance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		died := errors.New("died")
		a, b, c := &scripted{id: 1, fail: map[int]error{1: died}}, &scripted{id: 2, fail: map[int]error{2: died}}, &scripted{id: 3}
		got, err := hear(chainOf(t, quiet(), a, b, c).Speak(t.Context(), tts.Utterance{Text: three.Text, Rate: 16000, Lang: "zh"}))
		want := slices.Concat(clause(1, 0, 3), clause(1, 1, 1), clause(2, 1, 3), clause(2, 2, 1), clause(3, 2, 3))
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, %v", got, err)
		}
		if c.asked[0] != (tts.Utterance{Text: three.Text, Rate: 16000, Lang: "zh", From: 2}) {
			t.Errorf("the third was asked for %+v", c.asked[0])
		}
	})
}

func TestAnEngineThatHangsIsLeftInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := &scripted{id: 1, hang: map[int]<-chan bool{1: nil}}, &scripted{id: 2}
		e := chainOf(t, quiet(), a, b)
		begin := time.Now()
		got, err := hear(e.Speak(t.Context(), three))
		want := slices.Concat(clause(1, 0, 3), clause(1, 1, 1), clause(2, 1, 3), clause(2, 2, 3))
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, %v", got, err)
		}
		if took := time.Since(begin); took != DefaultPatience {
			t.Errorf("it took %v", took)
		}
		if a.ended != 1 {
			t.Error("the engine that hung was not ended")
		}
	})
}

func TestWhereAllFailTheReasonsAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		died, broken := errors.New("died"), errors.New("broken")
		a, b := &scripted{id: 1, fail: map[int]error{1: died}}, &scripted{id: 2, fail: map[int]error{1: broken}}
		var log bytes.Buffer
		e := chainOf(t, slog.New(slog.NewTextHandler(&log, nil)), a, b)
		got, err := hear(e.Speak(tts.WithCall(t.Context(), "call-7"), three))
		if want := slices.Concat(clause(1, 0, 3), clause(1, 1, 1), clause(2, 1, 1)); !slices.Equal(got, want) {
			t.Errorf("heard %v, want %v", got, want)
		}
		for _, want := range []error{ErrSilent, died, broken} {
			if !errors.Is(err, want) {
				t.Errorf("%v does not wrap %v", err, want)
			}
		}
		said := log.String()
		for _, want := range []string{"call=call-7", "engine=a", "next=b", "clauses_said=1", "level=ERROR"} {
			if !strings.Contains(said, want) {
				t.Errorf("the log lacks %s:\n%s", want, said)
			}
		}
		if strings.Contains(said, "两个") {
			t.Error("the log holds what is said to a caller")
		}
	})
}

func TestLanguagesHaveChainsOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		zh, en, both := &scripted{id: 1}, &scripted{id: 2, fail: map[int]error{0: errors.New("died")}}, &scripted{id: 3}
		e, err := New(Config{
			Chinese: []Link{{Name: "zh", Engine: zh}, {Name: "both", Engine: both}},
			English: []Link{{Name: "en", Engine: en}, {Name: "both", Engine: both}}, Log: quiet(),
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := hear(e.Speak(t.Context(), tts.Utterance{Text: "好"})); err != nil || got[0] != 100 {
			t.Errorf("%v, %v", got, err)
		}
		if got, err := hear(e.Speak(t.Context(), tts.Utterance{Text: "Yes", Lang: "en"})); err != nil || got[1] != 300 {
			t.Errorf("%v, %v", got, err)
		}
		if _, err := hear(e.Speak(t.Context(), tts.Utterance{Text: "Oui", Lang: "fr"})); !errors.Is(err, tts.ErrUnspeakable) {
			t.Errorf("French: %v", err)
		}
		if len(e.Health()) != 3 {
			t.Errorf("%+v", e.Health())
		}
		if _, err := New(Config{Chinese: []Link{{Name: "zh", Engine: zh}}}); err == nil || !strings.Contains(err.Error(), "en") {
			t.Errorf("nobody speaks English: %v", err)
		}
	})
}
