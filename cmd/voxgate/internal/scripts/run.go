package scripts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"voxgate/asr"
	"voxgate/dialog"
	"voxgate/dialog/caller"
)

// Exchange is one turn of a played call and what is wrong with the answer.
type Exchange struct {
	Said   string   `json:"said"`
	Taken  string   `json:"taken,omitempty"` // of a spoken call: what the hotline's recogniser made of it
	Answer string   `json:"answer"`
	Heard  string   `json:"heard,omitempty"` // of a spoken call: what the caller's recogniser made of the answer
	Acts   []string `json:"acts"`
	TookMS float64  `json:"took_ms"` // without the shop
	Missed []string `json:"missed,omitempty"`
	Spoilt []string `json:"forbidden,omitempty"`
}

// Result is one played call.
type Result struct {
	Name      string     `json:"name"`
	Family    string     `json:"family"`
	Lang      string     `json:"lang"`
	Exchanges []Exchange `json:"turns"`
	Outcome   string     `json:"outcome"`
	Wrong     []string   `json:"wrong,omitempty"` // about the end: outcome, action, changes at the shop
	Forbidden int        `json:"forbidden"`       // things said that must not be said
	Invented  int        `json:"invented"`        // of these, facts that nothing proves
	Missed    int        `json:"missed"`          // things that an answer lacked
}

// Right reports whether the call came to the right end and nothing forbidden was said.
func (r Result) Right() bool { return len(r.Wrong) == 0 && r.Forbidden == 0 }

// Clean reports whether, besides, every answer had all that the script wanted.
func (r Result) Clean() bool { return r.Right() && r.Missed == 0 }

// Play plays one script as text.
func Play(ctx context.Context, lines *Lines, s Script) (r Result, err error) {
	line, err := lines.For(ctx, s)
	if err != nil {
		return Result{}, err
	}
	defer func() { err = errors.Join(err, lines.Done(s, line)) }()
	call, greeting, err := line.Open(ctx, s.shop, s.Caller)
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", s.Name, err)
	}
	defer func() { err = errors.Join(err, call.Close()) }()
	p := &player{script: s, call: call, result: Result{Name: s.Name, Family: s.Family, Lang: s.Lang}, heard: 1}
	p.note("", greeting, Turn{})
	for i, turn := range s.Turns {
		if p.over {
			if turn.When == "" {
				p.wrong("the hotline ended the call before turn %d: %s", i+1, p.script.Turns[i].what())
			}
			continue
		}
		if err := p.take(ctx, turn); err != nil {
			return p.result, fmt.Errorf("%s: turn %d: %w", s.Name, i+1, err)
		}
	}
	p.end()
	return p.result, nil
}

// player plays one script.
type player struct {
	script  Script
	call    *caller.Call
	result  Result
	last    caller.Answer
	all     strings.Builder // everything said and handed over
	outcome *dialog.Outcome
	heard   float64
	over    bool
}

func (p *player) wrong(format string, args ...any) {
	p.result.Wrong = append(p.result.Wrong, fmt.Sprintf(format, args...))
}

// take plays one turn, unless it is one that the last answer does not call for.
func (p *player) take(ctx context.Context, t Turn) error {
	if t.When != "" && !hasAct(p.last.Acts, t.When) {
		return nil
	}
	if t.Backend != "" {
		return p.call.Backend(t.Backend)
	}
	if t.Barge > 0 {
		p.heard = min(1, float64(t.Barge)/max(1, spokenMillis(p.last.Say)))
	}
	turn := p.turn(t)
	answer, err := p.call.Take(ctx, turn)
	if err != nil {
		return err
	}
	p.note(t.what(), answer, t)
	return nil
}

// turn is what the engine gets.
func (p *player) turn(t Turn) dialog.Turn {
	turn := dialog.Turn{Kind: dialog.Speech, Text: p.fill(t.Say), Heard: p.heard, Confidence: t.Sure}
	p.heard = 1
	if turn.Confidence == 0 {
		turn.Confidence = heardWell
	}
	for _, other := range t.Also {
		turn.Others = append(turn.Others, asr.Hypothesis{Text: other, Confidence: turn.Confidence - nearlyAsSure})
	}
	switch {
	case t.Keys != "":
		turn.Kind, turn.Keys = dialog.Keys, p.fill(t.Keys)
	case t.Silence:
		turn.Kind = dialog.Silence
	case t.Failed != "":
		turn.Kind, turn.Reason = dialog.Failed, t.Failed
	}
	return turn
}

// Confidences of a played utterance and of its other readings.
const (
	heardWell    = 0.9
	nearlyAsSure = 0.02
)

// fill puts what only the run knows into a line: {code} is the code of the last text message, {wrong} another one, {long}
// five thousand characters.
func (p *player) fill(text string) string {
	code := p.call.Code()
	wrong := "000000"
	if code == wrong {
		wrong = "111111"
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "{code}", code), "{wrong}", wrong)
	if strings.Contains(text, "{long}") {
		text = strings.ReplaceAll(text, "{long}", strings.Repeat("那个就是说我想问一下", 500))
	}
	return text
}

// what names a turn in a report.
func (t Turn) what() string {
	switch {
	case t.Keys != "":
		return "#" + t.Keys
	case t.Silence:
		return "(silence)"
	case t.Failed != "":
		return "(transfer failed: " + t.Failed + ")"
	case t.Backend != "":
		return "(back end: " + t.Backend + ")"
	}
	return t.Say
}

// note keeps an answer and holds it against what the turn wants.
func (p *player) note(said string, a caller.Answer, t Turn) {
	e := Exchange{Said: said, Answer: a.Say, Acts: a.Acts, TookMS: float64(a.Took) / float64(time.Millisecond)}
	miss := func(format string, args ...any) { e.Missed = append(e.Missed, fmt.Sprintf(format, args...)) }
	for _, word := range t.Must {
		if !holds(a.Say, word) {
			miss("lacks %s", word)
		}
	}
	for _, act := range t.Acts {
		if !hasAct(a.Acts, act) {
			miss("no act %s", act)
		}
	}
	for name, want := range t.Slot {
		if got := a.Slots[name]; got != want {
			miss("slot %s is %q, not %q", name, got, want)
		}
	}
	for _, word := range slices.Concat(t.MustNot, p.script.Never) {
		if holds(a.Say, word) {
			e.Spoilt = append(e.Spoilt, "says "+word)
		}
	}
	e.Spoilt = append(e.Spoilt, a.Faults...)
	for _, claim := range a.Invented {
		e.Spoilt = append(e.Spoilt, fmt.Sprintf("not from any result: %s %s", claim.Kind, claim.Text))
	}
	if writes, _ := p.call.Done(); t.Untouched && changed(writes) {
		p.wrong("after %q the shop was changed: %s", said, kinds(writes))
	}
	p.result.Missed += len(e.Missed)
	p.result.Forbidden += len(e.Spoilt)
	p.result.Invented += len(a.Invented)
	p.result.Exchanges = append(p.result.Exchanges, e)
	p.all.WriteString(a.Say + "\n")
	p.last = a
	if a.Outcome != nil {
		p.outcome = a.Outcome
		p.over = !p.transferFails(a.Outcome)
	} else {
		p.outcome = nil
	}
}

// transferFails reports whether the script goes on after a transfer, which then does not come about.
func (p *player) transferFails(o *dialog.Outcome) bool {
	return o.Kind == dialog.OutcomeTransfer && slices.ContainsFunc(p.script.Turns, func(t Turn) bool { return t.Failed != "" }) &&
		!strings.Contains(p.last.Say, "接不通")
}

// changed reports whether a write took effect.
func changed(writes []caller.Write) bool {
	return slices.ContainsFunc(writes, func(w caller.Write) bool { return w.Refused == "" && !w.Again })
}

func kinds(writes []caller.Write) string {
	var out []string
	for _, w := range writes {
		out = append(out, strings.TrimSpace(w.Kind+" "+w.Refused))
	}
	return strings.Join(out, ", ")
}

// hasAct reports whether one of the acts is wanted: by its name, by its name before the colon, or by either of several.
func hasAct(acts []string, want string) bool {
	for _, w := range strings.Split(want, "|") {
		for _, act := range acts {
			if name, _, _ := strings.Cut(act, ":"); act == w || name == w {
				return true
			}
		}
	}
	return false
}

// spokenMillis is about how long a text takes to say: a fifth of a second for a hanzi, a third of that for a letter.
func spokenMillis(text string) float64 {
	ms := 0.0
	for _, r := range text {
		if r < 0x80 {
			ms += 65
		} else {
			ms += 200
		}
	}
	return ms
}
