// Package voicebench measures how well a voice is understood on a telephone: it reads out numbers and sentences, a
// G.711 line carries them, and a recogniser writes down what it hears.
package voicebench

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"voxgate/asr"
	"voxgate/cmd/voxgate/internal/evaluation"
	"voxgate/media"
	"voxgate/media/codec"
	"voxgate/tts"
	"voxgate/tts/text"
)

//go:embed lines.tsv
var lines []byte

// Line is one thing that is read out.
type Line struct {
	Kind string // order, phone, waybill, tail, money, date or sentence
	Text string // as the dialogue writes it
}

// Lines are those that ship: 100 with numbers of all kinds and 200 sentences of the dialogue.
func Lines() ([]Line, error) {
	var out []Line
	scanner := bufio.NewScanner(bytes.NewReader(lines))
	for n := 1; scanner.Scan(); n++ {
		if strings.HasPrefix(scanner.Text(), "#") {
			continue
		}
		kind, said, ok := strings.Cut(scanner.Text(), "\t")
		if !ok || said == "" || !slices.Contains(Kinds(), kind) {
			return nil, fmt.Errorf("lines.tsv:%d: want KIND TAB TEXT", n)
		}
		out = append(out, Line{kind, said})
	}
	return out, scanner.Err()
}

// Kinds are all kinds of lines: what is written down digit by digit, other numbers, sentences.
func Kinds() []string {
	return []string{"order", "phone", "waybill", "tail", "money", "date", "sentence"}
}

// Ear writes down 8,000 Hz sound; asr/engine has one.
type Ear interface {
	Transcribe(ctx context.Context, pcm []int16, hints asr.Hints) ([]asr.Event, error)
}

// Score counts lines of a kind.
type Score struct {
	Kind   string  `json:"kind"`
	Lines  int     `json:"lines"`
	Right  int     `json:"right"`
	Alike  int     `json:"alike"`  // lines whose syllables are right, tones included: another character that sounds the same is no fault of the voice
	Errors int     `json:"errors"` // characters wrong, missing or too many
	Length int     `json:"length"` // characters said
	Missed int     `json:"missed"` // syllables wrong, missing or too many
	Spoken float64 `json:"seconds"`
}

// Heard is one line as it was heard.
type Heard struct {
	Line
	Wanted, Got string
}

// Run reads the lines out and scores what the ear hears. Wrong is told of each line that was not heard right.
func Run(ctx context.Context, said []Line, voice tts.Engine, ear Ear, wrong func(Heard)) ([]Score, error) {
	scores := map[string]*Score{}
	for _, line := range said {
		pcm, err := telephone(ctx, voice, line.Text)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", line.Text, err)
		}
		events, err := ear.Transcribe(ctx, pcm, asr.Hints{})
		if err != nil {
			return nil, fmt.Errorf("%q: %w", line.Text, err)
		}
		var got strings.Builder
		for _, ev := range events {
			got.WriteString(ev.Text)
		}
		score := scores[line.Kind]
		if score == nil {
			score = &Score{Kind: line.Kind}
			scores[line.Kind] = score
		}
		score.Spoken += float64(len(pcm)) / media.Narrowband
		score.add(line, got.String(), wrong)
	}
	var out []Score
	for _, kind := range Kinds() {
		if scores[kind] != nil {
			out = append(out, *scores[kind])
		}
	}
	return out, nil
}

// add scores one line.
func (s *Score) add(line Line, got string, wrong func(Heard)) {
	want, heard := counted(line.Kind, text.Normalise(line.Text)), counted(line.Kind, got)
	errors := evaluation.Distance(want, heard)
	missed := errors
	if line.Kind == "sentence" {
		missed = min(errors, evaluation.Distance(syllables(line.Text), syllables(got)))
	}
	s.Lines++
	s.Length += len(want)
	s.Errors += errors
	s.Missed += missed
	if missed == 0 {
		s.Alike++
	}
	if errors == 0 {
		s.Right++
	} else if wrong != nil {
		wrong(Heard{line, strings.Join(want, ""), strings.Join(heard, "")})
	}
}

// counted is what of a text counts for a kind, as spoken and as heard alike.
func counted(kind, said string) []string {
	said = strings.NewReplacer("|", "", ",", "", ".", "").Replace(said)
	all := evaluation.Characters(said)
	if kind == "money" || kind == "date" || kind == "sentence" {
		return all
	}
	return slices.DeleteFunc(all, func(c string) bool { return !unicode.IsDigit([]rune(c)[0]) })
}

// syllables are those of a text, as the same front end reads what was said and what was heard.
func syllables(written string) []string {
	var out []string
	for _, clause := range text.Plan(written, text.Chinese) {
		for _, part := range clause.Parts {
			for _, s := range part.Syllables() {
				out = append(out, strings.ReplaceAll(s, "yao1", "yi1"))
			}
		}
	}
	return out
}

// telephone is a text as a mu-law line brings it.
func telephone(ctx context.Context, voice tts.Engine, said string) ([]int16, error) {
	var pcm []int16
	for frame, err := range voice.Speak(ctx, tts.Utterance{Text: said, Lang: "zh", Rate: media.Narrowband}) {
		if err != nil {
			return nil, err
		}
		pcm = append(pcm, frame.PCM()...)
	}
	for i, s := range pcm {
		pcm[i] = codec.DecodeMuLaw(codec.EncodeMuLaw(s))
	}
	return pcm, nil
}

// Plus is both scores together, under a name.
func (s Score) Plus(kind string, other Score) Score {
	return Score{
		Kind: kind, Lines: s.Lines + other.Lines, Right: s.Right + other.Right,
		Alike: s.Alike + other.Alike, Errors: s.Errors + other.Errors, Missed: s.Missed + other.Missed, Length: s.Length + other.Length, Spoken: s.Spoken + other.Spoken,
	}
}
