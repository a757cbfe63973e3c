package decode

import (
	"fmt"
	"io/fs"
	"strings"
)

// quiet is the log-probability below which a unit counts as unheard.
const quiet = -18

// Inventory is the list of sound units of one output of the acoustic model; number 0 is the CTC blank.
type Inventory struct {
	names []string
	index map[string]int
	// kin[u] are the units that may stand in for u, with what that costs as a factor.
	kin [][]relative
}

type relative struct {
	unit   int
	factor float32
}

// Size is the number of units, blank included.
func (v *Inventory) Size() int { return len(v.names) }

// newInventory reads one unit a line.
func newInventory(files fs.FS, name string) (*Inventory, error) {
	lines, err := readLines(files, name)
	if err != nil {
		return nil, err
	}
	v := &Inventory{index: map[string]int{}}
	for _, l := range lines {
		if _, twice := v.index[l]; twice {
			return nil, fmt.Errorf("%s: unit %q is there twice", name, l)
		}
		v.index[l] = len(v.names)
		v.names = append(v.names, l)
	}
	if len(v.names) < 2 || v.names[0] != "<blk>" {
		return nil, fmt.Errorf("%s: the first line must be <blk>, followed by units", name)
	}
	v.kin = make([][]relative, len(v.names))
	return v, nil
}

// Sounds that callers and telephone lines mix up; each pair both ways.
var mixedUp = [][2]string{
	{"z", "zh"}, {"c", "ch"}, {"s", "sh"}, {"n", "l"}, {"f", "h"}, {"r", "l"},
	{"an", "ang"}, {"en", "eng"}, {"in", "ing"}, {"ian", "iang"}, {"uan", "uang"}, {"ir", "iz"},
}

// relate lets a final be heard with another tone (factor tone), and sounds of mixedUp for one another (factor mixed).
func (v *Inventory) relate(tone, mixed float64) {
	groups := map[string][]int{}
	for u, name := range v.names[1:] {
		base := strings.TrimRight(name, "12345")
		groups[base] = append(groups[base], u+1)
	}
	add := func(from, to []int, same, other float64) {
		for _, u := range from {
			for _, k := range to {
				factor := other
				if v.toneOf(u) == v.toneOf(k) {
					factor = same
				}
				if u != k && factor > 0 {
					v.kin[u] = append(v.kin[u], relative{k, float32(factor)})
				}
			}
		}
	}
	for _, g := range groups {
		add(g, g, tone, tone)
	}
	for _, p := range mixedUp {
		a, b := groups[p[0]], groups[p[1]]
		add(a, b, mixed, mixed*tone)
		add(b, a, mixed, mixed*tone)
	}
}

// toneOf is the tone digit of a final, 0 for everything else.
func (v *Inventory) toneOf(u int) byte {
	name := v.names[u]
	if c := name[len(name)-1]; c >= '1' && c <= '5' {
		return c
	}
	return 0
}

// chances turns log-probabilities into probabilities.
func chances(heard, logp []float32) {
	for u, l := range logp {
		heard[u] = 0
		if l > quiet {
			heard[u] = quickExp(l)
		}
	}
}

// soften turns the probabilities of one step into the log-probabilities of units with their kin added.
func (v *Inventory) soften(soft, heard []float32) {
	for u := range heard {
		soft[u] = v.softened(u, heard)
	}
}

// softened is the log-probability of one unit with its kin added.
func (v *Inventory) softened(u int, heard []float32) float32 {
	sum := heard[u]
	for _, k := range v.kin[u] {
		sum += k.factor * heard[k.unit]
	}
	if sum > 2e-8 {
		return quickLog(sum)
	}
	return quiet
}

// spelling turns toned syllables or phones into unit numbers.
type spelling struct {
	units     *Inventory
	syllables map[string][]string // toneless syllable -> units without tone; nil where words are spelled in phones
}

// newSpelling reads the syllable table; without one (name "") spells phones.
func newSpelling(units *Inventory, files fs.FS, name string) (*spelling, error) {
	s := &spelling{units: units}
	if name == "" {
		return s, nil
	}
	s.syllables = map[string][]string{}
	return s, eachPair(files, name, func(syllable, parts string) error {
		s.syllables[syllable] = strings.Fields(parts)
		return nil
	})
}

// units spells "zhuang1 che1" or "AH B AW T".
func (s *spelling) spell(reading string) ([]uint16, error) {
	var out []uint16
	for _, part := range strings.Fields(reading) {
		if s.syllables == nil {
			u, ok := s.units.index[part]
			if !ok {
				return nil, fmt.Errorf("unknown phone %q", part)
			}
			out = append(out, uint16(u))
			continue
		}
		base := strings.TrimRight(part, "12345")
		tone := part[len(base):]
		parts, ok := s.syllables[base]
		if !ok || len(tone) != 1 {
			parts = s.foreign(base, tone)
		}
		if len(parts) == 0 {
			return nil, fmt.Errorf("unknown syllable %q", part)
		}
		for i, p := range parts {
			u, ok := s.units.index[p]
			if !ok {
				t := tone
				if base != "er" && i > 0 && p == "er" {
					t = "5" // the r of erhua is always neutral
				}
				if u, ok = s.units.index[p+t]; !ok {
					return nil, fmt.Errorf("no unit for %q in %q", p, part)
				}
			}
			out = append(out, uint16(u))
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("empty reading")
	}
	return out, nil
}

// foreign are the units of a syllable that Mandarin lacks and its speakers make of foreign words: a consonant alone, or
// an initial and a final that are found together nowhere else. The rest is nil.
func (s *spelling) foreign(base, tone string) []string {
	if _, consonant := s.units.index[base]; consonant && tone == "" && base[0] != '<' {
		return []string{base}
	}
	for n := min(2, len(base)-1); n > 0 && len(tone) == 1; n-- {
		_, initial := s.units.index[base[:n]]
		_, final := s.units.index[base[n:]+tone]
		if initial && final {
			return []string{base[:n], base[n:]}
		}
	}
	return nil
}
