package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"voxgate/asr"
	"voxgate/asr/engine"
	"voxgate/cmd/voxgate/internal/recording"
	"voxgate/media"
	"voxgate/tts"
	"voxgate/tts/espeak"
)

// asrLoad is one line of `bench asr`: so many calls at once, all speaking at real-time pace.
type asrLoad struct {
	Bench     string  `json:"bench"`
	Calls     int     `json:"calls"`
	OK        bool    `json:"ok"` // no frame was dropped
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`       // from a sound to the event that tells of it
	PerCall   float64 `json:"cpu_per_call"` // cores a call takes: processor time by the time of the sound that was heard
	PerCore   float64 `json:"streams_per_core"`
	Batch     float64 `json:"mean_batch"`
	Features  float64 `json:"cpu_features"` // the parts of cpu_per_call
	Model     float64 `json:"cpu_model"`
	Decoding  float64 `json:"cpu_decoding"`
	Rest      float64 `json:"cpu_rest"` // waking, queues, collection, and the bench's own callers
	Memory    int64   `json:"rss_per_call_kb"`
	Overruns  uint64  `json:"overruns"`
	Utterance int     `json:"utterances"`
}

func newBenchASRCommand() *cobra.Command {
	var seconds int
	var loads []int
	var file string
	cmd := &cobra.Command{
		Use:   "asr [--calls N,N...] [--seconds S] [--wav FILE]",
		Short: "Measure the recogniser: streams per core, batch sizes, latency, where the processor's time goes",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			asJSON, err := cmd.Flags().GetBool("json")
			if err != nil {
				return err
			}
			for _, n := range loads {
				if n < 1 || n > 1000 {
					return usageError{fmt.Errorf("--calls %d: 1 to 1000", n)}
				}
			}
			if seconds < 1 {
				return usageError{fmt.Errorf("--seconds %d: at least 1", seconds)}
			}
			return benchASR(cmd.Context(), cmd.OutOrStdout(), loads, time.Duration(seconds)*time.Second, file, asJSON)
		},
	}
	cmd.Flags().IntSliceVar(&loads, "calls", []int{1, 50, 200}, "how many calls at once")
	cmd.Flags().IntVar(&seconds, "seconds", 8, "how long each load lasts")
	cmd.Flags().StringVar(&file, "wav", "", "speech to play into every call (WAV or FLAC); default: a few sentences of espeak-ng")
	return cmd
}

func benchASR(ctx context.Context, out io.Writer, loads []int, length time.Duration, file string, asJSON bool) error {
	sound, err := benchSound(ctx, file)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if !asJSON {
		fmt.Fprintln(table, "calls\tdropped\tbatch\tp50 ms\tp95 ms\tstreams/core\tms/s a call\tfeatures\tmodel\tdecoding\trest\tkB/call")
	}
	for _, n := range loads {
		l, err := loadASR(ctx, n, length, sound)
		if err != nil {
			return err
		}
		if asJSON {
			if err := json.NewEncoder(out).Encode(l); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(table, "%d\t%d\t%.1f\t%.0f\t%.0f\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%d\n", l.Calls, l.Overruns, l.Batch, l.P50, l.P95,
			l.PerCore, 1000*l.PerCall, 1000*l.Features, 1000*l.Model, 1000*l.Decoding, 1000*l.Rest, l.Memory)
	}
	return table.Flush()
}

// benchSound is what every call says, over and over, with a second of silence after it.
func benchSound(ctx context.Context, file string) ([]int16, error) {
	pause := make([]int16, media.Narrowband)
	if file != "" {
		pcm, _, err := recording.Telephone(file)
		return append(pcm, pause...), err
	}
	voice, err := espeak.New(espeak.Config{})
	if err != nil {
		return nil, fmt.Errorf("bench asr: %w; or give it speech with --wav FILE", err)
	}
	var sound []int16
	for _, text := range []string{"帮我查一下我的快递到哪了", "我的手机号是13711029846", "那它什么时候能到", "转人工"} {
		for frame, err := range voice.Speak(ctx, tts.Utterance{Text: text, Rate: media.Narrowband}) {
			if err != nil {
				return nil, fmt.Errorf("bench asr: %w; or give it speech with --wav FILE", err)
			}
			sound = append(sound, frame.PCM()...)
		}
		sound = append(sound, pause...)
	}
	return sound, nil
}

// asrRun gathers what the calls of one load report.
type asrRun struct {
	mu     sync.Mutex
	late   []time.Duration
	finals int
}

// watch reads one call's events; began is when its first sample was due.
func (r *asrRun) watch(s asr.Stream, began time.Time) {
	for ev := range s.Events() {
		late := time.Since(began) - ev.End
		r.mu.Lock()
		switch ev.Kind {
		case asr.Partial, asr.SpeechStarted:
			r.late = append(r.late, late)
		case asr.Final:
			r.finals++
		}
		r.mu.Unlock()
	}
}

// loadASR runs n calls for a while, each starting at another place of the sound.
func loadASR(ctx context.Context, n int, length time.Duration, sound []int16) (asrLoad, error) {
	ears, err := engine.New(engine.Config{Workers: min(2, runtime.NumCPU()), Streams: n})
	if err != nil {
		return asrLoad{}, err
	}
	defer ears.Close()
	// The runtime makes its room with the first sound; that is not the calls'.
	if _, err := ears.Transcribe(ctx, sound[:min(len(sound), 2*media.Narrowband)], asr.Hints{}); err != nil {
		return asrLoad{}, err
	}
	memory, idle, cpu, begin := residentKB(), ears.Stats(), cpuTime(), time.Now()
	var run asrRun
	var speaking, watching sync.WaitGroup
	for i := range n {
		s, err := ears.Open(ctx, asr.Hints{})
		if err != nil {
			return asrLoad{}, err
		}
		began := begin.Add(media.FrameDuration * time.Duration(i) / time.Duration(n))
		watching.Go(func() { run.watch(s, began) })
		speaking.Go(func() { speak(ctx, s, began, length, sound, i*4801) })
	}
	speaking.Wait()
	memory = residentKB() - memory
	if err := ears.Close(); err != nil { // hears what was written before
		return asrLoad{}, err
	}
	watching.Wait()
	used, st := cpuTime()-cpu, ears.Stats()
	heard := (media.FrameDuration * time.Duration(st.Frames-st.Overruns)).Seconds()
	l := asrLoad{
		Bench: "asr", Calls: n, OK: st.Overruns == 0, Overruns: st.Overruns, Utterance: run.finals,
		PerCall:  used.Seconds() / heard,
		Batch:    float64(st.Model.Chunks-idle.Model.Chunks) / float64(max(st.Model.Runs-idle.Model.Runs, 1)),
		Features: (st.Features - idle.Features).Seconds() / heard,
		Model:    (st.Model.Busy - idle.Model.Busy).Seconds() / heard,
		Decoding: (st.Decoding - idle.Decoding).Seconds() / heard,
		Memory:   memory / int64(n), P50: percentile(run.late, 0.5), P95: percentile(run.late, 0.95),
	}
	l.Rest = max(0, l.PerCall-l.Features-l.Model-l.Decoding)
	if l.PerCall > 0 {
		l.PerCore = 1 / l.PerCall
	}
	return l, nil
}

// speak writes the sound to a call at real-time pace, from absolute time.
func speak(ctx context.Context, s asr.Stream, began time.Time, length time.Duration, sound []int16, at int) {
	tick := time.NewTimer(0)
	defer tick.Stop()
	for sent := time.Duration(0); sent < length; sent += media.FrameDuration {
		tick.Reset(time.Until(began.Add(sent + media.FrameDuration)))
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		f := media.Frame{Rate: media.Narrowband}
		for i := range f.Len() {
			f.Samples[i] = sound[at%len(sound)]
			at++
		}
		if err := s.Write(f); err != nil && !errors.Is(err, asr.ErrOverrun) {
			return
		}
	}
}
