package nlu

import (
	"regexp"
	"slices"
	"strings"
)

const houseDigits = `[零〇一二两三四五六七八九十百千幺洞拐勾\d]`

// Patterns of the parts of an address, anchored where the reader stands. Names are taken up to the first word that ends
// such a name.
var (
	roadTail        = regexp.MustCompile(`^[东西南北中一二三四五六七八九十]{0,2}(?:路|街[^道]|街$|大道|大街|巷|弄|里弄)`)
	districtPart    = regexp.MustCompile(`^\p{Han}{1,6}?(?:自治县|自治旗|高新区|经开区|开发区|新区|区|县|旗)`)
	cityPart        = regexp.MustCompile(`^\p{Han}{2,5}?(?:市|自治州|地区|盟)`)
	townPart        = regexp.MustCompile(`^\p{Han}{1,6}?(?:街道办事处|街道|镇|乡|苏木|工业园区?|工业区|科技园区?|产业园)`)
	villagePart     = regexp.MustCompile(`^\p{Han}{1,5}?(?:村|社区|屯)(?:` + houseDigits + `+[组队社])?`)
	teamPart        = regexp.MustCompile(`(` + houseDigits + `+)[组队社]$`)
	roadPart        = regexp.MustCompile(`^[\p{Han}a-z]{1,8}?(?:大道|大街|路|街|巷|弄|胡同|环线|国道)(?:[东西南北中一二三四五六七八九]段|辅路)?`)
	numberPart      = regexp.MustCompile(`^(?:门牌号?)?(` + houseDigits + `+)(弄|号院|号)(?:(` + houseDigits + `+)号|附(` + houseDigits + `+)号?)?`)
	plainNumberPart = regexp.MustCompile(`^(?:门牌号?)?(` + houseDigits + `+)(弄|号院|号)`)
	estatePart      = regexp.MustCompile(`^[\p{Han}a-z]{1,10}?(?:小区|花园|家园|公寓|大厦|广场|新村|山庄|别墅|庄园|花苑|雅苑|嘉苑|佳苑|名苑|苑|名城|新城|公馆|华府|华庭|豪庭|名邸|写字楼|大学|学院|中学|小学|幼儿园|医院|有限公司|公司|工厂|厂区|酒店|宾馆|商场|超市|大楼|中心|国际|科技园|创业园|工业区|工业园|宿舍|大院|御府|府邸|天地|湾|郡|城|府|园|庭|轩|居|里)(?:[东西南北中]区|[a-d]区|[一二三四五六1-6]期|[东西南北]门)?`)
	buildingPart    = regexp.MustCompile(`^(?:第)?([a-z]?` + houseDigits + `+|[a-z]|[甲乙丙丁东西南北])(号楼|栋|幢|座|号)`)
	unitPart        = regexp.MustCompile(`^(?:第)?(` + houseDigits + `+|[a-d甲乙丙])(单元|门洞)`)
	floorPart       = regexp.MustCompile(`^(` + houseDigits + `+)(楼|层)`)
	roomPart        = regexp.MustCompile(`^([a-d]?` + houseDigits + `+)(室|号房|房间|号|房|户)?`)
	dashedRoom      = regexp.MustCompile(`^(` + houseDigits + `+)[-杠](` + houseDigits + `+)(?:[-杠](` + houseDigits + `+))?(室|号|房)?`)
	between2        = regexp.MustCompile(`^(?:的|那个|就是|然后是?|那边的?|这边的?|里面的?|旁边的?|还有)`)
	notOfPlace      = regexp.MustCompile(`收[件货]|电话|手机|号码|尾号|[我你您他她它们]|改|换|送|寄|发[到给往]|姓|名字|订单|单号|快递|包裹|不|要|是|谢谢|麻烦|请|哪|什么|怎么|多少|[说讲查问帮给把跟但已]|可以|能不|了|吗|呢|吧|啊|号楼|栋|单元|号|今天|明天|昨天|几|退|没|这|那|还|很`)
	fillers         = regexp.MustCompile(`^(?:[\s,，、。；;]|呃|嗯|额|` + taken + `)+`)
)

// addressReader takes the parts of an address off the beginning of a text.
type addressReader struct {
	rest   string
	from   int // offset of rest
	end    int // offset behind the last part
	a      Address
	strong int // parts that only an address has

	twoEstates bool // a park and the house in it
}

// readAddress reads the address that text begins with, and its length in bytes. A number counts as strong evidence of an
// address only behind a road, an estate or a building.
func readAddress(text string) (a Address, length, strong int) {
	p := addressReader{rest: text}
	for p.skip(); p.region(); p.skip() {
	}
	for p.skip(); p.street(); p.skip() {
	}
	for p.skip(); p.house(); p.skip() {
	}
	return p.a, p.end, p.strong
}

// skip passes over pauses and words that join parts.
func (p *addressReader) skip() {
	for {
		n := len(fillers.FindString(p.rest))
		if n == 0 && p.end > 0 {
			n = len(between2.FindString(p.rest))
		}
		if n == 0 {
			return
		}
		p.advance(n)
	}
}

func (p *addressReader) advance(n int) {
	p.rest, p.from = p.rest[n:], p.from+n
}

// take makes the next n bytes a part; written is how it stands in the address.
func (p *addressReader) take(field *string, n int, written string) bool {
	*field = written
	p.advance(n)
	p.end = p.from
	return true
}

// region reads province, city and district.
func (p *addressReader) region() bool {
	g := places()
	if name := prefix(p.rest, g.provinces, g.longest); name != "" && p.a.Province == "" && p.a.City == "" && !strings.HasPrefix(p.rest[len(name):], "市") && !roadTail.MatchString(p.rest[len(name):]) {
		return p.take(&p.a.Province, len(name), name)
	}
	name := prefix(p.rest, g.cities, g.longest)
	if name != "" && !roadTail.MatchString(p.rest[len(name):]) {
		n := len(name) + ending(p.rest[len(name):], "市", "地区", "自治州", "州")
		if district := n == len(name) && soundsLike(p.rest[n:], "市"); district && places().byEarIn(name, p.rest[n+len("市"):]) != "" {
			return p.take(&p.a.City, n+len("市"), name+"市") // 武汉是洪山区
		}
		if p.a.City == "" && !districtSoon(p.rest[n:], name, p.rest[len(name):n]) {
			return p.take(&p.a.City, n, p.rest[:n])
		}
		if p.a.District == "" && p.a.City != "" {
			n = len(name) + ending(p.rest[len(name):], "市", "区", "县")
			return p.take(&p.a.District, n, p.rest[:n])
		}
	}
	if p.a.District != "" {
		return false
	}
	return p.district()
}

// districtSoon reports whether a name of a city is here that of a district: 朝阳区 of 北京.
func districtSoon(after, name, end string) bool {
	_, district := places().districts[name]
	return district && end == "" && (strings.HasPrefix(after, "区") || strings.HasPrefix(after, "县"))
}

func (p *addressReader) district() bool {
	g := places()
	if name := prefix(p.rest, g.districts, longestDistrict); name != "" && !roadTail.MatchString(p.rest[len(name):]) {
		end := ending(p.rest[len(name):], "新区", "区", "县", "市")
		ours := slices.Contains(g.districts[name], strings.TrimSuffix(p.a.City, "市"))
		if near := g.byEarIn(strings.TrimSuffix(p.a.City, "市"), p.rest); end == 0 && near != "" {
			return p.take(&p.a.District, len(near), near) // 洪山曲
		}
		if end > 0 || ours {
			p.strong += min(end, 1)
			return p.take(&p.a.District, len(name)+end, p.rest[:len(name)+end])
		}
	}
	if name := g.byEarIn(strings.TrimSuffix(p.a.City, "市"), p.rest); name != "" {
		return p.take(&p.a.District, len(name), name)
	}
	if p.a.City == "" && p.a.Province != "" {
		if m := cityPart.FindString(p.rest); m != "" && !notOfPlace.MatchString(m) {
			return p.take(&p.a.City, len(m), m)
		}
	}
	m := districtPart.FindString(p.rest)
	if m == "" || notOfPlace.MatchString(m) || innerArea.MatchString(m) || p.end == 0 && len([]rune(m)) < 3 {
		return false
	}
	p.strong++
	return p.take(&p.a.District, len(m), m)
}

var innerArea = regexp.MustCompile(`(?:小|社|园|厂|校|住宅|景|街|辖|片|地|[a-d东西南北中])区$|路|街`)

// ending is the length of the first of the endings that text begins with.
func ending(text string, endings ...string) int {
	for _, e := range endings {
		if strings.HasPrefix(text, e) {
			return len(e)
		}
	}
	return 0
}

// longestPart is of the name of a road or an estate, in bytes.
const longestPart = 48

// street reads town, village, road, number and estate in any order.
func (p *addressReader) street() bool {
	if p.a.Number == "" && (p.a.Road != "" || p.a.Estate == "" && p.a.Village != "" || yard.MatchString(p.rest)) {
		m := numberPart.FindStringSubmatchIndex(p.rest)
		if m != nil && (strings.HasPrefix(p.rest[m[1]:], "楼") || group(p.rest, m, 2) == "号") && m[6] >= 0 {
			m = append(plainNumberPart.FindStringSubmatchIndex(p.rest), -1, -1, -1, -1) // the number behind is that of a building
		}
		if m != nil && !strings.HasPrefix(p.rest[m[1]:], "楼") {
			p.strong++
			return p.take(&p.a.Number, m[1], houseNumberOf(p.rest, m))
		}
	}
	for _, part := range []struct {
		field   *string
		pattern *regexp.Regexp
		ends    string // of which one stands in every such name
		open    bool
	}{
		{&p.a.Town, townPart, "道镇乡木园区", p.a.Town == "" && p.a.Road == "" && p.a.Estate == ""},
		{&p.a.Village, villagePart, "村区屯", p.a.Village == "" && p.a.Estate == ""},
		{&p.a.Road, roadPart, "路街道巷弄同线", p.a.Road == "" && p.a.Estate == ""},
		{&p.a.Estate, estatePart, "区园寓厦场村庄墅苑城馆府庭邸楼学园院司厂店市心际舍地湾郡轩居里", !p.twoEstates},
	} {
		if !part.open || !strings.ContainsAny(p.rest[:min(len(p.rest), longestPart)], part.ends) {
			continue
		}
		m := part.pattern.FindString(p.rest)
		if m == "" || part.field == &p.a.Village && strings.Contains(m, "新村") || notOfPlace.MatchString(withoutNumbers(m)) || mixed(m, part.field == &p.a.Road) {
			continue
		}
		p.strong++
		p.twoEstates = part.field == &p.a.Estate && p.a.Estate != ""
		if end := teamPart.FindStringSubmatchIndex(m); end != nil && part.field == &p.a.Village {
			return p.take(part.field, len(m), m[:end[2]]+digitsOf(group(m, end, 1))+m[end[3]:])
		}
		return p.take(part.field, len(m), *part.field+m)
	}
	return false
}

// yard is a number that stands without a road: 十八号院.
var yard = regexp.MustCompile(`^` + houseDigits + `+(?:号院|弄)`)

// mixed reports whether a name that should be one part runs over several.
func mixed(m string, road bool) bool {
	runes := []rune(m)
	inner := string(runes[:len(runes)-1])
	if road {
		return strings.Contains(inner, "街道") || strings.Contains(inner, "小区") || strings.Contains(inner, "村") && !strings.HasPrefix(inner, "村")
	}
	return strings.Contains(inner, "路") && !strings.HasSuffix(inner, "路")
}

// withoutNumbers leaves out what a word of several digits may be misread for.
func withoutNumbers(m string) string { return strings.TrimLeft(m, "第") }

func houseNumberOf(text string, m []int) string {
	out := digitsOf(group(text, m, 1)) + group(text, m, 2)
	if inner := group(text, m, 3); inner != "" {
		out += digitsOf(inner) + "号"
	}
	if inner := group(text, m, 4); inner != "" {
		out += "附" + digitsOf(inner) + "号"
	}
	return out
}

// digitsOf writes a number of a house in digits; letters stay, in upper case.
func digitsOf(said string) string {
	letters := strings.TrimRight(said, "零〇一二两三四五六七八九十百千幺洞拐勾0123456789")
	digits, ok := wholeHanzi(said[len(letters):])
	if !ok {
		return strings.ToUpper(said)
	}
	return strings.ToUpper(letters) + digits
}

// house reads building, unit, floor and room.
func (p *addressReader) house() bool {
	if p.a.Building == "" && p.a.Room == "" && p.a.Unit == "" {
		if m := dashedRoom.FindStringSubmatchIndex(p.rest); m != nil && p.end > 0 {
			p.strong++
			said := digitsOf(group(p.rest, m, 1)) + "-" + digitsOf(group(p.rest, m, 2))
			if third := group(p.rest, m, 3); third != "" {
				said += "-" + digitsOf(third)
			}
			return p.take(&p.a.Room, m[1], said+group(p.rest, m, 4))
		}
		if m := buildingPart.FindStringSubmatchIndex(p.rest); m != nil && p.isBuilding(m) {
			p.strong++
			return p.take(&p.a.Building, m[1], digitsOf(group(p.rest, m, 1))+group(p.rest, m, 2))
		}
	}
	for _, part := range []struct {
		field   *string
		pattern *regexp.Regexp
	}{{&p.a.Unit, unitPart}, {&p.a.Floor, floorPart}} {
		if m := part.pattern.FindStringSubmatchIndex(p.rest); m != nil && *part.field == "" && p.a.Room == "" {
			p.strong += 1
			return p.take(part.field, m[1], digitsOf(group(p.rest, m, 1))+group(p.rest, m, 2))
		}
	}
	m := roomPart.FindStringSubmatchIndex(p.rest)
	if m == nil || p.a.Room != "" {
		return false
	}
	digits, end := digitsOf(group(p.rest, m, 1)), group(p.rest, m, 2)
	inside := p.a.Building != "" || p.a.Unit != "" || p.a.Floor != ""
	if len(digits) > 5 || end == "" && len(digits) < 3 && !(p.a.Unit != "" && len(digits) == 2) || end == "号" && !inside && p.a.Estate == "" || !inside && p.end == 0 && end != "室" || unitAfter(p.rest[m[1]:]) {
		return false
	}
	p.strong++
	return p.take(&p.a.Room, m[1], digits+end)
}

// isBuilding tells 三号 as a building, behind an estate and before a unit or room, from a number of a road.
func (p *addressReader) isBuilding(m []int) bool {
	said, kind := group(p.rest, m, 1), group(p.rest, m, 2)
	if kind == "号" {
		return p.a.Estate != "" && len(digitsOf(said)) <= 3
	}
	return kind != "座" || p.end > 0 || len([]rune(said)) > 0 && said[0] < 0x80
}
