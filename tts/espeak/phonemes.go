package espeak

import (
	"context"
	"fmt"
	"regexp"
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
func (e *Engine) Phonemes(ctx context.Context, clause text.Clause, english string) (string, error) {
	var said []string
	for _, u := range e.utterances(e.cfg.Voice, clause) {
		voice, _, _ := strings.Cut(u.voice, "+")
		if voice != mandarin {
			voice = english
		}
		ipa, err := e.phonemes(ctx, voice, u.markup)
		if err != nil {
			return "", err
		}
		said = append(said, ipa)
	}
	return strings.Join(said, " "), nil
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
	out, err := e.execute(limited, strings.NewReader(markup), maxPhonemes, "-q", "--ipa", "-m", "-b", "1", "-v", voice, "--stdin")
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
