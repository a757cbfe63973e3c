package dialog

import (
	"regexp"
	"strings"

	"voxgate/asr"
	"voxgate/dialog/nlu"
	"voxgate/dialog/shop"
)

// mostExpected bounds the orders whose words and numbers the recogniser is told.
const mostExpected = 30

// hints are what the recogniser should listen for now: what was asked, and the words and numbers of the caller's orders.
func (s *Session) hints() asr.Hints {
	h := asr.Hints{Lang: s.lang}
	switch s.asked {
	case askedTail:
		h.Digits, h.MinDigits, h.MaxDigits = true, tailLength, tailLength
	case askedOrder:
		h.Digits, h.Waybill, h.MinDigits, h.MaxDigits = true, s.chunk == "", orderLeast, orderMost
	case askedPhone:
		h.Digits, h.MinDigits, h.MaxDigits = true, phoneLength, phoneLength
	case askedConfirm:
		h.YesNo = true
	case askedName:
		h.Name = true
	case askedCode:
		h.Digits, h.MinDigits, h.MaxDigits = true, codeLength, codeLength
	}
	if def, ok := s.flows.Slot(s.slot()); ok && def.Keys > 0 {
		h.Digits, h.MinDigits, h.MaxDigits = true, def.Keys, def.Keys
	} else if ok && def.Type == shop.TypeName {
		h.Name = true
	}
	if n := len(s.chunk); n > 0 && h.Digits {
		h.MinDigits, h.MaxDigits = max(1, h.MinDigits-n), max(1, h.MaxDigits-n)
	}
	seen := map[string]bool{}
	add := func(list *[]string, words ...string) {
		for _, w := range words {
			if w != "" && !seen[w] {
				seen[w] = true
				*list = append(*list, w)
			}
		}
	}
	if s.asked == askedName {
		add(&h.Words, s.awaited...)
	}
	for _, o := range s.orders[:min(len(s.orders), mostExpected)] {
		product := nlu.ProductWord(o.Product)
		if s.lang == "en" && o.ProductEN != "" {
			product = o.ProductEN
		}
		add(&h.Words, product, o.Courier, o.Name, city(o.ShipTo))
		for _, number := range []string{o.Number, o.Waybill, o.Phone} {
			if rest, ok := strings.CutPrefix(nlu.OnlyDigits(number), nlu.OnlyDigits(s.chunk)); ok && s.chunk != "" {
				add(&h.Known, rest)
			}
			if number != o.Phone {
				add(&h.Known, number)
			}
		}
		add(&h.Known, shop.Tail(o.Number), shop.Tail(o.Waybill), shop.Tail(o.Phone))
	}
	return h
}

// cityName is the city in an address: 杭州 in 浙江省杭州市西湖区.
var cityName = regexp.MustCompile(`^(?:\p{Han}{2,8}?(?:省|自治区))?(\p{Han}{2,4}?)市`)

func city(address string) string {
	if m := cityName.FindStringSubmatch(address); m != nil {
		return m[1]
	}
	return ""
}
