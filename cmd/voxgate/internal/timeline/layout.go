package timeline

import (
	"fmt"
	"time"
)

// Measures of a picture in pixels.
const (
	gutter    = 92.0
	inset     = 18.0  // before the call's beginning
	margin    = 150.0 // on the right, for the words of the last decision
	axisTop   = 18.0
	laneGap   = 10.0
	saidTop   = 34.0 // lane of the caller
	waveHalf  = 26.0
	textSize  = 13.0
	smallSize = 11.0
	lineStep  = 17.0
	rows      = 3 // of decisions
	tallest   = 70.0
	shortest  = 44.0 // a last line never hides that there was something
)

// Lanes from the top; the numbers are the y of what they name.
const (
	callerTop   = saidTop
	finalLine   = callerTop + 18
	partialLine = finalLine + 18
	callerWave  = partialLine + 12 + waveHalf
	callerEnd   = callerWave + waveHalf + 8
	choiceTop   = callerEnd + laneGap
	choiceLine  = choiceTop + 17
	choiceEnd   = choiceTop + rows*lineStep + 8
	botTop      = choiceEnd + laneGap
	botWave     = botTop + 8 + waveHalf
	botLine     = botWave + waveHalf + 20
	botEnd      = botLine + rows*lineStep + 8
	delayTop    = botEnd + laneGap
	delayBase   = delayTop + 26 + tallest
	delayEnd    = delayBase + 10
	bottom      = delayEnd + 8
)

// goal is the voice-to-voice time that is aimed at.
const goal = 350.0

// drawing lays out a record at one scale.
type drawing struct {
	Picture
	record Record
	total  time.Duration
}

// widest is how wide a picture may be; a longer call is drawn smaller.
const widest = 40000.0

// Draw lays out a call at so many pixels a second. Sound may be nil: then blocks stand for who spoke.
func Draw(r Record, sound *Sound, perSecond float64) *Picture {
	d := &drawing{record: r, total: length(r)}
	perSecond = min(perSecond, widest/d.total.Seconds())
	d.PerSecond, d.Gutter = perSecond, gutter
	d.Width, d.Height = gutter+inset+d.total.Seconds()*perSecond+margin, bottom
	d.lanes()
	d.axis()
	d.caller()
	d.bot()
	if sound != nil {
		d.Waves = append(d.Waves,
			wave{callerWave, perSecond / 50, "caller", "caller"}, wave{botWave, perSecond / 50, "bot", "bot"})
	}
	d.choices()
	d.gaps()
	d.delays()
	return &d.Picture
}

// length is the call's, or until its last event where that is later.
func length(r Record) time.Duration {
	total := time.Duration(r.DurationS * float64(time.Second))
	if n := len(r.Events); n > 0 {
		total = max(total, r.Events[n-1].At)
	}
	return max(total, time.Second)
}

// x is where a moment lies.
func (d *drawing) x(at time.Duration) float64 { return gutter + inset + at.Seconds()*d.PerSecond }

func (d *drawing) lanes() {
	for _, lane := range []struct {
		name, class string
		top, end, y float64
	}{
		{"Caller", "caller", callerTop, callerEnd, callerWave}, {"Decisions", "decided", choiceTop, choiceEnd, (choiceTop + choiceEnd) / 2},
		{"Bot", "bot", botTop, botEnd, botWave}, {"Delay, ms", "delay", delayTop, delayEnd, delayBase - 4},
	} {
		d.Rects = append(d.Rects, rect{X: gutter, Y: lane.top, W: d.Width - gutter, H: lane.end - lane.top, Class: "lane"})
		d.Names = append(d.Names, label{X: gutter - 12, Y: lane.y + 4, Class: "name " + lane.class, Text: lane.name})
	}
}

// steps are the distances at which an axis may have its marks.
var steps = []time.Duration{
	100 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second,
	10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour,
}

func (d *drawing) axis() {
	step := steps[len(steps)-1]
	for _, s := range steps {
		if s.Seconds()*d.PerSecond >= 64 {
			step = s
			break
		}
	}
	for at := time.Duration(0); at <= d.total; at += step {
		d.Strokes = append(d.Strokes, stroke{d.x(at), axisTop + 6, d.x(at), delayEnd, "grid"})
		d.Labels = append(d.Labels, label{X: d.x(at), Y: axisTop, Class: "tick", Text: clock(at, step)})
	}
}

// clock is a time in a call as an axis shows it.
func clock(at, step time.Duration) string {
	minutes, seconds := int(at.Minutes()), at.Seconds()
	if step < time.Second {
		return fmt.Sprintf("%d:%04.1f", minutes, seconds-60*float64(minutes))
	}
	return fmt.Sprintf("%d:%02d", minutes, int(seconds)-60*minutes)
}

// gaps marks the time between the caller's last sound and the bot's first.
func (d *drawing) gaps() {
	for _, t := range d.record.Turns {
		if t.Stages == nil {
			continue
		}
		to := d.answered(t)
		width := t.Stages.Sum() / 1000 * d.PerSecond
		d.Rects = append(d.Rects, rect{X: d.x(to) - width, Y: callerTop, W: width, H: botEnd - callerTop, Class: "gap", Title: fmt.Sprintf("%.0f ms of silence", t.Stages.Sum())})
	}
}

// delays draws a column for each answer: how long its stages took.
func (d *drawing) delays() {
	top := 1.4 * goal
	for _, t := range d.record.Turns {
		if t.Stages != nil {
			top = max(top, t.Stages.Sum())
		}
	}
	top = min(top, 10*goal)
	height := func(ms float64) float64 { return tallest * min(1, ms/top) }
	y := delayBase - height(goal)
	d.Strokes = append(d.Strokes, stroke{gutter, delayBase, d.Width, delayBase, "base"}, stroke{gutter, y, d.Width, y, "goal"})
	d.Names = append(d.Names, label{X: gutter - 12, Y: y + 4, Class: "goal", Text: fmt.Sprintf("%.0f", goal)})
	width := min(18, max(6, d.PerSecond/4))
	for i, t := range d.record.Turns {
		if t.Stages == nil {
			continue
		}
		x, y := d.x(d.answered(t))-t.Stages.Sum()/2000*d.PerSecond-width/2, delayBase
		title := fmt.Sprintf("turn %d: %.0f ms", i, t.Stages.Sum())
		for n, ms := range t.Stages.List() {
			h := height(ms)
			y -= h
			if h > 0 {
				d.Over = append(d.Over, rect{X: x, Y: y, W: width, H: h, Class: "stage s" + fmt.Sprint(n), Title: fmt.Sprintf("%s\n%s: %.1f ms", title, StageNames[n], ms)})
			}
		}
		d.Labels = append(d.Labels, label{X: x + width/2, Y: y - 6, Class: "total", Text: fmt.Sprintf("%.0f", t.Stages.Sum()), Title: t.Stages.String()})
	}
}

// answered is when the first sound of the answer to a turn left.
func (d *drawing) answered(t Turn) time.Duration {
	after := t.Stages.Sum() - t.Stages.EndOfTurn
	return time.Duration(t.AtMS)*time.Millisecond + time.Duration(after*float64(time.Millisecond))
}
