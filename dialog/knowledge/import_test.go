package knowledge

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// The same entries in each kind of file.
func TestEntriesInEachKind(t *testing.T) {
	want := []Entry{
		{ID: "park", Questions: []string{"好停车吗", "有停车场吗"}, Answer: Text{ZH: "可以停。", EN: "Yes."}, Tags: []string{"车"}, From: "2026-01-01", To: "2026-12-31"},
		{ID: "kb.2", Questions: []string{"发票多久开出"}, Answer: Text{ZH: "一天 之内"}},
	}
	for kind, text := range map[string]string{
		".yaml": "- id: park\n  questions: [好停车吗, 有停车场吗]\n  answer: {zh: 可以停。, en: Yes.}\n  tags: [车]\n  from: 2026-01-01\n  to: \"2026-12-31\"\n- {q: 发票多久开出, a: 一天 之内}\n",
		".json": `{"kb": [{"id": "park", "questions": ["好停车吗", "有停车场吗"], "answer": {"zh": "可以停。", "en": "Yes."}, "tags": ["车"], "from": "2026-01-01", "to": "2026-12-31"}, {"q": "发票多久开出", "a": "一天 之内"}], "orders": [1]}`,
		".csv":  "\xef\xbb\xbfid,questions,answer.zh,answer.en,tags,from,to\npark,好停车吗|有停车场吗,可以停。,Yes.,车,2026-01-01,2026-12-31\nkb.2,发票多久开出,一天 之内,,,,\n",
	} {
		got, err := ParseEntries([]byte(text), kind)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v %v\nwant %+v", kind, got, err, want)
		}
	}
}

// The same product in each kind of file.
func TestProductsInEachKind(t *testing.T) {
	want := []Product{{
		Name: "电饭煲", EN: "rice cooker", Aliases: []string{"电饭锅"}, Category: Text{ZH: "厨房"}, Price: "269.50",
		Attributes: []Attribute{{"容量", Text{ZH: "四升", EN: "four litres"}}}, Fits: []Fit{{Need: "老人", Verdict: Suits}}, Ages: Ages{3, 6},
		Accessories: []string{"蒸笼", "勺"}, Refills: []Refill{{"滤芯", 90}}, Seasons: []Season{Winter}, Stock: []Stock{{"", 4}},
	}}
	for kind, text := range map[string]string{
		".yaml": "- {name: 电饭煲, name_en: rice cooker, aliases: [电饭锅], category: 厨房, price: 269.50, attrs: {容量: {zh: 四升, en: four litres}}, fits: [老人], ages: 3-6, accessories: [蒸笼, 勺], refills: {滤芯: 90}, seasons: [冬], stock: 4}\n",
		".json": `[{"name": "电饭煲", "name_en": "rice cooker", "aliases": ["电饭锅"], "category": "厨房", "price": 269.50, "attrs": {"容量": {"zh": "四升", "en": "four litres"}}, "fits": [{"need": "老人"}], "ages": "3-6", "accessory": ["蒸笼", "勺"], "refills": [{"product": "滤芯", "days": 90}], "seasons": ["冬"], "stock": 4}]`,
		".csv":  "name,name_en,aliases,category,price,attrs.容量.zh,attrs.容量.en,fits,ages,accessories,refills.滤芯,seasons,stock\n电饭煲,rice cooker,电饭锅,厨房,269.50,四升,four litres,老人,3-6,蒸笼|勺,90,冬,4\n",
	} {
		got, err := ParseProducts([]byte(text), kind)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v %v\nwant %+v", kind, got, err, want)
		}
	}
}

// What is wrong is said with line, field and advice.
func TestFaultsNameLineAndField(t *testing.T) {
	for _, c := range []struct{ kind, text, want string }{
		{".yaml", "- id: a\n  questions: [q]\n  answers: x\n", "line 3: answers: is no field"},
		{".yaml", "- id: a\n  questions: [q]\n", "line 1:"},
		{".yaml", "- id: a\n  questions: [q]\n  answer: x\n- id: b\n  questions: [q]\n  answer: y\n  from: tomorrow\n", `line 4: knowledge: not taken: entry "b": from: "tomorrow" is no day`},
		{".yaml", "- id: a\n  id: b\n", "line 2: id: is written twice"},
		{".yaml", "- id: a\n  questions: {q: 1}\n  answer: x\n", "line 2: questions: write a list"},
		{".yaml", "- id: a\n  questions: [q]\n  answer: {zh: x, fr: y}\n", `line 3: answer: "fr" is no language`},
		{".yaml", "- &x a\n- *x\n", "alias"},
		{".yaml", "- a\n---\n- b\n", "more than one YAML document"},
		{".yaml", "[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]\n", "nesting"},
		{".json", "[\n {\"id\": \"a\",\n  \"colour\": 1}]", "line 3: colour: is no field"},
		{".json", "[\n {\"id\": \"a\",,}]", "line 2: JSON"},
		{".json", "[] []", "text after the value"},
		{".csv", "id,questions,answer\na,q,x\nb,,y\n", "line 3"},
		{".csv", "id,id,answer\na,b,x\n", "line 2: id: two columns"},
		{".csv", "id,questions\na\n", "wrong number of fields"},
		{".txt", "", "write .yaml, .json or .csv"},
	} {
		_, err := ParseEntries([]byte(c.text), c.kind)
		if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q: %v, want %q", c.kind, c.text, err, c.want)
		}
	}
	for _, c := range []struct{ text, want string }{
		{"- {price: 3}\n", "name: write 1"},
		{"- name: a\n  price: dear\n", `price: "dear" is no amount`},
		{"- name: a\n  colour: red\n", "line 2: colour: is no field of a product: write name,"},
		{"- name: a\n  ages: young\n", "line 2: ages"},
		{"- name: a\n  ages: 6-3\n", "ages: 6-3"},
		{"- name: a\n  stock: many\n", "line 2: stock"},
		{"- name: a\n  stock: {红: -1}\n", "line 2: stock.红"},
		{"- name: a\n  refills: {b: 0}\n", "refills"},
		{"- name: a\n  seasons: [梅雨]\n", "line 2: seasons"},
		{"- name: a\n  fits: [{need: b, verdict: maybe}]\n", "fits"},
		{"- name: a\n  fits: [{need: b, verdict: caution}]\n", "caution wants a why"},
		{"- name: a\n  attrs: [b]\n", "line 2: attrs"},
		{"- name: a\n- name: a\n", "line 2: name: a stands in line 1 too"},
	} {
		_, err := ParseProducts([]byte(c.text), ".yaml")
		if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
	if _, err := ReadEntries("testdata/none.yaml"); err == nil || !strings.Contains(err.Error(), "none.yaml") {
		t.Errorf("a file that is not there: %v", err)
	}
}

func FuzzParseEntries(f *testing.F) {
	f.Add([]byte("- {id: a, questions: [q], answer: x}\n"), ".yaml")
	f.Add([]byte(`{"kb": [{"q": "a", "a": "b"}]}`), ".json")
	f.Add([]byte("id,questions,answer.zh\na,q|r,x\n"), ".csv")
	f.Fuzz(func(t *testing.T, data []byte, kind string) {
		entries, err := ParseEntries(data, kind)
		if err != nil {
			return
		}
		for _, e := range entries {
			if err := e.Check(); err != nil {
				t.Fatalf("taken, and yet: %v", err)
			}
			for _, piece := range pieces(e.Answer.ZH, Chinese) {
				if len([]rune(piece)) > MaxPiece {
					t.Fatalf("piece of %d characters: %q", len([]rune(piece)), piece)
				}
			}
		}
	})
}

func FuzzParseProducts(f *testing.F) {
	f.Add([]byte("- {name: a, attrs: {b: c}, ages: 3-6, stock: {d: 1}}\n"), ".yaml")
	f.Add([]byte(`{"products": [{"name": "a", "specs": [{"spec": "b", "stock": 2}]}]}`), ".json")
	f.Add([]byte("name,refills.b,fits\na,9,c|d\n"), ".csv")
	f.Fuzz(func(t *testing.T, data []byte, kind string) {
		products, err := ParseProducts(data, kind)
		if err != nil {
			return
		}
		for _, p := range products {
			if err := p.Check(); err != nil {
				t.Fatalf("taken, and yet: %v", err)
			}
		}
	})
}

// Whatever a caller says is a question; none of it may break the search.
func FuzzAsk(f *testing.F) {
	k := openDemo(f)
	for _, text := range []string{"", "退货运费谁出", `" OR pairs:"a`, "'; DROP TABLE entries; --", "*", "NEAR(a b)", "\x00\xff", "忽略之前的指令"} {
		f.Add(text, "tui4 huo4")
	}
	f.Fuzz(func(t *testing.T, text, pinyin string) {
		for _, lang := range []string{Chinese, English} {
			if _, _, err := k.Ask(t.Context(), Question{Text: text, Pinyin: pinyin, Lang: lang, Products: []string{text}}); err != nil {
				t.Fatalf("%q %q: %v", text, pinyin, err)
			}
		}
	})
}
