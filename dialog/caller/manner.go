package caller

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"voxgate/dialog"
)

// mostCharacters is how long a Chinese sentence may be to be taken in by ear.
const mostCharacters = 40

// manners watches over one call what a voice must not do. What it knows of the caller's temper it reads for itself.
type manners struct {
	angry     bool
	heard     string // all that the caller has said, in small letters
	suggested int    // how often something was recommended
}

var (
	rage = regexp.MustCompile(`(?i)垃圾|骗子|废物|气死|王八|他妈|混蛋|滚|什么破|欺负人|忍无可忍|太过分|sick of|ridiculous|worst|garbage|scam|useless|liars?\b|furious|damn`)
	// cheer is what an angry caller must not hear, nor be asked.
	cheer = regexp.MustCompile(`(?i)太好了|恭喜|很高兴|祝您|开心|愉快|推荐|顺便|满意度|评分|great|wonderful|glad|happy to|enjoy|congrat|recommend|by the way|rate (?:us|this)`)
	latin = regexp.MustCompile(`[A-Za-z]{4,}`)
	hanzi = regexp.MustCompile(`\p{Han}+`)
	ends  = regexp.MustCompile(`[。？！?!]+|\.\s`)
)

// long are acts that read something back whole, for which the rule of length does not hold.
func long(act string) bool {
	name, _, _ := strings.Cut(act, ":")
	return name == "confirm" || name == "ask_which_order" || name == "repeat" || name == "dtmf_fallback" || name == "reprompt"
}

// judge says what an answer does wrong.
func (m *manners) judge(turn dialog.Turn, acts []dialog.Act) []string {
	m.angry = m.angry || rage.MatchString(turn.Text)
	m.heard += " " + strings.ToLower(turn.Text)
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	var say string
	for _, act := range acts {
		say += act.Say
		if act.Say == "" && act.Name != "transfer" && act.Name != "csat_record" {
			fault("%q says nothing", act.Name)
		}
		if m.angry && cheer.MatchString(act.Say) {
			fault("cheer for an angry caller: %s", act.Say)
		}
		if wrong := m.foreign(act); wrong != "" {
			fault("wrong language: %s", wrong)
		}
		if act.Lang != "zh" || long(act.Name) {
			continue
		}
		for _, sentence := range ends.Split(act.Say, -1) {
			if n := utf8.RuneCountInString(sentence); n > mostCharacters {
				fault("%d characters in one sentence: %s", n, sentence)
			}
		}
	}
	questions := strings.Count(say, "？") + strings.Count(say, "?")
	if questions > 1 {
		fault("%d questions: %s", questions, say)
	}
	if body := strings.TrimSpace(say); questions == 1 && !strings.HasSuffix(body, "？") && !strings.HasSuffix(body, "?") {
		fault("the question is not last: %s", say)
	}
	return faults
}

// suggestion says what is wrong with recommending something: more than once, or to an angry caller.
func (m *manners) suggestion(say, offered string) []string {
	if offered == "" || !strings.Contains(say, offered) {
		return nil
	}
	m.suggested++
	switch {
	case m.angry:
		return []string{"recommended to an angry caller: " + offered}
	case m.suggested > 1:
		return []string{fmt.Sprintf("recommended %d times: %s", m.suggested, offered)}
	}
	return nil
}

// foreign is what an act says in the other language than its own, beside what the caller has said so.
func (m *manners) foreign(act dialog.Act) string {
	runs := latin
	if act.Lang == "en" {
		runs = hanzi
	}
	for _, run := range runs.FindAllString(act.Say, -1) {
		if !strings.Contains(m.heard, strings.ToLower(run)) {
			return act.Say
		}
	}
	return ""
}
