package nlu

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	addressLead  = regexp.MustCompile(`地址[^到是成为在]{0,4}?(?:是|改成|改到|改为|换成|换到|变成|到|成|为|在|填|写)?|(?:改|换|送|寄|发|搬|派|邮|投)(?:送|寄|派)?(?:到|去|往|成|为|至)|(?:我|现在|家)?住在?|[我家]在|应该是|就是|改成|是|到|在|从`)
	addressHints = regexp.MustCompile(`[路街道巷弄栋幢苑园城村镇乡县区市省厦庭府]|单元|号楼|号院|广场|公寓|公司|大学|中心|医院|学校|胡同|` + houseDigits + `(?:号|座|楼|室|层|房)`)
	moveWords    = regexp.MustCompile(`地址|改[送寄派到成]|换[到成]|搬到|住|收货|(?:街道|小区|路名|楼号|楼栋|门牌|房号|楼层|单元|房间|区)[^，,]{0,6}错|不是[^，,寄发邮运]{2,10}是[^寄发邮运]{3}`)
	floorCorrect = regexp.MustCompile(`^` + houseDigits + `+(?:号楼|栋|幢|单元|楼|室|座)`)
)

// addresses finds addresses and parts of addresses and leaves the one meant, with its numbers in digits.
func (l *line) addresses() {
	if !addressHints.MatchString(l.text) && l.state.Asked != "address" && !moveWords.MatchString(l.text) {
		l.addressEnglish()
		return
	}
	var all []candidate
	read := map[int]Address{}
	for at := 0; at < len(l.text); {
		a, start, length := l.addressAt(at)
		if length == 0 {
			break
		}
		all = append(all, candidate{value: a.String(), start: start, end: start + length})
		read[start] = a
		at = start + length
	}
	for _, c := range all {
		l.take(c.start, c.end)
	}
	if best, ok := l.choose(all); ok {
		a := read[best.start]
		if first := all[0]; first.start < best.start && a.City == "" && !mended.MatchString(l.whole[first.end:best.start]) {
			a = read[first.start].With(a) // the district corrected, the city said before
		}
		l.set("address", a.String())
		l.r.Address = a
		return
	}
	if m := doorNumber.FindStringSubmatchIndex(l.text); m != nil {
		l.r.Address = Address{Number: digitsOf(group(l.text, m, 1)) + "号"}
		l.take(m[0], m[1])
		l.set("address", l.r.Address.String())
	}
	l.addressEnglish()
}

var (
	mended     = regexp.MustCompile(`改[到成为送]|换[到成]|寄|送`)
	doorNumber = regexp.MustCompile(`门牌号?(?:码)?(?:应该)?(?:是|改成|写成|为)?(` + houseDigits + `+)号`)
)

// addressAt is the first address that begins at or behind an offset.
func (l *line) addressAt(from int) (Address, int, int) {
	led := map[int]bool{}
	for _, m := range addressLead.FindAllStringIndex(l.text[from:], -1) {
		at := from + m[1]
		led[at+len(fillers.FindString(l.text[at:]))] = true
	}
	asked := l.state.Asked == "address"
	for i := range l.text[from:] {
		at := from + i
		start := i == 0 || led[at] || strings.HasSuffix(l.text[:at], " ") || l.text[at-1] == 0
		if !start && !l.placeAt(at) && !floorCorrect.MatchString(l.text[at:]) || l.text[at] == ' ' {
			continue
		}
		a, length, strong := readAddress(l.text[at:min(len(l.text), at+longestAddress)])
		if length > 0 && l.enough(a, strong, led[at], asked) {
			return a, at, length
		}
	}
	return Address{}, 0, 0
}

// longestAddress is in bytes: what is behind them belongs to no address that begins here.
const longestAddress = 360

// placeAt reports whether a known place stands at an offset.
func (l *line) placeAt(at int) bool {
	g := places()
	rest := l.text[at:]
	if prefix(rest, g.provinces, g.longest) != "" || prefix(rest, g.cities, g.longest) != "" {
		return true
	}
	name := prefix(rest, g.districts, longestDistrict)
	return name != "" && ending(rest[len(name):], "区", "县") > 0
}

// enough reports whether what was read is an address and not two characters that look like one: a road with a number, a
// building with its sign, or any place where an address was asked for or is being changed.
func (l *line) enough(a Address, strong int, led, asked bool) bool {
	moving := asked || led && l.state.Asked != "origin" && l.state.Asked != "destination" && moveWords.MatchString(l.whole)
	switch {
	case a.Building != "" && !strings.HasSuffix(a.Building, "座") || a.Unit != "" || a.Road != "" && (a.Number != "" || a.Building != "" || a.Estate != "" || a.Room != ""):
		return true
	case strings.HasSuffix(a.Room, "室") && len(a.Room) >= len("000室"):
		return true
	case a.Floor != "" && a.Room != "" && led:
		return true
	case a.Estate != "" && (a.Room != "" || a.Building != "" || a.City != "" || a.District != "" || a.Road != ""):
		return true
	case strong >= 2 && (a.City != "" || a.District != "" || a.Town != ""):
		return true
	case asked:
		return strong > 0 || a.City != "" || a.Province != ""
	}
	return moving && (a.Road != "" || a.Estate != "" || a.Village != "" || a.Town != "" || a.District != "" || a.City != "" || a.Floor != "" || a.Room != "" && strings.HasSuffix(a.Room, "室"))
}

var (
	streetEn   = regexp.MustCompile(`\b(?:(?:number |no\.? ?)?(\d+[a-z]?),? )?((?:[a-z']+ ){1,3}?(?:road|street|avenue|lane|drive|boulevard|rd|ave|alley)(?: (?:east|west|north|south|middle))?)\b`)
	insideEn   = regexp.MustCompile(`\b((?:room|apartment|apt|flat|suite|unit|building|block|floor) (?:number )?[a-z]?\d*[a-z]?|\d+(?:st|nd|rd|th) floor)\b`)
	districtEn = regexp.MustCompile(`\b([a-z]+(?: [a-z]+)?) (?:district|county)\b`)
	leadEn     = regexp.MustCompile(`\b(?:to|at|is|on|in|it's|live|address|the|change|send|deliver|my|new|number|from|old|not|no|sorry|and|it|please|of|for|actually)\b`)
)

// addressEnglish reads 152 luoyu road hongshan district wuhan, room 1203.
func (l *line) addressEnglish() {
	if l.r.Lang != "en" || l.r.Slots["address"] != "" {
		return
	}
	text := digitized(l.text)
	a := Address{Lang: "en"}
	for _, m := range streetEn.FindAllStringSubmatchIndex(text, -1) {
		if before := text[:m[0]]; deniedBefore.MatchString(before) {
			continue
		}
		road := group(text, m, 2)
		if cut := leadEn.FindAllStringIndex(road, -1); cut != nil {
			road = strings.TrimSpace(road[cut[len(cut)-1][1]:])
		}
		if strings.Contains(road, " ") {
			a.Number, a.Road = group(text, m, 1), road
		}
	}
	if m := districtEn.FindStringSubmatch(text); m != nil {
		words := strings.Fields(leadEn.ReplaceAllString(m[1], ""))
		if len(words) > 0 && a.Road != "" {
			a.District = words[len(words)-1] + " district"
		}
	}
	inner := insideEn.FindAllString(text, -1)
	for _, part := range inner {
		switch {
		case strings.HasPrefix(part, "building"), strings.HasPrefix(part, "block"):
			a.Building = part
		case strings.Contains(part, "floor"):
			a.Floor = part
		case strings.ContainsAny(part, "0123456789"):
			a.Room = part
		}
	}
	moving := l.state.Asked == "address" || regexpMove.MatchString(l.text)
	if a.Road == "" && !(moving && (a.Building != "" || a.Room != "")) || !moving && a.Number == "" {
		return
	}
	if city := cityEnglish(text); city != "" {
		a.City = city
	}
	for _, part := range a.parts() {
		*part = sameCase(l.r.Text, *part)
	}
	l.r.Address = a
	l.set("address", a.String())
	if len(l.r.Slots["phone"]+l.r.Slots["order_no"]) == 0 {
		l.take(0, len(l.text)) // its numbers are those of houses
	}
}

var regexpMove = regexp.MustCompile(`\b(?:address|deliver|send it|ship it|live|moved?|building|apartment)\b`)

// digitized writes the spoken numbers of an English address in digits. A number of two digits begins a new one behind
// digits said one by one: eight oh two eighteen is a room and a house.
func digitized(text string) string {
	var out []string
	single := false // the last number was said digit by digit
	words := strings.Fields(text)
	for i, w := range words {
		switch {
		case englishTeens[w] > 0 || englishTens[w] > 0:
			out, single = append(out, strconv.Itoa(englishTeens[w]+englishTens[w])), false
		case (w == "o" || w == "oh") && !single && i > 0 && englishTeens[words[i-1]]+englishTens[words[i-1]] > 0:
			out[len(out)-1] += "0" // twelve oh three
			single = true
		case englishDigits[w] != "" && !(w == "o" || w == "oh") || (w == "o" || w == "oh") && single:
			d, last := englishDigits[w], len(out)-1
			switch {
			case single:
				out[last] += d
			case i > 0 && englishTens[words[i-1]] > 0 && d != "0":
				out[last] = out[last][:1] + d
			default:
				out, single = append(out, d), true
			}
		case w == "hundred" && single:
			out[len(out)-1] += "00"
			single = false
		default:
			out, single = append(out, w), false
		}
	}
	return strings.Join(out, " ")
}
