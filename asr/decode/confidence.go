package decode

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
)

// calibrationFile holds a Calibration for each language; models/recipe/calibration makes it.
const calibrationFile = "hearing/calibration.json"

// Scale turns the log-odds that the evidence gives into those that were found true on recordings (Platt 1999).
type Scale struct {
	Slope float64 `json:"slope"`
	Shift float64 `json:"shift"`
}

// Calibration makes confidences mean what they say: of the readings, and of the words, with 0.8 four in five are right.
type Calibration struct {
	Utterance Scale `json:"utterance"`
	Word      Scale `json:"word"`
}

// uncalibrated leaves the evidence as it is.
var uncalibrated = Calibration{Scale{1, 0}, Scale{1, 0}}

// readCalibration reads a language's part of the calibration; without a file, or without that part, there is none.
func readCalibration(files fs.FS, lang string) (Calibration, error) {
	data, err := fs.ReadFile(files, calibrationFile)
	if errors.Is(err, fs.ErrNotExist) {
		return uncalibrated, nil
	}
	if err != nil {
		return uncalibrated, err
	}
	all, err := ParseCalibration(data)
	if err != nil {
		return uncalibrated, fmt.Errorf("%s: %w", calibrationFile, err)
	}
	if c, ok := all[lang]; ok {
		return c, nil
	}
	return uncalibrated, nil
}

// ParseCalibration reads the calibrations of all languages from JSON.
func ParseCalibration(data []byte) (map[string]Calibration, error) {
	all := map[string]Calibration{}
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("%w; make it anew with models/recipe/calibration", err)
	}
	for lang, c := range all {
		for _, s := range []Scale{c.Utterance, c.Word} {
			if !(s.Slope > 0 && s.Slope < 1e3 && math.Abs(s.Shift) < 1e3) {
				return nil, fmt.Errorf("%s: slope %v, shift %v: the slope must lie above 0, both below 1000; make it anew with models/recipe/calibration", lang, s.Slope, s.Shift)
			}
		}
	}
	return all, nil
}

// mostOdds bounds log-odds: nothing is heard more surely than 0.9999.
const mostOdds = 9.2

// Confidence is the probability that log-odds of evidence stand for.
func (s Scale) Confidence(evidence float64) float64 {
	return 1 / (1 + math.Exp(-max(-mostOdds, min(mostOdds, s.Slope*evidence+s.Shift))))
}

// Evidence is the log-odds that a confidence stands for before any calibration.
func Evidence(confidence float64) float64 {
	least := 1 / (1 + math.Exp(mostOdds))
	c := max(least, min(1-least, confidence))
	return math.Log(c / (1 - c))
}

// How much the parts of the evidence weigh: found by logistic regression on recordings of synthetic voices outside the
// training, in quiet, in noise and with lost packets.
const (
	utteranceLead = 0.37 // by how much the best reading leads, in nats
	mostLead      = 10
	utteranceLost = -0.48 // units that were not heard, expected number
	utteranceWeak = 0.36  // log-probability of the unit heard worst
	utteranceBase = 1.45

	wordMean  = 2.95 // probability of its units, mean
	wordWeak  = 0.23 // log-probability of the one heard worst
	wordAgree = 2.02 // share of the other readings that hold it too
	wordRound = 3.44 // mean probability of all words
	wordBase  = -4.14

	faint = 0.01 // what is added to probabilities before their logarithm is taken
	vague = 0.4  // by what a syllable that belongs to no word counts less
)

// sound is how well a word was heard.
type sound struct {
	mean, weakest float64 // probability of its units
	lost          float64 // sum of their complements
}

// readingEvidence is the log-odds of a reading, its lead in nats over the next, to be right in every word.
func readingEvidence(words []Word, lead float64) float64 {
	lost, weakest := 0.0, 1.0
	for _, w := range words {
		lost += w.lost
		weakest = min(weakest, w.weakest)
	}
	return utteranceBase + utteranceLead*min(lead, mostLead) + utteranceLost*lost + utteranceWeak*math.Log(weakest+faint)
}

// wordEvidence is the log-odds of a word to be right; round is the mean of all words, agree the share of the readings
// that hold it.
func wordEvidence(w Word, round, agree float64) float64 {
	return wordBase + wordMean*w.mean + wordWeak*math.Log(w.weakest+faint) + wordAgree*agree + wordRound*round
}
