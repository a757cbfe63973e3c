package nlu

import "strings"

// Address is a place that something can be sent to, part by part as the caller said it, with numbers in digits. A
// correction names some parts only: With puts them in.
type Address struct {
	Province string // 湖北省
	City     string // 武汉市; for 北京, 上海, 天津, 重庆 the province stays empty
	District string // 洪山区, or a county
	Town     string // 街道, 镇, 乡, a development zone
	Village  string // 村, 社区
	Road     string // 珞喻路
	Number   string // 152号
	Estate   string // 阳光花园, or a company, a school
	Building string // 8栋
	Unit     string // 2单元
	Floor    string // 6楼
	Room     string // 1203
	Lang     string // "en" for an address in English, whose parts are Number, Road, District, City and Room
}

// parts are the fields from the large to the small.
func (a *Address) parts() []*string {
	return []*string{&a.Province, &a.City, &a.District, &a.Town, &a.Village, &a.Road, &a.Number, &a.Estate, &a.Building, &a.Unit, &a.Floor, &a.Room}
}

// String reads the address back as it is written: from the large to the small, in English the other way round.
func (a Address) String() string {
	if a.Lang == "en" {
		return a.english()
	}
	var out strings.Builder
	for _, p := range a.parts() {
		out.WriteString(*p)
	}
	return out.String()
}

func (a Address) english() string {
	var out []string
	for _, p := range []string{a.Room, a.Floor, a.Unit, a.Building, a.Estate, strings.TrimSpace(a.Number + " " + a.Road), a.District, a.City, a.Province} {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, ", ")
}

// Empty reports whether no part is known.
func (a Address) Empty() bool { return a == Address{Lang: a.Lang} }

// Missing names what a courier would still have to ask, in the order to ask for it: "city", "road" (a road, village,
// estate or company), "number" (a house number, building or room). Nothing is missing from a whole address.
func (a Address) Missing() []string {
	var out []string
	if a.City == "" && a.District == "" {
		out = append(out, "city")
	}
	if a.Road == "" && a.Village == "" && a.Estate == "" {
		out = append(out, "road")
	}
	if a.Number == "" && a.Building == "" && a.Room == "" && a.Estate == "" && a.Village == "" {
		out = append(out, "number")
	}
	return out
}

// With is the address with the parts that fix gives put in their places; the others stay, since who corrects a building
// means the same road. Only what cannot be right any more is left out: the province and district of another city, the
// town of another district.
func (a Address) With(fix Address) Address {
	out := a
	if fix.City != "" && fix.City != a.City {
		out.Province, out.District, out.Town = "", "", ""
	}
	if fix.District != "" && fix.District != a.District {
		out.Town = ""
	}
	if fix.Lang != "" {
		out.Lang = fix.Lang
	}
	mine, theirs := out.parts(), fix.parts()
	for i, part := range theirs {
		if *part != "" {
			*mine[i] = *part
		}
	}
	return out
}
