package handoff

import (
	"strings"
	"unicode/utf8"
)

// mostWhisper is how many characters a whisper may have: the voice that ships says so many in less than six seconds.
const mostWhisper = 22

// Whisper is the note in a few words for the agent's ear: what the caller wants, of what, what was tried, the mood and
// whether it is known who calls. What does not fit is left out, the least important first.
func Whisper(n Note) string {
	parts := []struct {
		text string
		rank int // the lowest are kept
	}{
		{map[string]string{"en": "说英语"}[n.Lang], 1},
		{shortVerified(n.Verified), 3},
		{cut("要"+n.matter(), 10), 0},
		{cut(n.Product+n.Status, 10), 4},
		{lastTried(n.Tried), 5},
		{map[string]string{moodAngry: "在生气", moodNegative: "有不满"}[n.Sentiment], 2},
	}
	keep := make([]bool, len(parts))
	left := mostWhisper
	for rank := range len(parts) {
		for i, p := range parts {
			if size := utf8.RuneCountInString(p.text); p.rank == rank && size > 0 && size+1 <= left {
				keep[i], left = true, left-size-1
			}
		}
	}
	var said []string
	for i, p := range parts {
		if keep[i] {
			said = append(said, p.text)
		}
	}
	return strings.Join(said, "，") + "。"
}

func shortVerified(how string) string {
	if how == "" || how == VerifiedNo {
		return "未核实"
	}
	return "已核实"
}

// lastTried is the newest thing that was tried, without what stands in brackets.
func lastTried(tried []string) string {
	if len(tried) == 0 {
		return ""
	}
	text, _, _ := strings.Cut(tried[len(tried)-1], "（")
	return cut(text, 10)
}

// cut is text, or nothing where it is too long to be heard at once: half a word helps nobody.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) > most {
		return ""
	}
	return text
}
