package evaluation

import (
	"cmp"
	"slices"
	"time"
)

// Understood is what an understanding made of a case.
type Understood struct {
	Intent     string
	Confidence float64
	Outside    float64 // probability that it is out of scope
	Also       []string
	Slots      map[string]string
	Sentiment  string
	Took       time.Duration
}

// outOfScope is the class of what is none of the hotline's business, refused the share of other lines that may be taken
// for it where its recall is read.
const (
	outOfScope = "out_of_scope"
	refused    = 0.03
)

// MeaningResult is everything measured on one file of cases. What the cases do not say is nil or zero.
type MeaningResult struct {
	File        string       `json:"file"`
	Cases       int          `json:"cases"`
	Intent      *Rate        `json:"intent_accuracy,omitempty"`
	IntentF1    float64      `json:"intent_macro_f1,omitempty"`
	Outside     *Outside     `json:"out_of_scope,omitempty"`
	Several     *Several     `json:"several,omitempty"`
	Sentiment   *Rate        `json:"sentiment_accuracy,omitempty"`
	SentimentF1 float64      `json:"sentiment_macro_f1,omitempty"`
	Slots       *SlotScores  `json:"slots,omitempty"`
	Calibration *Reliability `json:"calibration,omitempty"`
	Confusions  []Confusion  `json:"confusions,omitempty"`
	Moods       []Confusion  `json:"sentiment_confusions,omitempty"`
	Worst       []Mistaken   `json:"worst,omitempty"`
	MeanMS      float64      `json:"mean_ms"`
	P99MS       float64      `json:"p99_ms"`
}

// Outside is how well lines out of scope are told from the others.
type Outside struct {
	Recall   *Rate   `json:"recall"`        // at the threshold that refuses 3 % of the other lines of the file
	At       float64 `json:"threshold"`     // that threshold
	Found    *Rate   `json:"found"`         // with the program's own threshold
	Rejected *Rate   `json:"false_refused"` // other lines that the program took for out of scope
}

// Several is how well further intents of one utterance are found.
type Several struct {
	Precision *Rate `json:"precision"`
	Recall    *Rate `json:"recall"`
	All       *Rate `json:"all_found"` // of the cases with several: none missed, the first intent included, in any order
}

// Confusion is how often one label was taken for another.
type Confusion struct {
	Want  string `json:"want"`
	Got   string `json:"got"`
	Count int    `json:"count"`
}

// Mistaken is a case whose intent was surely taken for another.
type Mistaken struct {
	Line       int     `json:"line"`
	Text       string  `json:"text"`
	Want       string  `json:"want"`
	Got        string  `json:"got"`
	Confidence float64 `json:"confidence"`
}

// Measure holds what was understood against the cases, one for one.
func Measure(file string, cases []Case, got []Understood) MeaningResult {
	r := MeaningResult{File: file, Cases: len(cases)}
	lines := make([]string, len(cases)) // each is drawn for itself
	for i, c := range cases {
		lines[i] = c.Text
	}
	drawn := draws(lines, make([]string, len(cases)))
	intents, moods := newLabels(len(cases)), newLabels(len(cases))
	var sure []judged
	for i, c := range cases {
		if c.Intent != "" {
			intents.add(i, c.Intent, got[i].Intent)
			sure = append(sure, judged{got[i].Confidence, c.Intent == got[i].Intent})
			if c.Intent != got[i].Intent {
				r.Worst = append(r.Worst, Mistaken{c.Line, c.Text, c.Intent, got[i].Intent, got[i].Confidence})
			}
		}
		if c.Sentiment != "" {
			moods.add(i, c.Sentiment, got[i].Sentiment)
		}
	}
	slices.SortStableFunc(r.Worst, func(a, b Mistaken) int { return cmp.Compare(b.Confidence, a.Confidence) })
	r.Worst = r.Worst[:min(len(r.Worst), 3*worstShown)]
	r.Intent, r.IntentF1, r.Confusions = rate(intents.counts, drawn), intents.macroF1(), intents.confusions()
	r.Sentiment, r.SentimentF1, r.Moods = rate(moods.counts, drawn), moods.macroF1(), moods.confusions()
	r.Calibration = reliability(sure)
	r.Outside = measureOutside(cases, got, drawn)
	r.Several = measureSeveral(cases, got, drawn)
	r.Slots = measureSlots(cases, got, drawn)
	r.MeanMS, r.P99MS = times(got)
	return r
}

// measureOutside reads recall where the threshold refuses refused of the lines in scope.
func measureOutside(cases []Case, got []Understood, drawn [][]int) *Outside {
	var ours []float64
	recall, found, rejected := make([]Count, len(cases)), make([]Count, len(cases)), make([]Count, len(cases))
	there := 0
	for i, c := range cases {
		switch c.Intent {
		case "":
		case outOfScope:
			there++
			found[i] = share(got[i].Intent == outOfScope)
		default:
			ours = append(ours, got[i].Outside)
			rejected[i] = share(got[i].Intent == outOfScope)
		}
	}
	if there == 0 || len(ours) == 0 {
		return nil
	}
	slices.Sort(ours)
	o := &Outside{At: ours[max(0, len(ours)-1-int(refused*float64(len(ours))))]}
	for i, c := range cases {
		if c.Intent == outOfScope {
			recall[i] = share(got[i].Outside > o.At)
		}
	}
	o.Recall, o.Found, o.Rejected = rate(recall, drawn), rate(found, drawn), rate(rejected, drawn)
	return o
}

// measureSeveral counts further intents wherever intents are known.
func measureSeveral(cases []Case, got []Understood, drawn [][]int) *Several {
	precision, recall, all := make([]Count, len(cases)), make([]Count, len(cases)), make([]Count, len(cases))
	any := false
	for i, c := range cases {
		if c.Intent == "" {
			continue
		}
		wanted, said := append([]string{c.Intent}, c.Also...), append([]string{got[i].Intent}, got[i].Also...)
		for _, also := range got[i].Also {
			precision[i].Of++
			if slices.Contains(wanted, also) {
				precision[i].Part++
			}
		}
		missed := false
		for _, w := range wanted {
			missed = missed || !slices.Contains(said, w)
		}
		for _, w := range c.Also {
			recall[i].Of++
			if slices.Contains(said, w) {
				recall[i].Part++
			}
		}
		if len(c.Also) > 0 {
			any, all[i] = true, share(!missed)
		}
	}
	if !any {
		return nil
	}
	return &Several{rate(precision, drawn), rate(recall, drawn), rate(all, drawn)}
}

// times are the mean and the 99th percentile of one utterance, in milliseconds.
func times(got []Understood) (mean, p99 float64) {
	if len(got) == 0 {
		return 0, 0
	}
	all := make([]float64, len(got))
	for i, u := range got {
		all[i] = u.Took.Seconds() * 1000
		mean += all[i] / float64(len(got))
	}
	slices.Sort(all)
	return mean, all[(len(all)-1)*99/100]
}

func share(ok bool) Count {
	if ok {
		return Count{1, 1}
	}
	return Count{0, 1}
}
