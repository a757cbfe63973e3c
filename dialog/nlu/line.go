package nlu

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// line is an utterance while its values are read off it. Offsets are bytes of text, which keeps its length: what one
// grammar has taken is blanked, so that the next does not read it again.
type line struct {
	whole string // lower case, homophones of grammar words mended
	text  string // the same with what was taken blanked
	heard heard
	state State
	r     *Reading
	latin bool // there are Latin letters
	last  spoken
}

// english are the matches of a pattern of Latin letters; none in a line without any.
func (l *line) english(re *regexp.Regexp) [][]int {
	if !l.latin {
		return nil
	}
	return re.FindAllStringSubmatchIndex(l.text, -1)
}

// taken stands for a byte that belongs to a value already; no utterance has it, since clean drops control characters.
const taken = "\x00"

func newLine(r *Reading, h heard, state State) *line {
	text := mend(h)
	latin := strings.ContainsFunc(text, latin)
	l := &line{whole: text, text: text, heard: h, state: state, r: r, latin: latin}
	for _, m := range l.english(lastFour) {
		l.take(m[2], m[3])
	}
	for _, m := range lastFourZh.FindAllStringSubmatchIndex(text, -1) {
		if _, eights := hanziDigits[firstRune(text[m[1]:])]; m[4] >= 0 || !eights {
			l.take(m[2], m[3])
		}
	}
	return l
}

// lastFour says how many digits are to come; its four is none of them, but 末尾四个八 are four digits.
var (
	lastFour   = regexp.MustCompile(`\b(?:last|final) (four|4|for)\b`)
	lastFourZh = regexp.MustCompile(`(?:最后|后头|后面|末尾|结尾|尾巴|后|末)的?([四4])(?:(位|个数字?|个号码)|个)`)
)

// any reports whether what is left of the line has one of the characters, without which a grammar need not look.
func (l *line) any(chars string) bool { return strings.ContainsAny(l.text, chars) }

// numerals are the characters of which one stands in every Chinese or written number.
const numerals = "0123456789零〇一二两三四五六七八九十百千万半"

// take blanks a part, so that it is read once only.
func (l *line) take(start, end int) {
	l.text = l.text[:start] + strings.Repeat(taken, end-start) + l.text[end:]
}

// set fills a slot; a value that stands there already stays.
func (l *line) set(slot, value string) {
	value = strings.TrimSpace(strings.ReplaceAll(value, taken, " "))
	if value != "" && l.r.Slots[slot] == "" {
		l.r.Slots[slot] = value
	}
}

// invalid notes that a value was given which cannot be: the thirtieth of February.
func (l *line) invalid(slot, said string) {
	if l.r.Invalid == nil {
		l.r.Invalid = map[string]string{}
	}
	l.r.Invalid[slot] = said
}

// candidate is one of the values that a line may mean for a slot.
type candidate struct {
	value      string
	start, end int
	about      bool
}

var (
	deniedBefore = regexp.MustCompile(`(?:不是|并不是|而不是|\bnot|\bisn't|\bno)(?:那个|那|在|说|放|到|送|寄| the| in| at| on| for)*[\s,，]*$|不在$`)
	unwanted     = regexp.MustCompile(`(?:不想?要|别用?|不用|不走|不买|\bdon't (?:want|use)|\binstead of)(?:放|送|发|走|那个|了|那| the| a)*[\s]*$`)
	refused      = regexp.MustCompile(`^(?:的|那天|那会|那个|家里)*(?:我)?(?:都)?(?:别[送放来]|不在|不行|没空|没人|不方便|没时间|不要|来不了|不可以|不送|\s?(?:is|does|will)(?: not|n't))`)
	questioned   = regexp.MustCompile(`(?:是不是|[要能会可]不是|难道不是)[^，,\s]{0,3}$`)
	instead      = regexp.MustCompile(`改[成为到]?|换[成到]?|不对|不是|[说讲搞弄报记写]错|错了|应该|还是[^没不]|算了|我是说|更正|(?:^|\s)不+(?:$|\s)|哦不|\b(?:no|not|sorry|actually|instead|rather|i mean|i meant|make it|to)\b|^ for (?:an? |the )?$`)
)

// choose is the candidate that the caller means: what is denied (不是三号楼) is none, and the one behind a word of
// correction takes the place of the one before.
func (l *line) choose(all []candidate) (candidate, bool) {
	left := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return l.denied(c.start) })
	if wanted := slices.DeleteFunc(slices.Clone(left), func(c candidate) bool {
		return unwanted.MatchString(lastBytes(l.whole[:c.start], near)) || refused.MatchString(l.whole[c.end:])
	}); len(wanted) > 0 {
		left = wanted // 不要三个了 就要两个
	}
	if len(left) == 0 {
		return candidate{}, false
	}
	best := left[0]
	for _, c := range left[1:] {
		if c.start >= best.end && instead.MatchString(l.whole[best.end:c.start]) {
			best = c
		}
	}
	return best, true
}

// denied reports whether the words before an offset say that what follows is not so.
func (l *line) denied(at int) bool {
	before := lastBytes(l.whole[:at], near)
	return deniedBefore.MatchString(before) && !questioned.MatchString(before)
}

// near is how many bytes before a value can say something about it.
const near = 60

// lastBytes is the end of text, at most n bytes, cut between runes.
func lastBytes(text string, n int) string {
	at := max(0, len(text)-n)
	for at < len(text) && text[at]&0xc0 == 0x80 {
		at++
	}
	return text[at:]
}

func firstRune(text string) rune {
	for _, r := range text {
		return r
	}
	return 0
}

func lastRune(text string) rune {
	r, _ := utf8.DecodeLastRuneInString(text)
	if r == utf8.RuneError {
		return 0
	}
	return r
}

// inOrder sorts candidates by where they stand.
func inOrder(all []candidate) []candidate {
	slices.SortStableFunc(all, func(a, b candidate) int { return a.start - b.start })
	return all
}
