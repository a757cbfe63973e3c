package evaluation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"voxgate/media"
)

// worstShown is how many examples a result keeps.
const worstShown = 10

// Heard is what a recogniser made of a recording.
type Heard struct{ Text, Pinyin string }

// Meaning is what an understanding made of a text.
type Meaning struct {
	Intent string
	Slots  map[string]string
}

// Bench is what is measured and with what.
type Bench struct {
	Hear       func(ctx context.Context, pcm []int16) (Heard, error) // 8,000 Hz
	Understand func(text, pinyin string) Meaning
	Speller    *Speller
	Noise      []int16              // background of noisy conditions; nil: made
	Progress   func(done, rows int) // may be nil
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

// Result is everything measured under one condition.
type Result struct {
	Condition string `json:"condition"`
	Figures
	Compute  float64   `json:"compute_seconds"`
	RealTime float64   `json:"real_time_factor"` // seconds of computing for each second of audio
	Speakers []Speaker `json:"speakers,omitempty"`
	Worst    []Example `json:"worst"`
}

// scored is one utterance's share in every figure.
type scored struct {
	speaker string
	seconds float64
	counts  map[Metric]Count
}

// Run hears rows of a corpus under one condition. The first row that has no sound ends it with an error.
func (b Bench) Run(ctx context.Context, corpus *Corpus, rows []Row, condition Condition) (Result, error) {
	result := Result{Condition: condition.Name, Worst: []Example{}}
	var all []scored
	for i, row := range rows {
		if b.Progress != nil {
			b.Progress(i, len(rows))
		}
		speech, err := corpus.Speech(ctx, row)
		if err != nil {
			return result, err
		}
		line, err := condition.Degrade(speech, b.Noise, uint64(i))
		if err != nil {
			return result, fmt.Errorf("manifest line %d: %w", row.Line, err)
		}
		begin := time.Now()
		heard, err := b.Hear(ctx, line)
		if err != nil {
			return result, fmt.Errorf("manifest line %d: %w", row.Line, err)
		}
		result.Compute += time.Since(begin).Seconds()
		all = append(all, scored{row.Speaker, float64(len(speech)) / media.Narrowband, b.score(row, heard)})
		result.Worst = append(result.Worst, example(row, heard))
	}
	result.Figures = figures(all)
	if result.Seconds > 0 {
		result.RealTime = result.Compute / result.Seconds
	}
	result.Speakers = bySpeaker(all)
	result.Worst = worst(result.Worst)
	return result, nil
}

// score compares one utterance with its reference.
func (b Bench) score(row Row, heard Heard) map[Metric]Count {
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
	counts[Character] = Count{distance(said, Characters(heard.Text)), len(said)}
	if want := longNumbers(row.Text); len(want) > 0 {
		counts[Digits] = Count{Of: 1}
		if !slices.Equal(want, longNumbers(heard.Text)) {
			counts[Digits] = Count{1, 1}
		}
	}
	want, got := b.Understand(row.Text, row.Pinyin), b.Understand(heard.Text, heard.Pinyin)
	counts[Intent] = Count{Of: 1}
	if want.Intent == got.Intent {
		counts[Intent] = Count{1, 1}
	}
	counts[Slot] = slotCount(want.Slots, got.Slots)
	return counts
}

// slotCount counts slots that are missing, wrong or too many.
func slotCount(want, got map[string]string) Count {
	c := Count{Of: len(want)}
	for name, value := range want {
		if heard, ok := got[name]; !ok || heard != value {
			c.Part++
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			c.Part++
		}
	}
	return c
}

func figures(all []scored) Figures {
	f := Figures{Utterances: len(all), Rates: map[Metric]*Rate{}}
	for _, s := range all {
		f.Seconds += s.seconds
	}
	for _, metric := range Metrics() {
		counts := make([]Count, len(all))
		for i, s := range all {
			counts[i] = s.counts[metric]
		}
		f.Rates[metric] = rate(counts)
	}
	return f
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
		out = append(out, Speaker{name, figures(group)})
	}
	slices.SortFunc(out, func(a, b Speaker) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func example(row Row, heard Heard) Example {
	said, got := Characters(row.Text), Characters(heard.Text)
	e := Example{Line: row.Line, Speaker: row.Speaker, Text: row.Text, Heard: heard.Text, Edits: distance(said, got), reference: len(said)}
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
