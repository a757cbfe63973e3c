package espeak

import (
	"slices"
	"testing"
	"time"

	"voxgate/tts"
)

// BenchmarkFirstSound is how long a new sentence takes to its first frame after a while of silence, as in a call: by a
// process that waits, and by one that is started then.
func BenchmarkFirstSound(b *testing.B) {
	for _, c := range []struct {
		name  string
		fresh bool
	}{{"waiting", false}, {"started", true}} {
		b.Run(c.name, func(b *testing.B) {
			e := realEngine(b)
			var waits []time.Duration
			for b.Loop() {
				b.StopTimer()
				if c.fresh {
					_ = e.Close()
					e.spares = &spares{program: e.program, started: &e.processes}
				}
				time.Sleep(100 * time.Millisecond)
				b.StartTimer()
				begin := time.Now()
				for _, err := range e.Speak(b.Context(), tts.Utterance{Text: "您的空气炸锅昨天到达武汉转运中心,预计明天送到。"}) {
					if err != nil {
						b.Fatal(err)
					}
					waits = append(waits, time.Since(begin))
					break
				}
			}
			slices.Sort(waits)
			b.ReportMetric(float64(waits[0].Microseconds())/1000, "min_ms")
			b.ReportMetric(float64(waits[len(waits)/2].Microseconds())/1000, "p50_ms")
			b.ReportMetric(float64(waits[len(waits)*95/100].Microseconds())/1000, "p95_ms")
		})
	}
}
