package gateway

import (
	"context"
	"iter"
	"log/slog"
	"slices"
	"sync"
	"time"

	"voxgate/asr/asrtest"
	"voxgate/dialog"
	"voxgate/media"
	"voxgate/media/mediatest"
	"voxgate/sip"
	"voxgate/tts/ttstest"
)

// scriptedBrain answers each turn with the next list of acts and remembers the turns.
type scriptedBrain struct {
	mu      sync.Mutex
	turns   []dialog.Turn
	answers [][]dialog.Act
	delay   time.Duration // before the first act of each answer
	err     error
	slots   map[string]string
}

func (b *scriptedBrain) Slots() map[string]string { return b.slots }

func (b *scriptedBrain) Reply(ctx context.Context, turn dialog.Turn) iter.Seq2[dialog.Act, error] {
	b.mu.Lock()
	b.turns = append(b.turns, turn)
	var acts []dialog.Act
	if len(b.answers) > 0 {
		acts, b.answers = b.answers[0], b.answers[1:]
	}
	delay := b.delay
	b.mu.Unlock()
	return func(yield func(dialog.Act, error) bool) {
		if delay > 0 {
			select {
			case <-time.After(delay):
			case <-ctx.Done():
				yield(dialog.Act{}, ctx.Err())
				return
			}
		}
		if b.err != nil {
			yield(dialog.Act{}, b.err)
			return
		}
		for _, act := range acts {
			if !yield(act, nil) {
				return
			}
		}
	}
}

// pause makes the brain think so long before each further answer.
func (b *scriptedBrain) pause(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.delay = d
}

func (b *scriptedBrain) seen() []dialog.Turn {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.turns)
}

// testLeg is an answered leg over a scripted line.
type testLeg struct {
	line *mediatest.Line
	done chan struct{}
	once sync.Once
}

func newTestLeg() *testLeg {
	return &testLeg{line: mediatest.NewLine(media.Narrowband), done: make(chan struct{})}
}

func (l *testLeg) Line() media.Line      { return l.line }
func (l *testLeg) Done() <-chan struct{} { return l.done }
func (l *testLeg) Hangup(context.Context) error {
	l.once.Do(func() { l.line.Hangup(); close(l.done) })
	return nil
}

// rig is a gateway with scripted engines and one call on it.
type rig struct {
	leg     *testLeg
	brain   *scriptedBrain
	ears    *asrtest.Engine
	voice   *ttstest.Engine
	gateway *Gateway
	ended   chan struct{}
}

func newRig(brain *scriptedBrain, options Options, refer referFunc) *rig {
	return newDialingRig(brain, options, refer, nil)
}

// newDialingRig is a rig whose gateway can place calls.
func newDialingRig(brain *scriptedBrain, options Options, refer referFunc, dialer sip.Dialer) *rig {
	return runRig(brain, brain, options, refer, dialer)
}

// newBrainRig is a rig whose dialogue is more than the scripted one within.
func newBrainRig(whole dialog.Brain, scripted *scriptedBrain, options Options) *rig {
	return runRig(whole, scripted, options, nil, nil)
}

func runRig(whole dialog.Brain, brain *scriptedBrain, options Options, refer referFunc, dialer sip.Dialer) *rig {
	ears := asrtest.Script()
	if options.MaxCall == 0 {
		options.MaxCall = time.Hour
	}
	r := &rig{leg: newTestLeg(), brain: brain, ears: ears, voice: &ttstest.Engine{}, ended: make(chan struct{})}
	r.gateway = New(Parts{
		ASR: ears, TTS: r.voice, Metrics: NewMetrics(nil), Log: slog.New(slog.DiscardHandler),
		NewBrain: func(Caller) dialog.Brain { return whole },
	}, options)
	if dialer != nil {
		r.gateway.SetDialer(dialer, "127.0.0.1:5060")
	}
	go func() {
		defer close(r.ended)
		r.gateway.Run(context.Background(), Caller{ID: "call-1", Number: "13800003721", Via: "sip"}, Access{
			Answer: func(context.Context, media.Tap) (Leg, error) { return r.leg, nil },
			Refer:  refer,
			Rate:   media.Narrowband,
		})
	}()
	return r
}

// ear waits for the call's recogniser stream.
func (r *rig) ear() *asrtest.Stream { return <-r.ears.Opened() }

func (r *rig) finish() {
	_ = r.leg.Hangup(context.Background())
	<-r.ended
}

func (r *rig) outcome() string { return r.gateway.Calls()[0].Outcome }

func ask(text string) dialog.Act {
	return dialog.Act{Name: "ask_intent", Say: text, Expect: &dialog.Expect{NoInput: 5000}}
}
