// Package echo tells the bot's own voice, come back through the caller's loudspeaker and microphone, from the caller's. It
// removes nothing from the sound: it only says how much of what arrives the bot's own sound explains.
//
// Two witnesses are heard. The envelopes of both directions, in bands, are correlated at every delay from 0 to 640 ms: that
// finds the delay, and needs no knowledge of the path. Once it is found, how much of each band comes back is learned, and
// the power that the echo can have at a moment is foretold, its tail in the caller's room included. Both work on powers, so
// that what a loudspeaker distorts, a codec quantises, a network loses and two clocks shift against each other by some
// milliseconds matters little, where a filter fitted to the waveform would lose its hold.
package echo

import (
	"math"
	"sync/atomic"
	"time"

	"voxgate/media"
)

// Verdict is what a Guard makes of the last 200 ms.
type Verdict struct {
	Echo    bool          // what arrives is the bot's own voice and nothing beside
	Score   float64       // share of the caller's energy over his noise floor that the bot's sound explains, 0..1
	Delay   time.Duration // from sending to hearing it come back, 0..640 ms; 0 where nothing comes back
	Level   float64       // the caller's sound over his noise floor, in dB
	Loud    float64       // the same in dB of full scale, -127..0
	Tone    bool          // it is a steady tone, no voice
	Settled bool          // enough was sent to know whether the bot comes back at all; until then Echo and Score are a guess
}

// Guard follows one call. Tick belongs to the call's clock, Verdict to anybody.
type Guard struct {
	bands  bands
	search search
	path   path
	levels levels

	own     int // ticks in a row in which something is heard that is no echo
	verdict atomic.Uint64
}

var _ media.Tap = (*Guard)(nil)

// New makes the guard of a call whose frames run at rate, 8,000 or 16,000 Hz. Both are judged by the band below 4,000 Hz.
func New(rate int) *Guard {
	g := &Guard{bands: newBands(rate)}
	g.search.delay = unknown
	return g
}

// Tick takes 20 ms of both directions. It neither blocks nor allocates. Frames of another rate than New's are passed over.
func (g *Guard) Tick(received, sent *media.Frame) {
	if received.Rate != g.bands.rate || sent.Rate != g.bands.rate {
		return
	}
	for part := range hopsPerTick {
		in, out := g.bands.hop(received, sent, part)
		g.hop(in, out)
	}
	g.verdict.Store(g.judge().pack())
}

// hop takes the powers of 10 ms.
func (g *Guard) hop(in, out *powers) {
	g.levels.add(in, g.search.found())
	g.search.add(in, out)
	g.path.add(&g.search, &g.levels, in, out)
}

// Verdict is that of the last tick.
func (g *Guard) Verdict() Verdict { return unpack(g.verdict.Load()) }

func (g *Guard) judge() Verdict {
	v := Verdict{Level: g.levels.over(), Loud: g.levels.loudness(), Tone: g.levels.tone(), Settled: g.search.settled()}
	if !g.search.found() {
		g.own = 0
		// Nothing is known to come back. Where it may yet turn out to, likeness alone must do.
		if !v.Settled {
			v.Score = g.search.likeness()
			v.Echo = v.Score >= alike
		}
		return v
	}
	v.Delay = time.Duration(g.search.delay) * hopTime
	v.Score = g.path.explained()
	if v.Score < little || v.Score < mostly && g.search.present() < alikeStill {
		g.own++
	} else {
		g.own = 0
	}
	v.Echo = g.own < certain
	return v
}

// What is no echo, found on speech over the echoes of distorting loudspeakers in rooms: energy most of which nothing
// explains, or some of it while the likeness goes.
const (
	little     = 0.4
	mostly     = 0.8
	alikeStill = 0.85
	certain    = 3    // ticks in a row
	alike      = 0.55 // likeness that makes an echo while no path is known
)

// A verdict travels between goroutines as one word: 16 bits each of level (0.1 dB), delay (ms) and score
// (1/10,000), 8 of loudness (dB) and of flags.
func (v Verdict) pack() uint64 {
	level := uint16(int16(max(-1000, min(1000, math.Round(v.Level*10)))))
	w := uint64(level)<<48 | uint64(v.Delay.Milliseconds()&0xffff)<<32 | uint64(v.Score*10000)<<16
	w |= uint64(max(0, min(127, math.Round(-v.Loud)))) << 8
	if v.Echo {
		w |= 1
	}
	if v.Settled {
		w |= 2
	}
	if v.Tone {
		w |= 4
	}
	return w
}

func unpack(w uint64) Verdict {
	return Verdict{
		Level: float64(int16(w>>48)) / 10, Delay: time.Duration(w>>32&0xffff) * time.Millisecond,
		Score: float64(w>>16&0xffff) / 10000, Echo: w&1 != 0, Settled: w&2 != 0, Tone: w&4 != 0,
		Loud: -float64(w >> 8 & 0x7f),
	}
}
