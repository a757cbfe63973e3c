package nlu

import (
	"regexp"
	"strings"
	"sync"
)

var (
	fromZh   = regexp.MustCompile(`(?:从|由|人在|我在|东西都?在|我这边是|(?:发货地|发件地|寄件地|始发地?|寄出地|起点)址?[是在为]?)[\s]*`)
	toZh     = regexp.MustCompile(`(?:(?:寄|发|邮|运|送|捎|带|快递)[^到去往给回至,，]{0,8}?(?:到|去|往|给|回|至)|(?:目的地|收货地|收件地|终点|寄件到)址?[是在为]?|[到往去]|寄|发|邮)[\s]*`)
	shipping = regexp.MustCompile(`寄|邮[^箱政]|运费|快递费|发快递|发个?货|首重|邮费|发往|物流费|多少钱|托运|起步价|首公斤|[发收]件地|\b(?:pick ?up|collect|ship|shipping|send|sending|mail|postage|courier|parcel to|freight)\b`)
	fromToEn = regexp.MustCompile(`\bfrom ([a-z]+(?: [a-z]+)?)(?: all the way)? to ([a-z]+(?: [a-z]+)?)\b`)
	sideEn   = regexp.MustCompile(`\b(to|from) ([a-z']+)(?: ([a-z]+))?`)
	placeCut = regexp.MustCompile(`^(\p{Han}{2,4}?)(?:多少|要|运费|几|的|$|贵|大概|寄|发|到|邮|怎么|行|可以|能|吗|\s|首|快递|走|得)`)
)

// routes leaves where a parcel is to go from and to, as said: 从杭州寄到成都.
func (l *line) routes() {
	if l.r.Lang == "en" {
		l.routesEnglish()
		return
	}
	sends := shipping.MatchString(l.whole)
	asked := l.state.Asked == "origin" || l.state.Asked == "destination"
	if !sends && !asked && !l.betweenPlaces() {
		return
	}
	for _, m := range fromZh.FindAllStringIndex(l.text, -1) {
		l.place("origin", m[1])
	}
	for _, m := range toZh.FindAllStringIndex(l.text, -1) {
		l.place("destination", m[1])
	}
	// 杭州到成都, 上海寄北京: what stands before has no word of its own.
	for i := range l.text {
		if l.r.Slots["origin"] != "" && l.r.Slots["destination"] != "" || !l.placeAt(i) {
			continue
		}
		if name, n := placeName(l.text[i:]); n > 0 {
			switch {
			case joined.MatchString(l.text[i+n:]):
				l.set("origin", name)
			case asked:
				l.set(l.state.Asked, name)
			case l.r.Slots["origin"] != "" || feeAfter.MatchString(l.text[i+n:]):
				l.set("destination", name)
			default:
				continue
			}
			l.take(i, i+n)
		}
	}
}

// betweenPlaces reports whether one known place is joined to another: 广州发北京, 绍兴到昆明.
func (l *line) betweenPlaces() bool {
	for i := range l.text {
		if !l.placeAt(i) {
			continue
		}
		if _, n := placeName(l.text[i:]); n > 0 {
			if m := joined.FindString(l.text[i+n:]); m != "" && l.placeAt(i+n+len(m)) {
				return true
			}
		}
	}
	return false
}

var (
	joined   = regexp.MustCompile(`^[\s]*(?:这边|那边)?[\s]*(?:(?:寄|发|邮|运|送)(?:到|至|往|去)|寄|发|邮|运|到|至|往)`)
	feeAfter = regexp.MustCompile(`^[\s]*(?:的)?(?:运费|快递费|邮费|多少钱|首重)`)
)

// place reads the place at an offset into a slot; what sounds like one is one.
func (l *line) place(slot string, at int) {
	if l.denied(at) {
		return
	}
	at += len(fillers.FindString(l.text[at:]))
	if name, n := placeName(l.text[at:]); n > 0 {
		if l.r.Slots[slot] != "" && instead.MatchString(lastBytes(l.text[:at], near)) {
			delete(l.r.Slots, slot)
		}
		l.set(slot, name)
		l.take(at, at+n)
		return
	}
	m := placeCut.FindStringSubmatch(l.text[at:])
	if m == nil || notPlace.MatchString(m[1]) {
		return
	}
	if name := places().byEar(m[1]); name != "" {
		l.set(slot, name)
		l.take(at, at+len(m[1]))
	}
}

// placeName is the region that text begins with, as said, and its length.
func placeName(text string) (string, int) {
	p := addressReader{rest: text}
	for p.region() {
	}
	return strings.ReplaceAll(text[:p.end], " ", ""), p.end
}

var notPlace = regexp.MustCompile(`哪|多|几|怎|谁|啥|了|没|那|这|什么|我|家|底|时|货|账|站|少`)

// citiesEnglish are the cities and provinces as they are written in Latin letters.
var citiesEnglish = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{"hong kong": true, "macau": true, "taipei": true, "tibet": true, "inner mongolia": true, "canton": true, "harbin": true, "urumqi": true, "lhasa": true, "hohhot": true, "kashgar": true, "shaanxi": true, "xi'an": true}
	g := places()
	for name := range g.cities {
		out[squeeze(name)] = true
	}
	for name := range g.provinces {
		out[squeeze(name)] = true
	}
	return out
})

// routesEnglish reads from hangzhou to chengdu.
func (l *line) routesEnglish() {
	if !shipping.MatchString(l.text) && !howMuch.MatchString(l.text) && l.state.Asked != "origin" && l.state.Asked != "destination" {
		return
	}
	for _, m := range fromToEn.FindAllStringSubmatch(l.text, -1) {
		l.set("origin", cityWord(m[1]))
		l.set("destination", cityWord(m[2]))
	}
	for at := 0; ; {
		m := sideEn.FindStringSubmatchIndex(l.text[at:])
		if m == nil {
			break
		}
		words := strings.TrimSpace(group(l.text[at:], m, 2) + " " + group(l.text[at:], m, 3))
		slot := map[string]string{"to": "destination", "from": "origin"}[group(l.text[at:], m, 1)]
		l.set(slot, cityWord(words))
		at += m[3] // to ship from beijing
	}
	if l.state.Asked == "origin" || l.state.Asked == "destination" {
		l.set(l.state.Asked, cityEnglish(l.text))
	}
}

var howMuch = regexp.MustCompile(`\bhow (?:much|long)\b|\bfrom [a-z ]+ to \b|\bfee\b|\bprice\b|\brate\b`)

// cityWord is the city that one or two words name; empty where they name none.
func cityWord(words string) string {
	first, _, _ := strings.Cut(words, " ")
	switch {
	case citiesEnglish()[words]:
		return words
	case citiesEnglish()[strings.ReplaceAll(words, " ", "")]:
		return strings.ReplaceAll(words, " ", "")
	case citiesEnglish()[first]:
		return first
	}
	return ""
}

// cityEnglish is the last city that a line names.
func cityEnglish(text string) string {
	words := strings.Fields(bareText(text))
	for i := len(words) - 1; i >= 0; i-- {
		if i > 0 && citiesEnglish()[words[i-1]+" "+words[i]] {
			return words[i-1] + " " + words[i]
		}
		if len(words[i]) > 3 && citiesEnglish()[words[i]] {
			return words[i]
		}
	}
	return ""
}
