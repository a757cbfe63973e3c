package evaluation

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"voxgate/media"
	"voxgate/media/codec"
	"voxgate/media/jitter"
)

// ErrCondition says that the name of a condition means nothing.
var ErrCondition = errors.New("unknown condition")

// Condition is what the telephone network does to speech.
type Condition struct {
	Name  string
	Noisy bool
	SNR   float64 // of the noise, in dB under the speech
	Loss  float64 // share of packets of 20 ms that never arrive
	ALaw  bool    // G.711 A-law; mu-law otherwise
}

// ParseCondition reads clean, alaw, noiseN (N dB), lossN (N %), or several joined by "+" such as noise10+loss5.
func ParseCondition(name string) (Condition, error) {
	c := Condition{Name: name}
	for _, part := range strings.Split(name, "+") {
		wrong := fmt.Errorf("%w %q: use clean, alaw, noise10 (dB), loss5 (%%), or several as in noise10+loss5", ErrCondition, name)
		if value, ok := strings.CutPrefix(part, "noise"); ok {
			snr, err := strconv.ParseFloat(value, 64)
			if err != nil || !(snr >= -20 && snr <= 60) {
				return c, fmt.Errorf("%w; noise lies between -20 and 60 dB", wrong)
			}
			c.Noisy, c.SNR = true, snr
			continue
		}
		if value, ok := strings.CutPrefix(part, "loss"); ok {
			loss, err := strconv.ParseFloat(value, 64)
			if err != nil || !(loss > 0 && loss <= 50) {
				return c, fmt.Errorf("%w; loss lies above 0 and up to 50 %%", wrong)
			}
			c.Loss = loss / 100
			continue
		}
		switch part {
		case "alaw":
			c.ALaw = true
		case "clean":
			if name != "clean" {
				return c, wrong
			}
		default:
			return c, wrong
		}
	}
	return c, nil
}

// Degrade is what arrives of speech, mono at 8,000 Hz, at the far end of the line. Noise is taken from the recording
// given, or made where that is nil. The seed fixes every chance.
func (c Condition) Degrade(speech, noise []int16, seed uint64) ([]int16, error) {
	dice := rand.New(rand.NewPCG(seed, 0x766f78))
	if c.Noisy {
		speech = mix(speech, background(noise, len(speech), dice), c.SNR)
	}
	law := codec.PCMU
	if c.ALaw {
		law = codec.PCMA
	}
	return transmit(speech, law, c.Loss, dice)
}

// transmit sends speech as RTP through the jitter buffer of a call, which conceals what is lost.
func transmit(speech []int16, law codec.Codec, loss float64, dice *rand.Rand) ([]int16, error) {
	enc, err := law.NewEncoder()
	if err != nil {
		return nil, err
	}
	dec, err := law.NewDecoder()
	if err != nil {
		return nil, err
	}
	buffer := jitter.New(jitter.Config{Decoder: dec, Rate: media.Narrowband, ClockRate: law.ClockRate})
	frames := media.Frames(media.Narrowband, speech)
	const (
		drain = 3 // ticks after the last packet, for what the buffer still holds
		// The clock ticks as long after the packets as the buffer's least delay wants, so that it never shifts the sound.
		phase = 5 * time.Millisecond
	)
	out := make([]int16, 0, (len(frames)+drain)*media.Narrowband/50)
	heard := make([]int16, media.Narrowband/50)
	for i := range len(frames) + drain {
		now := time.Duration(i) * media.FrameDuration
		if i < len(frames) && dice.Float64() >= loss {
			payload, err := enc.Encode(nil, frames[i].PCM())
			if err != nil {
				return nil, err
			}
			buffer.Push(jitter.Packet{Sequence: uint16(i), Timestamp: uint32(i * len(heard)), Payload: payload, Arrival: now})
		}
		buffer.Pop(now+phase, heard)
		out = append(out, heard...)
	}
	return out, nil
}

// background is n samples of noise, from anywhere in the recording where there is some.
func background(noise []int16, n int, dice *rand.Rand) []float64 {
	out := make([]float64, n)
	for tries := 0; len(noise) > 0 && tries < 8; tries++ {
		at := dice.IntN(len(noise))
		for i := range out {
			out[i] = float64(noise[(at+i)%len(noise)])
		}
		if power(out) > 1 {
			return out
		}
	}
	// Rooms hum and rumble: white noise under a gentle low-pass with a floor.
	low := 0.0
	for i := range out {
		white := dice.NormFloat64()
		low = 0.85*low + white
		out[i] = low + 0.3*white
	}
	return out
}

// mix adds noise so many dB below the level of the speech while somebody speaks.
func mix(speech []int16, noise []float64, snr float64) []int16 {
	gain := 0.0
	if p := power(noise); p > 0 {
		gain = math.Sqrt(speechPower(speech) / p / math.Pow(10, snr/10))
	}
	out := make([]int16, len(speech))
	for i, v := range speech {
		out[i] = int16(max(math.MinInt16, min(math.MaxInt16, math.Round(float64(v)+gain*noise[i]))))
	}
	return out
}

func power(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return sum / float64(max(1, len(x)))
}

// speechPower is the mean power of the frames that lie less than 25 dB below the loud ones (their 95th percentile).
func speechPower(pcm []int16) float64 {
	const frame = media.Narrowband / 50
	var powers []float64
	for at := 0; at < len(pcm); at += frame {
		sum, part := 0.0, pcm[at:min(at+frame, len(pcm))]
		for _, v := range part {
			sum += float64(v) * float64(v)
		}
		powers = append(powers, sum/float64(len(part)))
	}
	if len(powers) == 0 {
		return 0
	}
	slices.Sort(powers)
	floor := powers[len(powers)*95/100] / math.Pow(10, 2.5)
	sum, n := 0.0, 0
	for _, p := range powers {
		if p >= floor {
			sum, n = sum+p, n+1
		}
	}
	return sum / float64(n)
}
