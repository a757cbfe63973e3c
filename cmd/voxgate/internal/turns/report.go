package turns

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"voxgate/cmd/voxgate/internal/timeline"
)

// Figures are those of one class of turns. Delays count from the last sound to the Final, in milliseconds.
type Figures struct {
	Class     string         `json:"class"`
	Turns     int            `json:"turns"`
	P50       int64          `json:"p50_ms"`
	P95       int64          `json:"p95_ms"`
	False     int            `json:"false_ends"`         // turns that were ended within a pause
	FalseRate float64        `json:"false_ends_per_100"` // turns
	Never     int            `json:"never_ended"`
	Noticed   int64          `json:"noticed_p50_ms"` // from the first sound to SpeechStarted
	Late      int64          `json:"noticed_p95_ms"`
	Reasons   map[string]int `json:"reasons"` // of the endings that were not false
	Examples  []Example      `json:"false_examples,omitempty"`
}

// Example is a turn that was ended too early.
type Example struct {
	Line   int    `json:"line"`
	Said   string `json:"said"`
	Heard  string `json:"heard"` // when it was ended
	Reason string `json:"reason"`
}

// Summarise counts outcomes class by class, in the order of their names, and all together under "all".
func Summarise(all []Outcome) []Figures {
	classes := map[string][]Outcome{"all": all}
	for _, o := range all {
		classes[o.Turn.Class] = append(classes[o.Turn.Class], o)
	}
	var out []Figures
	for name, group := range classes {
		out = append(out, figures(name, group))
	}
	slices.SortFunc(out, func(a, b Figures) int {
		return cmp.Or(cmp.Compare(btoi(a.Class == "all"), btoi(b.Class == "all")), strings.Compare(a.Class, b.Class))
	})
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func figures(class string, group []Outcome) Figures {
	f := Figures{Class: class, Turns: len(group), Reasons: map[string]int{}}
	var delays, noticed []time.Duration
	for _, o := range group {
		if early := o.Early(); len(early) > 0 {
			f.False++
			f.Examples = append(f.Examples, Example{o.Turn.Line, spelled(o.Turn.Script), early[0].Text, early[0].Reason})
		}
		if d, reason, ended := o.Delay(); ended {
			delays = append(delays, d)
			f.Reasons[reason]++
		} else {
			f.Never++
		}
		if o.Noticed > 0 {
			noticed = append(noticed, o.Noticed-o.Turn.Starts[0])
		}
	}
	if len(group) > 0 {
		f.FalseRate = 100 * float64(f.False) / float64(len(group))
	}
	f.P50, f.P95 = timeline.Quantile(delays, 0.5).Milliseconds(), timeline.Quantile(delays, 0.95).Milliseconds()
	f.Noticed, f.Late = timeline.Quantile(noticed, 0.5).Milliseconds(), timeline.Quantile(noticed, 0.95).Milliseconds()
	return f
}

// spelled is a script's text with its pauses.
func spelled(s Script) string {
	var b strings.Builder
	for i, p := range s.Pieces {
		if i > 0 {
			fmt.Fprintf(&b, " <%.2g> ", s.Pauses[i-1].Seconds())
		}
		b.WriteString(p)
	}
	return b.String()
}

// WriteTable prints figures for people.
func WriteTable(w io.Writer, all []Figures) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "class\tturns\tend p50 ms\tp95 ms\tfalse ends\tper 100\tnever\tnoticed p50 ms\tp95 ms\treasons")
	for _, f := range all {
		var reasons []string
		for _, name := range slices.Sorted(maps.Keys(f.Reasons)) {
			reasons = append(reasons, fmt.Sprintf("%s %d", name, f.Reasons[name]))
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%.1f\t%d\t%d\t%d\t%s\n", f.Class, f.Turns, f.P50, f.P95, f.False, f.FalseRate,
			f.Never, f.Noticed, f.Late, strings.Join(reasons, ", "))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, f := range all {
		if f.Class == "all" {
			continue
		}
		for _, e := range f.Examples {
			if _, err := fmt.Fprintf(w, "  %s line %d ended early (%s): %s\n    heard %s\n", f.Class, e.Line, e.Reason, e.Said, e.Heard); err != nil {
				return err
			}
		}
	}
	return nil
}
