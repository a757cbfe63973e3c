package asr

import (
	"math"
	"testing"
)

func TestClarityWeighsWordsByLength(t *testing.T) {
	e := Event{Confidence: 0.3, Words: []Word{
		{Text: "查", Pinyin: "cha2", Confidence: 0.9}, {Text: "吹风机", Pinyin: "chui1 feng1 ji1", Confidence: 0.5},
	}}
	if got := e.Clarity(); math.Abs(got-0.6) > 1e-9 {
		t.Errorf("%v, want 0.6", got)
	}
	if got := (Event{Confidence: 0.7}).Clarity(); got != 0.7 {
		t.Errorf("without words %v, want the confidence", got)
	}
}
