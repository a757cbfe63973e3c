package shape

import (
	"math"
	"time"

	"voxgate/media/resample"
)

// ForLine is Band.ForLine in the usual band.
func ForLine(raw []int16, rate, lineRate int, gain float64, pause time.Duration) ([]int16, error) {
	return Usual.ForLine(raw, rate, lineRate, gain, pause)
}

// ForLine is raw speech at rate hertz as it goes onto a line of lineRate hertz: resampled, made fit for the telephone
// (Telephone), gain dB louder than usual, with a pause after it. Nothing but silence gives nothing, not even the pause.
// It fails for rates that cannot be converted.
func (b Band) ForLine(raw []int16, rate, lineRate int, gain float64, pause time.Duration) ([]int16, error) {
	converter, err := resample.New(rate, lineRate)
	if err != nil {
		return nil, err
	}
	pcm := amplify(b.Telephone(converter.Flush(converter.Process(nil, raw)), lineRate), gain)
	if len(pcm) == 0 {
		return nil, nil
	}
	return append(pcm, make([]int16, int(pause.Seconds()*float64(lineRate)))...), nil
}

// amplify changes the level of pcm by gain dB, in place; what is too loud is clipped.
func amplify(pcm []int16, gain float64) []int16 {
	if gain == 0 {
		return pcm
	}
	factor := math.Pow(10, gain/20)
	for i, sample := range pcm {
		pcm[i] = int16(min(max(math.Round(float64(sample)*factor), math.MinInt16), math.MaxInt16))
	}
	return pcm
}
