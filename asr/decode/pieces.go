package decode

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"voxgate/models/reading"
)

// wordStart marks the pieces that begin a word (SentencePiece's U+2581).
const wordStart = "▁"

// manyStarts is the number of hanzi with a mark of their own from which on a list is taken to mark every hanzi.
const manyStarts = 50

// pieces spells written words in the tokens of a public model: characters, BPE pieces and, where the list has them,
// bytes.
type pieces struct {
	tokens *Inventory
	apart  bool // every hanzi begins a word
	upper  bool // Latin words are in capitals
	bytes  bool // what has no token is spelled in bytes
}

func newPieces(tokens *Inventory) *pieces {
	p := &pieces{tokens: tokens}
	starts, capitals, small := 0, 0, 0
	for _, name := range tokens.names {
		bare := strings.TrimPrefix(name, wordStart)
		if r := []rune(bare); len(r) == 1 && unicode.Is(unicode.Han, r[0]) && bare != name {
			starts++
		}
		if strings.HasPrefix(name, "<") {
			continue
		}
		for _, r := range bare {
			switch {
			case r >= 'A' && r <= 'Z':
				capitals++
			case r >= 'a' && r <= 'z':
				small++
			}
		}
	}
	_, p.bytes = tokens.index["<0x00>"]
	p.apart, p.upper = starts >= manyStarts, capitals > small
	return p
}

// spellings are the ways to spell any of the texts, each as tokens with spaces between them. None where the tokens
// lack a character.
func (p *pieces) spellings(texts []string) []string {
	var out []string
	for _, text := range texts {
		for _, form := range p.forms(text) {
			for _, way := range [][]string{p.merged(form), p.greedy(form)} {
				if s := strings.Join(way, " "); s != "" && !slices.Contains(out, s) {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// forms are a text as the model's training text may have held it: with marks at the beginnings of words.
func (p *pieces) forms(text string) []string {
	var marked strings.Builder
	latin, first := false, true
	for _, r := range text {
		han := unicode.Is(unicode.Han, r)
		switch {
		case unicode.IsSpace(r):
			latin = false
			continue
		case han && p.apart, !han && !latin:
			marked.WriteString(wordStart)
		}
		if first = false; !han {
			r = p.cased(r)
		}
		latin = !han
		marked.WriteRune(r)
	}
	if first {
		return nil
	}
	plain := marked.String()
	if bare, ok := strings.CutPrefix(plain, wordStart); ok {
		if p.apart {
			return []string{plain}
		}
		return []string{plain, bare} // a list of characters has no marks
	}
	return []string{plain, wordStart + plain} // the beginning of a sentence carries a mark
}

func (p *pieces) cased(r rune) rune {
	if p.upper {
		return unicode.ToUpper(r)
	}
	return unicode.ToLower(r)
}

// merged spells a text as BPE does (Sennrich et al. 2016): neighbours are joined in the order in which the pieces were
// learned, which is that of their numbers.
func (p *pieces) merged(text string) []string {
	var parts []string
	for _, r := range text {
		parts = append(parts, string(r))
	}
	for {
		best, at := len(p.tokens.names), -1
		for i := 1; i < len(parts); i++ {
			if n, ok := p.tokens.index[parts[i-1]+parts[i]]; ok && n < best {
				best, at = n, i
			}
		}
		if at < 0 {
			break
		}
		parts[at-1] += parts[at]
		parts = slices.Delete(parts, at, at+1)
	}
	var out []string
	for _, part := range parts {
		known := p.known(part)
		if known == nil {
			return nil
		}
		out = append(out, known...)
	}
	return out
}

// greedy spells a text by the longest token at each place.
func (p *pieces) greedy(text string) []string {
	var out []string
	runes := []rune(text)
	for at := 0; at < len(runes); {
		end := len(runes)
		for ; end > at+1; end-- {
			if _, ok := p.tokens.index[string(runes[at:end])]; ok {
				break
			}
		}
		known := p.known(string(runes[at:end]))
		if known == nil {
			return nil
		}
		out = append(out, known...)
		at = end
	}
	return out
}

// known is a part as one token, or as its bytes, or nil.
func (p *pieces) known(part string) []string {
	if _, ok := p.tokens.index[part]; ok && strings.TrimSpace(part) == part {
		return []string{part}
	}
	if !p.bytes || part == wordStart {
		return nil
	}
	var out []string
	for i := range len(part) {
		out = append(out, fmt.Sprintf("<0x%02X>", part[i]))
	}
	return out
}

// written is the text of a spelling without marks.
func (p *pieces) written(spelling string) string {
	var out strings.Builder
	for part := range strings.FieldsSeq(spelling) {
		out.WriteString(strings.TrimPrefix(part, wordStart))
	}
	return out.String()
}

// syllableHanzi writes the syllables of the readings of digits.
var syllableHanzi = map[string]string{
	"ling2": "零", "dong4": "洞", "yi1": "一", "yao1": "幺", "er4": "二", "liang3": "两", "san1": "三", "si4": "四", "wu3": "五",
	"liu4": "六", "qi1": "七", "guai3": "拐", "ba1": "八", "jiu3": "九", "gou1": "勾", "shuang1": "双", "ge4": "个",
}

// digitNames are the English digits.
var digitNames = strings.Fields("zero one two three four five six seven eight nine")

// repeated are the English words for a digit said twice and three times.
var repeated = map[int]string{2: "double ", 3: "triple "}

// spokenForms are what is said for a word: itself, or the words for its digits.
func (l *Language) spokenForms(text string) []string {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return []string{text}
	}
	if l.Spaced {
		if len(text) > 1 && (repeated[len(text)] == "" || strings.Trim(text, text[:1]) != "") {
			return nil
		}
		name := digitNames[text[0]-'0']
		if text == "0" {
			return []string{name, "oh", "o"}
		}
		return []string{repeated[len(text)] + name}
	}
	var out []string
	for _, r := range l.readings[text] {
		form := ""
		for s := range strings.FieldsSeq(r) {
			if syllableHanzi[s] == "" {
				form = ""
				break
			}
			form += syllableHanzi[s]
		}
		if form != "" {
			out = append(out, form)
		}
	}
	return out
}

// addCharacters puts every hanzi among the tokens into the tree as the last resort for speech outside all words.
func (b *builder) addCharacters() {
	b.single[b.unknown] = b.tuning.Unknown
	for id, name := range b.Units.names {
		text := strings.TrimPrefix(name, wordStart)
		if r := []rune(text); len(r) != 1 || !unicode.Is(unicode.Han, r[0]) {
			continue
		}
		read := reading.Of(text)[0].Pinyin
		b.insert(b.root, word{text: text, reading: read, units: []uint16{uint16(id)}, token: b.unknown, kind: syllable})
	}
}
