package floor

import (
	"strings"
	"time"
	"unicode/utf8"

	"voxgate/dialog"
)

// Reasons of a stop, of one that was suppressed and of a resumption, beside those of a Judgement.
const (
	bySpeech = "speech"
	byWords  = "words"
	byKey    = "key"
	nod      = "back_channel"
	hum      = "hesitation"
	wordless = "no_words"
)

// speech follows the beginning of a sound.
func (m *Machine) speech(ev Event) {
	m.caller = caller{speaking: true, began: ev.Began, changed: ev.At, across: m.bot.active}
	m.caller.answers = m.expect.Hints.YesNo && !m.asked.IsZero() && !ev.Began.Before(m.asked)
	m.quiet(ev.At)
	m.weigh(ev.At, ev.Voice)
}

// words follows a new reading of what is being said.
func (m *Machine) words(ev Event) {
	c := &m.caller
	if !c.speaking || c.words == ev.Text {
		return
	}
	c.words, c.changed = ev.Text, ev.At
	m.weigh(ev.At, ev.Voice)
	switch {
	case m.nodded():
		c.stopped = false
		m.goOn(ev.At, nod)
	case m.bot.resume == nod && !Nods(c.words):
		c.stopped, m.bot.resume = true, "" // more than a nod after all
	}
}

// weigh decides whether what the caller is heard to do stops the bot.
func (m *Machine) weigh(at time.Time, j Judgement) {
	c, b := &m.caller, &m.bot
	c.look = time.Time{}
	if !c.speaking {
		return
	}
	c.judged = j
	c.mine, c.denied = c.mine || j.Voice == Yes, c.denied || j.Voice == No
	if !b.sounding {
		return
	}
	c.over = true
	switch patience := m.patience(); {
	case b.stopped:
	case j.Voice == No:
		m.suppress(at, j.Reason)
		c.look = at.Add(lookAgain)
	case b.prompt.NoBarge:
		c.look = at.Add(lookAgain) // whether it was the caller's voice decides about the words that come of it
	case c.words != "" && Nods(c.words) && !c.answers:
		m.suppress(at, nod)
	case j.Voice == Wait:
		c.look = at.Add(lookAgain)
	case c.words != "":
		m.stop(at, byWords)
	case at.Before(patience):
		c.look = patience
	default:
		m.stop(at, bySpeech)
	}
}

// patience is until when a sound without words does not stop the bot.
func (m *Machine) patience() time.Time {
	until := m.caller.began.Add(StopWithin)
	if start := m.bot.promptAt; !m.caller.began.Before(start) && until.Before(start.Add(settle)) {
		return start.Add(settle)
	}
	return until
}

// suppress tells, once for each sound that never did, that it did not stop the bot.
func (m *Machine) suppress(at time.Time, why string) {
	if c := &m.caller; !c.noted {
		c.noted = true
		m.do(Command{Do: Suppress, Reason: why, Voice: c.judged, After: at.Sub(c.began)})
	}
}

// said follows the end of an utterance. What has no words was a cough or a passing car, what never was the caller's voice
// an echo, or somebody else in the room; a nod is no turn either, unless it answers.
func (m *Machine) said(ev Event) {
	c, text := m.caller, ev.Turn.Text
	foreign := (c.denied || c.over) && !c.mine && ev.Voice.Voice != Yes
	m.caller.speaking, m.caller.look = false, time.Time{}
	nods := text != "" && c.across && !c.answers && Nods(text)
	hums := m.State() == Holding && hesitates(text)
	switch {
	case text == "", foreign, nods, hums:
		why := wordless
		switch {
		case nods:
			why = nod
		case hums:
			why = hum
		case foreign:
			why = c.judged.Reason
		}
		if c.across && !c.stopped {
			m.suppress(ev.At, why)
		}
		m.forget()
		m.goOn(ev.At, why)
	default:
		m.keys.clear()
		m.offer(ev.At, ev.Turn, byWords)
	}
}

// deaf goes on without a recogniser.
func (m *Machine) deaf(at time.Time) {
	m.caller = caller{}
	m.goOn(at, wordless)
}

// nodded reports whether the bot stopped for what turns out to be a nod so far. It goes on then, and stops again where more
// than a nod comes of it.
func (m *Machine) nodded() bool {
	c := &m.caller
	return c.speaking && c.stopped && !c.answers && m.queued == nil && Nods(c.words)
}

// thinkAt is when what is being said may be thought about; zero: there is nothing, or the bot is busy.
func (m *Machine) thinkAt() time.Time {
	c := &m.caller
	short := utf8.RuneCountInString(c.words) < worthThinking && !m.expect.Hints.YesNo
	if m.bot.active || !c.speaking || c.words == "" || c.words == c.prepared || short || c.across && !c.answers && Nods(c.words) {
		return time.Time{}
	}
	return c.changed.Add(stable)
}

func (m *Machine) prepare() {
	m.caller.prepared = m.caller.words
	m.do(Command{Do: Prepare, Turn: dialog.Turn{Kind: dialog.Speech, Text: m.caller.words, Heard: m.share}})
}

// forget drops what was thought about words that are no turn.
func (m *Machine) forget() {
	if m.caller.prepared != "" {
		m.caller.prepared = ""
		m.do(Command{Do: Forget})
	}
}

// Nods reports whether words say no more than that the caller listens: 嗯, 对对, 好的, uh-huh, okay.
func Nods(words string) bool { return madeOf(words, nodding, noddingEnglish) }

// hesitates reports whether words are only sounds that are made while thinking.
func hesitates(words string) bool { return madeOf(words, humming, hummingEnglish) }

// Words of nods and hesitations, the longer ones first; a yes that is no answer is a nod.
var (
	humming        = []string{"嗯", "恩", "唔", "呃", "额", "哦", "噢", "喔", "啊", "诶", "唉", "那个", "这个", "我看看", "我找找", "我想想"}
	hummingEnglish = set("um uh hmm mm hm er erm oh ah mhm")
	nodding        = []string{"知道了", "明白了", "听到了", "听见了", "是的呀", "好的呀", "这样啊", "没错", "明白", "了解", "知道", "对的", "对啊", "对呀", "是的", "是啊", "是呀",
		"好的", "好吧", "好啊", "好呀", "好嘞", "可以", "嗯", "恩", "唔", "哦", "噢", "喔", "啊", "诶", "对", "是", "好", "行"}
	noddingEnglish = set("uh huh um hmm mm mhm hm oh ah okay ok yeah yes yep yup right sure alright fine good great gotit isee thatsright")
	// phrases are nods that are made of words which by themselves are none.
	phrases = strings.NewReplacer("got it", "gotit", "i see", "isee", "that's right", "thatsright")
)

// longestNod is how many characters, or English words, a nod has at most.
const longestNod = 6

func set(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}

// madeOf reports whether words consist of some of those alone.
func madeOf(words string, hanzi []string, english map[string]bool) bool {
	parts := strings.FieldsFunc(phrases.Replace(strings.ToLower(words)), func(r rune) bool { return strings.ContainsRune(" ,.?!，。？！、-", r) })
	if len(parts) == 0 || len(parts) > longestNod {
		return false
	}
	length := 0
	for _, part := range parts {
		if english[part] {
			continue
		}
		for part != "" {
			cut := false
			for _, w := range hanzi {
				if rest, ok := strings.CutPrefix(part, w); ok {
					part, cut, length = rest, true, length+len([]rune(w))
					break
				}
			}
			if !cut {
				return false
			}
		}
	}
	return length <= longestNod
}
