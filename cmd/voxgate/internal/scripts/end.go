package scripts

import (
	"fmt"
	"slices"
	"strings"

	"voxgate/dialog"
	"voxgate/dialog/caller"
)

// end holds the call's outcome and what it changed against the script.
func (p *player) end() {
	o := p.outcome
	if o == nil {
		hung := p.call.Hangup()
		o = &hung
	}
	p.result.Outcome = string(o.Kind)
	want := p.script.End
	if want.Outcome != "" && !slices.Contains(strings.Split(want.Outcome, "|"), string(o.Kind)) {
		p.wrong("outcome %s, not %s", o.Kind, want.Outcome)
	}
	if want.Action != "" && o.Action != want.Action {
		p.wrong("action %q, not %s", o.Action, want.Action)
	}
	if want.Queue != "" && o.Queue != want.Queue {
		p.wrong("queue %q, not %s", o.Queue, want.Queue)
	}
	if want.Ticket && o.Ticket == "" {
		p.wrong("no ticket")
	}
	for _, order := range want.Orders {
		if !slices.Contains(o.Orders, order) {
			p.wrong("orders %v, not %s", o.Orders, order)
		}
	}
	writes, _ := p.call.Done()
	for _, w := range p.script.Done {
		if !slices.ContainsFunc(writes, func(got caller.Write) bool { return fits(got, w) }) {
			p.wrong("the shop was not asked for %s %s %v but for: %s", w.Kind, w.Order, w.Values, kinds(writes))
		}
	}
	p.words(o)
}

// words holds everything that was said against what must and what may not be said in the call.
func (p *player) words(o *dialog.Outcome) {
	for _, word := range p.script.Said {
		if !holds(p.all.String(), word) {
			p.wrong("never said %s", word)
		}
	}
	if o.Handoff == nil {
		return
	}
	handed := fmt.Sprintf("%+v", *o.Handoff)
	for _, word := range p.script.Never {
		if holds(handed, word) {
			p.wrong("the hand-off says %s", word)
			p.result.Forbidden++
		}
	}
}

// fits reports whether a change at the shop is the one that a script wants.
func fits(got, want caller.Write) bool {
	if got.Kind != want.Kind || got.Refused != "" || want.Order != "" && got.Order != want.Order {
		return false
	}
	for name, value := range want.Values {
		if !holds(got.Values[name], value) {
			return false
		}
	}
	return true
}
