package decode

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"voxgate/models"
)

const goodList = "\uFEFF# what we sell\r\n\r\nproduct\t雪顶云雾茶\r\nproduct\tZephyr 耳机\tZ EH F ER\r\nstore\t  望京  西店 \t \r\nproduct\tT恤\tti4 xu4\r\nproduct\tT恤\tti4 xu4\r\n"

func TestParseWords(t *testing.T) {
	list, err := ParseWords("words.tsv", []byte(goodList))
	if err != nil {
		t.Fatal(err)
	}
	want := []ListedWord{
		{3, "product", "雪顶云雾茶", ""}, {4, "product", "Zephyr 耳机", "Z EH F ER"}, {5, "store", "望京 西店", ""}, {6, "product", "T恤", "ti4 xu4"},
	}
	if fmt.Sprint(list.Words) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", list.Words, want)
	}
}

func TestBadListsNameFileLineAndAdvice(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"no TAB":         {"product\t茶\nproduct 云雾茶\n", `w.tsv:2: no TAB in "product 云雾茶"; write CLASS<TAB>WORD`},
		"class":          {"tea\t云雾茶\n", `w.tsv:1: unknown class "tea"; use one of product,`},
		"columns":        {"product\t茶\tcha2\t5\n", "w.tsv:1: 4 columns; "},
		"no word":        {"product\t\tcha2\n", "w.tsv:1: no word after the class; "},
		"long word":      {"product\t" + strings.Repeat("茶", 61) + "\n", "w.tsv:1: a word of 61 characters, at most 60 are taken; "},
		"long line":      {"# x\nproduct\t" + strings.Repeat("x", 1<<20) + "\n", "w.tsv:2: a line of 1048584 bytes, at most 1000 are taken; "},
		"GBK":            {"product\t\xd4\xc6\xce\xed\n", "w.tsv:1: not UTF-8; save the file as UTF-8 (it may be GBK)"},
		"UTF-16":         {"\xff\xfep\x00", "w.tsv: saved as UTF-16; save it as UTF-8"},
		"empty":          {"", "w.tsv: holds no words; "},
		"comments only":  {"# nothing\n\n", "w.tsv: holds no words; "},
		"too large":      {strings.Repeat("#\n", MaxListSize/2+1), "w.tsv: more than 8 MB; "},
		"too many words": {manyWords(maxWords + 1), "w.tsv: holds 50001 words, at most 50000 are taken; "},
	} {
		_, err := ParseWords("w.tsv", []byte(c.data))
		var bad BadLines
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	_, err := ParseWords("w.tsv", []byte(strings.Repeat("tea\t茶\n", 1000)))
	if lines := strings.Split(err.Error(), "\n"); len(lines) != shownFaults+1 || lines[shownFaults] != "and 980 more lines" {
		t.Errorf("a thousand faults are told in %d lines", len(lines))
	}
}

// manyWords is a list of n different products of three hanzi each.
func manyWords(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "product\t%c%c%c\n", 0x4e00+i%97, 0x5200+i/97%89, 0x6700+i/97/89)
	}
	return b.String()
}

func FuzzParseWords(f *testing.F) {
	f.Add([]byte(goodList))
	f.Add([]byte("product\tiPhone 15 Pro\nname\t单茜\nproduct\tC++\nbrand\tA&B 1.5L\n"))
	f.Add([]byte("product\t云雾茶\thxo3 X5\nother\t犇\ncity\té\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := ParseWords("f", data)
		var bad BadLines
		if err != nil {
			if !errors.As(err, &bad) || len(bad) == 0 {
				t.Errorf("error %v", err)
			}
			return
		}
		if len(list.Words) > 50 {
			return
		}
		for _, lang := range []string{"zh", "en"} {
			l := language(t, lang)
			for _, w := range list.Words {
				said, fault := l.said(w)
				if fault != nil && (fault.What == "" || fault.Advice == "") {
					t.Errorf("%q: fault %+v", w.Word, fault)
				}
				if fault == nil && lang == "zh" && len(said) == 0 {
					t.Errorf("%q is neither said nor refused", w.Word)
				}
			}
		}
	})
}

func TestBrokenLexiconNamesFileLineAndAdvice(t *testing.T) {
	for name, c := range map[string]struct{ file, data, want string }{
		"no TAB":           {"readings.tsv", "你\tni3\n\n好 hao3\n", "hearing/readings.tsv:3: no TAB in \"好 hao3\"; write a word, a TAB and its reading"},
		"unknown syllable": {"readings.tsv", "\uFEFF你\tni3\r\n好\thxo3\r\n", `hearing/readings.tsv:2: unknown syllable "hxo3"`},
		"GBK":              {"loans.tsv", "A\tei1\n\xd4\xc6\tyun2\n", "hearing/loans.tsv:2: not UTF-8; save the file as UTF-8"},
		"long line":        {"heteronyms.tsv", "行\txing2 hang2\n" + strings.Repeat("行", 1<<19), "hearing/heteronyms.tsv:2: a line of more than 65536 bytes"},
		"weight":           {"sentences.zh.txt", "我 要 退货\t-1\n", "after the TAB stands a weight from 1 to 1000"},
	} {
		files := overlaid{"hearing/" + c.file: {Data: []byte(c.data)}}
		if _, err := Load(files, "zh", DefaultTuning()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// overlaid are files before the shipped ones.
type overlaid fstest.MapFS

func (o overlaid) Open(name string) (fs.File, error) {
	if f, err := fstest.MapFS(o).Open(name); err == nil {
		return f, nil
	}
	return models.Files("").Open(name)
}
