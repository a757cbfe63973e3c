package decode

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"voxgate/asr"
	"voxgate/models"
)

// tokenList numbers symbols as a tokens.txt.
func tokenList(symbols ...string) []byte {
	var out strings.Builder
	for i, s := range symbols {
		fmt.Fprintf(&out, "%s %d\n", s, i)
	}
	return []byte(out.String())
}

// characters are the tokens of a model of single hanzi and capital letters.
func characters() []byte {
	symbols := []string{"<blk>", "<sos/eos>", "<unk>"}
	for _, r := range "零一二三四五六七八九幺两洞拐勾双我要退货帮查下的快递到哪了转人工号是单手机尾千百十你好吹风ASF" {
		symbols = append(symbols, string(r))
	}
	return tokenList(symbols...)
}

// bilingual are the tokens of a BPE model with marks at every hanzi and English pieces.
func bilingual() []byte {
	symbols := []string{"<blk>", "<unk>", wordStart, "A", "C", "E", "G", "H", "I", "K", "M", "P", "R", "S", "W", "Y",
		"▁W", "▁WH", "▁WHERE", "ERE", "▁I", "▁IS", "▁M", "▁MY", "▁P", "▁PA", "▁PACK", "CK", "AGE", "O", "N", "T", "▁ONE", "▁T", "▁TW"}
	for r := range 60 {
		symbols = append(symbols, wordStart+string(rune(0x4e00+r)))
	}
	for _, r := range "我要退货" {
		symbols = append(symbols, wordStart+string(r))
	}
	return tokenList(symbols...)
}

func pieceLanguage(t testing.TB, lang string, tokens []byte) *Language {
	t.Helper()
	v, err := ParseTokens(tokens)
	if err != nil {
		t.Fatal(err)
	}
	l, err := LoadPieces(models.Files(""), lang, v, PieceTuning())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// spelled are rows that say the tokens of a text, separated by spaces, clearly.
func spelled(t testing.TB, l *Language, tokens string) [][]float32 {
	t.Helper()
	row := func(u int) []float32 {
		r := make([]float32, l.Units.Size())
		for i := range r {
			r[i] = float32(math.Log(0.05 / float64(len(r))))
		}
		r[u] = float32(math.Log(0.95))
		return r
	}
	out := [][]float32{row(0)}
	for name := range strings.FieldsSeq(tokens) {
		u, ok := l.Units.index[name]
		if !ok {
			t.Fatalf("no token %q", name)
		}
		out = append(out, row(u), row(0))
	}
	return append(out, row(0))
}

func TestCharactersAreWords(t *testing.T) {
	l := pieceLanguage(t, "zh", characters())
	for said, want := range map[string]struct {
		text, pinyin string
		hints        asr.Hints
	}{
		"我 要 退 货": {text: "我要退货", pinyin: "wo3 yao4 tui4 huo4"},
		"转 人 工":   {text: "转人工", pinyin: "zhuan3 ren2 gong1"},
		"手 机 号 是 幺 三 七 八 零 零 两": {text: "手机号是1378002", pinyin: "shou3 ji1 hao4 shi4 yao1 san1 qi1 ba1 ling2 ling2 liang3"},
		"双 八 三 四": {text: "8834", pinyin: "shuang1 ba1 san1 si4", hints: asr.Hints{Digits: true, Only: true}},
		"货 下 帮 吹": {text: "货下帮吹", pinyin: "huo4 xia4 bang1 chui1"},
		"九 八 四 六": {text: "9846", hints: asr.Hints{Digits: true, Known: []string{"13711029846"}}},
	} {
		got := decodeRows(l, want.hints, spelled(t, l, said))
		if got.Text != want.text || want.pinyin != "" && got.Pinyin != want.pinyin {
			t.Errorf("%s: %q, %q; want %q, %q", said, got.Text, got.Pinyin, want.text, want.pinyin)
		}
	}
}

func TestHintsInPieces(t *testing.T) {
	l := pieceLanguage(t, "zh", characters())
	got := decodeRows(l, asr.Hints{Words: []string{"风递单"}}, spelled(t, l, "我 要 风 递 单"))
	if got.Text != "我要风递单" || len(got.Words) != 3 {
		t.Errorf("%q in %d words", got.Text, len(got.Words))
	}
}

func TestPiecesOfTwoLanguages(t *testing.T) {
	zh, en := pieceLanguage(t, "zh", bilingual()), pieceLanguage(t, "en", bilingual())
	if got := decodeRows(zh, asr.Hints{}, spelled(t, zh, "▁我 ▁要 ▁退 ▁货")); got.Text != "我要退货" {
		t.Errorf("%q", got.Text)
	}
	if got := decodeRows(en, asr.Hints{Lang: "en"}, spelled(t, en, "▁WHERE ▁IS ▁MY ▁PACK AGE")); got.Text != "where is my package" {
		t.Errorf("%q", got.Text)
	}
	digits := asr.Hints{Lang: "en", Digits: true, Only: true}
	if got := decodeRows(en, digits, spelled(t, en, "▁ONE ▁TW O ▁ONE")); got.Text != "121" {
		t.Errorf("%q", got.Text)
	}
}

func TestSpellings(t *testing.T) {
	v, err := ParseTokens(tokenList("<blk>", wordStart, "l", "o", "w", "e", "r", "we", "lo", "low"))
	if err != nil {
		t.Fatal(err)
	}
	p := newPieces(v)
	// BPE joins "we" first, as it has the lowest number; the likeliest pieces are the few and common.
	if got := strings.Join(p.spellings([]string{"Lower", strings.Repeat("o", 300)}), ", "); got != "▁ lo we r, ▁ low e r, lo we r, low e r" {
		t.Errorf("%s", got)
	}
	if got := p.spellings([]string{"x", "", " "}); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

func TestBytesStandForRareHanzi(t *testing.T) {
	symbols := []string{"<blk>", "货"}
	for i := range 256 {
		symbols = append(symbols, fmt.Sprintf("<0x%02X>", i))
	}
	v, err := ParseTokens(tokenList(symbols...))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(newPieces(v).spellings([]string{"货退"})); got != "[货 <0xE9> <0x80> <0x80>]" {
		t.Errorf("%s", got)
	}
}

// byteLevel are the tokens of a byte-level BPE model: some whole hanzi, for the others their bytes.
func byteLevel() []byte {
	symbols := []string{"<blk>", "<unk>", wordStart}
	for _, r := range "我退一三八" {
		symbols = append(symbols, wordStart+inCode(r))
	}
	for b := range 128 {
		symbols = append(symbols, string(codes[128+b]))
	}
	return tokenList(symbols...)
}

func TestByteLevel(t *testing.T) {
	if got := inCode('我') + string(codes[31]) + string(codes[127]) + string(codes[152]) + string(codes[255]); got != "ƍĩĴğĠĻƦ" {
		t.Errorf("coded as %s", got)
	}
	l := pieceLanguage(t, "zh", byteLevel())
	for text, hints := range map[string]asr.Hints{"我要退货": {}, "1838": {Digits: true, Only: true}, "凳": {}} {
		ways := l.pieces.spellings([]string{text})
		if hints.Only {
			ways = l.pieces.spellings([]string{"一八三八"})
		}
		if len(ways) == 0 {
			t.Fatalf("%s cannot be spelled", text)
		}
		for _, way := range ways {
			if got := decodeRows(l, hints, spelled(t, l, way)); got.Text != text || got.Pinyin == "" {
				t.Errorf("%s, spelled %s: %q, %q", text, way, got.Text, got.Pinyin)
			}
		}
	}
}

func TestBadTokens(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"empty":          {"", "0 symbols"},
		"no number":      {"<blk> 0\n我\n", "line 2"},
		"gap":            {"<blk> 0\n我 2\n", "none has the number 1"},
		"twice":          {"<blk> 0\n我 1\n我 2\n", "line 3"},
		"number twice":   {"<blk> 0\n我 0\n", "line 2"},
		"blank missing":  {"我 0\n你 1\n", "blank"},
		"not UTF-8":      {"<blk> 0\n\xff\xfe 1\n", "line 2"},
		"huge number":    {"<blk> 0\n我 99999999\n", "line 2"},
		"a web page":     {"<html>\n<body class=x>\n", "line 1"},
		"only graph ids": {"<blk> 0\n#0 1\n", "1 symbols"},
	} {
		_, err := ParseTokens([]byte(c.text))
		if !errors.Is(err, ErrBadTokens) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	v, err := ParseTokens([]byte("\ufeff<blk> 0\r\n我 2\r\n 1\r\n\r\n#0 3\r\n"))
	if err != nil || v.Size() != 3 || v.names[1] != " " {
		t.Errorf("%v, %+v", err, v)
	}
	other, err := ParseTokens(tokenList("<blk>", "Я", "Ж"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := LoadPieces(models.Files(""), "zh", other, PieceTuning()); !errors.Is(err, ErrBadTokens) {
		t.Errorf("tokens that spell nothing: %v", err)
	}
}

func FuzzParseTokens(f *testing.F) {
	f.Add(characters())
	f.Add([]byte("<blk> 0\n  1\n▁ 2\r\n"))
	f.Add([]byte("<eps> 0\n#0 1\n#1 2"))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := ParseTokens(data)
		if err != nil {
			if !errors.Is(err, ErrBadTokens) {
				t.Errorf("%v", err)
			}
			return
		}
		p := newPieces(v)
		for id, name := range v.names {
			if v.index[name] != id {
				t.Fatalf("%q is %d and %d", name, id, v.index[name])
			}
			for _, s := range p.spellings([]string{name}) {
				if _, err := (&spelling{units: v}).spell(s); err != nil {
					t.Errorf("the spelling %q of %q: %v", s, name, err)
				}
			}
		}
	})
}
