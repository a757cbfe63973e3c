package caller

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed goals.yaml
var goalLines []byte

//go:embed temper.yaml
var temperLines []byte

//go:embed values.yaml
var valueLines []byte

//go:embed sounds.txt
var soundLines string

// lines are ways of saying something: by what is meant, by language.
type lines map[string]map[string][]string

// words is everything that simulated callers know how to say.
type words struct {
	goals, temper, values lines
	intents               []string // of goals, sorted
	sounds                map[rune][]rune
}

// readWords reads the lines that ship. An error means a broken build.
func readWords() (*words, error) {
	w := &words{sounds: map[rune][]rune{}}
	for _, part := range []struct {
		name string
		data []byte
		into *lines
	}{{"goals.yaml", goalLines, &w.goals}, {"temper.yaml", temperLines, &w.temper}, {"values.yaml", valueLines, &w.values}} {
		if err := yaml.Unmarshal(part.data, part.into); err != nil {
			return nil, fmt.Errorf("caller: %s: %w", part.name, err)
		}
		for meant, said := range *part.into {
			if len(said["zh"]) == 0 || len(said["en"]) == 0 {
				return nil, fmt.Errorf("caller: %s: %s wants lines in zh and en", part.name, meant)
			}
		}
	}
	for intent := range w.goals {
		w.intents = append(w.intents, intent)
	}
	slices.Sort(w.intents)
	for line := range strings.Lines(soundLines) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		group := []rune(line)
		for i, r := range group {
			w.sounds[r] = slices.Concat(group[:i], group[i+1:])
		}
	}
	return w, nil
}

// pick is one of some lines.
func pick(rng *rand.Rand, from []string) string {
	if len(from) == 0 {
		return ""
	}
	return from[rng.IntN(len(from))]
}

// mishear changes characters of a line as a recogniser does: for others that sound alike, or it loses one.
func (w *words) mishear(rng *rand.Rand, line string, rate float64) string {
	var out strings.Builder
	for _, r := range line {
		alike := w.sounds[r]
		switch chance := rng.Float64(); {
		case len(alike) > 0 && chance < rate:
			out.WriteRune(alike[rng.IntN(len(alike))])
		case r > 0x80 && chance > 1-rate/6:
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

var digitsSpoken = map[string][]string{
	"zh": {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"},
	"en": {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"},
}

// spell says a number digit by digit.
func spell(number, lang string) string {
	var out []string
	for _, r := range number {
		if r >= '0' && r <= '9' {
			out = append(out, digitsSpoken[lang][r-'0'])
		}
	}
	if lang == "en" {
		return strings.Join(out, " ")
	}
	return strings.Join(out, "")
}
