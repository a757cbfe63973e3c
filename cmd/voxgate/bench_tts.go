package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/cmd/voxgate/internal/engines"
	"voxgate/media"
	"voxgate/tts"
)

// ttsLines are what a bot says: short and long, with numbers, letters and English.
var ttsLines = []tts.Utterance{
	{Text: "您好,我是智能语音助手,通话会被录音。请问有什么可以帮您?"},
	{Text: "您的空气炸锅昨天四点四十到达武汉转运中心,预计明天晚上八点送到。"},
	{Text: "请说手机尾号,或者用键盘输入。"},
	{Text: "单号是SF1562204478319,对吗?"},
	{Text: "快递员的电话是13600002222。"},
	{Text: "退款149元,三天内到支付宝。"},
	{Text: "好的,马上为您转接人工客服,请稍等。"},
	{Text: "Your parcel will arrive tomorrow at 20:00. Anything else?", Lang: "en"},
}

// ttsLine is one result; its JSON fields stay.
type ttsLine struct {
	Bench       string  `json:"bench"`
	Calls       int     `json:"calls"` // speaking at once
	OK          int     `json:"ok"`    // utterances spoken
	Least       float64 `json:"min_ms"`
	P50         float64 `json:"p50_ms"`
	P95         float64 `json:"p95_ms"` // to the first frame of a new sentence
	CachedLeast float64 `json:"cached_min_ms"`
	CachedP50   float64 `json:"cached_p50_ms"`
	CachedP95   float64 `json:"cached_p95_ms"`
	RealTime    float64 `json:"real_time_factor"` // seconds of work for each second of speech, all calls together
	SpeechSpent float64 `json:"speech_s"`
}

func newBenchTTSCommand() *cobra.Command {
	var calls []int
	var rounds int
	cmd := &cobra.Command{
		Use:   "tts [--calls N[,N...]]",
		Short: "The voice: time to the first frame, new and cached, and how much faster than real time",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, n := range append(slices.Clone(calls), rounds) {
				if n < 1 || n > 1000 {
					return usageError{fmt.Errorf("%d is not between 1 and 1000", n)}
				}
			}
			asJSON, err := cmd.Flags().GetBool("json")
			if err != nil {
				return err
			}
			return benchTTS(cmd.Context(), cmd.OutOrStdout(), calls, rounds, asJSON)
		},
	}
	cmd.Flags().IntSliceVar(&calls, "calls", []int{1, 4, 16}, "how many calls speak at once; a line for each")
	cmd.Flags().IntVar(&rounds, "rounds", 3, "how often each call says every sentence")
	return cmd
}

func benchTTS(ctx context.Context, out io.Writer, calls []int, rounds int, asJSON bool) (err error) {
	cfg, err := loadConfig("")
	if err != nil {
		return err
	}
	cfg.TTS.CacheMB, cfg.TTS.Chinese.First, cfg.TTS.English.First = 64, patience, patience
	cfg.TTS.Folder, cfg.TTS.Recordings = config.NoFolder, ""
	if err := engines.UseRuntime(cfg.ASR); err != nil {
		return err
	}
	kept, err := engines.OpenTTS(cfg.TTS)
	if err != nil {
		return err
	}
	defer closing(&err, kept)
	if err := kept.Warm(ctx, ttsLines...); err != nil {
		return err
	}
	if !asJSON {
		fmt.Fprintf(out, "%6s %6s %8s %8s %8s %14s %14s %14s %10s %10s\n", "calls", "ok", "min ms", "p50 ms", "p95 ms",
			"cached min ms", "cached p50 ms", "cached p95 ms", "speech s", "real time")
	}
	for _, n := range calls {
		line, err := benchVoice(ctx, kept.Chain, kept, n, rounds)
		if err != nil {
			return err
		}
		if asJSON {
			if err := json.NewEncoder(out).Encode(line); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(out, "%6d %6d %8.1f %8.1f %8.1f %14.2f %14.2f %14.2f %10.1f %10.4f\n",
			line.Calls, line.OK, line.Least, line.P50, line.P95, line.CachedLeast, line.CachedP50, line.CachedP95, line.SpeechSpent, line.RealTime)
	}
	return nil
}

// benchVoice measures calls speakers at once, first without, then with the cache.
func benchVoice(ctx context.Context, voice, kept tts.Engine, calls, rounds int) (ttsLine, error) {
	line := ttsLine{Bench: "tts", Calls: calls}
	start := time.Now()
	fresh, frames, err := firstFrames(ctx, voice, calls, rounds)
	if err != nil {
		return line, err
	}
	line.SpeechSpent = (time.Duration(frames) * media.FrameDuration).Seconds()
	line.RealTime = time.Since(start).Seconds() / line.SpeechSpent
	replayed, _, err := firstFrames(ctx, kept, calls, rounds)
	if err != nil {
		return line, err
	}
	line.OK = len(fresh) + len(replayed)
	line.Least, line.P50, line.P95 = percentile(fresh, 0), percentile(fresh, 0.5), percentile(fresh, 0.95)
	line.CachedLeast, line.CachedP50, line.CachedP95 = percentile(replayed, 0), percentile(replayed, 0.5), percentile(replayed, 0.95)
	return line, nil
}

// firstFrames speaks all lines in each of so many calls at once: the waits for first frames, and frames in all.
func firstFrames(ctx context.Context, voice tts.Engine, calls, rounds int) (waits []time.Duration, frames int, err error) {
	type result struct {
		waits  []time.Duration
		frames int
	}
	results := make([]result, calls)
	group, ctx := errgroup.WithContext(ctx)
	for i := range results {
		group.Go(func() error {
			for n := range rounds * len(ttsLines) {
				u := ttsLines[(n+i)%len(ttsLines)]
				start, first := time.Now(), true
				for _, err := range voice.Speak(ctx, u) {
					if err != nil {
						return fmt.Errorf("bench tts: %w", err)
					}
					if first {
						results[i].waits = append(results[i].waits, time.Since(start))
						first = false
					}
					results[i].frames++
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, 0, err
	}
	for _, r := range results {
		waits, frames = append(waits, r.waits...), frames+r.frames
	}
	if frames == 0 {
		return nil, 0, errors.New("bench tts: the voice gave no sound")
	}
	return waits, frames, nil
}

// percentile is the p-quantile (0..1) of waits in milliseconds.
func percentile(waits []time.Duration, p float64) float64 {
	if len(waits) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(waits))
	return float64(sorted[min(len(sorted)-1, int(p*float64(len(sorted))))]) / float64(time.Millisecond)
}
