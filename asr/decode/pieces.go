package decode

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"voxgate/models/reading"
)

// wordStart marks the pieces that begin a word (SentencePiece's U+2581).
const wordStart = "▁"

const (
	// manyStarts is the number of hanzi with a mark of their own from which on a list is taken to mark every hanzi.
	manyStarts = 50
	// longestPiece is what the pieces of public models keep within, in characters; longestSpelled bounds words, in bytes.
	longestPiece, longestSpelled = 32, 200
)

// pieces spells written words in the tokens of a public model: characters, pieces of BPE or of a unigram model, bytes.
type pieces struct {
	tokens *Inventory
	apart  bool // every hanzi begins a word
	upper  bool // Latin words are in capitals
	bytes  bool // what has no token is spelled in bytes
	coded  bool // pieces are cut from bytes, each written as a character (byte-level BPE)
}

func newPieces(tokens *Inventory) *pieces {
	p := &pieces{tokens: tokens}
	starts, hanzi, codes, capitals, small := 0, 0, 0, 0, 0
	for _, name := range tokens.names {
		bare := strings.TrimPrefix(name, wordStart)
		if strings.HasPrefix(name, "<") {
			continue
		}
		for _, r := range bare {
			switch {
			case unicode.Is(unicode.Han, r):
				if hanzi++; bare != name {
					starts++
				}
			case r >= firstCode && r < firstCode+200:
				codes++
			case r >= 'A' && r <= 'Z':
				capitals++
			case r >= 'a' && r <= 'z':
				small++
			}
		}
	}
	_, p.bytes = tokens.index["<0x00>"]
	p.coded = hanzi == 0 && codes > capitals+small
	p.apart, p.upper = p.coded || starts >= manyStarts, capitals > small
	return p
}

// spellings are the ways to spell any of the texts, each as tokens with spaces between them. None where the tokens
// lack a character.
func (p *pieces) spellings(texts []string) []string {
	var out []string
	for _, text := range texts {
		if len(text) > longestSpelled {
			continue
		}
		for _, form := range p.forms(text) {
			for _, way := range [][]string{p.merged(form), p.likely(form)} {
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
		if p.coded {
			marked.WriteString(inCode(r))
		} else {
			marked.WriteRune(r)
		}
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

// likely spells a text as a unigram model does (Kudo 2018): by the pieces whose probabilities multiply to most. Their
// numbers are their ranks, and a piece's probability falls with its rank as Zipf's law has it.
func (p *pieces) likely(text string) []string {
	runes := []rune(text)
	type way struct {
		cost  float64
		from  int
		parts []string
	}
	ways := make([]way, len(runes)+1)
	for end := 1; end <= len(runes); end++ {
		ways[end].cost = math.Inf(1)
		for from := max(0, end-longestPiece); from < end; from++ {
			part := string(runes[from:end])
			rank, whole := p.tokens.index[part]
			if !whole && end-from > 1 {
				continue
			}
			parts := p.known(part)
			cost := ways[from].cost + math.Log(float64(rank+10))*float64(len(parts))
			if parts != nil && cost < ways[end].cost {
				ways[end] = way{cost, from, parts}
			}
		}
	}
	if math.IsInf(ways[len(runes)].cost, 1) {
		return nil
	}
	var out []string
	for end := len(runes); end > 0; end = ways[end].from {
		out = slices.Concat(ways[end].parts, out)
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

// written is the text that a spelling stands for, without marks.
func (p *pieces) written(spelling string) string {
	var out []byte
	for part := range strings.FieldsSeq(spelling) {
		var b byte
		if n, err := fmt.Sscanf(part, "<0x%02X>", &b); n == 1 && err == nil {
			out = append(out, b)
			continue
		}
		part = strings.TrimPrefix(part, wordStart)
		if !p.coded {
			out = append(out, part...)
			continue
		}
		for _, r := range part {
			if b := slices.Index(codes[:], r); b >= 0 {
				out = append(out, byte(b))
			}
		}
	}
	return string(out)
}

// firstCode is where the characters begin that stand for bytes in byte-level BPE.
const firstCode = rune(0x100)

// codes are the characters that stand for the bytes: printable ASCII for itself, and for the others those from U+0100 on
// that Unicode's compatibility composition leaves as they are.
var codes = func() (out [256]rune) {
	next := firstCode
	for b := range out {
		if b >= ' ' && b <= '~' {
			out[b] = rune(b)
			continue
		}
		for strings.ContainsRune("ĲĳĿŀŉſ", next) {
			next++
		}
		out[b] = next
		next++
	}
	return out
}()

func inCode(r rune) string {
	var out []rune
	for _, b := range []byte(string(r)) {
		out = append(out, codes[b])
	}
	return string(out)
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

// addCharacters puts every hanzi that the tokens can spell into the tree as the last resort for speech outside all
// words: those among the tokens, those of the words, and the commonest one of each syllable.
func (b *builder) addCharacters() error {
	b.single[b.unknown] = b.tuning.Unknown
	lines, err := readLines(b.files, "hearing/characters.tsv")
	if err != nil {
		return err
	}
	texts := slices.Concat(b.Units.names, lines)
	for _, w := range b.tree.words {
		texts = append(texts, w.text)
	}
	seen := map[rune]bool{}
	for _, r := range strings.Join(texts, "") {
		if !unicode.Is(unicode.Han, r) || seen[r] {
			continue
		}
		seen[r] = true
		text := string(r)
		for _, s := range b.pieces.spellings([]string{text}) {
			units, err := b.spelling.spell(s)
			if err != nil {
				return err
			}
			b.insert(b.root, word{text: text, reading: reading.Of(text)[0].Pinyin, units: units, token: b.unknown, kind: syllable})
		}
	}
	return nil
}
