// Package callbench measures whole calls: it starts a hotline of its own as a separate process, has many softphones
// speak with it at once over loopback, and reports answer times, lateness, CPU and memory of the hotline alone.
package callbench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"voxgate/cmd/voxgate/internal/softphone"
	"voxgate/cmd/voxgate/internal/timeline"
	"voxgate/media"
	"voxgate/sip"
	"voxgate/tts"
)

// Options say what load to make.
type Options struct {
	Calls   int
	Program string   // the voxgate binary
	From    string   // the number that calls
	Lines   []string // what each caller says, in order
	Barge   string   // said last, into the answer to the line before
	Speaker string   // the callers' voice
	Stages  bool     // gather the hotline's own figures by stage
}

// Result is one load's figures. Times are as the caller hears them: voice-to-voice, end of speech to first sound.
type Result struct {
	Bench        string  `json:"bench"`
	Calls        int     `json:"calls"`
	OK           int     `json:"ok"` // calls in which every line was answered
	Answers      int     `json:"answers"`
	P50          int64   `json:"p50_ms"`
	P95          int64   `json:"p95_ms"`
	BargeP50     int64   `json:"barge_in_p50_ms"` // first sound of a barge-in to the last of the bot
	BargeP95     int64   `json:"barge_in_p95_ms"`
	CPUPerCall   float64 `json:"cpu_per_call"`    // share of one core, while calls run
	RSSPerCallKB int64   `json:"rss_per_call_kb"` // beyond the idle hotline
	IdleRSSKB    int64   `json:"idle_rss_kb"`
	LatePackets  int64   `json:"late_packets"` // sent over 40 ms after their time
	MaxLateMS    float64 `json:"max_late_ms"`
	Seconds      float64 `json:"seconds"`

	// Turns and Stages are of the answers to speech, as the hotline recorded them; with Options.Stages only.
	Turns  int               `json:"turns,omitempty"`
	Stages []timeline.Spread `json:"stages,omitempty"`
}

// ErrNoCalls says that not one call came about.
var ErrNoCalls = errors.New("no call was answered")

// spread is the time over which the calls begin, so that they do not move in step.
const spread = 3 * time.Second

// Run measures one load. Answers are what the hotline recorded of each answer to speech; nil unless they were asked for.
func Run(ctx context.Context, voice tts.Engine, options Options) (result Result, answers []timeline.Stages, err error) {
	steps, err := record(ctx, voice, options)
	if err != nil {
		return Result{}, nil, err
	}
	hotline, err := startHotline(ctx, options)
	if err != nil {
		return Result{}, nil, err
	}
	defer hotline.stop()
	phones, err := sip.New(sip.Config{Listen: "127.0.0.1:0", MaxCalls: options.Calls + 1, Logger: slog.New(slog.DiscardHandler)}, nil)
	if err != nil {
		return Result{}, nil, fmt.Errorf("softphones: %w", err)
	}
	serving, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- phones.Serve(serving) }()
	defer func() {
		stop()
		<-served
	}()
	if result, err = measure(ctx, hotline, phones, steps, options); err != nil || !options.Stages {
		return result, nil, err
	}
	if answers, err = hotline.answers(); err != nil {
		return Result{}, nil, err
	}
	result.Turns, result.Stages = len(answers), timeline.Spreads(answers)
	return result, answers, nil
}

// record speaks the callers' lines once; playing them costs the load generator next to nothing.
func record(ctx context.Context, voice tts.Engine, options Options) ([]softphone.Step, error) {
	lines := slices.Concat(options.Lines, []string{options.Barge})
	steps := make([]softphone.Step, len(lines))
	steps[len(steps)-1].Over = true
	for i, line := range lines {
		for frame, err := range voice.Speak(ctx, tts.Utterance{Text: line, Voice: options.Speaker, Rate: media.Narrowband}) {
			if err != nil {
				return nil, fmt.Errorf("speaking %q: %w", line, err)
			}
			steps[i].Audio = append(steps[i].Audio, frame)
		}
		steps[i].Audio = steps[i].Audio[silentFrames(steps[i].Audio):]
	}
	return steps, nil
}

// silentFrames counts the frames before a line's first sound: times count from what can be heard.
func silentFrames(frames []media.Frame) int {
	for i := range frames {
		for _, sample := range frames[i].PCM() {
			if sample > audible || sample < -audible {
				return i
			}
		}
	}
	return 0
}

// audible is -40 dBFS.
const audible = 328

func measure(ctx context.Context, hotline *process, phones *sip.Server, steps []softphone.Step, options Options) (Result, error) {
	idle, err := hotline.usage()
	if err != nil {
		return Result{}, err
	}
	begun := time.Now()
	var peak usage
	watching, stopWatching := context.WithCancel(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		peak = hotline.watch(watching)
	}()
	times, ok, firstErr := callAll(ctx, hotline, phones, steps, options)
	stopWatching()
	<-watched
	seconds := time.Since(begun).Seconds()
	if len(times.answers) == 0 || len(times.stops) == 0 {
		return Result{}, errors.Join(ErrNoCalls, firstErr)
	}
	late, worst, err := hotline.lateness(ctx)
	if err != nil {
		return Result{}, err
	}
	calls := int64(options.Calls)
	return Result{
		Bench: "calls", Calls: options.Calls, OK: ok, Answers: len(times.answers),
		P50: quantile(times.answers, 0.5), P95: quantile(times.answers, 0.95), BargeP50: quantile(times.stops, 0.5), BargeP95: quantile(times.stops, 0.95),
		CPUPerCall:   (peak.cpu - idle.cpu).Seconds() / seconds / float64(options.Calls),
		RSSPerCallKB: (peak.rssKB - idle.rssKB) / calls, IdleRSSKB: idle.rssKB,
		LatePackets: late, MaxLateMS: worst * 1000, Seconds: seconds,
	}, nil
}

// times are all calls' measurements in milliseconds.
type times struct{ answers, stops []int64 }

// callAll lets every phone make its call and gathers the times.
func callAll(ctx context.Context, hotline *process, phones *sip.Server, steps []softphone.Step, options Options) (t times, ok int, firstErr error) {
	var mu sync.Mutex
	var calls sync.WaitGroup
	for n := range options.Calls {
		calls.Go(func() {
			select {
			case <-time.After(spread * time.Duration(n) / time.Duration(options.Calls)):
			case <-ctx.Done():
				return
			}
			phone := softphone.Phone{Dialer: phones}
			answered := 0
			_, err := phone.Call(ctx, sip.DialRequest{Target: hotline.sipAddress, From: options.From}, steps, func(turn softphone.Turn) {
				mu.Lock()
				defer mu.Unlock()
				if turn.AnswerMS >= 0 {
					t.answers = append(t.answers, turn.AnswerMS)
					answered++
				}
				if turn.StopMS > 0 {
					t.stops = append(t.stops, turn.StopMS)
				}
			})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil && answered == len(steps):
				ok++
			case err != nil && firstErr == nil:
				firstErr = err
			}
		})
	}
	calls.Wait()
	return t, ok, firstErr
}

func quantile(values []int64, q float64) int64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}
