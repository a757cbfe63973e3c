package evaluation

import (
	"math"

	"voxgate/asr"
)

// FalseWords are the words heard where nobody spoke.
type FalseWords struct {
	Words   int     `json:"words"`
	Hours   float64 `json:"hours"`
	PerHour float64 `json:"per_hour"`
	// Low and High bound PerHour with 95 % confidence, words taken as independent (Poisson; the exact bounds by the
	// chi-squared distribution in Wilson and Hilferty's approximation, PNAS 17, 1931).
	Low    float64  `json:"low"`
	High   float64  `json:"high"`
	Heard  []string `json:"heard,omitempty"` // the first ones
	Finals int      `json:"finals"`          // turns with words
}

// falseShown is how many false readings are kept.
const falseShown = 20

func hasText(e asr.Event) bool { return e.Text != "" }

// add counts what was heard in some seconds without speech; f may be nil.
func (f *FalseWords) add(heard Heard, seconds float64) *FalseWords {
	if f == nil {
		f = &FalseWords{}
	}
	f.Hours += seconds / 3600
	for _, e := range heard.Finals {
		if !hasText(e) {
			continue
		}
		f.Finals++
		f.Words += max(1, len(e.Words))
		if len(f.Heard) < falseShown {
			f.Heard = append(f.Heard, e.Text)
		}
	}
	if f.Hours > 0 {
		f.PerHour = float64(f.Words) / f.Hours
		f.Low, f.High = poissonBounds(f.Words, f.Hours)
	}
	return f
}

// poissonBounds bounds the rate of n events in so many hours.
func poissonBounds(n int, hours float64) (low, high float64) {
	const z = 1.96
	quantile := func(k, z float64) float64 {
		return k * math.Pow(1-1/(9*k)+z/(3*math.Sqrt(k)), 3)
	}
	if n > 0 {
		low = quantile(float64(n), -z) / hours
	}
	return low, quantile(float64(n)+1, z) / hours
}
