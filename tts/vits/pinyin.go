package vits

import (
	"context"
	"fmt"
	"strings"

	"voxgate/tts"
	"voxgate/tts/text"
)

// piperPinyin spells for Piper voices whose phoneme_type is pinyin, as OHF-Voice/piper1-gpl (phonemize_chinese.py) does:
// each syllable is its initial, its final and its tone, then a pad; the readings are those of tts/text.
type piperPinyin struct{ *piperConfig }

// noInitial stands where a syllable begins with its final.
const noInitial = "Ø"

// initials are what syllables begin with, the longer before the shorter; y and w count as such.
var initials = []string{
	"zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c", "s", "y", "w",
}

// endings are the signs of pauses in this form.
var endings = map[string]string{".": "。", ",": "，"}

func (p *piperPinyin) spell(_ context.Context, clause text.Clause) (spelling, error) {
	var said spelling
	for _, part := range clause.Parts {
		if part.Lang == text.English {
			return spelling{}, fmt.Errorf("a voice of pinyin has no English: %w", tts.ErrUnspeakable)
		}
		for _, syllable := range part.Syllables() {
			for _, s := range withoutErhua(syllable) {
				p.add(&said, s)
			}
		}
	}
	if len(said.ids) == 0 {
		return spelling{skipped: said.skipped}, nil
	}
	pad := p.IDs[piperPad]
	begin := append(append([]int64(nil), p.IDs[piperBegin]...), pad...)
	said.ids = append(begin, said.ids...)
	if sign := p.IDs[endings[ending(clause)]]; len(sign) > 0 {
		said.ids = append(append(said.ids, sign...), pad...)
	}
	said.ids = append(said.ids, p.IDs[piperEnd]...)
	return said, nil
}

// add spells one syllable; one that the voice does not know is left out and counted.
func (p *piperPinyin) add(said *spelling, syllable string) {
	if len(syllable) < 2 {
		said.skipped++
		return
	}
	name, tone := syllable[:len(syllable)-1], syllable[len(syllable)-1:]
	initial, final := noInitial, name
	for _, i := range initials {
		if rest, ok := strings.CutPrefix(name, i); ok {
			initial, final = i, rest
			break
		}
	}
	var ids []int64
	for _, sign := range []string{initial, final, tone} {
		known := p.IDs[sign]
		if len(known) == 0 {
			said.skipped++
			return
		}
		ids = append(ids, known...)
	}
	said.ids = append(append(said.ids, ids...), p.IDs[piperPad]...)
}

// withoutErhua is a syllable with its erhua as a syllable of its own.
func withoutErhua(syllable string) []string {
	name, tone := syllable[:max(0, len(syllable)-1)], syllable[max(0, len(syllable)-1):]
	if name == "r" {
		return []string{"er5"}
	}
	if stem, ok := strings.CutSuffix(name, "r"); ok && stem != "e" && stem != "" {
		return []string{stem + tone, "er5"}
	}
	return []string{syllable}
}
