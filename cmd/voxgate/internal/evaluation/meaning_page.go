package evaluation

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"text/tabwriter"
)

//go:embed meaning.html
var meaningPage string

// WriteMeaningPage writes one self-contained HTML page: figures by file, reliability of the confidences, what was taken
// for what, slots, and the surest mistakes.
func WriteMeaningPage(w io.Writer, about About, results []MeaningResult) error {
	t, err := template.New("page").Funcs(styled).Parse(page)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if t, err = t.New("meaning").Parse(meaningPage); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	var curves []curve
	for _, r := range results {
		if c, ok := drawCurve(r.File, Calibration{Utterance: r.Calibration}); ok {
			curves = append(curves, c)
		}
	}
	return t.Execute(w, map[string]any{"About": about, "Results": results, "Curves": curves})
}

// WriteMeaningTable writes the figures of the files as a table for the terminal, in per cent with intervals, and the
// slots of each file that has some.
func WriteMeaningTable(w io.Writer, results []MeaningResult) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "file\tlines\tintent\tmacro F1\toutside found\tfalsely refused\tall of several\tsentiment\tmacro F1\tslot F1\tnumbers\tcalibration error\tms")
	for _, r := range results {
		outside, several, slots, numbers, ece := (*Rate)(nil), (*Rate)(nil), "-", (*Rate)(nil), "-"
		rejected := (*Rate)(nil)
		if r.Outside != nil {
			outside, rejected = r.Outside.Recall, r.Outside.Rejected
		}
		if r.Several != nil {
			several = r.Several.All
		}
		if r.Slots != nil {
			slots, numbers = fmt.Sprintf("%.1f", 100*r.Slots.F1), r.Slots.Numbers
		}
		if r.Calibration != nil {
			ece = fmt.Sprintf("%.3f", r.Calibration.ECE)
		}
		fmt.Fprintf(table, "%s\t%d\t%v\t%s\t%v\t%v\t%v\t%v\t%s\t%s\t%v\t%s\t%.2f\n", r.File, r.Cases, r.Intent, score(r.Intent, r.IntentF1), outside, rejected,
			several, r.Sentiment, score(r.Sentiment, r.SentimentF1), slots, numbers, ece, r.MeanMS)
	}
	for _, r := range results {
		if r.Slots == nil {
			continue
		}
		fmt.Fprintf(table, "\n%s: slot\tsaid\tfound\tprecision\trecall\tF1\n", r.File)
		for _, s := range r.Slots.Each {
			fmt.Fprintf(table, "%s\t%d\t%d\t%.1f\t%.1f\t%.1f\n", s.Slot, s.Said, s.Found, 100*s.Precision, 100*s.Recall, 100*s.F1)
		}
	}
	return table.Flush()
}

// score is a macro F1 as the table shows it, where there was something to count.
func score(counted *Rate, f1 float64) string {
	if counted == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f", 100*f1)
}
