// Package gateway joins the parts into calls: a leg is answered, a session converses, its outcome is carried out
// (hang-up, transfer), a record is kept. It is the one place where telephony and dialogue meet.
package gateway

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"voxgate/asr"
	"voxgate/dialog"
	"voxgate/media"
	"voxgate/sip"
	"voxgate/tts"
)

// Leg is what the gateway needs of a call's leg, telephone, browser or sound card.
type Leg interface {
	Line() media.Line
	// Done is closed when the far end is gone.
	Done() <-chan struct{}
	Hangup(ctx context.Context) error
}

// Caller says who is calling and how.
type Caller struct {
	ID     string // call id of logs and records
	Number string // customer number; empty when unknown
	To     string // what was dialled
	Via    string // "sip", "web" or "device"
	Here   string // host:port of our telephone edge as this caller reaches it; empty for callers who do not come through it
}

// Captions is told who said what while a call goes on, for a page that shows it. It must not block.
type Captions interface {
	Caption(who, text string, final bool)
}

// Parts are the engines that all calls share.
type Parts struct {
	ASR      asr.Engine
	TTS      tts.Engine
	NewBrain func(Caller) dialog.Brain
	Dialer   sip.Dialer // places calls to agents; nil: a leg that cannot be referred cannot be handed over
	Metrics  *Metrics
	Log      *slog.Logger
}

// Options are the gateway's settings.
type Options struct {
	Agent     string        // SIP URI of the agents
	Mode      HandoverMode  // how a call gets there
	Ring      time.Duration // how long an agent rings
	Whisper   bool          // a bridged agent hears what the call is about before the caller is put through
	MaxCall   time.Duration // longest call
	Records   string        // folder of call records; empty: none are kept
	Audio     bool          // keep stereo WAVs there
	DemoAgent string        // where Agent is empty: the user part at which a demonstration agent answers here
}

// Gateway runs calls. Its methods may be called from any goroutine.
type Gateway struct {
	parts   Parts
	options Options
	here    string // host:port of our telephone edge as this machine reaches it
	calls   callList
}

// New makes a gateway. The telephone edge needs the gateway's handler before it can place calls itself, so its
// Dialer may come later, by SetDialer.
func New(parts Parts, options Options) *Gateway {
	return &Gateway{parts: parts, options: options, calls: callList{live: map[*record]bool{}}}
}

// SetDialer gives the gateway the means to place calls, and says at which host:port the telephone edge is reached from
// this machine. It must come before the first call.
func (g *Gateway) SetDialer(d sip.Dialer, here string) { g.parts.Dialer, g.here = d, here }

// HandleSIP runs one telephone call to its end; it is a sip.Handler.
func (g *Gateway) HandleSIP(ctx context.Context, call sip.Incoming) {
	if g.options.Agent == "" && g.options.DemoAgent != "" && call.Info().To == g.options.DemoAgent {
		g.demoAgent(ctx, call)
		return
	}
	g.Handle(ctx, call, "sip", nil)
}

// Handle runs one call, telephone or browser, to its end. Captions, which may be nil, show it to its caller.
func (g *Gateway) Handle(ctx context.Context, call sip.Incoming, via string, captions Captions) {
	info := call.Info()
	g.Run(ctx, Caller{ID: info.ID, Number: info.From, To: info.To, Via: via, Here: info.Local}, Access{
		Answer: func(ctx context.Context, tap media.Tap) (Leg, error) {
			if err := call.Answer(ctx, sip.AnswerOptions{Tap: tap}); err != nil {
				return nil, err
			}
			return call, nil
		},
		Refer:    call.Refer,
		Rate:     lineRate(info.Codec),
		Captions: captions,
	})
}

// lineRate is the rate of a leg whose codec may be known before it is answered: Opus runs wideband, all else does not.
func lineRate(codec string) int {
	if strings.EqualFold(codec, "opus") {
		return media.Wideband
	}
	return media.Narrowband
}

// Access is how the gateway gets at a leg that is not answered yet.
type Access struct {
	// Answer takes the call; the tap, nil where nothing is recorded, is to be told every tick.
	Answer func(context.Context, media.Tap) (Leg, error)
	// Rate of the leg's frames in hertz, for its recording.
	Rate int
	// Refer hands the far end to another address, see sip.Incoming; nil where the leg has no such thing.
	Refer func(ctx context.Context, target, userToUser string) error
	// Captions shows the call to its caller; may be nil.
	Captions Captions
}

// Run answers a call, converses on it until either side ends it, keeps its record and returns it. The error says why
// there was no call.
func (g *Gateway) Run(ctx context.Context, caller Caller, access Access) (Record, error) {
	rec := g.begin(caller, access)
	watch := rec.watch(access.Rate)
	defer watch.close()
	leg, err := access.Answer(ctx, rec.tap(watch.taps()...))
	if err != nil {
		rec.log.Warn("call was not answered", "error", err)
		return g.end(rec, outcomeFailed), err
	}
	callCtx, cancel := context.WithTimeout(ctx, g.options.MaxCall)
	defer cancel()
	upCtx, release := whileUp(callCtx, leg)
	outcome := g.converse(upCtx, leg, caller, access.Refer, rec, watch)
	release()
	rec.carried(leg.Line())
	bye, done := context.WithTimeout(context.WithoutCancel(ctx), hangupWait)
	defer done()
	if err := leg.Hangup(bye); err != nil {
		rec.log.Info("hang-up was not confirmed", "error", err)
	}
	rec.forgetClips(watch.close())
	return g.end(rec, outcome), nil
}

// whileUp is a context that ends with the leg. Release ends it earlier and joins its watcher.
func whileUp(ctx context.Context, leg Leg) (up context.Context, release func()) {
	up, cancel := context.WithCancel(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-leg.Done():
			cancel()
		case <-up.Done():
		}
	}()
	return up, func() {
		cancel()
		<-watched
	}
}

// hangupWait bounds the wait for the far end's answer to BYE; the leg is gone either way.
const hangupWait = 5 * time.Second

// converse holds the conversation of an answered leg and returns how it ended.
func (g *Gateway) converse(ctx context.Context, leg Leg, caller Caller, refer referFunc, rec *record, watch *watch) string {
	ear, err := g.parts.ASR.Open(ctx, asr.Hints{})
	if err != nil {
		rec.log.Error("recogniser", "error", err)
		g.parts.Metrics.engineFailures.WithLabelValues("asr").Inc()
	}
	s := newSession(g, leg, caller, refer, rec, watch, ear)
	return s.run(ctx)
}
