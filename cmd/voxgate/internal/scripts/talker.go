package scripts

import (
	"fmt"
	"strings"

	"voxgate/cmd/voxgate/internal/softphone"
	"voxgate/dialog"
	"voxgate/dialog/caller"
)

// talker plays a script by voice. The goroutine of the softphone's call uses it.
type talker struct {
	player
	at    int // turn that comes next
	now   Turn
	taken int // answers that were judged
}

// next is the next turn that the last answers call for.
func (p *talker) next() (softphone.Move, bool) {
	p.gather("", Turn{}, "")
	for ; p.at < len(p.script.Turns); p.at++ {
		t := p.script.Turns[p.at]
		if t.When != "" && !hasAct(p.last.Acts, t.When) {
			continue
		}
		p.at++
		p.now = t
		last := true
		for _, later := range p.script.Turns[p.at:] {
			last = last && later.When != ""
		}
		return softphone.Move{Step: softphone.Step{Text: p.fill(t.Say), Keys: t.Keys}, Last: last}, true
	}
	return softphone.Move{}, false
}

// turned judges the answers to the turn that has just been heard.
func (p *talker) turned(t softphone.Turn) { p.gather(p.now.what(), p.now, t.Heard) }

// gather joins the answers since the last turn, since a line with a pause in it may be taken for two, and judges them; the
// greeting is not held against what was heard.
func (p *talker) gather(said string, t Turn, heard string) {
	answers := p.call.Answers()
	fresh := answers[min(p.taken, len(answers)):]
	p.taken = len(answers)
	if len(fresh) == 0 && said == "" {
		return
	}
	var a caller.Answer
	var says, taken []string
	for _, f := range fresh {
		a.Acts, a.Faults, a.Invented = append(a.Acts, f.Acts...), append(a.Faults, f.Faults...), append(a.Invented, f.Invented...)
		a.Slots, a.Outcome = f.Slots, f.Outcome
		a.Took = max(a.Took, f.Took)
		says = append(says, f.Say)
		if f.Turn.Kind == dialog.Speech {
			taken = append(taken, f.Turn.Text)
		}
	}
	a.Say = strings.Join(says, " ")
	p.note(said, a, t)
	e := &p.result.Exchanges[len(p.result.Exchanges)-1]
	e.Taken, e.Heard = strings.Join(taken, " / "), heard
	for _, word := range t.Must {
		if fact := found(a.Say, word); fact != "" && !soundsIn(heard, fact) {
			e.Missed = append(e.Missed, "not heard: "+fact)
			p.result.Missed++
		}
	}
}

// left notes the turns that the caller had no chance to take.
func (p *talker) left() {
	for i, t := range p.script.Turns[p.at:] {
		if t.When == "" {
			p.wrong("the hotline ended the call before turn %d: %s", p.at+i+1, t.what())
		}
	}
}

// found is the part of an answer that a word or pattern means; empty where there is none.
func found(text, word string) string {
	p, err := pattern(word)
	if err != nil {
		return ""
	}
	return p.FindString(text)
}

// String names the result of a spoken call in a line.
func (r Result) String() string {
	verdict := "wrong"
	switch {
	case r.Clean():
		verdict = "right"
	case r.Right():
		verdict = "right, not all heard"
	}
	return fmt.Sprintf("%-22s %s (%s)", verdict, r.Name, r.Outcome)
}
