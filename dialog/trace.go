package dialog

import (
	"context"
	"time"
)

// Step is a point that an answer has passed on its way.
type Step struct {
	Name  string        // Understood or LookedUp
	Of    string        // of Understood: the intent
	Score float64       // of Understood: its confidence, 0..1
	Took  time.Duration // of LookedUp: how long it took
}

// Names of steps.
const (
	Understood = "understood"
	LookedUp   = "looked_up"
)

type tracerKey struct{}

// Traced makes a Reply under the returned context tell each step that it passes, on the goroutine that draws its acts.
func Traced(ctx context.Context, tell func(Step)) context.Context {
	return context.WithValue(ctx, tracerKey{}, tell)
}

// passed tells a step where somebody wants to know.
func passed(ctx context.Context, step Step) {
	if tell, ok := ctx.Value(tracerKey{}).(func(Step)); ok {
		tell(step)
	}
}
