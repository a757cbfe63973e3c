package gateway

import (
	"context"
	"iter"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"voxgate/asr"
	"voxgate/asr/engine"
	"voxgate/cmd/voxgate/internal/floor"
	"voxgate/cmd/voxgate/internal/timeline"
	"voxgate/dialog"
	"voxgate/media"
	"voxgate/media/mediatest"
	"voxgate/sip"
	"voxgate/tts"
	"voxgate/tts/espeak"
)

// phone is a telephone of its own that called the gateway over loopback, and speaks with a synthetic voice.
type phone struct {
	t     *testing.T
	leg   sip.Leg
	voice tts.Engine
	loud  chan struct{} // a frame of speech came in

	finals <-chan asr.Event // what the hotline's recogniser made of what was said
	turns  <-chan dialog.Turn
	spoken *spokenTexts
}

// overheard is a recogniser whose Finals a test sees too.
type overheard struct {
	asr.Engine
	finals chan asr.Event
}

type overheardStream struct {
	asr.Stream
	events chan asr.Event
}

func (o overheard) Open(ctx context.Context, hints asr.Hints) (asr.Stream, error) {
	s, err := o.Engine.Open(ctx, hints)
	if err != nil {
		return nil, err
	}
	out := &overheardStream{s, make(chan asr.Event, 64)}
	go func() {
		defer close(out.events)
		for ev := range s.Events() {
			if ev.Kind == asr.Final {
				o.finals <- ev
			}
			out.events <- ev
		}
	}()
	return out, nil
}

func (s *overheardStream) Events() <-chan asr.Event { return s.events }

// spokenTexts tells what the voice is asked to say.
type spokenTexts struct {
	tts.Engine
	texts chan string
}

func (s *spokenTexts) Speak(ctx context.Context, u tts.Utterance) iter.Seq2[media.Frame, error] {
	s.texts <- u.Text
	return s.Engine.Speak(ctx, u)
}

// turnsSeen is a brain that tells a test which turns it takes.
type turnsSeen struct {
	politeBrain
	turns chan dialog.Turn
}

func (b turnsSeen) Reply(ctx context.Context, turn dialog.Turn) iter.Seq2[dialog.Act, error] {
	b.turns <- turn
	return b.politeBrain.Reply(ctx, turn)
}

// call rings the gateway, which talks by the script, and returns the phone that called.
func call(t *testing.T, brain *scriptedBrain, filler string, options Options) *phone {
	t.Helper()
	ears, err := engine.New(engine.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ears.Close() })
	voice, err := espeak.New(espeak.Config{})
	if err != nil {
		t.Fatal(err)
	}
	other, err := espeak.New(espeak.Config{Voice: "m3"})
	if err != nil {
		t.Fatal(err)
	}
	finals, turns := make(chan asr.Event, 64), make(chan dialog.Turn, 64)
	p := &phone{t: t, voice: other, loud: make(chan struct{}, 4096), finals: finals, turns: turns, spoken: &spokenTexts{voice, make(chan string, 64)}}
	g := New(Parts{
		ASR: overheard{ears, finals}, TTS: p.spoken, Metrics: NewMetrics(nil), Log: slog.New(slog.DiscardHandler),
		NewBrain: func(Caller) dialog.Brain {
			return turnsSeen{politeBrain{brain, []string{filler}}, turns}
		},
	}, options)
	hotline, home := edgeFor(t, g.HandleSIP), edgeFor(t, nil)
	if p.leg, err = home.Dial(t.Context(), sip.DialRequest{Target: "sip:hotline@" + hotline.Addr().String(), From: "13800003721"}); err != nil {
		t.Fatal(err)
	}
	listening, stop := context.WithCancel(t.Context())
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		for {
			f, err := p.leg.Line().Recv(listening)
			if err != nil {
				return
			}
			if mediatest.RMS(f.PCM()) > 0.01 {
				select {
				case p.loud <- struct{}{}:
				default:
				}
			}
		}
	}()
	t.Cleanup(func() {
		stop()
		<-heard
		_ = p.leg.Hangup(context.WithoutCancel(t.Context()))
	})
	return p
}

// edgeFor runs a telephone edge on loopback until the test ends.
func edgeFor(t *testing.T, handler sip.Handler) *sip.Server {
	t.Helper()
	server, err := sip.New(sip.Config{Listen: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)}, handler)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return server
}

// listen waits until the bot has been heard for so long from now on.
func (p *phone) listen(long time.Duration) {
	for len(p.loud) > 0 {
		<-p.loud
	}
	for range long / media.FrameDuration {
		next(p.t, p.loud)
	}
}

// say speaks and waits until the hotline's recogniser has read what was said to its end.
func (p *phone) say(text string) asr.Event {
	p.t.Helper()
	line := p.leg.Line()
	if _, err := line.Play(p.t.Context(), p.voice.Speak(p.t.Context(), tts.Utterance{Text: text, Rate: line.Rate()})); err != nil {
		p.t.Fatal(err)
	}
	return next(p.t, p.finals)
}

// next waits for what must come, rather than for ever where a stalled machine has swallowed it.
func next[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	var v T
	select {
	case v = <-from:
	case <-time.After(90 * time.Second):
		t.Fatal("what had to come did not")
	}
	return v
}

// A whole call over loopback in synthetic voices: who nods is talked on to, who speaks is listened to, who is kept waiting
// is told so, and who asks for time gets it.
func TestTurnTakingOnTheTelephone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	long := strings.Repeat("您的电饭煲昨天晚上到了杭州转运中心，今天早上已经装车，快递员姓陈，下午六点以前会送到您家门口。", 4)
	const filler, wait = "稍等，我查一下", "好的，不着急，您慢慢找。"
	brain := &scriptedBrain{answers: [][]dialog.Act{
		{{Name: "inform", Say: long, Expect: &dialog.Expect{NoInput: 60000}}},
		{{Name: "inform", Say: wait, Expect: &dialog.Expect{NoInput: 60000, Hold: true}}},
		{{Name: "inform", Say: "好的。", Expect: &dialog.Expect{NoInput: 60000}}},
	}}
	p := call(t, brain, filler, Options{Records: dir, MaxCall: 5 * time.Minute})
	next(t, p.turns)
	p.listen(2 * time.Second)
	p.say("嗯嗯")
	p.listen(500 * time.Millisecond) // the bot goes on
	brain.pause(3 * time.Second)
	p.say("等一下我找一找订单号")
	if turn := next(t, p.turns); turn.Kind != dialog.Speech || floor.Nods(turn.Text) || turn.Heard >= 1 {
		t.Errorf("the interruption became %+v", turn)
	}
	var said []string
	for len(said) == 0 || said[len(said)-1] != wait {
		said = append(said, next(t, p.spoken.texts))
	}
	if !slices.Contains(said, filler) {
		t.Errorf("said %q: want a filler before the late answer", said)
	}
	brain.pause(0)
	p.say("嗯")
	p.say("好了订单号找到了")
	if turn := next(t, p.turns); turn.Kind != dialog.Speech || floor.Nods(turn.Text) {
		t.Errorf("after the wait came %+v", turn)
	}
	_ = p.leg.Hangup(t.Context())
	waitForRecord(t, dir)
	rec := kept(t, dir)
	if first := rec.Turns[0].Answer; len(first) == 0 || first[len(first)-1].Heard >= 1 || !strings.HasSuffix(first[len(first)-1].Say, "…") {
		t.Errorf("the record holds more than was heard: %+v", first)
	}
	if !slices.Contains(kinds(rec), timeline.Stop) {
		t.Errorf("no stop among %v", kinds(rec))
	}
}

// waitForRecord waits until a call that has ended is kept.
func waitForRecord(t *testing.T, dir string) {
	t.Helper()
	for {
		if found, _ := filepath.Glob(filepath.Join(dir, "*.json")); len(found) > 0 {
			return
		}
		select {
		case <-t.Context().Done():
			t.Fatal("no record was kept")
		case <-time.After(20 * time.Millisecond):
		}
	}
}
