package timeline

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// WriteText writes a call as lines for a terminal: who said what when, what was decided, and where the time went.
func WriteText(w io.Writer, r Record) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s  %s %s", r.CallID, r.Started.Format("2006-01-02 15:04:05"), r.Via, r.Caller)
	if r.To != "" {
		fmt.Fprintf(&b, " → %s", r.To)
	}
	b.WriteString("\n")
	for _, c := range chips(r) {
		fmt.Fprintf(&b, "%s  ", c.Text)
	}
	fmt.Fprintf(&b, "%.1f s\n\n", r.DurationS)
	d := &drawing{record: r}
	for i, e := range r.Events {
		who, text := d.line(i)
		if who != "" {
			fmt.Fprintf(&b, "%8s  %-8s %s\n", clock(e.At, time.Millisecond), who, text)
		}
	}
	if took := answerTimes(r); len(took) > 0 {
		writeStages(&b, r)
	}
	_, err := io.WriteString(w, b.String())
	return err //nolint:wrapcheck // the writer's own
}

// line is an event in the text of a call; who is empty for one that the lines beside it tell.
func (d *drawing) line(i int) (who, text string) {
	e := d.record.Events[i]
	switch e.Kind {
	case Final:
		if e.Text == "" {
			return "caller", "(no words)"
		}
		return "caller", fmt.Sprintf("%s  (%.2f sure)", e.Text, e.Score)
	case ActBegan, Filler:
		ended, _ := d.actEnd(i)
		if e.Kind == Filler {
			return "bot", e.Text + "  (filler)"
		}
		if ended != nil && ended.Score < 0.995 {
			return "bot", fmt.Sprintf("%s  (%s)", e.Text, cutAt(ended.Score))
		}
		return "bot", e.Text
	case EndOfTurn:
		text, _ := d.choice(i)
		return "·", fmt.Sprintf("%s after %s of quiet", text, ms(e.Delay))
	}
	text, _ = d.choice(i)
	if text == "" {
		return "", ""
	}
	if e.Clip != "" {
		text += "  " + e.Clip
	}
	return "·", text
}

// writeStages writes the answers' stages as columns.
func writeStages(b *strings.Builder, r Record) {
	fmt.Fprintf(b, "\n%8s %8s", "turn at", "total")
	for _, title := range Titles {
		fmt.Fprintf(b, " %12s", title)
	}
	b.WriteString("   (ms)\n")
	for _, t := range r.Turns {
		if t.Stages == nil {
			continue
		}
		fmt.Fprintf(b, "%8s %8.0f", clock(time.Duration(t.AtMS)*time.Millisecond, time.Millisecond), t.Stages.Sum())
		for _, ms := range t.Stages.List() {
			fmt.Fprintf(b, " %12.1f", ms)
		}
		fmt.Fprintf(b, "  %s\n", t.Said)
	}
}
