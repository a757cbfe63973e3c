package vits

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"voxgate/tts/text"
)

// Bounds of what is believed of a description: no public voice comes near them.
const (
	maxSymbols  = 1 << 14
	maxSpeakers = 1 << 16
	maxSign     = 8 // letters of a part of a syllable
)

// What Piper voices were trained on, as far as it is known here.
const (
	phonemesOfEspeak = "espeak"
	phonemesOfPinyin = "pinyin"
)

// Signs that Piper adds to a sentence's phonemes.
const (
	piperPad   = "_" // between all others
	piperBegin = "^"
	piperEnd   = "$"
)

// piperConfig is the JSON beside a Piper model, as far as it is used.
type piperConfig struct {
	Audio struct {
		Rate int `json:"sample_rate"`
	} `json:"audio"`
	Espeak struct {
		Voice string `json:"voice"`
	} `json:"espeak"`
	Inference struct {
		Noise  *float32 `json:"noise_scale"`
		Length *float32 `json:"length_scale"`
		NoiseW *float32 `json:"noise_w"`
	} `json:"inference"`
	PhonemeType string              `json:"phoneme_type"`
	IDs         map[string][]int64  `json:"phoneme_id_map"`
	Map         map[string][]string `json:"phoneme_map"`
	Symbols     int                 `json:"num_symbols"`
	Speakers    int                 `json:"num_speakers"`
	Names       map[string]int64    `json:"speaker_id_map"`
}

// parsePiper reads and checks a description. The error names the key and what it should hold.
func parsePiper(data []byte) (*piperConfig, error) {
	c := &piperConfig{PhonemeType: phonemesOfEspeak}
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(c); err != nil {
		return nil, fmt.Errorf("its JSON cannot be read: %w", err)
	}
	switch {
	case c.Audio.Rate < 8000 || c.Audio.Rate > 48000:
		return nil, fmt.Errorf("audio.sample_rate is %d: it must lie in 8000..48000", c.Audio.Rate)
	case c.PhonemeType != phonemesOfEspeak && c.PhonemeType != phonemesOfPinyin:
		return nil, fmt.Errorf("phoneme_type is %.40q: voices trained on espeak or pinyin can be used", c.PhonemeType)
	case len(c.IDs) == 0:
		return nil, errors.New("phoneme_id_map is missing or empty")
	case c.Speakers < 0 || c.Speakers > maxSpeakers:
		return nil, fmt.Errorf("num_speakers is %d: it must lie in 0..%d", c.Speakers, maxSpeakers)
	case c.Symbols < 0 || c.Symbols > maxSymbols:
		return nil, fmt.Errorf("num_symbols is %d: it must lie in 0..%d", c.Symbols, maxSymbols)
	}
	limit := int64(maxSymbols)
	if c.Symbols > 0 {
		limit = int64(c.Symbols)
	}
	for sign, ids := range c.IDs {
		if n := utf8.RuneCountInString(sign); !utf8.ValidString(sign) || n != 1 && (c.PhonemeType == phonemesOfEspeak || n > maxSign) {
			return nil, fmt.Errorf("phoneme_id_map has the key %.40q: a key is one letter of the IPA, or a part of a syllable in pinyin", sign)
		}
		for _, id := range ids {
			if id < 0 || id >= limit {
				return nil, fmt.Errorf("phoneme_id_map gives %q the number %d: numbers lie in 0..%d", sign, id, limit-1)
			}
		}
	}
	for _, needed := range []string{piperPad, piperBegin, piperEnd} {
		if len(c.IDs[needed]) == 0 {
			return nil, fmt.Errorf("phoneme_id_map lacks %q", needed)
		}
	}
	for name, id := range c.Names {
		if id < 0 || id >= int64(max(1, c.Speakers)) {
			return nil, fmt.Errorf("speaker_id_map gives %.40q the number %d of %d speakers", name, id, c.Speakers)
		}
	}
	return c, c.checkScales()
}

func (c *piperConfig) checkScales() error {
	for key, v := range map[string]*float32{"noise_scale": c.Inference.Noise, "length_scale": c.Inference.Length, "noise_w": c.Inference.NoiseW} {
		if v != nil && !(*v >= 0 && *v <= 10) {
			return fmt.Errorf("inference.%s is %g: it must lie in 0..10", key, *v)
		}
	}
	if l := c.Inference.Length; l != nil && *l < 0.1 {
		return fmt.Errorf("inference.length_scale is %g: it must be 0.1 at least", *l)
	}
	return nil
}

// language is which of our languages espeak-ng's voice is.
func (c *piperConfig) language() (text.Lang, error) {
	if c.PhonemeType == phonemesOfPinyin {
		return text.Chinese, nil
	}
	name, _, _ := strings.Cut(c.Espeak.Voice, "-")
	switch name {
	case "en":
		return text.English, nil
	case "cmn", "zh":
		return text.Chinese, nil
	case "":
		return "", errors.New("espeak.voice is missing")
	}
	return "", fmt.Errorf("espeak.voice is %.40q: voices for Mandarin (cmn) and English (en) can be used", c.Espeak.Voice)
}

// piper spells as Piper does: the IPA letters of espeak-ng, decomposed, with a pad between, a sign before and one after.
type piper struct {
	*piperConfig
	phonemes Phonemizer
	english  string // espeak-ng's voice for English
}

func newPiper(data []byte, m *model, phonemes Phonemizer) (front, error) {
	c, err := parsePiper(data)
	if err != nil {
		return nil, err
	}
	lang, err := c.language()
	if err != nil {
		return nil, err
	}
	if !m.has(roleScales) || m.has(roleTones) {
		return nil, errors.New("the model is no Piper voice, though a description lies beside it: its input scales is missing")
	}
	if many := c.Speakers > 1; many != m.has(roleSpeaker) {
		return nil, fmt.Errorf("num_speakers is %d, but the model's inputs say otherwise (sid: %v)", c.Speakers, !many)
	}
	m.rate, m.languages, m.speakers, m.symbols = c.Audio.Rate, []string{string(lang)}, c.Speakers, c.Symbols
	for to, v := range map[*float32]*float32{&m.noise: c.Inference.Noise, &m.length: c.Inference.Length, &m.noiseW: c.Inference.NoiseW} {
		if v != nil {
			*to = *v
		}
	}
	switch {
	case c.PhonemeType == phonemesOfPinyin:
		return &piperPinyin{c}, nil
	case phonemes == nil:
		return nil, errors.New("this Piper voice needs espeak-ng for its phonemes")
	case lang == text.English:
		return &piper{piperConfig: c, phonemes: phonemes, english: c.Espeak.Voice}, nil
	}
	return &piper{piperConfig: c, phonemes: phonemes, english: "en-us"}, nil
}

func (c *piperConfig) speaker(name string) (int64, bool) {
	id, ok := c.Names[name]
	return id, ok
}

func (p *piper) spell(ctx context.Context, clause text.Clause) (spelling, error) {
	ipa, err := p.phonemes.Phonemes(ctx, clause, p.english)
	if err != nil || strings.TrimSpace(ipa) == "" {
		return spelling{}, err
	}
	return p.ids(ipa + ending(clause)), nil
}

// ids numbers the signs of ipa; those that the voice does not know are left out and counted. All unknown is nothing.
func (p *piper) ids(ipa string) spelling {
	var said spelling
	pad := p.IDs[piperPad]
	said.ids = append(append(said.ids, p.IDs[piperBegin]...), pad...)
	known := 0
	for _, r := range norm.NFD.String(ipa) {
		signs := []string{string(r)}
		if mapped, ok := p.Map[signs[0]]; ok {
			signs = mapped
		}
		for _, sign := range signs {
			ids, ok := p.IDs[sign]
			if !ok {
				said.skipped++
				continue
			}
			known++
			said.ids = append(append(said.ids, ids...), pad...)
		}
	}
	if known == 0 {
		return spelling{skipped: said.skipped}
	}
	said.ids = append(said.ids, p.IDs[piperEnd]...)
	return said
}

// ending is the sign that a clause was written with, as far as its pause tells.
func ending(clause text.Clause) string {
	switch {
	case clause.Pause == text.PauseGap:
		return ""
	case clause.Pause > 0 && clause.Pause < text.PauseStop:
		return ","
	}
	return "."
}
