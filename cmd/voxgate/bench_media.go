package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"voxgate/media"
	"voxgate/media/codec"
	"voxgate/media/codec/opus"
	"voxgate/media/jitter"
	"voxgate/media/mediatest"
	"voxgate/media/resample"
	"voxgate/media/wav"
)

// stepResult is the cost of one step of the audio path.
type stepResult struct {
	Bench       string  `json:"bench"`
	Step        string  `json:"step"`
	NsPerFrame  float64 `json:"ns_per_frame"`
	LinesPerCPU float64 `json:"lines_per_core"`
}

// lineResult is a run of whole lines over UDP on this machine, in real time. Calls counts lines: each is one leg of a call.
type lineResult struct {
	Bench       string  `json:"bench"`
	Calls       int     `json:"calls"`
	OK          bool    `json:"ok"`
	P50         float64 `json:"p50_ms"` // lateness of packets
	P95         float64 `json:"p95_ms"`
	MaxLate     float64 `json:"max_late_ms"`
	LatePackets int     `json:"late_packets"`
	Lost        int     `json:"lost_packets"`
	CPUPerCall  float64 `json:"cpu_per_call"` // share of one core
	RSSPerCall  int64   `json:"rss_per_call_kb"`
	LinesPerCPU float64 `json:"lines_per_core"`
	Codec       string  `json:"codec"`
}

func newBenchMediaCommand() *cobra.Command {
	var lines []int
	var length time.Duration
	cmd := &cobra.Command{
		Use:   "media",
		Short: "Measure codecs, resampling, jitter buffer and whole RTP lines",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			asJSON, err := cmd.Flags().GetBool("json")
			if err != nil {
				return err
			}
			if length < 100*time.Millisecond || length > time.Hour {
				return usageError{fmt.Errorf("--length %v: want 100ms to 1h", length)}
			}
			for _, n := range lines {
				if n < 1 || n > 2000 {
					return usageError{fmt.Errorf("--lines %d: want 1 to 2000", n)}
				}
			}
			return benchMedia(cmd.Context(), cmd.OutOrStdout(), asJSON, lines, length)
		},
	}
	cmd.Flags().IntSliceVar(&lines, "lines", []int{2, 20, 100}, "lines to run at the same time, for each load")
	cmd.Flags().DurationVar(&length, "length", 3*time.Second, "how long each load runs; a step is measured for a tenth of it")
	return cmd
}

func benchMedia(ctx context.Context, out io.Writer, asJSON bool, lines []int, length time.Duration) error {
	dir, err := os.MkdirTemp("", "voxgate-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	steps, err := mediaSteps(filepath.Join(dir, "call.wav"))
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 8, 2, ' ', tabwriter.AlignRight)
	defer table.Flush()
	encoder := json.NewEncoder(out)
	if !asJSON {
		fmt.Fprintf(table, "step\tns a frame\tlines a core\t\n")
	}
	for _, s := range steps {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		ns := measure(s, length/10)
		r := stepResult{"media", s.name, ns, float64(media.FrameDuration) / ns}
		if !asJSON {
			fmt.Fprintf(table, "%s\t%.0f\t%.0f\t\n", r.Step, r.NsPerFrame, r.LinesPerCPU)
		} else if err := encoder.Encode(r); err != nil {
			return err
		}
	}
	if !asJSON {
		fmt.Fprintf(table, "\t\t\t\nlines\tcodec\tCPU a line\tlines a core\tKiB a line\tp50 ms\tp95 ms\tmax ms\tlate >40 ms\tlost\t\n")
	}
	for _, c := range []codec.Codec{codec.PCMU, opus.At(media.Wideband)} {
		for _, n := range lines {
			r, err := runLines(ctx, n, c, length)
			if err != nil {
				return err
			}
			if asJSON {
				err = encoder.Encode(r)
			} else {
				_, err = fmt.Fprintf(table, "%d\t%s\t%.2f %%\t%.0f\t%d\t%.1f\t%.1f\t%.1f\t%d\t%d\t\n", r.Calls, r.Codec,
					r.CPUPerCall*100, r.LinesPerCPU, r.RSSPerCall, r.P50, r.P95, r.MaxLate, r.LatePackets, r.Lost)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// step is one part of the audio path; run does the work of as many frames of 20 ms as frames says.
type step struct {
	name   string
	frames int
	run    func()
}

// mediaSteps are the parts of the audio path; recording is to a file at path.
func mediaSteps(path string) ([]step, error) {
	var steps []step
	for _, c := range []codec.Codec{codec.PCMU, codec.PCMA, opus.At(media.Wideband)} {
		enc, err := c.NewEncoder()
		if err != nil {
			return nil, err
		}
		dec, err := c.NewDecoder()
		if err != nil {
			return nil, err
		}
		voice := mediatest.Frames(c.Rate, mediatest.Voice(c.Rate, 120, time.Second))
		var payload []byte
		var pcm []int16
		at := 0
		steps = append(steps, step{c.Name + " encode", 1, func() {
			payload, _ = enc.Encode(payload[:0], voice[at%len(voice)].PCM())
			at++
		}}, step{c.Name + " decode", 1, func() { pcm, _ = dec.Decode(pcm[:0], payload) }})
	}
	for _, pair := range [][2]int{{22050, 8000}, {16000, 8000}, {8000, 16000}, {48000, 16000}} {
		r, err := resample.New(pair[0], pair[1])
		if err != nil {
			return nil, err
		}
		in := mediatest.Noise(pair[0], 0.5, media.FrameDuration, 1)
		var out []int16
		steps = append(steps, step{r.String(), 1, func() { out = r.Process(out[:0], in) }})
	}
	for _, loss := range []float64{0, 0.05} {
		steps = append(steps, jitterStep(loss))
	}
	return append(steps, recordStep(path)), nil
}

// jitterStep pushes and pops PCMU of a network with 20 ms of jitter.
func jitterStep(loss float64) step {
	enc, _ := codec.PCMU.NewEncoder()
	dec, _ := codec.PCMU.NewDecoder()
	b := jitter.New(jitter.Config{Decoder: dec, Rate: 8000, ClockRate: 8000})
	payload, _ := enc.Encode(nil, mediatest.Voice(8000, 120, media.FrameDuration))
	fates := mediatest.Fates(mediatest.Impairment{Loss: loss, Jitter: media.FrameDuration, Seed: 1}, 1000)
	frame := make([]int16, 160)
	at := 0
	return step{fmt.Sprintf("jitter buffer, %.0f %% loss", loss*100), 1, func() {
		now := time.Duration(at) * media.FrameDuration
		for _, delay := range fates[at%len(fates)] {
			b.Push(jitter.Packet{Sequence: uint16(at), Timestamp: uint32(160 * at), Payload: payload, Arrival: now + delay})
		}
		b.Pop(now+media.FrameDuration, frame)
		at++
	}}
}

func recordStep(path string) step {
	received := media.Frame{Rate: 8000}
	copy(received.PCM(), mediatest.Voice(8000, 120, media.FrameDuration))
	return step{"recording to disk", recordFrames, func() {
		// Whole recordings, so that the writer's work counts and not only the queue's.
		r, err := wav.Record(path, 8000)
		if err != nil {
			return
		}
		for range recordFrames {
			r.Tick(&received, &received)
		}
		r.Close()
	}}
}

// recordFrames is less than a recording may queue, so that nothing is dropped.
const recordFrames = 40

// measure is the time of a frame in nanoseconds, over the given time.
func measure(s step, length time.Duration) float64 {
	for range 20 {
		s.run()
	}
	count, begin := 0, time.Now()
	for time.Since(begin) < length {
		for range 20 {
			s.run()
		}
		count += 20
	}
	return float64(time.Since(begin).Nanoseconds()) / float64(count*s.frames)
}
