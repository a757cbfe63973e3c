package dialog

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"voxgate/dialog/flow"
	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

// lookUp asks the shop what a rule wants to know, once for the same values.
func (s *Session) lookUp(ctx context.Context, rule *flow.Rule, rec record) (on bool) {
	spec, _ := s.flows.Spec(rule.Ask)
	q := shop.Question{Kind: rule.Ask, Values: s.valuesFor(rule, spec, rec), At: s.now()}
	switch spec.On {
	case shop.OnOrder:
		q.Order = rec.order.Number
	default:
		q.Phone = s.phone(rec)
	}
	key := fingerprint(rule.Ask, q.Order+q.Phone, q.Values)
	if !s.task.looked[key] {
		facts, err := ask(ctx, s, func(ctx context.Context) (shop.Facts, error) { return s.shop.Ask(ctx, q) })
		if err != nil {
			s.systemError(err)
			return false
		}
		if s.task.looked == nil {
			s.task.looked = map[string]bool{}
		}
		for name := range spec.Gives {
			delete(s.task.facts, name)
		}
		s.task.looked[key] = true
		s.task.learn(rule.Ask, facts)
	}
	if code := s.task.facts[shop.FactRefused]; code != "" && s.task.source[shop.FactRefused] == rule.Ask {
		return s.refusal(ctx, rule, code, rec)
	}
	return true
}

// valuesFor are the values that a look-up or an action gets.
func (s *Session) valuesFor(rule *flow.Rule, spec shop.Spec, rec record) map[string]string {
	values := s.caseOf(rec).Values
	out := map[string]string{}
	for _, name := range append(slices.Clone(spec.Needs), spec.Optional...) {
		from, named := rule.Values[name]
		value := values[reply.SaidPrefix+name]
		if named {
			value = values[from]
			if text, literal := strings.CutPrefix(from, "="); literal {
				value = text
			}
		}
		if value != "" {
			out[name] = value
		}
	}
	return out
}

// fingerprint tells one look-up or action with its values from another.
func fingerprint(kind, subject string, values map[string]string) string {
	var out strings.Builder
	out.WriteString(kind + "/" + subject)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		out.WriteString("/" + name + "=" + values[name])
	}
	return out.String()
}

// refusal answers what the shop will not do.
func (s *Session) refusal(ctx context.Context, rule *flow.Rule, code string, rec record) (on bool) {
	a, ok := s.flows.Refusal(rule, code)
	if !ok {
		s.systemError(errors.New("the shop refused with the unknown code " + code))
		return false
	}
	if a.Act == "" && len(a.Say) > 0 && len(a.Forget) == 0 {
		a.Act = "refuse"
	}
	if a.Act == "refuse" {
		s.tried = append(s.tried, s.reasonOf(s.task.intent)+"被拒（"+code+"）")
		s.declined = true
	}
	return s.conclude(ctx, a, rec)
}
