package dialog

import (
	"context"
	"maps"
	"regexp"
	"slices"

	"voxgate/dialog/flow"
	"voxgate/dialog/nlu"
	"voxgate/dialog/shop"
)

// mostSuspended is how many matters may wait while another is spoken of.
const mostSuspended = 3

// task is a matter that the caller wants done. Its flow runs from the top after each turn: what was asked, looked up,
// agreed to and done is remembered here.
type task struct {
	intent, aspect string
	order          string            // the order that it is about, where that was settled before it began
	said           map[string]string // values that the caller gave, by slot
	was            map[string]string // what a correction replaced, by slot
	facts          shop.Facts        // of look-ups and receipts
	source         map[string]string // fact to the kind that gave it
	looked         map[string]bool   // look-ups made, with their values
	agreed         string            // the action that was said yes to, with its values
	done           map[string]bool   // actions done, with their values
	place          *nlu.Address      // the address given last, as far as it goes
	begun          nlu.Reading       // the part of the utterance that it was said in, where there were several
	over           bool              // nothing of it is open
}

func matter(intent, aspect string) task { return task{intent: intent, aspect: aspect} }

// give keeps a value of a slot and what it replaces.
func (t *task) give(slot, value string) {
	if t.said == nil {
		t.said, t.was = map[string]string{}, map[string]string{}
	}
	if old := t.said[slot]; old != "" && old != value {
		t.was[slot] = old
	}
	t.said[slot] = value
	t.looked = nil // what was found out of the old values no longer holds
}

// once reports whether something of the matter happens for the first time, and remembers that it did.
func (t *task) once(what string) bool {
	if t.done[what] {
		return false
	}
	if t.done == nil {
		t.done = map[string]bool{}
	}
	t.done[what] = true
	return true
}

// learn keeps facts that the shop gave.
func (t *task) learn(kind string, facts shop.Facts) {
	if t.facts == nil {
		t.facts, t.source = shop.Facts{}, map[string]string{}
	}
	for name, value := range facts {
		t.facts[name], t.source[name] = value, kind
	}
}

// flow is the flow of the present matter.
func (s *Session) flow() (*flow.Flow, bool) { return s.flows.Of(s.task.intent) }

// unfinished reports whether the present matter waits for something of the caller that it cannot do without.
func (s *Session) unfinished() bool {
	if s.task.intent == "" || s.task.over {
		return false
	}
	switch s.asked {
	case askedOpen, askedReason, askedRating:
		return false
	case askedConfirm:
		return s.offer.kind == offerCommit || s.offer.kind == offerTail || s.offer.kind == offerNumber || s.offer.kind == offerOrder
	}
	return true
}

// writing reports whether the present matter is one that may change something.
func (s *Session) writing() bool {
	f, ok := s.flow()
	return ok && f.Writes()
}

// take makes a matter the present one. A question in the middle of a change sets the change aside; another change, or
// anything after a matter that only asked, takes its place. The same matter again goes on with what was said of it.
func (s *Session) take(r nlu.Reading) {
	next, _ := s.flows.Of(r.Intent)
	open := s.unfinished()
	for i, t := range s.suspended {
		if t.intent == r.Intent && s.task.intent != r.Intent { // the caller comes back to it
			s.task, s.suspended = t, s.suspended[:i]
			s.focus = t.order
			return
		}
	}
	switch {
	case open && r.Intent == s.task.intent && r.Refer != "other":
		s.task.aspect = r.Aspect
		return
	case open && (s.writing() || s.filling()) && next != nil && !next.Writes():
		s.task.order = s.focus
		s.suspended = append(s.suspended, s.task)
		if r.Refer == "" && ownParcel.MatchString(r.Text) {
			s.focus = "" // a parcel, not the one being spoken of
		}
		if len(s.suspended) > mostSuspended {
			s.suspended = slices.Delete(s.suspended, 0, 1)
		}
	}
	s.task = matter(r.Intent, r.Aspect)
}

// ownParcel is a caller who speaks of a parcel without pointing at one.
var ownParcel = regexp.MustCompile(`我的?(?:快递|包裹|东西|货|订单)|(?i)my (?:package|parcel|order|delivery)`)

// begin takes up a new matter, and keeps those of the same utterance for later.
func (s *Session) begin(ctx context.Context, r nlu.Reading) {
	s.take(r)
	parts := s.parts(r)
	if own, ok := parts[r.Intent]; ok && own.Slots["product"] != "" {
		r.Slots["product"] = own.Slots["product"]
	}
	if len(r.Slots) > 0 {
		s.task.begun = r
	}
	for _, intent := range r.Also {
		if _, ok := s.flows.Of(intent); ok && intent != s.task.intent {
			next := matter(intent, "")
			next.begun = parts[intent]
			s.queue = append(s.queue, next)
		}
	}
	s.understood()
	s.soothe(r)
	if !s.collect(r) && s.wants(r, "date") && r.Invalid["date"] != "" {
		s.say("inform_invalid", "no_such_day", nil)
	}
	s.run(ctx, r)
}

// clauseEnds part the matters of one utterance.
var clauseEnds = regexp.MustCompile(`[\s,，。；]+|顺便|然后|还有|另外|再帮我|(?i)\band\b|\balso\b`)

// parts are the readings of the parts of an utterance with several matters, by intent, so that each has its own product.
func (s *Session) parts(r nlu.Reading) map[string]nlu.Reading {
	out := map[string]nlu.Reading{}
	if len(r.Also) == 0 {
		return out
	}
	for _, part := range clauseEnds.Split(r.Text, -1) {
		if len([]rune(part)) < 3 {
			continue
		}
		one := s.parser.Understand(part, "", s.state())
		if _, there := out[one.Intent]; !there && one.Slots["product"] != "" {
			out[one.Intent] = one
		}
	}
	return out
}

// proceed goes on with what was set aside or said in the same breath, once nothing is open any more.
func (s *Session) proceed(ctx context.Context) {
	for s.outcome == nil && s.asked == askedOpen && s.answered {
		switch {
		case len(s.suspended) > 0:
			last := len(s.suspended) - 1
			s.task, s.suspended = s.suspended[last], s.suspended[:last]
			s.focus = s.task.order
			s.say("inform", "back_to", s.business())
		case len(s.queue) > 0:
			s.task, s.queue = s.queue[0], s.queue[1:]
			s.collect(s.task.begun)
		default:
			return
		}
		r := nlu.Reading{Intent: s.task.intent, Slots: map[string]string{}}
		if product := s.task.begun.Slots["product"]; product != "" && s.task.order == "" {
			r.Slots["product"] = product
		}
		s.run(ctx, r)
	}
}

// putAway forgets the present matter before anything was done, and says so.
func (s *Session) putAway() {
	s.settle()
	s.task.over, s.task.agreed = true, ""
	s.answered = true
	s.tried = append(s.tried, "客户改主意，不办"+s.reasonOf(s.task.intent)+"了")
	s.say("inform", "dropped", nil)
}

// drop puts the present matter away and asks for the next one, where none waits.
func (s *Session) drop() {
	s.putAway()
	if len(s.suspended) == 0 && len(s.queue) == 0 {
		s.say("anything_else", "anything_else", nil)
	}
}

// allOf makes a matter of each order, for a caller who means all of them; the first is the present one.
func (s *Session) allOf(f *flow.Flow) {
	for _, o := range s.orders[1:] {
		t := matter(f.Intent, s.task.aspect)
		t.order, t.said = o.Number, maps.Clone(s.task.said)
		s.queue = append(s.queue, t)
	}
	s.task.order = s.orders[0].Number
}
