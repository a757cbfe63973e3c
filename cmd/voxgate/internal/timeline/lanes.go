package timeline

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// caller draws when the caller spoke, what was heard meanwhile and what it was read as in the end.
func (d *drawing) caller() {
	var began time.Duration
	speaking, free := false, 0.0
	reading, free2 := "", 0.0
	for i, e := range d.record.Events {
		switch e.Kind {
		case SpeechStarted:
			began, speaking, reading = e.At-e.Delay, true, ""
		case Partial:
			free2 = d.partial(e, reading, free2)
			reading = e.Text
		case Final:
			quiet := d.quietBefore(i)
			if !speaking {
				began = e.At - quiet
			}
			speaking = false
			d.spoke(began, e.At-quiet, "caller", e.Text)
			free = d.final(e, max(free, d.x(began)), d.nextFinal(i))
			reading = ""
		}
	}
	if speaking {
		d.spoke(began, d.total, "caller", "")
	}
}

// quietBefore is how long it had been quiet when a final reading came: the end of the turn says it.
func (d *drawing) quietBefore(i int) time.Duration {
	for _, e := range d.record.Events[i+1:] {
		switch e.Kind {
		case EndOfTurn:
			return e.Delay
		case SpeechStarted, Final:
			return 0
		}
	}
	return 0
}

// nextFinal is where the text after this one begins.
func (d *drawing) nextFinal(i int) float64 {
	for _, e := range d.record.Events[i+1:] {
		if e.Kind == SpeechStarted {
			return d.x(e.At - e.Delay)
		}
	}
	return d.Width
}

// spoke draws a block where somebody spoke.
func (d *drawing) spoke(from, to time.Duration, who, title string) {
	y := callerWave
	if strings.HasPrefix(who, "bot") {
		y = botWave
	}
	d.Rects = append(d.Rects, rect{
		X: d.x(from), Y: y - waveHalf, W: max(2, d.x(to)-d.x(from)), H: 2 * waveHalf, R: 4, Class: "spoke " + who, Title: title,
	})
}

// final writes what an utterance was read as, over where it was spoken.
func (d *drawing) final(e Event, from, until float64) (free float64) {
	text, class := e.Text, "final"
	if text == "" {
		text, class = "no words", "final none"
	}
	shown := fit(text, textSize, max(until-from-8, shortest))
	d.Labels = append(d.Labels, label{X: from, Y: finalLine, Class: class, Text: shown, Title: fmt.Sprintf("%s: %.2f sure", e.Text, e.Score)})
	return from + textWidth(shown, textSize) + 8
}

// partial writes what a reading has beyond the one before, where it came: read on, the words make the sentence. What
// was taken back is marked.
func (d *drawing) partial(e Event, before string, free float64) float64 {
	x := d.x(e.At)
	same, class := commonStart(before, e.Text), "partial"
	if same < len(before) {
		class = "partial changed"
	}
	text := e.Text[same:]
	d.Dots = append(d.Dots, dot{X: x, Y: partialLine + 7, Class: class, Title: e.Text})
	if text == "" || free > x+smallSize {
		return free
	}
	at := max(x-smallSize/2, free)
	d.Labels = append(d.Labels, label{X: at, Y: partialLine, Class: class, Text: text, Title: e.Text})
	return at + textWidth(text, smallSize) + 1
}

// commonStart is how many bytes two texts begin alike, in whole runes.
func commonStart(a, b string) int {
	for i, r := range a {
		if !strings.HasPrefix(b[min(i, len(b)):], string(r)) {
			return i
		}
	}
	return min(len(a), len(b))
}

// bot draws what the bot said, and how much of it was heard.
func (d *drawing) bot() {
	for i, e := range d.record.Events {
		if e.Kind != ActBegan && e.Kind != Filler {
			continue
		}
		ended, until := d.actEnd(i)
		class, share := "bot", 1.0
		if e.Kind == Filler {
			class = "bot filler"
		}
		to := d.total
		switch {
		case e.Kind == Filler:
			to = min(to, e.At+time.Duration(utf8.RuneCountInString(e.Text))*perRune)
		case ended != nil:
			to, share = ended.At, ended.Score
		}
		title := fmt.Sprintf("%s: %s", e.Reason, e.Text)
		if share < 0.995 {
			class += " cut"
			title += "\n" + cutAt(share)
		}
		d.spoke(e.At, to, class, title)
		d.said(e, ended, until, share)
	}
}

// perRune is about how long a rune takes to say: nobody notes when a filler ended.
const perRune = 200 * time.Millisecond

// actEnd is the end of an act that began, nil where the record has none, and where the next one begins.
func (d *drawing) actEnd(i int) (*Event, float64) {
	var ended *Event
	for j := i + 1; j < len(d.record.Events); j++ {
		switch e := &d.record.Events[j]; e.Kind {
		case ActEnded:
			if ended == nil {
				ended = e
			}
		case ActBegan, Filler:
			return ended, d.x(e.At)
		}
	}
	return ended, d.Width
}

// cutAt says how much was heard of what was cut short.
func cutAt(share float64) string {
	return fmt.Sprintf("cut: %.0f %% heard", math.Floor(100*share+0.001))
}

// said writes what the bot says; what was not heard of it is faint.
func (d *drawing) said(e Event, ended *Event, until, share float64) {
	x := d.x(e.At)
	width := max(until-x-14, shortest)
	heard := utf8.RuneCountInString(e.Text)
	if share < 0.995 {
		heard = int(share * float64(heard))
		if ended != nil && ended.Text != "" {
			heard = utf8.RuneCountInString(e.Text[:commonStart(e.Text, ended.Text)])
		}
		d.Labels = append(d.Labels, label{X: x, Y: botLine + rows*lineStep, Class: "share", Text: fit(cutAt(share), smallSize, width)})
	}
	for n, line := range wrap(e.Text, textSize, width, rows) {
		runes := []rune(line)
		told := max(0, min(heard, len(runes)))
		heard -= len(runes)
		y := botLine + float64(n)*lineStep
		if told > 0 {
			d.Labels = append(d.Labels, label{X: x, Y: y, Class: "said", Text: string(runes[:told]), Title: e.Text})
		}
		if told < len(runes) {
			d.Labels = append(d.Labels, label{X: x + textWidth(string(runes[:told]), textSize), Y: y, Class: "said unheard", Text: string(runes[told:]), Title: e.Text})
		}
	}
}
