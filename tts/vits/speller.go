package vits

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"voxgate/tts"
	"voxgate/tts/text"
)

// speller spells with a voice's own tokens.txt and lexicon.txt, as sherpa-onnx does, but with the readings of tts/text.
type speller struct {
	tokens    map[string]int64
	lexicon   *lexicon
	syllables syllables
	toned     bool
	blanks    bool // a blank, number 0, before, between and after sounds

	space, silence, end int64 // signs between words, around a sentence and after it; -1 where the voice has none
}

// spelledLetters is up to how many letters a word that the voice does not know is spelled.
const spelledLetters = 5

func newSpeller(tokens, words []byte, m *model) (front, error) {
	s := &speller{toned: m.has(roleTones), space: -1, silence: -1, end: -1}
	if m.has(roleScales) {
		return nil, fmt.Errorf("the model is a Piper voice: its description *.onnx%s is missing", configSuffix)
	}
	if err := m.describe(); err != nil {
		return nil, err
	}
	var err error
	if s.tokens, err = parseTokens(tokens); err != nil {
		return nil, err
	}
	if s.lexicon, err = parseLexicon(words, s.tokens, s.toned); err != nil {
		return nil, err
	}
	for _, id := range s.tokens {
		m.symbols = max(m.symbols, int(id)+1)
	}
	s.blanks = m.blanks
	s.syllables = learnSyllables(s.lexicon)
	for sign, to := range map[string]*int64{" ": &s.space, "sil": &s.silence, "eos": &s.end} {
		if id, ok := s.tokens[sign]; ok && !s.toned {
			*to = id
		}
	}
	return s, nil
}

// describe reads what the metadata of sherpa-onnx's form say.
func (m *model) describe() (err error) {
	if m.rate, err = m.number("sample_rate", 0, 8000, 48000); err != nil {
		return err
	}
	if m.speakers, err = m.number("n_speakers", 1, 0, maxSpeakers); err != nil {
		return err
	}
	blanks, err := m.number("add_blank", 0, 0, 1)
	if err != nil {
		return err
	}
	m.blanks = blanks == 1
	// A voice with one speaker has a number for it all the same, for its network was trained with several.
	if m.speakers <= 1 {
		first, err := m.number("speaker_id", 0, 0, maxSpeakers)
		if err != nil {
			return err
		}
		m.first = int64(first)
	}
	said := strings.ToLower(m.metadata["language"])
	for _, lang := range []struct {
		name string
		code text.Lang
	}{{"chinese", text.Chinese}, {"english", text.English}} {
		if strings.Contains(said, lang.name) {
			m.languages = append(m.languages, string(lang.code))
		}
	}
	if len(m.languages) == 0 {
		return fmt.Errorf("its metadata say language %.40q: Chinese or English is wanted", m.metadata["language"])
	}
	return nil
}

// speaker knows no names: this form numbers its speakers.
func (s *speller) speaker(string) (int64, bool) { return 0, false }

func (s *speller) spell(_ context.Context, clause text.Clause) (spelling, error) {
	var said sounds
	skipped := 0
	for _, part := range clause.Parts {
		more, lost, err := s.part(part)
		if err != nil {
			return spelling{}, err
		}
		said, skipped = said.and(more), skipped+lost
	}
	if len(said.ids) == 0 {
		return spelling{skipped: skipped}, nil
	}
	return s.frame(said, clause, skipped), nil
}

// frame puts the signs of a sentence around sounds, and blanks between.
func (s *speller) frame(said sounds, clause text.Clause, skipped int) spelling {
	sign, ok := s.tokens[ending(clause)]
	switch {
	case s.silence >= 0:
		said = s.sign(s.silence).and(said).and(s.sign(s.silence))
	case ok:
		said = said.and(s.sign(sign))
	}
	if s.end >= 0 {
		said = said.and(s.sign(s.end))
	}
	if s.blanks {
		said = sounds{ids: interleave(said.ids), tones: interleave(said.tones)}
	}
	return spelling{ids: said.ids, tones: said.tones, skipped: skipped}
}

// sign is a sound without a tone.
func (s *speller) sign(id int64) sounds {
	if s.toned {
		return sounds{ids: []int64{id}, tones: []int64{0}}
	}
	return sounds{ids: []int64{id}}
}

// interleave puts a zero before, between and after numbers; none stay none.
func interleave(numbers []int64) []int64 {
	if len(numbers) == 0 {
		return nil
	}
	out := make([]int64, 2*len(numbers)+1)
	for i, n := range numbers {
		out[2*i+1] = n
	}
	return out
}

// part is how one stretch of a clause is said, and how many of its hanzi the voice does not know.
func (s *speller) part(p text.Part) (said sounds, skipped int, err error) {
	switch {
	case p.Lang == text.English:
		said, err = s.english(p.Text)
	case p.Letters && p.Fixed == nil:
		said, err = s.letters(p)
	default:
		said, skipped = s.chinese(p)
	}
	return said, skipped, err
}

// chinese says the readings of tts/text; a word with a reading that the voice lacks is said as its lexicon has it.
func (s *speller) chinese(p text.Part) (said sounds, skipped int) {
	readings := p.Syllables()
	if all, ok := s.readings(readings); ok {
		return all, 0
	}
	aligned := len(readings) == utf8.RuneCountInString(p.Text)
	at := 0
	for _, word := range s.lexicon.cut(p.Text) {
		n := utf8.RuneCountInString(word)
		if aligned {
			if read, ok := s.readings(readings[at : at+n]); ok {
				said, at = said.and(read), at+n
				continue
			}
		}
		at += n
		known, ok := s.lexicon.words[word]
		if !ok {
			skipped += n
			continue
		}
		said = said.and(s.spaced(known))
	}
	return said, skipped
}

// readings says syllables; false where the voice lacks one.
func (s *speller) readings(list []string) (sounds, bool) {
	var said sounds
	for _, syllable := range list {
		one, ok := s.syllables.of(syllable)
		if !ok {
			return sounds{}, false
		}
		said = said.and(s.spaced(one))
	}
	return said, len(list) > 0
}

// spaced is a word with the sign between words after it.
func (s *speller) spaced(word sounds) sounds {
	if s.space < 0 {
		return word
	}
	return word.and(s.sign(s.space))
}

// letters says capital letters by their English names where the voice knows English, else by the Chinese ones.
func (s *speller) letters(p text.Part) (sounds, error) {
	var said sounds
	for _, letter := range strings.Fields(p.Text) {
		one, ok := s.lexicon.words[strings.ToLower(letter)]
		if !ok {
			one, ok = s.readings(text.Part{Lang: text.Chinese, Text: letter, Letters: true}.Syllables())
		}
		if !ok {
			return said, fmt.Errorf("the letter %q: %w", letter, tts.ErrUnspeakable)
		}
		said = said.and(s.spaced(one))
	}
	return said, nil
}

// english says words; one that the lexicon lacks is spelled where it is short.
func (s *speller) english(words string) (sounds, error) {
	var said sounds
	for _, word := range strings.FieldsFunc(strings.ToLower(words), parts) {
		one, ok := s.lexicon.words[word]
		if !ok {
			one, ok = s.spelled(word)
		}
		if !ok {
			return said, fmt.Errorf("the word %.40q: %w", word, tts.ErrUnspeakable)
		}
		said = said.and(s.spaced(one))
	}
	return said, nil
}

// parts says whether a rune stands between words.
func parts(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' }

// figures are the words of digits, which no lexicon of words holds.
var figures = [10]string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}

// spelled says a short word letter by letter, and digits one by one.
func (s *speller) spelled(word string) (sounds, bool) {
	var said sounds
	letters := 0
	for _, r := range word {
		name := string(r)
		if r >= '0' && r <= '9' {
			name = figures[r-'0']
		} else if letters++; r == '\'' {
			continue
		}
		one, ok := s.lexicon.words[name]
		if !ok || letters > spelledLetters {
			return sounds{}, false
		}
		said = said.and(s.spaced(one))
	}
	return said, len(said.ids) > 0
}
