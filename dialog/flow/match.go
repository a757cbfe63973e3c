package flow

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"voxgate/dialog/shop"
)

// Case is what a rule is held against.
type Case struct {
	Values map[string]string // raw fields of the order or the ticket, facts of look-ups, and said_ values
	Aspect string
	Own    bool // the caller's number is the one on the record
	Now    time.Time
}

// Test is what a value must be: one of some texts, known, unknown, or more or less than a number (">500", "<=2").
type Test []string

// UnmarshalYAML implements yaml.Unmarshaler: one text or a list of them.
func (t *Test) UnmarshalYAML(n *yaml.Node) error {
	texts, err := words(n)
	*t = texts
	return err
}

// Holds reports whether a value passes.
func (t Test) Holds(value string) bool {
	return slices.ContainsFunc(t, func(want string) bool {
		switch {
		case want == "known":
			return value != ""
		case want == "unknown":
			return value == ""
		case strings.HasPrefix(want, ">"), strings.HasPrefix(want, "<"):
			return compares(value, want)
		}
		return value == want
	})
}

func compares(value, want string) bool {
	op, bound := want[:1], want[1:]
	if strings.HasPrefix(bound, "=") {
		op, bound = op+"=", bound[1:]
	}
	a, errA := strconv.ParseFloat(value, 64)
	b, errB := strconv.ParseFloat(strings.TrimSpace(bound), 64)
	if errA != nil || errB != nil {
		return false
	}
	switch op {
	case ">":
		return a > b
	case ">=":
		return a >= b
	case "<":
		return a < b
	}
	return a <= b
}

// Raw are the fields of a record by their JSON names, as the shop writes them; what is empty or no plain value is left out,
// but a record within it is there as "yes", and its own fields as NAME_FIELD.
func Raw(record any) map[string]string {
	data, err := json.Marshal(record)
	if err != nil {
		return nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil
	}
	out := make(map[string]string, len(fields))
	for name, raw := range fields {
		var text string
		switch {
		case string(raw) == "null" || string(raw) == "[]" || string(raw) == `""`:
		case raw[0] == '"' && json.Unmarshal(raw, &text) == nil:
			out[name] = text
		case raw[0] == '[':
			out[name] = "yes"
		case raw[0] == '{':
			out[name] = "yes"
			for part, value := range Raw(raw) {
				out[name+"_"+part] = value
			}
		case string(raw) == "true":
			out[name] = "yes"
		case string(raw) == "false":
			out[name] = "no"
		default:
			out[name] = string(raw)
		}
	}
	return out
}

// fieldsOf are the JSON names of a record's type.
func fieldsOf(record any) []string {
	t := reflect.TypeOf(record)
	var out []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		out = append(out, name)
		if inner := t.Field(i).Type; inner.Kind() == reflect.Pointer {
			for _, part := range fieldsOf(reflect.Zero(inner.Elem()).Interface()) {
				out = append(out, name+"_"+part)
			}
		}
	}
	return out
}

// Fits reports whether a rule's conditions hold.
func (r *Rule) Fits(c Case) bool {
	if r.Aspect != "" && r.Aspect != c.Aspect || r.Own && !c.Own {
		return false
	}
	if len(r.Status) > 0 && !slices.Contains(r.Status, c.Values["status"]) {
		return false
	}
	for name, test := range r.If {
		if !test.Holds(c.Values[name]) {
			return false
		}
	}
	return r.Since == "" || c.passed(r.Since, r.Late)
}

// passed reports whether a moment lies more than some hours back. A date without a time of day passes at its end.
func (c Case) passed(name string, hours int) bool {
	m, err := shop.ParseMoment(c.Values[name], c.Now.Location())
	if err != nil {
		return false
	}
	end := m.Time
	if !m.Clock {
		end = end.AddDate(0, 0, 1)
	}
	return c.Now.After(end.Add(time.Duration(hours) * time.Hour))
}

// Choose picks the order that is most likely meant among several: the one in the first preferred group of states that
// has exactly one. A group with several is a question; with none of the groups, every order is in question.
func (f *Flow) Choose(orders []shop.Order) (meant *shop.Order, open []shop.Order) {
	if len(orders) == 1 {
		return &orders[0], nil
	}
	for _, group := range f.Prefer {
		var in []shop.Order
		for _, o := range orders {
			if slices.Contains(group, o.Status) {
				in = append(in, o)
			}
		}
		if len(in) == 1 {
			return &in[0], nil
		}
		if len(in) > 1 {
			return nil, in
		}
	}
	return nil, orders
}
