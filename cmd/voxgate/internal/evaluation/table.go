package evaluation

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
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

// String is the measure in words.
func (f *FalseWords) String() string {
	return fmt.Sprintf("%.1f an hour (%.1f-%.1f): %d in %.2f hours", f.PerHour, f.Low, f.High, f.Words, f.Hours)
}

// milliseconds is a delay as tables show it.
func milliseconds(ms *int) string {
	if ms == nil {
		return "-"
	}
	return fmt.Sprint(*ms)
}

// shown are the figures that at least one of some results has.
func shown(results []Result) []Metric {
	return slices.DeleteFunc(Metrics(), func(m Metric) bool {
		return !slices.ContainsFunc(results, func(r Result) bool { return r.Rates[m] != nil })
	})
}

// slotNames are the slots of some results, those said most often first.
func slotNames(results []Result) []string {
	said := map[string]int{}
	for _, r := range results {
		for name, rate := range r.Slots {
			said[name] += rate.Of
		}
	}
	names := slices.Collect(maps.Keys(said))
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(said[b]-said[a], cmp.Compare(a, b)) })
	return names
}

// WriteTable prints results for people: conditions, slots, confidences, ends of turns, voices, the worst examples.
func WriteTable(w io.Writer, results []Result) error {
	metrics := shown(results)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "Per cent, with 95 % confidence intervals that allow for utterances of one voice or sentence pattern being alike.")
	fmt.Fprint(table, "condition")
	heading(table, metrics)
	fmt.Fprintln(table, "\tutterances\taudio s\treal-time factor")
	for _, r := range results {
		fmt.Fprint(table, r.Condition)
		cells(table, metrics, r.Figures)
		fmt.Fprintf(table, "\t%d\t%.0f\t%.3f\n", r.Utterances, r.Seconds, r.RealTime)
	}
	writeSlots(table, results)
	writeCalibration(table, results)
	writeTurns(table, results)
	for _, r := range results {
		if len(r.Speakers) == 0 {
			continue
		}
		fmt.Fprintf(table, "\n%s, by speaker", r.Condition)
		heading(table, metrics)
		fmt.Fprintln(table, "\tutterances")
		for _, s := range r.Speakers {
			fmt.Fprint(table, s.Name)
			cells(table, metrics, s.Figures)
			fmt.Fprintf(table, "\t%d\n", s.Utterances)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, r := range results {
		if err := writeExamples(w, r); err != nil {
			return err
		}
	}
	return nil
}

func writeSlots(table io.Writer, results []Result) {
	names := slotNames(results)
	if len(names) == 0 {
		return
	}
	fmt.Fprint(table, "\nslot error of")
	for _, r := range results {
		fmt.Fprint(table, "\t", r.Condition)
	}
	fmt.Fprintln(table)
	for _, name := range names {
		fmt.Fprint(table, name)
		for _, r := range results {
			fmt.Fprint(table, "\t", r.Slots[name])
		}
		fmt.Fprintln(table)
	}
}

func writeCalibration(table io.Writer, results []Result) {
	fmt.Fprintln(table, "\nconfidence of\tcondition\tcount\tmean confidence\tright\tcalibration error\tright in each tenth from 0 to 1")
	for _, kind := range []string{"utterances", "words"} {
		for _, r := range results {
			c := r.Calibration.Utterance
			if kind == "words" {
				c = r.Calibration.Word
			}
			if c == nil {
				continue
			}
			fmt.Fprintf(table, "%s\t%s\t%d\t%.3f\t%.3f\t%.3f\t", kind, r.Condition, c.Count, c.Confidence, c.Right, c.ECE)
			rights := slices.Repeat([]string{"-"}, bins)
			for _, b := range c.Bins {
				rights[int(b.Low*bins+0.5)] = fmt.Sprintf("%.2f", b.Right)
			}
			for _, right := range rights {
				fmt.Fprint(table, right, " ")
			}
			fmt.Fprintln(table)
		}
	}
}

func writeTurns(table io.Writer, results []Result) {
	fmt.Fprintln(table, "\nend of turn of\tcondition\tutterances\tended early %\tdelay p50 ms\tp95 ms")
	for _, kind := range []string{"sentences", "numbers"} {
		for _, r := range results {
			t := r.Turns.Sentences
			if kind == "numbers" {
				t = r.Turns.Numbers
			}
			if t != nil {
				fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\t%s\n", kind, r.Condition, t.Utterances, t.Early, milliseconds(t.P50), milliseconds(t.P95))
			}
		}
	}
}

func writeExamples(w io.Writer, r Result) error {
	if r.FalseWords != nil {
		if _, err := fmt.Fprintf(w, "\n%s, words heard where nobody spoke: %s\n", r.Condition, r.FalseWords); err != nil {
			return err
		}
		for _, text := range r.FalseWords.Heard {
			fmt.Fprintf(w, "    heard %s\n", text)
		}
	}
	if len(r.Worst) > 0 {
		fmt.Fprintf(w, "\n%s, worst examples\n", r.Condition)
	}
	for _, e := range r.Worst {
		if _, err := fmt.Fprintf(w, "  line %d %s, %d wrong\n    said  %s\n    heard %s\n", e.Line, e.Speaker, e.Edits, e.Text, e.Heard); err != nil {
			return err
		}
	}
	return nil
}

func heading(w io.Writer, metrics []Metric) {
	for _, m := range metrics {
		fmt.Fprint(w, "\t", m.Title())
	}
}

func cells(w io.Writer, metrics []Metric, f Figures) {
	for _, m := range metrics {
		fmt.Fprint(w, "\t", f.Rates[m])
	}
}
