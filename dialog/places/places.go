// Package places is the gazetteer that addresses are read and priced with: the provinces of China, the cities and
// prefectures in them, well-known county-level cities, and the districts of large cities.
package places

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed places.txt
var lines string

// Province is one province and what lies in it. A municipality has no cities.
type Province struct {
	Name     string   // as it is said: 湖北, 广西, 北京
	Full     string   // as it is written: 湖北省, 广西壮族自治区, 北京市
	Cities   []string // prefecture-level, without 市: 武汉
	Counties []string // well-known county-level cities: 大冶
}

// Municipal reports whether the province is a city itself.
func (p Province) Municipal() bool { return slices.Contains(municipalities, p.Name) }

// City is a large city and its districts and counties, without 区, 县 or 市.
type City struct {
	Name      string
	Districts []string
}

// municipalities are cities and provinces in one.
var municipalities = []string{"北京", "上海", "天津", "重庆", "香港", "澳门"}

// ends are what follows the short name of a province, in the order in which they are cut off.
var ends = []string{"维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市"}

// trimEnd is the short name of a province or a city: 湖北省 is 湖北, 武汉市 is 武汉.
func trimEnd(name string) string {
	for _, end := range ends {
		if cut := strings.TrimSuffix(name, end); cut != name {
			return cut
		}
	}
	return name
}

// Gazetteer is all of it, in the order of the file.
type Gazetteer struct {
	Provinces []Province
	Cities    []City // those whose districts are known
}

// Known is the gazetteer that ships. It is shared and read-only.
var Known = sync.OnceValue(func() Gazetteer {
	var g Gazetteer
	for line := range strings.Lines(lines) {
		head, names, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || strings.HasPrefix(head, "#") {
			continue
		}
		if city, ok := strings.CutPrefix(head, "@"); ok {
			g.Cities = append(g.Cities, City{city, strings.Fields(names)})
			continue
		}
		cities, counties, _ := strings.Cut(names, "|")
		g.Provinces = append(g.Provinces, Province{trimEnd(head), head, strings.Fields(cities), strings.Fields(counties)})
	}
	return g
})
