package caller

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"voxgate/dialog"
	"voxgate/dialog/shop"
)

// Bounds on a simulated call.
const (
	mostTurns    = 40 // after which a call that has not ended is a fault
	mostStanding = 12 // turns without anything new
)

// Played is one simulated call.
type Played struct {
	Seed       uint64
	Who        string   // goal, language, temper, and how the caller is known
	Transcript []string // "> what the caller did" and what the hotline said
	Turns      int
	Outcome    string
	Faults     []string // what must not be, each with its turn
	Invented   int      // of these, facts that nothing proves
	Took       []time.Duration
}

// Simulator plays random callers against the dialogue. One goroutine uses it.
type Simulator struct {
	line  *Line
	words *words
	file  shop.File
}

// NewSimulator makes a simulator over a shop, whose clock must stand still.
func NewSimulator(line *Line, file shop.File) (*Simulator, error) {
	w, err := readWords()
	if err != nil {
		return nil, err
	}
	return &Simulator{line: line, words: w, file: file}, nil
}

// Play plays the call of a seed. The same seed is the same caller; an error means that the call could not be played.
func (s *Simulator) Play(ctx context.Context, seed uint64) (played Played, err error) {
	rng := rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15))
	p := newPerson(s.words, rng, s.file)
	s.line.shop.blind(p.outsider)
	call, answer, err := s.line.Open(ctx, s.file, p.number)
	if err != nil {
		return Played{}, err
	}
	defer func() { err = errors.Join(err, call.Close()) }()
	p.code = call.Code
	known := map[string]string{p.order.Phone: "own number", "": "number withheld"}[p.number]
	if known == "" {
		known = "unknown number"
	}
	if p.outsider {
		known = "outsider"
	}
	played = Played{Seed: seed, Who: strings.Join([]string{p.goal, p.lang, p.temper, known, p.order.Product}, ", ")}
	w := watcher{played: &played, seen: map[string]bool{}}
	w.answer("", answer)
	for answer.Outcome == nil && played.Turns < mostTurns {
		turn := p.next(answer)
		if played.Turns == 0 {
			turn = p.opening()
		}
		if answer, err = call.Take(ctx, turn); err != nil {
			return played, fmt.Errorf("seed %d, turn %d: %w", seed, played.Turns+1, err)
		}
		played.Turns++
		w.answer(describe(turn), answer)
		writes, tickets := call.Done()
		w.progress(answer, len(writes)+len(tickets))
	}
	outcome := answer.Outcome
	if outcome == nil {
		hung := call.Hangup()
		outcome = &hung
		w.fault("the call has not ended after %d turns", mostTurns)
	}
	played.Outcome = string(outcome.Kind)
	w.end(outcome)
	return played, nil
}

// watcher gathers what is wrong with a simulated call.
type watcher struct {
	played   *Played
	seen     map[string]bool
	standing int
	done     int
}

func (w *watcher) fault(format string, args ...any) {
	w.played.Faults = append(w.played.Faults, fmt.Sprintf("turn %d: ", w.played.Turns)+fmt.Sprintf(format, args...))
}

// answer notes an answer and its faults.
func (w *watcher) answer(said string, a Answer) {
	if said != "" {
		w.played.Transcript = append(w.played.Transcript, "> "+said)
	}
	w.played.Transcript = append(w.played.Transcript, a.Say+"  "+fmt.Sprint(a.Acts))
	w.played.Took = append(w.played.Took, a.Took)
	for _, f := range a.Faults {
		w.fault("%s", f)
	}
	for _, claim := range a.Invented {
		w.played.Invented++
		w.fault("not from any result: %s %q", claim.Kind, claim.Text)
	}
}

// progress watches that a call does not go round in circles: something new is said, a value is taken or something is done.
func (w *watcher) progress(a Answer, done int) {
	state := fmt.Sprint(a.Slots)
	fresh := !w.seen[a.Say] || !w.seen[state] || done > w.done
	w.seen[a.Say], w.seen[state], w.done = true, true, done
	if w.standing++; fresh {
		w.standing = 0
	}
	if w.standing == mostStanding {
		w.fault("%d turns without anything new", mostStanding)
	}
}

// kindsOfOutcome are all ways in which a call may end.
var kindsOfOutcome = []dialog.OutcomeKind{dialog.OutcomeAnswer, dialog.OutcomeAction, dialog.OutcomeTicket, dialog.OutcomeTransfer,
	dialog.OutcomeRefused, dialog.OutcomeClosed, dialog.OutcomeSilence}

// end holds the outcome against what must be.
func (w *watcher) end(o *dialog.Outcome) {
	switch {
	case !slices.Contains(kindsOfOutcome, o.Kind):
		w.fault("outcome %q is none", o.Kind)
	case o.Kind == dialog.OutcomeTransfer && (o.Queue == "" || o.Handoff == nil || o.Handoff.Summary == ""):
		w.fault("a transfer without queue, hand-off or summary")
	case o.Kind == dialog.OutcomeTicket && o.Ticket == "":
		w.fault("a ticket without its number")
	case o.Kind == dialog.OutcomeAction && o.Action == "":
		w.fault("an action without its name")
	}
}

// describe is a turn in a transcript.
func describe(t dialog.Turn) string {
	switch t.Kind {
	case dialog.Keys:
		return "#" + t.Keys
	case dialog.Silence:
		return "(silence)"
	}
	if t.Confidence < 0.3 {
		return t.Text + " (hardly heard)"
	}
	return t.Text
}
