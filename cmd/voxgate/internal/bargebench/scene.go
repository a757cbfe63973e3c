package bargebench

import (
	"math"
	"math/rand/v2"
	"time"

	"voxgate/cmd/voxgate/internal/evaluation"
	"voxgate/media"
)

// Levels in dB of full scale.
const (
	callerLevel = -20.0
	hissLevel   = -66.0 // of a quiet line
)

// Spans of a call. The bot speaks twice, so that its echo is met for the first time and again.
const (
	lead   = 600 * time.Millisecond // before the bot's first word
	pause  = 900 * time.Millisecond // between its answers
	linger = time.Second            // after the last
	// A caller or a sound begins within an answer, not sooner than this after its beginning nor later than before its end.
	fromStart = 400 * time.Millisecond
	fromEnd   = 1300 * time.Millisecond
)

// longestDelay is the latest that an echo comes back.
const longestDelay = 600

// Span is a stretch of a call.
type Span struct{ From, To time.Duration }

// Scene is one call, as both directions of its line carry it at 8,000 Hz.
type Scene struct {
	Number   int
	Answers  []Span // when the bot is heard to speak, as it is sent
	Judged   []int  // answers that something happens in, all where nothing does
	Caller   Span   // when the caller speaks; zero where he does not
	Delay    time.Duration
	Sent     []int16
	Received []int16
}

// voices are what a scene is made of.
type voices struct {
	answers [2][]int16 // the bot's
	caller  []int16    // what the caller says, without the quiet around it; nil where he says nothing
	noise   []int16    // recording of noise; nil: made
}

// compose makes scene number n of a condition; the number fixes every chance.
func compose(n int, c Condition, v voices) (Scene, error) {
	dice := rand.New(rand.NewPCG(uint64(n), 0x62617267))
	s := Scene{Number: n, Judged: []int{0, 1}}
	s.Sent = make([]int16, samples(lead))
	for i, answer := range v.answers {
		if i > 0 {
			s.Sent = append(s.Sent, make([]int16, samples(pause))...)
		}
		from := span(s.Sent)
		s.Sent = append(s.Sent, answer...)
		s.Answers = append(s.Answers, Span{from, span(s.Sent)})
	}
	s.Sent = append(s.Sent, make([]int16, samples(linger))...)
	for len(s.Sent)%(media.Narrowband/50) != 0 {
		s.Sent = append(s.Sent, 0)
	}
	mix := make([]float64, len(s.Sent))
	for i := range mix {
		mix[i] = dice.NormFloat64() * 32768 * math.Pow(10, hissLevel/20)
	}
	if c.Echo > 0 {
		s.Delay = time.Duration(dice.IntN(longestDelay+1)) * time.Millisecond
		echo, err := comesBack(s.Sent, c, s.Delay, dice)
		if err != nil {
			return s, err
		}
		add(mix, 0, echo)
	}
	// Mostly the second answer, since callers seldom interrupt the first.
	within := 1 - dice.IntN(4)/3
	if c.Sound != "" {
		kind := sounds[c.Sound]
		sound := at(kind.make(dice, v.noise, len(mix)), callerLevel-c.Under)
		if kind.lasts {
			add(mix, 0, sound)
		} else {
			add(mix, samples(moment(s.Answers[within], dice)), sound)
			s.Judged = []int{within}
		}
	}
	if c.Barge {
		s.Judged = []int{within}
		from := moment(s.Answers[within], dice)
		add(mix, samples(from), at(floats(v.caller), callerLevel))
		s.Caller = Span{from, from + span(v.caller)}
	}
	line := evaluation.Condition{Loss: c.Loss}
	var err error
	s.Received, err = line.Degrade(whole(mix), nil, uint64(n))
	s.Received = append(s.Received, make([]int16, len(s.Sent))...)[:len(s.Sent)]
	return s, err
}

// moment is where in an answer something begins.
func moment(answer Span, dice *rand.Rand) time.Duration {
	room := answer.To - answer.From - fromStart - fromEnd
	return answer.From + fromStart + time.Duration(dice.Float64()*float64(max(room, 0)))
}

// comesBack is what a telephone's loudspeaker gives of the bot and its microphone takes: the line there, a small speaker
// that is driven into distortion, every other time a room, and the network's delay.
func comesBack(sent []int16, c Condition, delay time.Duration, dice *rand.Rand) ([]float64, error) {
	drive := 0.5 + 2*dice.Float64()
	driven := make([]int16, len(sent))
	for i, v := range sent {
		// Asymmetric, as small membranes are: even harmonics beside the odd ones.
		x := drive * float64(v) / 8000
		driven[i] = int16(8000 / drive * math.Tanh(x+0.1*x*x))
	}
	path := evaluation.Condition{Narrow: true, Room: dice.IntN(2) == 0, Loss: c.Loss}
	heard, err := path.Degrade(driven, nil, dice.Uint64())
	if err != nil {
		return nil, err
	}
	back := floats(heard)
	if loud := loudness(back); loud > 0 {
		back = scaled(back, math.Pow(10, -c.Echo/20)*loudness(floats(sent))/loud)
	}
	out := make([]float64, len(sent))
	shift := samples(delay)
	for i := shift; i < len(out) && i-shift < len(back); i++ {
		out[i] = back[i-shift]
	}
	return out, nil
}

func add(mix []float64, from int, sound []float64) {
	for i, v := range sound {
		if from+i >= len(mix) {
			return
		}
		mix[from+i] += v
	}
}

func whole(mix []float64) []int16 {
	out := make([]int16, len(mix))
	for i, v := range mix {
		out[i] = int16(max(math.MinInt16, min(math.MaxInt16, math.Round(v))))
	}
	return out
}

func samples(d time.Duration) int { return int(d * media.Narrowband / time.Second) }

func span(pcm []int16) time.Duration {
	return time.Duration(len(pcm)) * time.Second / media.Narrowband
}
