package engine

import (
	"slices"
	"strings"
	"time"

	"voxgate/asr"
	"voxgate/asr/decode"
	"voxgate/asr/endpoint"
	"voxgate/asr/model"
)

// Clarity below which the other language is tried, and what it must bring: English of unknown voices is told from
// Chinese in 85 of 100, in noise of 10 dB in 45; Chinese is hardly ever taken for English.
const (
	doubtful = 0.75
	better   = 0.1
	likely   = 0.45 // for several words
	sure     = 0.8  // for one
)

// What is taken for noise: a reading nobody would bet on, or a few syllables strewn over a long sound.
const (
	incredible = 0.35
	few        = 4    // syllables; of longer readings the confidence tells enough
	same       = 2    // different ones in a longer reading that nobody is sure of: music
	strewn     = 0.75 // syllables a second
	droned     = 1.5  // the same where they are all one and the same: music
	strewnFrom = 1200 * time.Millisecond
)

// utterance is what is being said.
type utterance struct {
	hints  asr.Hints
	search *decode.Search
	first  int         // step at which decoding began (preroll included)
	start  int         // step at which speech began
	other  decode.Rows // of the other language's output
	shown  string      // last partial reading
	words  bool
	digits int
	turned int // step at which the reading last changed
}

// step takes one step of the model's output.
func (e *ear) step(r row) {
	now := e.steps
	e.steps++
	e.turn.hear(r.speech)
	if e.active == nil {
		e.past.add(r)
		if since, ok := e.turn.started(now, r.speech); ok {
			e.begin(since)
		}
		return
	}
	u := e.active
	u.take(r)
	e.read(u)
	if e.over > 0 {
		return
	}
	quiet := e.turn.went(r.speech)
	length := time.Duration(e.steps-u.start) * model.Step
	switch {
	case length >= longest || (length >= endless && !u.words) || u.search.Full():
		e.final("length")
	case u.words && time.Duration(e.steps-u.turned)*model.Step >= stale:
		e.final(endpoint.Waited)
	case quiet > 0:
		if d := e.engine.turns.Judge(e.state(u)); d.Over {
			e.final(d.Reason)
		}
	}
}

// read takes the best reading of the step and tells where it changed.
func (e *ear) read(u *utterance) {
	text, digits := u.search.Partial()
	if text == u.shown && digits == u.digits {
		return
	}
	u.digits, u.words, u.turned = digits, text != "", e.steps
	if text == u.shown {
		return
	}
	u.shown = text
	if u.words {
		e.emit(asr.Event{Kind: asr.Partial, Text: text, Start: e.at(u.start), End: e.at(e.steps)})
	}
}

// state is what is known about the end of an utterance at a quiet step.
func (e *ear) state(u *utterance) endpoint.State {
	steps := func(n int) time.Duration { return time.Duration(n) * model.Step }
	s := endpoint.State{
		Now: e.at(e.steps), Quiet: steps(e.turn.quiet), Stable: steps(e.steps - u.turned),
		Speech: e.turn.murmur / float64(e.turn.quiet), Text: u.shown, Digits: u.digits, Hints: u.hints,
	}
	if u.words {
		s.Complete = u.search.Complete()
	}
	return s
}

// begin starts an utterance whose speech began at step since.
func (e *ear) begin(since int) {
	rows := e.past.last(e.steps-since+5, e.about.zh, e.about.en)
	u := &utterance{hints: e.hints, start: since, first: e.steps - len(rows), search: e.searcher(e.hints.Lang)}
	u.search.Begin(e.hints)
	e.active = u
	for _, r := range rows {
		u.take(r)
	}
	e.emit(asr.Event{Kind: asr.SpeechStarted, Confidence: e.turn.certainty(), Start: e.at(since), End: e.at(e.steps)})
}

// searcher is the call's search in a language, or in the only one that the model knows.
func (e *ear) searcher(lang string) *decode.Search {
	now := e.engine.languages.Load()
	if now.zh == nil || lang == "en" && now.en != nil {
		e.en = fresh(e.en, now.en)
		return e.en
	}
	e.zh = fresh(e.zh, now.zh)
	return e.zh
}

// take decodes a row in the utterance's language and keeps it for the other.
func (u *utterance) take(r row) {
	own, other := r.zh, r.en
	if u.hints.Lang == "en" {
		own, other = other, own
	}
	u.search.Step(own)
	if !u.search.Full() {
		u.other.Add(other)
	}
}

// final ends the utterance and reports it.
func (e *ear) final(reason string) {
	u := e.active
	e.active = nil
	quiet := time.Duration(e.turn.quiet) * model.Step
	end := e.steps
	if e.over > 0 {
		end = e.over
	}
	result := e.foreground(u, u.search.Finish())
	ev := asr.Event{
		Kind: asr.Final, Start: e.at(u.start), End: e.at(end - e.turn.quiet), Silence: quiet, Reason: reason,
	}
	e.turn.reset()
	if !u.hints.Only && result.Clarity() < doubtful {
		result = e.tryOther(u, result)
	}
	if isNoise(result, ev.End-ev.Start) {
		result = decode.Result{}
	}
	ev.Text, ev.Pinyin, ev.Confidence = result.Text, result.Pinyin, result.Confidence
	for _, w := range result.Words {
		ev.Words = append(ev.Words, asr.Word{
			Text: w.Text, Pinyin: w.Pinyin, Confidence: w.Confidence,
			Start: e.at(u.first + w.Start), End: e.at(u.first + w.End),
		})
	}
	for _, o := range result.Others {
		ev.Others = append(ev.Others, asr.Hypothesis{Text: o.Text, Pinyin: o.Pinyin, Confidence: o.Confidence})
	}
	e.emit(ev)
}

// isNoise says that a reading is rather no speech at all.
func isNoise(r decode.Result, length time.Duration) bool {
	sounds := strings.Fields(r.Pinyin)
	syllables := float64(max(1, len(sounds)))
	slices.Sort(sounds)
	different := len(slices.Compact(sounds))
	pace := strewn
	if different == 1 && syllables > 1 {
		pace = droned
	}
	return r.Clarity() < incredible && syllables <= few ||
		r.Clarity() < doubtful && length > strewnFrom && syllables < pace*length.Seconds() ||
		r.Confidence < 0.5 && syllables > few && different <= same
}

// tryOther reads a doubtful utterance in the other language and keeps the reading that was heard more surely.
func (e *ear) tryOther(u *utterance, own decode.Result) decode.Result {
	if now := e.engine.languages.Load(); now.zh == nil || now.en == nil {
		return own
	}
	lang := "en"
	if u.hints.Lang == "en" {
		lang = "zh"
	}
	search := e.searcher(lang)
	hints := u.hints
	hints.Lang = lang
	search.Begin(hints)
	search.Replay(&u.other)
	other := search.Finish()
	enough := likely
	if len(other.Words) == 1 {
		enough = sure
	}
	if len(other.Words) > 0 && other.Clarity() > max(enough, own.Clarity()+better) {
		other.Others = append([]decode.Reading{{Text: own.Text, Pinyin: own.Pinyin, Confidence: own.Confidence}}, other.Others...)
		return other
	}
	return own
}
