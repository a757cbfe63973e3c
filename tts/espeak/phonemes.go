package espeak

import (
	"context"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"

	"voxgate/tts/text"
)

// languageMark is what espeak-ng writes where it changes the language within a text.
var languageMark = regexp.MustCompile(`\([a-z-]+\)`)

// maxPhonemes bounds what is read of one clause's phonemes, in bytes.
const maxPhonemes = 1 << 16

// Phonemes is how a clause is said, in espeak-ng's IPA (what it prints with --ipa): Chinese through its toned pinyin, with
// a digit or a tone letter after each vowel, English in the voice named, such as "en-us"; words are parted by spaces.
// It is empty where nothing is said. Errors wrap ErrFailed; cancelling ctx kills the process.
//
// This IPA writes the first and the fourth tone alike (github.com/rhasspy/piper/issues/305); the Mandarin voices of Piper
// were trained on it as it is.
func (e *Engine) Phonemes(ctx context.Context, clause text.Clause, english string) (string, error) {
	var said []string
	var words []string
	ask := func(voice, markup string) error {
		ipa, err := e.phonemes(ctx, voice, markup)
		if err == nil && ipa != "" {
			said = append(said, ipa)
		}
		return err
	}
	for _, part := range append(slices.Clone(clause.Parts), text.Part{Lang: text.English}) {
		if part.Lang != text.English {
			words = append(words, pinyinWords(part)...)
			continue
		}
		if len(words) > 0 {
			if err := ask(mandarin, strings.Join(words, " ")); err != nil {
				return "", err
			}
			words = nil
		}
		if part.Text != "" {
			if err := ask(english, html.EscapeString(part.Text)); err != nil {
				return "", err
			}
		}
	}
	return strings.Join(said, " "), nil
}

// pinyinWords is a Chinese part in pinyin with the syllables of a word together, as espeak-ng reads its words: it gives a
// word one stress.
func pinyinWords(part text.Part) []string {
	together := [][]string{}
	if part.Fixed == nil && !part.Letters {
		together = text.Pinyin(part.Text)
	} else {
		for _, s := range part.Syllables() {
			together = append(together, []string{s})
		}
	}
	var out []string
	for _, word := range together {
		var b strings.Builder
		for _, s := range word {
			b.WriteString(strings.Join(respell(s), ""))
		}
		out = append(out, b.String())
	}
	return out
}

// phonemes asks one process how markup is said.
func (e *Engine) phonemes(ctx context.Context, voice, markup string) (string, error) {
	select {
	case e.slots <- struct{}{}:
		defer func() { <-e.slots }()
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	limited, cancel := context.WithTimeout(ctx, e.cfg.Timeout)
	defer cancel()
	out, err := e.execute(limited, markup, maxPhonemes, "-q", "--ipa", "-m", "-b", "1", "-v", voice, "--stdin")
	if cause := context.Cause(ctx); cause != nil {
		e.killed.Add(1)
		return "", cause
	}
	if err != nil {
		e.failures.Add(1)
		return "", fmt.Errorf("%w: phonemes in %s: %w", ErrFailed, voice, err)
	}
	ipa := languageMark.ReplaceAllString(string(out), "")
	return strings.Join(strings.Fields(strings.ToValidUTF8(ipa, "")), " "), nil
}
