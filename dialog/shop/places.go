package shop

import (
	_ "embed"
	"strings"
)

//go:embed places.txt
var placeLines string

// Place is the province and the city of an address, as far as it names them: 浙江, 杭州. A municipality is both.
type Place struct{ Province, City string }

type namedCity struct {
	name string // as it is written in addresses
	Place
}

var provinces, cities = readPlaces(placeLines)

// readPlaces reads a line for each province: its name and its cities. A city whose bare name is also something else
// (朝阳, 中山) stands there with its 市 and is only known so.
func readPlaces(lines string) (provinces []string, cities []namedCity) {
	for line := range strings.Lines(lines) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		provinces = append(provinces, words[0])
		if len(words) == 1 {
			cities = append(cities, namedCity{words[0], Place{words[0], words[0]}})
		}
		for _, name := range words[1:] {
			cities = append(cities, namedCity{name, Place{words[0], strings.TrimSuffix(strings.TrimSuffix(name, "市"), "地区")}})
		}
	}
	return provinces, cities
}

// PlaceOf finds province and city in an address; both are empty where it names none. The province at the beginning
// decides, then the city that is named first; a street or an estate that is called after a city does not count.
func PlaceOf(address string) Place {
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
