package scripts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"voxgate/asr"
	"voxgate/cmd/voxgate/internal/gateway"
	"voxgate/cmd/voxgate/internal/softphone"
	"voxgate/dialog"
	"voxgate/dialog/caller"
	"voxgate/sip"
	"voxgate/tts"
)

// Studio plays scripts as spoken calls: a softphone says the lines over SIP and RTP to a gateway, whose recogniser hears
// them, and hears the answers with a recogniser of the same kind.
type Studio struct {
	ASR    asr.Engine
	TTS    tts.Engine // of the hotline
	Voice  tts.Engine // of the callers
	Voices []string   // that the callers speak with in turn
	AtOnce int        // how many calls at a time
	Log    *slog.Logger
}

// Play plays the scripts and returns their results in order. told hears of each as it is over, from any goroutine.
func (st Studio) Play(ctx context.Context, list []Script, told func(Result)) ([]Result, error) {
	hotline, err := st.open(ctx)
	if err != nil {
		return nil, err
	}
	defer hotline.close()
	results := make([]Result, len(list))
	faults := make([]error, len(list))
	next := make(chan int)
	var working sync.WaitGroup
	for range min(max(1, st.AtOnce), len(list)) {
		working.Go(func() {
			lines := &Lines{Log: st.Log}
			for n := range next {
				results[n], faults[n] = st.call(ctx, hotline, lines, list[n], n)
				told(results[n])
			}
			if err := lines.Close(); err != nil {
				st.Log.Error("spoken calls", "error", err)
			}
		})
	}
	for n := range list {
		next <- n
	}
	close(next)
	working.Wait()
	return results, errors.Join(faults...)
}

// hotline is a gateway and a telephone edge of our own; each call finds its conversation by the number that was dialled.
type hotline struct {
	edge   *sip.Server
	phones *sip.Server
	stop   func()

	mu    sync.Mutex
	calls map[string]*caller.Call
}

func (st Studio) open(ctx context.Context) (*hotline, error) {
	h := &hotline{calls: map[string]*caller.Call{}}
	gate := gateway.New(gateway.Parts{
		ASR: st.ASR, TTS: st.TTS, NewBrain: h.brain, Metrics: gateway.NewMetrics(prometheus.NewRegistry()), Log: st.Log,
	}, gateway.Options{Mode: gateway.HandoverRefer, Ring: 5 * time.Second, MaxCall: longestCall, DemoAgent: "agent"})
	edge, err := sip.New(sip.Config{Listen: "127.0.0.1:0", MaxCalls: 4*st.AtOnce + 4, Logger: st.Log}, gate.HandleSIP)
	if err != nil {
		return nil, fmt.Errorf("spoken calls: %w", err)
	}
	gate.SetDialer(edge, edge.Addr().String())
	phones, err := sip.New(sip.Config{Listen: "127.0.0.1:0", MaxCalls: 4*st.AtOnce + 4, Logger: st.Log}, nil)
	if err != nil {
		edge.Close()
		return nil, fmt.Errorf("spoken calls: %w", err)
	}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	var served sync.WaitGroup
	for _, server := range []*sip.Server{edge, phones} {
		served.Go(func() {
			if err := server.Serve(serving); err != nil {
				st.Log.Error("spoken calls", "error", err)
			}
		})
	}
	h.edge, h.phones = edge, phones
	h.stop = func() {
		stop()
		served.Wait()
	}
	return h, nil
}

func (h *hotline) close() { h.stop() }

// longestCall bounds a spoken call.
const longestCall = 4 * time.Minute

// brain is the conversation of a call, by the user part that was dialled.
func (h *hotline) brain(c gateway.Caller) dialog.Brain {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.calls[c.To]
}

func (h *hotline) expect(user string, call *caller.Call) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls[user] = call
}

// call plays one script.
func (st Studio) call(ctx context.Context, h *hotline, lines *Lines, s Script, n int) (r Result, err error) {
	line, err := lines.For(ctx, s)
	if err != nil {
		return Result{Name: s.Name, Family: s.Family, Lang: s.Lang}, err
	}
	defer func() { err = errors.Join(err, lines.Done(s, line)) }()
	call, err := line.Begin(ctx, s.shop, s.Caller)
	if err != nil {
		return Result{Name: s.Name, Family: s.Family, Lang: s.Lang}, fmt.Errorf("%s: %w", s.Name, err)
	}
	defer func() { err = errors.Join(err, call.Close()) }()
	user := fmt.Sprintf("script-%d", n)
	h.expect(user, call)
	p := &talker{player: player{script: s, call: call, result: Result{Name: s.Name, Family: s.Family, Lang: s.Lang}, heard: 1}}
	phone := softphone.Phone{Dialer: h.phones, Voice: st.Voice, Ears: st.ASR, Speaker: st.Voices[n%len(st.Voices)]}
	_, err = phone.Talk(ctx, sip.DialRequest{Target: "sip:" + user + "@" + h.edge.Addr().String(), From: s.Caller}, p.next, p.turned)
	if err != nil {
		p.wrong("the call failed: %v", err)
	}
	p.left()
	p.end()
	return p.result, nil
}
