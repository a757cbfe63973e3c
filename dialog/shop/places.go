package shop

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	gazette "voxgate/dialog/places"
	"voxgate/models/reading"
)

// Place is the province and the city of an address, as far as it names them: 浙江, 杭州. A municipality is both.
type Place struct{ Province, City string }

type namedCity struct {
	name string // as it is written in addresses
	Place
}

// doubtful are the bare names of cities that are also something else: they are only known with what follows here.
var doubtful = map[string]string{"朝阳": "市", "吉林": "市", "中山": "市", "阿里": "地区"}

var provinces, cities = readPlaces(gazette.Known())

// readPlaces lists provinces and cities down to prefectures; county-level names are too often names of other things.
func readPlaces(g gazette.Gazetteer) (provinces []string, cities []namedCity) {
	for _, p := range g.Provinces {
		provinces = append(provinces, p.Name)
		if p.Municipal() {
			cities = append(cities, namedCity{p.Name, Place{p.Name, p.Name}})
		}
		for _, name := range p.Cities {
			cities = append(cities, namedCity{name + doubtful[name], Place{p.Name, name}})
		}
	}
	return provinces, cities
}

// PlaceOf finds province and city in an address; both are empty where it names none. The province at the beginning
// decides, then the city that is named first; a street or an estate that is called after a city does not count.
// Places of China in an English address are known by their sound.
func PlaceOf(address string) Place {
	if p := placeOf(address); p != (Place{}) {
		return p
	}
	return placeOf(fromLatin(address))
}

func placeOf(address string) Place {
	address = strings.Join(strings.Fields(address), "")
	var p Place
	for _, name := range provinces {
		if strings.HasPrefix(address, name) && !street(address[len(name):]) {
			p.Province = name
		}
	}
	first := len(address)
	for _, c := range cities {
		if p.Province != "" && c.Province != p.Province {
			continue
		}
		at := strings.Index(address, c.name)
		if at >= 0 && at < first && !street(address[at+len(c.name):]) {
			first, p.City = at, c.City
		}
	}
	if p.Province != "" {
		return p
	}
	for _, c := range cities {
		if p.City == c.City {
			p.Province = c.Province
		}
	}
	for _, name := range provinces {
		if at := strings.Index(address, name); p.Province == "" && at >= 0 && !street(address[at+len(name):]) {
			p.Province = name
		}
	}
	return p
}

// latinPlaces are the names of cities and provinces in letters, lower case and without spaces: chengdu, innermongolia.
// Of two cities with the same sound the one that stands first in the list counts.
var latinPlaces = sync.OnceValue(func() map[string]string {
	names := map[string]string{"hongkong": "香港", "macau": "澳门", "macao": "澳门", "tibet": "西藏", "innermongolia": "内蒙古", "urumqi": "乌鲁木齐", "lhasa": "拉萨",
		"harbin": "哈尔滨", "hohhot": "呼和浩特", "kashgar": "喀什", "taiwan": "台湾", "taipei": "台北", "shaanxi": "陕西"}
	add := func(name, key string) {
		key = strings.ReplaceAll(strings.Map(func(c rune) rune {
			if c >= '0' && c <= '9' || c == ' ' {
				return -1
			}
			return c
		}, key), "v", "u")
		if _, taken := names[key]; !taken && key != "" {
			names[key] = name
		}
	}
	for _, c := range cities {
		add(c.name, strings.Join(reading.Pinyin(strings.TrimSuffix(strings.TrimSuffix(c.name, "市"), "地区")), ""))
	}
	for _, name := range provinces {
		add(name, strings.Join(reading.Pinyin(name), ""))
	}
	return names
})

var latinWords = regexp.MustCompile(`[A-Za-z'’]+`)

// fromLatin turns the names of places of an English address into hanzi: 12 Zhongshan Road, Nanjing. A road or a district
// that is called after a place does not count, nor does a province where a city is named.
func fromLatin(address string) string {
	words := latinWords.FindAllString(address, -1)
	for i, w := range words {
		words[i] = strings.ToLower(strings.NewReplacer("'", "", "’", "").Replace(w))
	}
	found := ""
	for i := range words {
		for n := 1; n <= 4 && i+n <= len(words); n++ {
			name := latinPlaces()[strings.Join(words[i:i+n], "")]
			if name == "" || i+n < len(words) && slices.Contains([]string{"road", "rd", "street", "st", "avenue", "lane", "lu", "west", "east", "north", "south", "middle"}, words[i+n]) {
				continue
			}
			// The last name stands for most in an English address, a city says more than its province.
			if province := slices.Contains(provinces, name); found == "" || !province || name == placeOf(name).City {
				found = name
			}
		}
	}
	return found
}

// street reports whether what follows a city's name makes it the name of a street or an estate: 南京西路, 深圳大道.
func street(after string) bool {
	for _, side := range "东西南北中" {
		if rest, ok := strings.CutPrefix(after, string(side)); ok {
			after = rest
			break
		}
	}
	for _, word := range []string{"路", "街", "大道", "大街", "小区", "花园", "新村", "大厦", "广场", "公寓", "里", "桥"} {
		if strings.HasPrefix(after, word) {
			return true
		}
	}
	return false
}
