package evaluation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"voxgate/asr"
	"voxgate/media"
)

// worstShown is how many examples a result keeps.
const worstShown = 10

// Heard is what a recogniser made of a recording.
type Heard struct {
	Text, Pinyin string      // of all finals together
	Finals       []asr.Event // times count from the recording's beginning
}

// Meaning is what an understanding made of a text.
type Meaning struct {
	Intent string
	Slots  map[string]string
}

// Bench is what is measured and with what.
type Bench struct {
	Hear       func(ctx context.Context, pcm []int16, hints asr.Hints) (Heard, error) // 8,000 Hz
	Understand func(text, pinyin string) Meaning
	Speller    *Speller
	Noise      []int16               // background of noisy conditions; nil: made
	Progress   func(done, rows int)  // may be nil
	Each       func(Utterance) error // takes every utterance as it is measured; may be nil
}

// Example is one utterance and what was heard.
type Example struct {
	Line      int     `json:"line"` // of the manifest
	Speaker   string  `json:"speaker,omitempty"`
	Text      string  `json:"text"`
	Heard     string  `json:"heard"`
	Edits     int     `json:"edits"` // of characters
	Said      []Piece `json:"-"`     // the texts as they were compared
	Got       []Piece `json:"-"`
	reference int
}

// Figures are the rates of some utterances; a rate is nil where there was nothing to count.
type Figures struct {
	Utterances int              `json:"utterances"`
	Seconds    float64          `json:"seconds"` // of audio
	Rates      map[Metric]*Rate `json:"rates"`
}

// Speaker is the figures of one voice.
type Speaker struct {
	Name string `json:"speaker"`
	Figures
}

// Result is everything measured under one condition. Figures and Speakers are of the rows in which somebody speaks.
type Result struct {
	Condition string `json:"condition"`
	Figures
	Slots       map[string]*Rate `json:"slots,omitempty"` // slot error by the slot's name
	Calibration Calibration      `json:"calibration"`
	Turns       Turns            `json:"end_of_turn"`
	FalseWords  *FalseWords      `json:"false_words,omitempty"` // of the rows in which nobody does
	Compute     float64          `json:"compute_seconds"`
	RealTime    float64          `json:"real_time_factor"` // seconds of computing for each second of audio
	Speakers    []Speaker        `json:"speakers,omitempty"`
	Worst       []Example        `json:"worst"`
}

// scored is one utterance's share in every figure.
type scored struct {
	speaker, pattern string
	seconds          float64
	counts           map[Metric]Count
	slots            map[string]Count
}

// Run hears rows of a corpus under one condition. The first row that has no sound ends it with an error.
func (b Bench) Run(ctx context.Context, corpus *Corpus, rows []Row, condition Condition) (Result, error) {
	result := Result{Condition: condition.Name, Worst: []Example{}}
	var all []scored
	var calibration calibrating
	var turns turning
	audio := 0.0
	for i, row := range rows {
		if b.Progress != nil {
			b.Progress(i, len(rows))
		}
		speech, heard, took, err := b.hear(ctx, corpus, row, condition, uint64(i))
		if err != nil {
			return result, fmt.Errorf("manifest line %d: %w", row.Line, err)
		}
		seconds := float64(len(speech)) / media.Narrowband
		audio, result.Compute = audio+seconds, result.Compute+took.Seconds()
		if row.Text == "" {
			result.FalseWords = result.FalseWords.add(heard, seconds)
			continue
		}
		s := scored{speaker: row.Speaker, pattern: cmp.Or(row.Pattern, row.Text), seconds: seconds}
		s.counts, s.slots = b.score(row, heard)
		all = append(all, s)
		u := utterance(row, heard, speech)
		u.Condition = condition.Name
		calibration.add(u)
		turns.add(u)
		result.Worst = append(result.Worst, example(row, heard))
		if b.Each != nil {
			if err := b.Each(u); err != nil {
				return result, err
			}
		}
	}
	result.Figures, result.Slots = figures(all)
	if audio > 0 {
		result.RealTime = result.Compute / audio
	}
	result.Calibration, result.Turns = calibration.result(), turns.result()
	result.Speakers = bySpeaker(all)
	result.Worst = worst(result.Worst)
	return result, nil
}

// hear is a row's sound as recorded, and what was heard of it at the end of the line.
func (b Bench) hear(ctx context.Context, corpus *Corpus, row Row, condition Condition, seed uint64) ([]int16, Heard, time.Duration, error) {
	speech, err := corpus.Speech(ctx, row)
	if err != nil {
		return nil, Heard{}, 0, err
	}
	if row.Text == "" {
		condition.Noisy = false // there is no speech that noise could lie under
	}
	speech = condition.Before(speech)
	line, err := condition.Degrade(speech, b.Noise, seed)
	if err != nil {
		return nil, Heard{}, 0, err
	}
	hints, err := condition.Hints(row)
	if err != nil {
		return nil, Heard{}, 0, err
	}
	begin := time.Now()
	heard, err := b.Hear(ctx, line, hints)
	return speech, heard, time.Since(begin), err
}

// score compares one utterance with its reference: the figures, and the slot error by the slot's name.
func (b Bench) score(row Row, heard Heard) (map[Metric]Count, map[string]Count) {
	counts := map[Metric]Count{}
	readings := Readings(row.Text)
	if row.Pinyin != "" {
		readings = []string{row.Pinyin}
	}
	if len(readings) > 0 {
		for metric, tones := range map[Metric]bool{Unit: true, Toneless: false} {
			references := make([][]string, len(readings))
			for i, r := range readings {
				references[i] = b.Speller.Units(r, tones)
			}
			counts[metric] = nearest(references, b.Speller.Units(heard.Pinyin, tones))
		}
	}
	said := Characters(row.Text)
	counts[Character] = Count{Distance(said, Characters(heard.Text)), len(said)}
	if want := longNumbers(row.Text); len(want) > 0 {
		counts[Digits] = one(!slices.Equal(want, longNumbers(heard.Text)))
	}
	want, got := b.Understand(row.Text, row.Pinyin), b.Understand(heard.Text, heard.Pinyin)
	counts[Intent] = one(want.Intent == got.Intent)
	if row.Intent != "" {
		counts[Labelled], counts[Written] = one(row.Intent == got.Intent), one(row.Intent == want.Intent)
	}
	slots := slotCounts(want.Slots, got.Slots)
	var sum Count
	for _, c := range slots {
		sum.Part, sum.Of = sum.Part+c.Part, sum.Of+c.Of
	}
	counts[Slot] = sum
	return counts, slots
}

// one is the count of a single question.
func one(yes bool) Count {
	if yes {
		return Count{1, 1}
	}
	return Count{Of: 1}
}

// slotCounts counts, by name, slots that are missing, wrong or too many.
func slotCounts(want, got map[string]string) map[string]Count {
	out := map[string]Count{}
	for name, value := range want {
		heard, ok := got[name]
		out[name] = one(!ok || heard != value)
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			out[name] = Count{Part: 1}
		}
	}
	return out
}

// figures are the rates of some utterances, and their slot errors by name.
func figures(all []scored) (Figures, map[string]*Rate) {
	f := Figures{Utterances: len(all), Rates: map[Metric]*Rate{}}
	speakers, patterns := make([]string, len(all)), make([]string, len(all))
	names := map[string]bool{}
	for i, s := range all {
		f.Seconds += s.seconds
		speakers[i], patterns[i] = s.speaker, s.pattern
		for name := range s.slots {
			names[name] = true
		}
	}
	drawn := draws(speakers, patterns)
	counts := make([]Count, len(all))
	for _, metric := range Metrics() {
		for i, s := range all {
			counts[i] = s.counts[metric]
		}
		f.Rates[metric] = rate(counts, drawn)
	}
	slots := map[string]*Rate{}
	for name := range names {
		for i, s := range all {
			counts[i] = s.slots[name]
		}
		if r := rate(counts, drawn); r != nil {
			slots[name] = r
		}
	}
	return f, slots
}

// bySpeaker are the figures of each voice, in the order of their names; empty where the manifest names none.
func bySpeaker(all []scored) []Speaker {
	groups := map[string][]scored{}
	for _, s := range all {
		if s.speaker != "" {
			groups[s.speaker] = append(groups[s.speaker], s)
		}
	}
	var out []Speaker
	for name, group := range groups {
		f, _ := figures(group)
		out = append(out, Speaker{name, f})
	}
	slices.SortFunc(out, func(a, b Speaker) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func example(row Row, heard Heard) Example {
	said, got := Characters(row.Text), Characters(heard.Text)
	e := Example{Line: row.Line, Speaker: row.Speaker, Text: row.Text, Heard: heard.Text, Edits: Distance(said, got), reference: len(said)}
	e.Said, e.Got = compare(said, got)
	return e
}

// worst are the examples with the most edits, of equals the shorter first.
func worst(all []Example) []Example {
	all = slices.DeleteFunc(all, func(e Example) bool { return e.Edits == 0 })
	slices.SortStableFunc(all, func(a, b Example) int {
		return cmp.Or(cmp.Compare(b.Edits, a.Edits), cmp.Compare(a.reference, b.reference))
	})
	return slices.Clip(all[:min(len(all), worstShown)])
}
