package nlu

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:embed goods.txt
var goodsText string

// goodsWords are everyday goods that callers name before any order is known.
type goodsWords struct {
	chinese map[string]string // name -> kind, as the file groups them
	english map[string]string // as said -> in the singular
	sounds  map[string]string // sounds of names of three syllables and more
	longest int               // in characters
}

// goodsLexicon reads goods.txt: a kind, a colon and its names a line; English ones begin with a letter.
var goodsLexicon = sync.OnceValue(func() *goodsWords {
	g := &goodsWords{chinese: map[string]string{}, english: map[string]string{}, sounds: map[string]string{}}
	for _, line := range strings.Split(goodsText, "\n") {
		kind, names, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		for _, name := range strings.Fields(names) {
			if name[0] < 0x80 {
				name = strings.ReplaceAll(name, "_", " ")
				g.english[name], g.english[plural(name)] = name, name
				continue
			}
			g.chinese[name] = kind
			g.longest = max(g.longest, len([]rune(name)))
			if sounds := soundsOf(name); len(sounds) >= 3 {
				g.sounds[strings.Join(sounds, " ")] = name
			}
		}
	}
	return g
})

// plural is the regular plural of an English noun.
func plural(name string) string {
	switch {
	case strings.HasSuffix(name, "s"), strings.HasSuffix(name, "sh"), strings.HasSuffix(name, "ch"), strings.HasSuffix(name, "x"):
		return name + "es"
	case strings.HasSuffix(name, "y") && !strings.HasSuffix(name, "ay") && !strings.HasSuffix(name, "ey"):
		return name[:len(name)-1] + "ies"
	}
	return name + "s"
}

// wordPrefix is the longest name that stands at i as whole English words.
func wordPrefix(text string, i int, names map[string]string) string {
	if i > 0 && latinLetter(text[i-1]) || !latinLetter(text[i]) {
		return ""
	}
	found, at := "", i
	for words := 0; words < 3; words++ {
		for at < len(text) && (latinLetter(text[at]) || text[at] == '-' || text[at] == '\'') {
			at++
		}
		if _, ok := names[text[i:at]]; ok {
			found = text[i:at]
		}
		if at >= len(text) || text[at] != ' ' {
			break
		}
		at++
	}
	return found
}

func latinLetter(b byte) bool { return b >= 'a' && b <= 'z' }

// lexical are words that stand for a value of a slot; without a value the word itself is it. Words is a pattern of
// finitely many words.
type lexical struct{ slot, value, words string }

// sense is one meaning of a word of the lexicon, and its place there.
type sense struct {
	slot, value string
	rank        int
}

// lexiconIndex holds all words of the lexicon.
var lexiconIndex = sync.OnceValue(func() *wordIndex[sense] {
	x := newWordIndex[sense]()
	for rank, n := range lexicon {
		for _, word := range spellOut(n.words) {
			value := n.value
			if value == "" {
				value = word
			}
			x.add(word, sense{n.slot, value, rank})
		}
	}
	return x
})

// words reads the slots that single words decide.
func (l *line) words() {
	all := map[string][]candidate{}
	best := map[string]int{}
	lexiconIndex().each(l.whole, func(start, end int, s sense) {
		switch {
		case s.slot == "place" && (l.text[start] == 0 || forbidden.MatchString(lastBytes(l.whole[:start], 40))),
			s.slot == "issue" && strings.HasPrefix(l.whole[end:], "不大"), s.slot == "attr" && l.r.Slots["spec"] != "",
			s.slot == "place" && kindOfPlace.MatchString(l.whole[start:end]) && l.state.Asked != "place" && !putThere.MatchString(lastBytes(l.whole[:start], near)):
			return // part of an address, or where it must not go; 噪音大不大
		}
		if rank, ok := best[s.slot]; s.slot == "issue" && ok && rank != s.rank {
			if rank < s.rank {
				return
			}
			all[s.slot] = nil // a graver class
		}
		best[s.slot] = s.rank
		if c := all[s.slot]; len(c) > 0 && start < c[len(c)-1].end {
			return // part of a longer word
		}
		all[s.slot] = append(all[s.slot], candidate{value: s.value, start: start, end: end})
	})
	if len(all["issue"]) > 0 || len(all["reason"]) > 0 {
		delete(all, "attr") // 发错颜色了 asks for no colour
	}
	if len(all["role"]) > 0 && len(all["place"]) > 0 && all["role"][0].start == all["place"][0].start {
		delete(all, "place") // 驿站老板
	}
	if !l.r.Address.Empty() {
		all["reason"] = slices.DeleteFunc(all["reason"], func(c candidate) bool { return strings.HasPrefix(c.value, "地址") })
		all["place"] = slices.DeleteFunc(all["place"], func(c candidate) bool { return kindOfHome.MatchString(c.value) })
	}
	if invoiceOf.MatchString(l.whole) || strings.HasPrefix(l.state.Asked, "invoice") {
		all["place"] = slices.DeleteFunc(all["place"], func(c candidate) bool { return c.value == "公司" || c.value == "单位" })
	}
	if m := kindOfPayer.FindStringSubmatch(l.whole); m != nil && l.state.Asked == "invoice_type" && len(all["invoice_type"]) == 0 {
		l.set("invoice_type", map[bool]string{true: "个人", false: "单位"}[m[1] != ""])
	}
	if phrase := issuePhrase(l.whole); phrase != "" && len(all["issue"]) == 0 {
		l.set("issue", phrase)
		delete(all, "attr")
	}
	for slot, candidates := range all {
		if best, ok := l.choose(candidates); ok {
			l.set(slot, best.value)
		}
	}
	l.freeReason()
}

// kindOfHome are places that an address says better: 改成我公司 上海市徐汇区.
var kindOfHome = regexp.MustCompile(`^(?:公司|单位|家里|学校|宿舍|office)$`)

// kindOfPlace are words that are a place to deliver to only where something is put there: 家里那台洗衣机 is none.
var kindOfPlace = regexp.MustCompile(`^(?:家里|信箱|公司|单位|学校|宿舍|超市|便利店|楼下.*|楼道|走廊|过道|楼梯间|阳台|院子里?|车棚|车库|office|security|guard|garage)$`)

// putThere are the words before such a place.
var putThere = regexp.MustCompile(`(?:放|送|搁|丢|存|扔|塞|寄|交|改|换|拿|投|发|\b(?:leave|put|deliver|bring|send|with|drop))[^，,\s]{0,6}(?: (?:it|to|in|at|the|my|with))*\s*$`)

// kindOfPayer answers the question for the kind of invoice in a word.
var kindOfPayer = regexp.MustCompile(`(个人|私人|自己|personal|individual)|单位|公司|企业|company|business`)

// forbidden are the words before a place where the caller does not want it: 别放驿站.
var forbidden = regexp.MustCompile(`(?:别|不要|不想|不用|不许|不能|勿|不让|未经同意|don't|do not|never|without)(?:再|给我|给|我)?(?:放|送|丢|扔|搁|寄存|存|投|到|在|把|leave|put|drop|it|the|in|at|to|随便| )*$`)
