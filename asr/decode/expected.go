package decode

import (
	"math"
	"strings"

	"voxgate/models/waybill"
)

// Scores of what the dialogue expects: they are floors, under which the language model may not push it.
const (
	answerBegin = float32(-3)   // one of the short answers to a yes-or-no question
	answerEnd   = float32(-0.4) // nothing after it
	nameBegin   = float32(-1.2) // a name as the whole answer
	nameEnd     = float32(-0.7)
	nameUnknown = float32(-5)   // a syllable of a name that no list holds
	codeBegin   = float32(-1)   // the letters of a waybill number that was asked for
	countBegin  = float32(-1.6) // a digit of a tail that is said as a cardinal, 三千七百二十一
	countUnit   = float32(-0.5) // the 千, 百 and 十 between
	countEnd    = float32(-0.3)
)

// answers are said to yes-or-no questions.
var answers = map[bool]string{
	false: "对 是 是的 对的 好 好的 行 可以 要 嗯 没错 对对 不 不是 不对 不是的 不要 不用 不用了 不行 没有 错了 对啊 是啊 需要 不需要 可以的 好吧 算了",
	true:  "yes yeah yep sure right correct okay ok no nope wrong please",
}

// longestName is how many syllables of an unlisted name are let through.
const longestName = 4

// stage is how far something expected has come: the letters of a waybill number, a cardinal, a name, an answer.
type stage int16

const (
	stageNone    stage = 0
	stageLetters stage = 1   // + number of the letter group
	stageCount   stage = 100 // + 2 * greatest unit that may come next (3: 千, 2: 百, 1: 十), + 1 where a digit waits for its unit
	stageName    stage = 200 // + syllables so far
	stageAnswer  stage = 300
)

// expectations is what hints may raise, in the tokens of the language.
type expectations struct {
	answers map[int32]bool  // tokens of short answers
	units   map[int32]stage // tokens of 千 百 十: 3 2 1
	number  int32           // token of the single digits within cardinals, -1 for none
	name    int32
	code    []int32 // tokens of letters with which sentences speak of waybill numbers; empty for none
	groups  []group
}

// group is the letters with which waybill numbers begin.
type group struct {
	text    string
	lengths *lengths
}

func newExpectations(l *Language) *expectations {
	e := &expectations{answers: map[int32]bool{}, units: map[int32]stage{}, number: -1, name: l.tokens["<name>"]}
	for w := range strings.FieldsSeq(answers[l.Spaced]) {
		if t, ok := l.tokens[w]; ok {
			e.answers[t] = true
		}
	}
	for w, unit := range map[string]stage{"千": 3, "百": 2, "十": 1} {
		if t, ok := l.tokens[w]; ok {
			e.units[t] = unit
		}
	}
	if t, ok := l.tokens[tokenNumber]; ok {
		e.number = t
	}
	sample := "SF"
	if l.Spaced {
		sample = "sf"
	}
	for _, r := range sample {
		if t, ok := l.tokens[string(r)]; ok {
			e.code = append(e.code, t)
		}
	}
	for _, letters := range waybill.Letters() {
		least, most := maxDigits, 0
		for _, f := range waybill.Forms() {
			if f.Letters == letters {
				least, most = min(least, f.Least), max(most, f.Most)
			}
		}
		e.groups = append(e.groups, group{letters, newLengths(least, most, true)})
	}
	return e
}

// addGroups puts the letters of waybill numbers into the tree of hints, as words: "SF", said letter by letter.
func (g *grammar) addGroups() {
	l := g.lang
	for i, group := range g.expected.groups {
		readings := []string{""}
		for _, letter := range group.text {
			name := string(letter)
			if l.Spaced {
				name = strings.ToLower(name)
			}
			var longer []string
			for _, r := range l.readingsOf(name) {
				for _, begin := range readings {
					longer = append(longer, strings.TrimSpace(begin+" "+r))
				}
			}
			readings = longer
		}
		logp := float32(-math.Log(float64(len(g.expected.groups) * max(1, len(readings)))))
		for _, r := range readings {
			units, err := l.spelling.spell(r)
			if err != nil {
				continue
			}
			text := group.text
			if l.Spaced {
				text = strings.ToLower(text)
			}
			g.extra.words = append(g.extra.words, word{text: text, reading: l.shown(text, r), units: units, token: int32(i), logp: logp, kind: letters})
			g.extra.add(0, int32(len(g.extra.words)-1), logp-4, logp-4)
		}
	}
}

// follows is the stage that word w leads to from a place, and the least that w scores there for the hints.
func (g *grammar) follows(p place, w *word) (stage, float32) {
	h, e := &g.hints, g.expected
	first := p.state == g.lang.model.start
	switch {
	case h.YesNo && first && e.answers[w.token]:
		return stageAnswer, answerBegin
	case h.Name && (w.token == e.name || w.token == anyClass) && g.namePlace(p):
		return stageName + longestName, nameBegin
	case h.Name && w.kind == syllable && p.stage >= stageName && p.stage < stageName+longestName:
		return p.stage + 1, nameUnknown
	case h.Name && w.kind == syllable && p.stage == stageNone && g.namePlace(p):
		return stageName + 1, nameUnknown
	case h.Digits && h.MinDigits <= 4 && h.MaxDigits >= 4 && h.MaxDigits <= 6:
		return e.count(p.stage, w, first || g.lang.model.score(p.state, g.lang.digits) > -2)
	}
	return stageNone, unlikely
}

// namePlace says whether a name may stand after a place: at the beginning, or where sentences have one.
func (g *grammar) namePlace(p place) bool {
	return p.state == g.lang.model.start || g.lang.model.score(p.state, g.expected.name) > -2
}

// count follows a cardinal of four digits, such as 三千七百二十一 or 三千零二.
func (e *expectations) count(at stage, w *word, first bool) (stage, float32) {
	inside := at >= stageCount && at < stageName
	unit, waits := (at-stageCount)/2, inside && (at-stageCount)%2 == 1
	next, isUnit := e.units[w.token]
	switch {
	case w.kind != plain:
	case !inside && w.token == e.number && w.text != "零" && at == stageNone:
		if first {
			return stageCount + 2*3 + 1, countBegin
		}
		return stageCount + 2*3 + 1, unlikely
	case !inside:
	case waits && isUnit && (next == unit || next < unit && unit < 3):
		return stageCount + 2*(next-1), countUnit
	case !waits && w.token == e.number && w.text == "零" && unit > 1:
		return stageCount + 2*1, countUnit
	case !waits && w.token == e.number && w.text != "零":
		return stageCount + 2*unit + 1, countUnit
	}
	return stageNone, unlikely
}

// ends is the least that the end of the utterance scores at a stage.
func (s stage) ends() float32 {
	switch {
	case s == stageAnswer:
		return answerEnd
	case s > stageName && s <= stageName+longestName:
		return nameEnd
	case s >= stageCount && s < stageCount+2*3:
		return countEnd
	}
	return unlikely
}

// advanceLetters scores the letters of a waybill number as the sentences speak of one courier's, or as asked for.
func (g *grammar) advanceLetters(p place, w *word) (place, float32) {
	if g.hints.Only && !g.hints.Waybill {
		return p, unlikely
	}
	score, state := float32(0), p.state
	if p.digits > 0 {
		score = g.endScore(p)
	}
	model := unlikely
	if len(g.expected.code) > 0 {
		model = 0
	}
	for _, t := range g.expected.code {
		model += g.lang.model.score(state, t)
		state = g.lang.model.next(state, t)
	}
	if g.hints.Waybill {
		model += 2
		if p.state == g.lang.model.start {
			model = max(model, codeBegin)
		}
	}
	if g.hints.Only {
		model = 0
	}
	return place{state: state, stage: stageLetters + stage(w.token), known: -1}, score + w.logp + model
}

// lettersOf is the letter group of a waybill number in progress; nil where there is none.
func (g *grammar) lettersOf(p place) *group {
	if p.stage >= stageLetters && p.stage < stageCount {
		return &g.expected.groups[p.stage-stageLetters]
	}
	return nil
}
