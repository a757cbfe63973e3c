package scripts

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// Figures sum up calls.
type Figures struct {
	Family    string  `json:"family"` // all: every call
	Calls     int     `json:"calls"`
	Right     int     `json:"right"`     // came to the right end with nothing forbidden said
	Clean     int     `json:"clean"`     // of these, every answer had all that was wanted
	Forbidden int     `json:"forbidden"` // things said that must not be said
	Invented  int     `json:"invented"`  // of these, facts that nothing proves
	Turns     int     `json:"turns"`
	P50       float64 `json:"p50_ms"` // time of an answer, without the shop
	P99       float64 `json:"p99_ms"`
}

// Share is how many of the calls were right, in percent.
func (f Figures) Share() float64 { return 100 * float64(f.Right) / float64(max(1, f.Calls)) }

// All is the family of the figures over all calls.
const All = "all"

// Sum adds results up, over all first, then by family in the order of their names.
func Sum(results []Result) []Figures {
	groups := map[string][]Result{All: results}
	for _, r := range results {
		groups[r.Family] = append(groups[r.Family], r)
	}
	var out []Figures
	for family, rs := range groups {
		f := Figures{Family: family, Calls: len(rs)}
		var took []float64
		for _, r := range rs {
			if r.Right() {
				f.Right++
			}
			if r.Clean() {
				f.Clean++
			}
			f.Forbidden += r.Forbidden
			f.Invented += r.Invented
			f.Turns += len(r.Exchanges)
			for _, e := range r.Exchanges {
				took = append(took, e.TookMS)
			}
		}
		slices.Sort(took)
		f.P50, f.P99 = quantile(took, 0.5), quantile(took, 0.99)
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b Figures) int {
		if a.Family == All || b.Family == All {
			return map[bool]int{true: -1, false: 1}[a.Family == All]
		}
		return strings.Compare(a.Family, b.Family)
	})
	return out
}

// quantile is the nearest-rank quantile of sorted values, to a hundredth.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := int(math.Ceil(q*float64(len(sorted)))) - 1
	return math.Round(100*sorted[max(0, at)]) / 100
}

// WriteText prints the transcripts of the calls that were not clean, then the table.
func WriteText(w io.Writer, results []Result) error {
	for _, r := range results {
		if !r.Clean() {
			if err := writeCall(w, r); err != nil {
				return err
			}
		}
	}
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "family\tcalls\tright\t%\tclean\tforbidden\tinvented\tturns\tp50 ms\tp99 ms")
	for _, f := range Sum(results) {
		fmt.Fprintf(table, "%s\t%d\t%d\t%.1f\t%d\t%d\t%d\t%d\t%.2f\t%.2f\n",
			f.Family, f.Calls, f.Right, f.Share(), f.Clean, f.Forbidden, f.Invented, f.Turns, f.P50, f.P99)
	}
	return table.Flush()
}

func writeCall(w io.Writer, r Result) error {
	verdict := "WRONG"
	if r.Right() {
		verdict = "right, but"
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s  %s (%s)\n", verdict, r.Name, r.Family)
	for _, e := range r.Exchanges {
		if e.Said != "" {
			fmt.Fprintf(&out, "    > %s\n", short(e.Said))
		}
		if e.Taken != "" {
			fmt.Fprintf(&out, "      taken for: %s\n", e.Taken)
		}
		fmt.Fprintf(&out, "      %s  [%s]\n", e.Answer, strings.Join(e.Acts, " "))
		if e.Heard != "" {
			fmt.Fprintf(&out, "      heard as: %s\n", e.Heard)
		}
		for _, m := range e.Missed {
			fmt.Fprintf(&out, "    ! %s\n", m)
		}
		for _, s := range e.Spoilt {
			fmt.Fprintf(&out, "    ! FORBIDDEN: %s\n", s)
		}
	}
	fmt.Fprintf(&out, "      outcome %s\n", r.Outcome)
	for _, wrong := range r.Wrong {
		fmt.Fprintf(&out, "    ! %s\n", wrong)
	}
	_, err := fmt.Fprintln(w, out.String())
	return err
}

// short bounds a line of a transcript.
func short(text string) string {
	const most = 120
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + fmt.Sprintf("... (%d characters)", len(runes))
	}
	return text
}
