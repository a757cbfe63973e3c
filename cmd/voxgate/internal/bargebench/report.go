package bargebench

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"voxgate/cmd/voxgate/internal/timeline"
)

// Figures are those of one condition. Times count from the caller's first sound, as the line brought it, to the bot's last
// frame, in milliseconds.
type Figures struct {
	Condition  string         `json:"condition"`
	Answers    int            `json:"answers"`     // that were judged
	False      int            `json:"false_stops"` // answers that were stopped while the caller said nothing
	FalseRate  float64        `json:"false_stops_per_100"`
	Barges     int            `json:"barge_ins"`
	Missed     int            `json:"missed"` // barge-ins that did not stop the bot
	MissedRate float64        `json:"missed_per_100"`
	P50        int64          `json:"stop_p50_ms"`
	P95        int64          `json:"stop_p95_ms"`
	Reasons    map[string]int `json:"reasons"` // of all stops
}

// Summarise counts the outcomes of a condition.
func Summarise(condition string, all []Outcome) Figures {
	f := Figures{Condition: condition, Reasons: map[string]int{}}
	var times []time.Duration
	for _, o := range all {
		for _, answer := range o.Scene.Judged {
			span := o.Scene.Answers[answer]
			stop := o.stopIn(span)
			caller := o.Scene.Caller
			f.Answers++
			if stop != nil {
				f.Reasons[stop.Reason]++
			}
			early := stop != nil && (caller.To == 0 || stop.At < caller.From)
			switch {
			case early:
				f.False++
			case caller.To == 0:
			case stop == nil || stop.At > caller.To:
				f.Barges++
				f.Missed++
			default:
				f.Barges++
				times = append(times, stop.At-caller.From)
			}
		}
	}
	f.FalseRate = rate(f.False, f.Answers)
	f.MissedRate = rate(f.Missed, f.Barges)
	f.P50, f.P95 = timeline.Quantile(times, 0.5).Milliseconds(), timeline.Quantile(times, 0.95).Milliseconds()
	return f
}

// stopIn is where an answer was stopped; nil where it was not.
func (o *Outcome) stopIn(answer Span) *Stop {
	for i, s := range o.Stops {
		if s.At > answer.From && s.At <= answer.To+20*time.Millisecond {
			return &o.Stops[i]
		}
	}
	return nil
}

func rate(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of)
}

// WriteTable prints figures for people.
func WriteTable(w io.Writer, all []Figures) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "condition\tanswers\tfalse stops\tper 100\tbarge-ins\tmissed\tper 100\tstop p50 ms\tp95 ms\treasons")
	for _, f := range all {
		var reasons []string
		for _, name := range slices.Sorted(maps.Keys(f.Reasons)) {
			reasons = append(reasons, fmt.Sprintf("%s %d", name, f.Reasons[name]))
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%.1f\t%d\t%d\t%.1f\t%d\t%d\t%s\n", f.Condition, f.Answers, f.False, f.FalseRate,
			f.Barges, f.Missed, f.MissedRate, f.P50, f.P95, strings.Join(reasons, ", "))
	}
	return table.Flush()
}
