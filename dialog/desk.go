package dialog

import (
	"context"
	"maps"
	"slices"
	"strings"

	"voxgate/dialog/flow"
	"voxgate/dialog/handoff"
	"voxgate/dialog/reply"
)

// entitled reports whether the caller has shown what a flow wants before its rules apply; else it asks.
func (s *Session) entitled(ctx context.Context, f *flow.Flow) bool {
	if f.Auth == flow.AuthNone || f.Auth == flow.AuthCaller && s.caller != "" {
		return true
	}
	return s.identify(ctx)
}

// nothing is the record of a flow that is about no order.
func (s *Session) nothing(f *flow.Flow) record {
	return record{own: s.verified == handoff.VerifiedCaller || f.Auth == flow.AuthCaller && s.caller != ""}
}

// ahead runs the rules of a flow that need no order, and reports whether the matter goes on.
func (s *Session) ahead(ctx context.Context, f *flow.Flow) bool {
	for i := range f.Before {
		rule, rec := &f.Before[i], s.nothing(f)
		if !rule.Fits(s.caseOf(rec)) {
			continue
		}
		if (rule.Ask != "" || rule.Do != "") && s.caller == "" && !s.entitled(ctx, f) || !s.step(ctx, f, rule, rec) {
			return false
		}
	}
	return true
}

// filing begins what a caller agrees to where a ticket is to be filed.
const filing = "ticket "

// fileTicket files a ticket once the caller has said yes to what it will say; true lets the rules go on.
func (s *Session) fileTicket(ctx context.Context, rule *flow.Rule, rec record) (on bool) {
	key := fingerprint(filing+rule.Ticket, rec.order.Number, s.task.said)
	if s.task.agreed != key {
		if s.underWay(ctx, s.phone(rec), rule.Ticket) {
			return false
		}
		fields := s.fields(rec)
		id := s.first(rule.Confirm, fields)
		if id == "" {
			return true
		}
		s.confirmed = fields
		s.say("confirm:ticket", id, fields(s.lang))
		s.propose(offerCommit, key)
		return false
	}
	s.openTicket(ctx, rule.Ticket)
	s.task.over = s.asked == askedOpen
	return false
}

// wishes are the values of the present matter as the people see them who work on its ticket.
func (s *Session) wishes() string {
	var out []string
	for _, slot := range slices.Sorted(maps.Keys(s.task.said)) {
		def, _ := s.flows.Slot(slot)
		out = append(out, slot+"："+reply.MaskText(def.Say(s.task.said[slot], "zh")))
	}
	return strings.Join(out, "，")
}
