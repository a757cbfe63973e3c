package main

import (
	"fmt"
	"hash/fnv"
	"io"
	"math"

	"voxgate/asr/decode"
)

// sample is a confidence, whether what it stood for was right, and in which half of the sentences it was.
type sample struct {
	confidence float64
	right      bool
	half       int
}

type samples struct{ utterances, words []sample }

// half parts the sentences, so that no sentence is in both parts.
func half(text string) int {
	h := fnv.New32a()
	h.Write([]byte(text))
	return int(h.Sum32() >> 16 & 1)
}

// enough is the number of samples, of right ones and of wrong ones, below which nothing is fitted.
const enough = 20

// refit prints how reliable confidences are and returns the scale that makes them so.
func refit(out io.Writer, what string, present decode.Scale, all []sample) decode.Scale {
	var parts [2][]sample
	for _, s := range all {
		parts[s.half] = append(parts[s.half], s)
	}
	fmt.Fprintf(out, "%s: %d, calibration error %.3f\n", what, len(all), calibrationError(all, decode.Scale{Slope: 1}))
	whole, ok := fit(all)
	first, okFirst := fit(parts[0])
	second, okSecond := fit(parts[1])
	if !ok || !okFirst || !okSecond {
		fmt.Fprintf(out, "  too few right or wrong ones to fit; left as it is\n")
		return present
	}
	foretold := append(rescaled(parts[1], first), rescaled(parts[0], second)...)
	fmt.Fprintf(out, "  each half by a fit on the other: calibration error %.3f\n", calibrationError(foretold, decode.Scale{Slope: 1}))
	fmt.Fprintf(out, "  %10s %8s %10s %8s\n", "from", "count", "confidence", "right")
	for i, b := range binned(foretold) {
		if b.count > 0 {
			fmt.Fprintf(out, "  %10.1f %8.0f %10.3f %8.3f\n", float64(i)/bins, b.count, b.confidence/b.count, b.right/b.count)
		}
	}
	return decode.Scale{Slope: whole.Slope * present.Slope, Shift: whole.Slope*present.Shift + whole.Shift}
}

// fit finds the scale that makes confidences likeliest: logistic regression on their log-odds by Newton's method, with
// Platt's targets, which keep a few samples from being taken for certainty.
func fit(all []sample) (decode.Scale, bool) {
	right := 0.0
	for _, s := range all {
		if s.right {
			right++
		}
	}
	wrong := float64(len(all)) - right
	if right < enough || wrong < enough {
		return decode.Scale{}, false
	}
	yes, no := (right+1)/(right+2), 1/(wrong+2)
	slope, shift := 1.0, 0.0
	for range 100 {
		var g0, g1, h00, h01, h11 float64
		for _, s := range all {
			x := decode.Evidence(s.confidence)
			p := 1 / (1 + math.Exp(-(slope*x + shift)))
			target := no
			if s.right {
				target = yes
			}
			d, w := p-target, p*(1-p)
			g0, g1 = g0+d*x, g1+d
			h00, h01, h11 = h00+w*x*x, h01+w*x, h11+w
		}
		h00, h11 = h00+1e-6, h11+1e-6
		det := h00*h11 - h01*h01
		if det <= 0 {
			return decode.Scale{}, false
		}
		a, b := (g0*h11-g1*h01)/det, (g1*h00-g0*h01)/det
		size := max(1, math.Abs(a), math.Abs(b)) // no wild steps
		slope, shift = slope-a/size, shift-b/size
		if math.Abs(a)+math.Abs(b) < 1e-9 {
			break
		}
	}
	return decode.Scale{Slope: slope, Shift: shift}, slope > 0
}

func rescaled(all []sample, by decode.Scale) []sample {
	out := make([]sample, len(all))
	for i, s := range all {
		out[i] = sample{by.Confidence(decode.Evidence(s.confidence)), s.right, s.half}
	}
	return out
}

const bins = 10

type bin struct{ count, confidence, right float64 }

func binned(all []sample) (out [bins]bin) {
	for _, s := range all {
		b := &out[min(bins-1, int(s.confidence*bins))]
		b.count++
		b.confidence += s.confidence
		if s.right {
			b.right++
		}
	}
	return out
}

// calibrationError is the distance of confidence and share right, averaged over bins by what is in them (Naeini et al. 2015).
func calibrationError(all []sample, by decode.Scale) float64 {
	sum := 0.0
	for _, b := range binned(rescaled(all, by)) {
		sum += math.Abs(b.confidence - b.right)
	}
	return sum / max(1, float64(len(all)))
}
