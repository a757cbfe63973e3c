package dialog

import (
	"regexp"
	"strings"
	"time"

	"voxgate/dialog/flow"
	"voxgate/dialog/nlu"
	"voxgate/dialog/shop"
)

// mendAddress puts the parts that an utterance names into the address given before, where it corrects or completes it.
func (s *Session) mendAddress(r nlu.Reading, value string) string {
	parts := r.Address
	if s.task.place != nil && (r.Correct || len(parts.Missing()) > 0) {
		parts = s.task.place.With(parts)
		value = parts.String()
	}
	s.task.place = &parts
	return value
}

var (
	houseNumber = regexp.MustCompile(`^[\d零一二三四五六七八九十百千两]{1,6}(?:号|弄|栋|幢|室)?[\d零一二三四五六七八九十百两号栋幢单元楼层室之\-]*$`)
	notNumber   = regexp.MustCompile(`^(?:嗯|不对|不是|错了|说错了|应该|门牌号?|是|改成|\s|，)+|(?:吧|啊|的|。)+$`)
)

// inPlace reads a bare house number as part of the address given before.
func (s *Session) inPlace(r nlu.Reading) nlu.Reading {
	text := notNumber.ReplaceAllString(r.Text, "")
	if s.task.place == nil || r.Slots["address"] != "" || !houseNumber.MatchString(text) {
		return r
	}
	road := s.task.place.Road + s.task.place.Village
	if road == "" {
		return r
	}
	parts := s.parser.Understand(road+text, "", nlu.State{Asked: "address", Lang: s.lang}).Address
	if parts.Empty() {
		return r
	}
	r.Address, r.Correct = parts, true
	r.Slots["address"] = parts.String()
	delete(r.Slots, "number")
	return r
}

// What may be wrong with a value.
const (
	sound  = iota
	partly // more of it is wanted
	flawed // it cannot be
)

// flaw holds a value against the check of its slot.
func (s *Session) flaw(def flow.Slot, value string) int {
	bad := false
	switch def.Check {
	case "phone":
		bad = len(value) != phoneLength || value[0] != '1' || nlu.OnlyDigits(value) != value
	case "number":
		bad = nlu.OnlyDigits(value) != value
	case "email":
		at := strings.IndexByte(value, '@')
		bad = at < 1 || !strings.Contains(value[at:], ".")
	case "day":
		bad = s.past(value)
		if !bad {
			s.day = value
		}
	case "address":
		if s.task.place != nil && len(s.task.place.Missing()) > 0 {
			return partly
		}
	}
	if bad {
		return flawed
	}
	return sound
}

// past reports whether a day lies before today.
func (s *Session) past(day string) bool {
	m, err := shop.ParseMoment(day, s.now().Location())
	if err != nil {
		return false
	}
	y, mo, d := s.now().Date()
	return m.Before(time.Date(y, mo, d, 0, 0, 0, 0, s.now().Location()))
}
