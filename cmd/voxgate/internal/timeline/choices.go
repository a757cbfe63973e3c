package timeline

import (
	"fmt"
	"strings"
	"time"
)

// together is how close a reading's meaning follows the end of its turn to be shown with it.
const together = time.Second

// choices draws what was decided: a dot and a line at its moment, and words beside it while there is room.
func (d *drawing) choices() {
	var free [rows]float64
	for i, e := range d.record.Events {
		text, title := d.choice(i)
		if text == "" {
			continue
		}
		x := d.x(e.At)
		class := "choice k-" + e.Kind
		row := roomAt(free[:], x)
		y := choiceLine + float64(row)*lineStep
		if row < 0 {
			y = choiceEnd
		}
		d.Dots = append(d.Dots, dot{X: x, Y: y - 4, Class: class, Title: title})
		if through, ok := crossing[e.Kind]; ok {
			d.Strokes = append(d.Strokes, stroke{x, through[0], x, through[1], "mark k-" + e.Kind})
		}
		if row < 0 {
			continue
		}
		d.Labels = append(d.Labels, label{X: x + 7, Y: y, Class: class, Text: text, Title: title})
		free[row] = x + textWidth(text, smallSize) + 16
	}
}

// crossing is from where to where a decision's line runs: the sound that it is about.
var crossing = map[string][2]float64{
	EndOfTurn: {callerTop, choiceEnd}, Stop: {callerTop, botEnd}, StopSuppressed: {callerTop, choiceEnd},
	Resume: {choiceTop, botEnd}, Filler: {choiceTop, botEnd}, NoInput: {callerTop, choiceEnd}, Outcome: {callerTop, botEnd},
}

// roomAt is the first row that is free from x on, -1 where none is.
func roomAt(free []float64, x float64) int {
	for row, until := range free {
		if until <= x {
			return row
		}
	}
	return -1
}

// choice says an event in a few words, and in full. It is empty for what other lanes show.
func (d *drawing) choice(i int) (text, title string) {
	e := d.record.Events[i]
	text = Say(e)
	title = text
	switch e.Kind {
	case SpeechStarted, Partial, Final, ActBegan, ActEnded, FirstAudio, OnWire, Understood, LookedUp, Filler:
		return "", ""
	case Stop:
		if after, ok := d.since(i); ok {
			text += ", after " + ms(after)
			title += fmt.Sprintf("\n%s after the caller's first sound", ms(after))
		}
	case EndOfTurn:
		if d.wordless(i) {
			return "no words", fmt.Sprintf("no words after %s of quiet", ms(e.Delay))
		}
		for _, next := range d.record.Events[i+1:] {
			if next.At-e.At > together || next.Kind == EndOfTurn {
				break
			}
			if next.Kind == Understood {
				text += " → " + strings.ReplaceAll(next.Reason, "_", " ")
				title += fmt.Sprintf("\nunderstood: %s, %.2f sure", next.Reason, next.Score)
				break
			}
		}
	}
	if e.Clip != "" {
		title += "\nclip: " + e.Clip
	}
	return text, title
}

// since is how long after the sound that it answers to began a decision was made.
func (d *drawing) since(i int) (time.Duration, bool) {
	for j := i - 1; j >= 0; j-- {
		switch e := d.record.Events[j]; e.Kind {
		case SpeechStarted:
			return d.record.Events[i].At - (e.At - e.Delay), true
		case Final:
			return 0, false
		}
	}
	return 0, false
}

// wordless says that the turn that ended at i had no words.
func (d *drawing) wordless(i int) bool {
	for j := i - 1; j >= 0; j-- {
		if e := d.record.Events[j]; e.Kind == Final {
			return e.Text == ""
		}
	}
	return false
}

// Say is an event in a few words.
func Say(e Event) string {
	switch e.Kind {
	case EndOfTurn:
		return joined("end of turn", e.Reason)
	case Stop:
		return joined("stop", e.Reason) + judged(e)
	case StopSuppressed:
		return joined("goes on", e.Reason) + judged(e)
	case Resume:
		return joined("resumes", e.Reason)
	case Filler:
		return joined("filler", e.Reason)
	case NoInput:
		return joined("no input", e.Reason)
	case Transfer:
		return joined("transfer", e.Reason)
	case Outcome:
		return joined("outcome", e.Reason)
	}
	return joined(strings.ReplaceAll(e.Kind, "_", " "), e.Reason)
}

func joined(what, reason string) string {
	if reason == "" {
		return what
	}
	return what + ": " + strings.ReplaceAll(reason, "_", " ")
}

// judged is how sure it was, and where that tells, how late the caller's telephone sends the bot's own sound back.
func judged(e Event) string {
	switch {
	case e.Delay > 0:
		return fmt.Sprintf(" (%.2f, echo after %s)", e.Score, ms(e.Delay))
	case e.Score > 0:
		return fmt.Sprintf(" (%.2f)", e.Score)
	}
	return ""
}

func ms(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) }
