package gateway

import (
	"math"
	"slices"
	"sync/atomic"
	"time"

	"voxgate/cmd/voxgate/internal/timeline"
	"voxgate/media"
)

// wire watches both directions of a call: when an answer's first sound left, and when the caller's last one came. Its
// Tick runs on the line's clock; all else may be called from any goroutine.
type wire struct {
	epoch    time.Time
	watching atomic.Bool
	sent     atomic.Int64 // when the first sound left, in nanoseconds since epoch; 0 while none has

	came [remembered]atomic.Uint64 // the caller's last frames: microseconds since epoch and loudness
	next int                       // the clock's: where in came the next frame goes

	ticked  time.Duration // the clock's: where on the call's clock the next tick belongs
	skipped gaps
}

// gaps are the times that a line's clock left out. The clock writes, and after the call the record reads.
type gaps struct {
	count atomic.Int32
	kept  [maxGaps]timeline.Gap
}

// maxGaps bounds what is kept of a machine that stands still again and again.
const maxGaps = 64

// leftOut is from which lateness on a line's clock leaves time out rather than making up for it.
const leftOut = 11 * media.FrameDuration

// follow notes where the clock has left time out, or had not begun: what was recorded lacks it.
func (w *wire) follow(now time.Duration) {
	begins := w.ticked == 0
	if late := now - w.ticked; late >= leftOut || begins && late >= media.FrameDuration {
		late = late.Truncate(media.FrameDuration)
		w.ticked += late
		if n := w.skipped.count.Load(); n < maxGaps {
			w.skipped.kept[n] = timeline.Gap{AtMS: w.ticked.Milliseconds(), MS: late.Milliseconds()}
			w.skipped.count.Store(n + 1)
		}
	}
	w.ticked += media.FrameDuration
}

// gaps are the times left out so far.
func (w *wire) gaps() []timeline.Gap { return slices.Clone(w.skipped.kept[:w.skipped.count.Load()]) }

// remembered is how many of the caller's frames are looked back on: 3.2 s.
const remembered = 160

// taps tells several of a line's clock.
type taps []media.Tap

// Tick implements media.Tap.
func (t taps) Tick(received, sent *media.Frame) {
	for _, tap := range t {
		tap.Tick(received, sent)
	}
}

// heardFrom is the amplitude from which a caller hears something: -40 dBFS.
const heardFrom = 328

// Tick implements media.Tap.
func (w *wire) Tick(received, sent *media.Frame) {
	now := time.Since(w.epoch)
	w.follow(now)
	w.came[w.next].Store(uint64(now.Microseconds())<<16 | uint64(loudness(received.PCM())))
	w.next = (w.next + 1) % remembered
	if !w.watching.Load() {
		return
	}
	for _, sample := range sent.PCM() {
		if sample > heardFrom || sample < -heardFrom {
			w.sent.Store(int64(now))
			w.watching.Store(false)
			return
		}
	}
}

// loudness is the root of the mean square.
func loudness(pcm []int16) uint16 {
	sum := 0.0
	for _, sample := range pcm {
		sum += float64(sample) * float64(sample)
	}
	return uint16(math.Sqrt(sum / float64(max(1, len(pcm)))))
}

// watch waits for the next sound to the caller.
func (w *wire) watch() {
	w.sent.Store(0)
	w.watching.Store(true)
}

// first is when the sound that was waited for left.
func (w *wire) first() (time.Time, bool) {
	w.watching.Store(false)
	sent := w.sent.Load()
	return w.epoch.Add(time.Duration(sent)), sent != 0
}

// What tells speech from the quiet after it: this much softer than the loudest frames, and this much louder than the
// last few.
const (
	softer     = 31.6 // 30 dB
	louder     = 2.0  // 6 dB
	lastFrames = 4
)

// lastSound is when the caller's last sound above the present quiet came, zero where there was none. It is called in
// that quiet, when he has been heard to speak no more.
func (w *wire) lastSound() time.Time {
	frames := make([]uint64, 0, remembered)
	for i := range w.came {
		if f := w.came[i].Load(); f != 0 {
			frames = append(frames, f)
		}
	}
	if len(frames) < 2*lastFrames {
		return time.Time{}
	}
	slices.Sort(frames) // by time
	level := func(f uint64) float64 { return float64(f & 0xffff) }
	quiet := 0.0
	for _, f := range frames[len(frames)-lastFrames:] {
		quiet = max(quiet, level(f))
	}
	levels := make([]float64, len(frames))
	for i, f := range frames {
		levels[i] = level(f)
	}
	slices.Sort(levels)
	least := max(1, levels[len(levels)*95/100]/softer, quiet*louder)
	for _, f := range slices.Backward(frames) {
		if level(f) >= least {
			return w.epoch.Add(time.Duration(f>>16) * time.Microsecond)
		}
	}
	return time.Time{}
}
