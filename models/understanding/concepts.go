package understanding

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed concepts.txt
var conceptLines string

//go:embed world.txt
var worldLines string

// word is one word of a concept, as units and as sounds.
type word struct {
	concept       string
	units, sounds []string
}

// thesaurus finds the words of all concepts by their first unit and, those of enough hanzi, by their first sound.
type thesaurus struct{ byUnit, bySound map[string][]word }

var concepts = sync.OnceValue(func() thesaurus {
	t := thesaurus{map[string][]word{}, map[string][]word{}}
	t.add(conceptLines, 2)
	t.add(worldLines, 3)
	return t
})

// add takes in lines of a concept's name and its words; those of so many hanzi and more are also found by their sound.
func (t thesaurus) add(lines string, sounding int) {
	for line := range strings.Lines(lines) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		for _, w := range fields[1:] {
			w = strings.ReplaceAll(w, "_", " ")
			units := unitsOf(w)
			if len(units) == 0 {
				continue
			}
			entry := word{concept: fields[0], sounds: soundsOf(w, units)}
			for _, u := range units {
				entry.units = append(entry.units, u.stem())
			}
			t.byUnit[entry.units[0]] = append(t.byUnit[entry.units[0]], entry)
			if len(units) >= sounding && !units[0].latin {
				t.bySound[entry.sounds[0]] = append(t.bySound[entry.sounds[0]], entry)
			}
		}
	}
}

// Concepts names the concepts that a text speaks of, in the order in which they come.
func Concepts(text string) []string {
	units := unitsOf(text)
	var out []string
	for _, names := range conceptsAt(units, soundsOf(text, units)) {
		for _, c := range names {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// conceptsAt names the concepts of every unit of a line: those whose words cover it, by hanzi or by sound. English
// words count without their endings.
func conceptsAt(units []unit, sounds []string) [][]string {
	out := make([][]string, len(units))
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = u.stem()
	}
	mark := func(from, n int, concept string) {
		for i := from; i < from+n; i++ {
			if !slices.Contains(out[i], concept) {
				out[i] = append(out[i], concept)
			}
		}
	}
	for i := range units {
		for _, w := range concepts().byUnit[names[i]] {
			if begins(names[i:], w.units) {
				mark(i, len(w.units), w.concept)
			}
		}
		for _, w := range concepts().bySound[sounds[i]] {
			if begins(sounds[i:], w.sounds) {
				mark(i, len(w.sounds), w.concept)
			}
		}
	}
	return out
}

func begins(all, part []string) bool {
	return len(part) <= len(all) && slices.Equal(all[:len(part)], part)
}
