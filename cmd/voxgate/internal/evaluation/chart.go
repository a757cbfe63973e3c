package evaluation

import (
	"fmt"
	"math"
)

// Geometry of the charts, in pixels of their own.
const (
	labelWidth = 104.0
	plotWidth  = 300.0
	barHeight  = 14.0
	rowGap     = 8.0
	axisHeight = 20.0
)

// chart is a panel of horizontal bars.
type chart struct {
	Title, Note           string
	Width, Height, Bottom float64
	Left, Right           float64
	Bars                  []bar
	Ticks                 []tick
}

type bar struct {
	Label, Value, Tip  string
	Y, Middle, Text    float64
	X, Length          float64
	Low, High, ValueAt float64
	Colour             int
	None               bool
}

type tick struct {
	X    float64
	Text string
}

// named is a rate with what it is the rate of.
type named struct {
	name   string
	rate   *Rate
	colour int
}

// draw lays out the bars of one figure; ok is false where nothing was counted.
func draw(m Metric, rates []named) (chart, bool) {
	c := chart{Title: m.Title(), Note: "lower is better", Left: labelWidth, Right: labelWidth + plotWidth, Width: labelWidth + plotWidth + 64}
	if m.HigherIsBetter() {
		c.Note = "higher is better"
	}
	top, any := 0.0, false
	for _, n := range rates {
		if n.rate != nil {
			top, any = max(top, n.rate.High, n.rate.Value), true
		}
	}
	if !any {
		return c, false
	}
	step := scale(top)
	span := step * math.Max(1, math.Ceil(top/step-1e-9))
	if m.HigherIsBetter() {
		step, span = 0.25, 1
	}
	at := func(v float64) float64 { return c.Left + plotWidth*min(1, v/span) }
	for v := 0.0; v <= span+1e-9; v += step {
		c.Ticks = append(c.Ticks, tick{at(v), fmt.Sprintf("%.4g %%", math.Round(1e4*v)/100)})
	}
	y := rowGap / 2
	for _, n := range rates {
		b := bar{Label: short(n.name), Y: y, Middle: y + barHeight/2, Text: y + barHeight - 3, X: c.Left, Colour: n.colour, None: n.rate == nil}
		if r := n.rate; r != nil {
			b.Length, b.Low, b.High = at(r.Value)-c.Left, at(r.Low), at(r.High)
			b.Value = fmt.Sprintf("%.1f %%", 100*r.Value)
			b.Tip = fmt.Sprintf("%s: %.1f %%, 95 %% interval %.1f to %.1f %%, %d of %d", n.name, 100*r.Value, 100*r.Low, 100*r.High, r.Part, r.Of)
			b.ValueAt = max(b.High, c.Left+b.Length) + 6
		}
		c.Bars = append(c.Bars, b)
		y += barHeight + rowGap
	}
	c.Bottom = y
	c.Height = y + axisHeight
	return c, true
}

// longestLabel is what fits beside the bars, in runes.
const longestLabel = 14

func short(name string) string {
	if runes := []rune(name); len(runes) > longestLabel {
		return string(runes[:longestLabel-1]) + "…"
	}
	return name
}

// scale is a round distance between ticks for an axis up to top.
func scale(top float64) float64 {
	for _, step := range []float64{0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5} {
		if top <= 5*step {
			return step
		}
	}
	return math.Ceil(top) / 4
}
