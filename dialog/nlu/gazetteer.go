package nlu

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed places.txt
var placesText string

// gazetteer knows the places of China down to prefectures, some county-level cities and the districts of large cities.
type gazetteer struct {
	provinces map[string]string   // 湖北 and 湖北省 -> 湖北省
	cities    map[string]string   // 武汉 -> 湖北省
	districts map[string][]string // 洪山 -> 武汉
	sounds    map[string]string   // sounds of a city or province -> its name, where only one has them
	longest   int                 // of all names, in runes

	districtSounds map[string]string // city and sounds of a district -> its name
}

// provinceEnds are what follows the short name of a province, in the order in which they are cut off.
var provinceEnds = []string{"维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市"}

// municipalities are cities and provinces in one.
var municipalities = []string{"北京", "上海", "天津", "重庆", "香港", "澳门"}

var places = sync.OnceValue(func() *gazetteer {
	g := &gazetteer{provinces: map[string]string{}, cities: map[string]string{}, districts: map[string][]string{}, sounds: map[string]string{}, districtSounds: map[string]string{}}
	for _, line := range strings.Split(placesText, "\n") {
		head, names, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		if city, district := strings.CutPrefix(head, "@"); district {
			for _, d := range strings.Fields(names) {
				g.districts[d] = append(g.districts[d], city)
				g.districtSounds[city+" "+strings.Join(soundsOf(d), " ")] = d
			}
			continue
		}
		g.province(head, strings.Fields(names))
	}
	return g
})

func (g *gazetteer) province(full string, cities []string) {
	short := full
	for _, end := range provinceEnds {
		if cut := strings.TrimSuffix(short, end); cut != short {
			short = cut
			break
		}
	}
	if slices.Contains(municipalities, short) {
		g.cities[short] = ""
	} else {
		g.provinces[short], g.provinces[full] = full, full
	}
	for _, c := range cities {
		if c != "|" && g.cities[c] == "" {
			g.cities[c] = full
		}
	}
	for _, name := range append(cities, short) {
		key := strings.Join(soundsOf(name), " ")
		if other, taken := g.sounds[key]; taken && other != name {
			name = ""
		}
		g.sounds[key] = name
		g.longest = max(g.longest, len([]rune(full)), len([]rune(name)))
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
