package timeline

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"voxgate/media/wav"
)

// Sound is how loud both sides of a call were, a value for each 20 ms: 0 is silence, 1 full scale.
type Sound struct{ Caller, Bot []float32 }

// Hear measures a call's recording: the caller left, the bot right. What it lacks is silence there, so that a moment of it
// is that moment of the call. With wav.ErrTruncated there is what the file holds.
func Hear(path string, lacks []Gap) (*Sound, error) {
	audio, err := wav.ReadFile(path)
	if audio.Rate <= 0 {
		return nil, err //nolint:wrapcheck // says what and where
	}
	side := func(i int) []float32 { return stretched(envelope(audio.Channel(i), audio.Rate), lacks) }
	return &Sound{Caller: side(0), Bot: side(1)}, err
}

// stretched has silence in the place of what is lacking. Gaps that cannot be are passed over.
func stretched(levels []float32, lacks []Gap) []float32 {
	for _, gap := range lacks {
		from, n := int((gap.AtMS-gap.MS)/20), int(gap.MS/20)
		if from < 0 || n < 0 || from > len(levels) || n > int(longest/(20*time.Millisecond)) {
			continue
		}
		levels = slices.Insert(levels, from, make([]float32, n)...)
	}
	return levels
}

// envelope is the largest amplitude of each 20 ms.
func envelope(pcm []int16, rate int) []float32 {
	step := max(1, rate/50)
	out := make([]float32, 0, len(pcm)/step+1)
	for len(pcm) > 0 {
		n := min(step, len(pcm))
		peak := 0
		for _, s := range pcm[:n] {
			peak = max(peak, int(s), -int(s))
		}
		out = append(out, float32(peak)/32768)
		pcm = pcm[n:]
	}
	return out
}

// seen is the height of an amplitude in a picture, 0..1: what is soft can still be seen.
func seen(amplitude float32) float64 { return math.Sqrt(min(1, float64(amplitude))) }

// outline draws an envelope as one closed SVG path about y=0, half as high as given, with x in frames.
func outline(levels []float32, half float64) string {
	var up, down strings.Builder
	up.WriteString("M0 0")
	point := func(b *strings.Builder, x int, y float64) {
		b.WriteByte('L')
		b.WriteString(strconv.Itoa(x))
		b.WriteByte(' ')
		b.WriteString(strconv.FormatFloat(y, 'f', 1, 64))
	}
	height := func(i int) float64 { return math.Round(seen(levels[i])*half*10) / 10 }
	for i := range levels {
		if i > 0 && i+1 < len(levels) && height(i) == height(i-1) && height(i) == height(i+1) {
			continue
		}
		point(&up, i, -height(i))
	}
	for i := len(levels) - 1; i >= 0; i-- {
		if i > 0 && i+1 < len(levels) && height(i) == height(i-1) && height(i) == height(i+1) {
			continue
		}
		point(&down, i, height(i))
	}
	return up.String() + down.String() + "Z"
}
