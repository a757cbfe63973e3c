package shop

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// variant finds the one that is wanted by some words, as seen from the one that is there now: of 黑色 40码, the wishes
// 41码 and 大一码 lead to 黑色 41码. A wish that fits several equally well fits none.
func (p Product) variant(wanted, now string) (int, bool) {
	for _, wish := range []string{wanted, relative(wanted, now), sizes.Replace(strings.ToUpper(wanted)), fromEnglish(wanted)} {
		for _, fits := range []func(spec, wish string) bool{sameSpec, sameParts, within} {
			if i, ok := p.only(wish, now, fits); ok {
				return i, true
			}
		}
	}
	return 0, false
}

// only is the variant that fits a wish and shares most with the one that is there now.
func (p Product) only(wish, now string, fits func(spec, wish string) bool) (int, bool) {
	if plainSpec(wish) == "" {
		return 0, false
	}
	best, most, tied := 0, 0, false
	for i, v := range p.Variants {
		if !fits(v.Spec, wish) {
			continue
		}
		score := 1
		for _, part := range strings.Fields(now) {
			if slices.Contains(strings.Fields(v.Spec), part) {
				score++
			}
		}
		switch {
		case score > most:
			best, most, tied = i, score, false
		case score == most:
			tied = true
		}
	}
	return best, most > 0 && !tied
}

func sameSpec(spec, wish string) bool { return plainSpec(spec) == plainSpec(wish) }

// sameParts reports whether each part of the wish is a part of the variant: L is one of L 藏青 and not of XL 藏青.
func sameParts(spec, wish string) bool {
	have := parts(spec)
	for _, part := range parts(wish) {
		if !slices.Contains(have, part) {
			return false
		}
	}
	return true
}

// within reports whether each part of the wish is within the variant, or each part of the variant within the wish:
// 黑色的41码. A single letter is a part or nothing.
func within(spec, wish string) bool {
	have, all := parts(spec), true
	for _, part := range parts(wish) {
		all = all && (slices.Contains(have, part) || len(part) > 1 && strings.Contains(plainSpec(spec), part))
	}
	if all {
		return true
	}
	for _, part := range have {
		if !strings.Contains(plainSpec(wish), part) {
			return false
		}
	}
	return true
}

// parts are the words of a variant in their plain form.
func parts(spec string) []string {
	words := strings.Fields(spec)
	for i, w := range words {
		words[i] = plainSpec(w)
	}
	return words
}

var letterSize = regexp.MustCompile(`(X{0,3}[SML])[码号]`)

// plainSpec is a variant's name without spaces, case, 的, and the 码 of L码.
func plainSpec(text string) string {
	text = strings.ReplaceAll(strings.ToUpper(strings.Join(strings.Fields(text), "")), "的", "")
	return letterSize.ReplaceAllString(text, "$1")
}

// englishSpecs are the words for variants that callers say in English.
var englishSpecs = map[string]string{"white": "白", "black": "黑", "red": "红", "blue": "蓝", "navy": "藏青", "grey": "灰", "gray": "灰", "green": "绿", "pink": "粉",
	"yellow": "黄", "purple": "紫", "brown": "棕", "orange": "橙", "silver": "银", "gold": "金", "beige": "米", "small": "S", "medium": "M", "large": "L"}

var latinWord = regexp.MustCompile(`[A-Za-z]+|\d+`)

// fromEnglish is an English wish in the words of the shop; empty where it has none of them.
func fromEnglish(wish string) string {
	var out []string
	extra := ""
	for _, w := range latinWord.FindAllString(strings.ToLower(wish), -1) {
		switch {
		case w == "extra" || w == "x":
			extra += "X"
		case englishSpecs[w] != "":
			word := englishSpecs[w]
			if word == "S" || word == "L" {
				word = extra + word
			}
			out, extra = append(out, word), ""
		case w[0] <= '9' || slices.Contains(letters, strings.ToUpper(w)):
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}

// sizes are the letters that callers' words for sizes stand for.
var sizes = strings.NewReplacer("加大号", "XL", "特大号", "XL", "加大码", "XL", "大号", "L", "大码", "L", "中号", "M", "中码", "M", "小号", "S", "小码", "S")

var letters = []string{"XS", "S", "M", "L", "XL", "XXL", "XXXL"}

var (
	bigger   = regexp.MustCompile(`[大长]一[码号点个]`)
	smaller  = regexp.MustCompile(`[小短]一[码号点个]`)
	numbered = regexp.MustCompile(`^(\d{1,3})(码|号)$`)
)

// relative turns 大一码 into the size above the one that is there now; empty where that is no size.
func relative(wanted, now string) string {
	step := 0
	switch {
	case bigger.MatchString(wanted):
		step = 1
	case smaller.MatchString(wanted):
		step = -1
	default:
		return ""
	}
	for _, part := range parts(now) {
		if i := slices.Index(letters, part); i >= 0 && i+step >= 0 && i+step < len(letters) {
			return letters[i+step]
		}
		if m := numbered.FindStringSubmatch(part); m != nil {
			if n, err := strconv.Atoi(m[1]); err == nil {
				return strconv.Itoa(n+step) + m[2]
			}
		}
	}
	return ""
}
