package evaluation

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// String is a rate in per cent with its interval, "12.3 (10.1-14.8)", or "-" for no rate.
func (r *Rate) String() string {
	if r == nil {
		return "-"
	}
	if r.Low == r.High {
		return fmt.Sprintf("%.1f", 100*r.Value)
	}
	return fmt.Sprintf("%.1f (%.1f-%.1f)", 100*r.Value, 100*r.Low, 100*r.High)
}

// Percent is the rate alone.
func (r *Rate) Percent() string { return fmt.Sprintf("%.1f %%", 100*r.Value) }

// Interval is the confidence interval alone, empty where there is none.
func (r *Rate) Interval() string {
	if r.Low == r.High {
		return ""
	}
	return fmt.Sprintf("%.1f–%.1f", 100*r.Low, 100*r.High)
}

// WriteTable prints results for people: conditions, voices, the worst examples.
func WriteTable(w io.Writer, results []Result) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "Per cent, with 95 % confidence intervals.")
	fmt.Fprint(table, "condition")
	heading(table)
	fmt.Fprintln(table, "\tutterances\taudio s\treal-time factor")
	for _, r := range results {
		fmt.Fprint(table, r.Condition)
		cells(table, r.Figures)
		fmt.Fprintf(table, "\t%d\t%.0f\t%.3f\n", r.Utterances, r.Seconds, r.RealTime)
	}
	for _, r := range results {
		if len(r.Speakers) == 0 {
			continue
		}
		fmt.Fprintf(table, "\n%s, by speaker", r.Condition)
		heading(table)
		fmt.Fprintln(table, "\tutterances")
		for _, s := range r.Speakers {
			fmt.Fprint(table, s.Name)
			cells(table, s.Figures)
			fmt.Fprintf(table, "\t%d\n", s.Utterances)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, r := range results {
		if len(r.Worst) == 0 {
			continue
		}
		fmt.Fprintf(w, "\n%s, worst examples\n", r.Condition)
		for _, e := range r.Worst {
			if _, err := fmt.Fprintf(w, "  line %d %s, %d wrong\n    said  %s\n    heard %s\n", e.Line, e.Speaker, e.Edits, e.Text, e.Heard); err != nil {
				return err
			}
		}
	}
	return nil
}

func heading(w io.Writer) {
	for _, m := range Metrics() {
		fmt.Fprint(w, "\t", m.Title())
	}
}

func cells(w io.Writer, f Figures) {
	for _, m := range Metrics() {
		fmt.Fprint(w, "\t", f.Rates[m])
	}
}
