package bargebench

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrCondition says that the name of a condition means nothing.
var ErrCondition = errors.New("unknown condition")

// Condition is what goes on at the caller's side while the bot speaks.
type Condition struct {
	Name  string
	Echo  float64 // dB by which the bot comes back softer than it was sent; 0: it does not
	Sound string  // a kind of sound beside; empty: none
	Under float64 // dB by which the sound is softer than the caller's speech
	Barge bool    // the caller speaks
	Loss  float64 // share of packets lost, either way
}

// Standard are the conditions of a whole report: each sound alone, echoes alone, and a caller who speaks in all of that.
func Standard() []string {
	list := []string{"quiet", "echo6", "echo10", "echo20", "echo10+loss3"}
	for _, sound := range soundNames() {
		list = append(list, sound+"10")
	}
	return append(list, "barge", "barge+noise10", "barge+loss3", "barge+echo20", "barge+echo10", "barge+echo6")
}

// ParseCondition reads a name: quiet, or one or several joined by "+" of echoN (N dB softer than it was sent), a sound with
// the dB by which it is softer than speech (cough10, click10, slam10, typing10, ring10, music10, noise10, murmur10), lossN
// (N % of the packets) and barge.
func ParseCondition(name string) (Condition, error) {
	c := Condition{Name: name}
	if name == "quiet" {
		return c, nil
	}
	for part := range strings.SplitSeq(name, "+") {
		if err := c.read(part); err != nil {
			return c, fmt.Errorf("%w %q: %w", ErrCondition, name, err)
		}
	}
	return c, nil
}

func (c *Condition) read(part string) error {
	kind := strings.TrimRight(part, "-.0123456789")
	number := func(low, high float64) (float64, error) {
		v, err := strconv.ParseFloat(part[len(kind):], 64)
		if err != nil || !(v >= low && v <= high) {
			return 0, fmt.Errorf("%s wants a number from %g to %g after it", kind, low, high)
		}
		return v, nil
	}
	var err error
	switch _, sound := sounds[kind]; {
	case part == "barge":
		c.Barge = true
	case kind == "echo":
		c.Echo, err = number(1, 60)
	case kind == "loss":
		c.Loss, err = number(0.1, 50)
		c.Loss /= 100
	case sound && c.Sound == "":
		c.Sound = kind
		c.Under, err = number(-20, 60)
	case sound:
		err = errors.New("one sound at a time")
	default:
		err = fmt.Errorf("use quiet, barge, echo10 (dB), loss3 (%%), or one of %s with its dB under speech, joined as in barge+echo10",
			strings.Join(soundNames(), ", "))
	}
	return err
}
