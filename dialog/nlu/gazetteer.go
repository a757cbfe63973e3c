package nlu

import (
	"slices"
	"strings"
	"sync"

	gazette "voxgate/dialog/places"
)

// gazetteer finds places by how they are said or written.
type gazetteer struct {
	provinces map[string]string   // 湖北 and 湖北省 -> 湖北省
	cities    map[string]string   // 武汉 -> 湖北省
	districts map[string][]string // 洪山 -> 武汉
	sounds    map[string]string   // sounds of a city or province -> its name, where only one has them
	longest   int                 // of all names, in runes

	districtSounds map[string]string // city and sounds of a district -> its name
}

var places = sync.OnceValue(func() *gazetteer {
	g := &gazetteer{provinces: map[string]string{}, cities: map[string]string{}, districts: map[string][]string{}, sounds: map[string]string{}, districtSounds: map[string]string{}}
	for _, p := range gazette.Known().Provinces {
		g.province(p)
	}
	for _, c := range gazette.Known().Cities {
		for _, d := range c.Districts {
			g.districts[d] = append(g.districts[d], c.Name)
			g.districtSounds[c.Name+" "+strings.Join(soundsOf(d), " ")] = d
		}
	}
	return g
})

func (g *gazetteer) province(p gazette.Province) {
	if p.Municipal() {
		g.cities[p.Name] = ""
	} else {
		g.provinces[p.Name], g.provinces[p.Full] = p.Full, p.Full
	}
	cities := slices.Concat(p.Cities, p.Counties)
	for _, c := range cities {
		if g.cities[c] == "" {
			g.cities[c] = p.Full
		}
	}
	for _, name := range append(cities, p.Name) {
		key := strings.Join(soundsOf(name), " ")
		if other, taken := g.sounds[key]; taken && other != name {
			name = ""
		}
		g.sounds[key] = name
		g.longest = max(g.longest, len([]rune(p.Full)), len([]rune(name)))
	}
}

// prefix is the longest name of the map that text begins with.
func prefix[V any](text string, names map[string]V, longest int) string {
	end, found := 0, ""
	for i := range text {
		if i > 0 {
			if _, ok := names[text[:i]]; ok {
				found = text[:i]
			}
		}
		if end++; end > longest+1 {
			return found
		}
	}
	if _, ok := names[text]; ok {
		found = text
	}
	return found
}

// longestDistrict is the length of the longest name of a district, in runes.
const longestDistrict = 4

// known reports whether a name is a province or a city.
func (g *gazetteer) known(name string) bool {
	name = strings.TrimSuffix(strings.TrimSuffix(name, "市"), "省")
	_, province := g.provinces[name]
	_, city := g.cities[name]
	return province || city
}

// byEarIn is the district of a city, with 区 or 县 behind it, that text begins with by its sounds: 洪山曲 is 洪山区.
func (g *gazetteer) byEarIn(city, text string) string {
	if city == "" {
		return ""
	}
	runes := []rune(text[:min(len(text), 3*(longestDistrict+1))])
	for n := min(longestDistrict, len(runes)-1); n >= 2; n-- {
		for _, end := range []string{"区", "县"} {
			if !soundsLike(string(runes[n:]), end) {
				continue
			}
			if name := g.districtSounds[city+" "+strings.Join(soundsOf(string(runes[:n])), " ")]; name != "" {
				return name + end
			}
		}
	}
	return ""
}

// soundsLike reports whether text begins with a character that sounds like one.
func soundsLike(text, char string) bool {
	r := firstRune(text)
	return r >= 0x2000 && equal(soundsOf(string(r)), soundsOf(char))
}

// byEar is the place that sounds like a word that is none: 抗州 is 杭州.
func (g *gazetteer) byEar(word string) string {
	word = strings.TrimSuffix(strings.TrimSuffix(word, "市"), "省")
	if g.known(word) || len([]rune(word)) < 2 {
		return word
	}
	return g.sounds[strings.Join(soundsOf(word), " ")]
}
