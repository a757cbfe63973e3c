package evaluation

import (
	"fmt"
	"math"
	"strings"
)

// Geometry of a reliability curve, in pixels of its own.
const (
	curveSide   = 220.0
	curveLeft   = 44.0
	curveTop    = 8.0
	curveBottom = 40.0
	smallestDot = 2.5
	largestDot  = 9.0
	// trusted is how many readings a part of the curve needs for the line to go through it; fewer are a faint dot.
	trusted = 5
)

// curve is the panel of one condition's confidences: what was right against how sure the recogniser was.
type curve struct {
	Title                    string
	Width, Height            float64
	Left, Right, Top, Bottom float64
	Lines                    []curveLine
	Ticks                    []curveTick
}

type curveLine struct {
	Name, Note, Points string
	Colour             int
	Dots               []dot
}

type dot struct {
	X, Y, Radius float64
	Faint        bool
	Tip          string
}

type curveTick struct {
	X, Y float64
	Text string
}

// drawCurve lays out the reliability curves of a condition; ok is false where there are no confidences.
func drawCurve(title string, c Calibration) (curve, bool) {
	out := curve{
		Title: title, Left: curveLeft, Right: curveLeft + curveSide, Top: curveTop, Bottom: curveTop + curveSide,
		Width: curveLeft + curveSide + 16, Height: curveTop + curveSide + curveBottom,
	}
	for i := 0; i <= 4; i++ {
		share := float64(i) / 4
		out.Ticks = append(out.Ticks, curveTick{out.Left + share*curveSide, out.Bottom - share*curveSide, fmt.Sprintf("%.0f %%", 100*share)})
	}
	for i, kind := range []struct {
		name string
		r    *Reliability
	}{{"utterances", c.Utterance}, {"words", c.Word}} {
		if kind.r == nil {
			continue
		}
		line := curveLine{Name: kind.name, Colour: i, Note: fmt.Sprintf("%d, calibration error %.3f", kind.r.Count, kind.r.ECE)}
		var points []string
		for _, b := range kind.r.Bins {
			d := dot{
				X: out.Left + b.Confidence*curveSide, Y: out.Bottom - b.Right*curveSide,
				Radius: smallestDot + (largestDot-smallestDot)*math.Sqrt(float64(b.Count)/float64(kind.r.Count)),
				Faint:  b.Count < trusted,
				Tip:    fmt.Sprintf("%d %s: sure to %.0f %% on average, right %.0f %%", b.Count, kind.name, 100*b.Confidence, 100*b.Right),
			}
			line.Dots = append(line.Dots, d)
			if !d.Faint {
				points = append(points, fmt.Sprintf("%.1f,%.1f", d.X, d.Y))
			}
		}
		line.Points = strings.Join(points, " ")
		out.Lines = append(out.Lines, line)
	}
	return out, len(out.Lines) > 0
}
