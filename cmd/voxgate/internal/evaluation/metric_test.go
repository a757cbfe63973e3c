package evaluation

import (
	"strings"
	"testing"

	"voxgate/models"
)

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"", "ab", 2}, {"kitten", "sitting", 3}, {"abcd", "bcde", 2}, {"abc", "abc", 0}, {"ab", "ba", 2}} {
		a, b := strings.Split(c.a, ""), strings.Split(c.b, "")
		if got := Distance(a, b); got != c.want {
			t.Errorf("%q to %q: %d, want %d", c.a, c.b, got, c.want)
		}
		if got := Distance(b, a); got != c.want {
			t.Errorf("%q to %q: %d, want %d", c.b, c.a, got, c.want)
		}
	}
}

func TestCharacters(t *testing.T) {
	for text, want := range map[string]string{
		"你好，世界！":           "你 好 世 界",
		"尾号三七二幺":           "尾 号 3 7 2 1",
		"尾号３７２１。":          "尾 号 3 7 2 1",
		"三千七百二十一块":         "3 7 2 1 块",
		"两点 半":             "2 点 半",
		"一三拐零洞八":           "1 3 7 0 0 8",
		"拐角的洞":             "拐 角 的 洞",
		"万一不行":             "万 1 不 行",
		"老百姓":              "老 百 姓",
		"双八":               "8 8",
		"Where's my order": "where's my order",
		"我的iPhone到了OK吗":    "我 的 iphone 到 了 ok 吗",
		"":                 "",
		" ,.!、":            "",
	} {
		if got := strings.Join(Characters(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func speller(t *testing.T) *Speller {
	t.Helper()
	s, err := NewSpeller(models.Files(""))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestUnits(t *testing.T) {
	s := speller(t)
	for _, c := range []struct{ pinyin, toned, toneless string }{
		{"cha2 kuai4 di4", "ch a2 k uai4 d i4", "ch a k uai d i"},
		{"nü3 lu:e4 lv4", "n v3 l ve4 l v4", "n v l ve l v"},
		{"dianr3 er2", "d ian3 er5 er2", "d ian er er"},
		{"de iPhone ma1ma", "d e5 iphone ma1ma", "d e iphone ma1ma"},
	} {
		if got := strings.Join(s.Units(c.pinyin, true), " "); got != c.toned {
			t.Errorf("%s: %s, want %s", c.pinyin, got, c.toned)
		}
		if got := strings.Join(s.Units(c.pinyin, false), " "); got != c.toneless {
			t.Errorf("%s toneless: %s, want %s", c.pinyin, got, c.toneless)
		}
	}
}

func TestReadings(t *testing.T) {
	if got := Readings("尾号3721"); len(got) != 2 || !strings.HasSuffix(got[0], "san1 qi1 er4 yi1") || !strings.HasSuffix(got[1], "san1 qi1 er4 yao1") {
		t.Errorf("long number: %q", got)
	}
	if got := Readings("买了12个"); got != nil {
		t.Errorf("a short number is read %q, and might be read otherwise", got)
	}
	if got := Readings("查快递"); len(got) != 1 || got[0] != "cha2 kuai4 di4" {
		t.Errorf("hanzi: %q", got)
	}
}

func TestScore(t *testing.T) {
	b := Bench{Speller: speller(t), Understand: func(text, _ string) Meaning {
		if strings.Contains(text, "快递") {
			return Meaning{"track", map[string]string{"phone_tail": text[len(text)-4:]}}
		}
		return Meaning{"other", map[string]string{"x": "1"}}
	}}
	row := Row{Text: "查快递尾号3721", Intent: "track", Pinyin: "cha2 kuai4 di4 wei3 hao4 san1 qi1 er4 yao1"}
	for name, c := range map[string]struct {
		heard Heard
		want  map[Metric]Count
	}{
		"right": {Heard{Text: "查快递尾号3721", Pinyin: row.Pinyin}, map[Metric]Count{
			Unit: {0, 15}, Toneless: {0, 15}, Character: {0, 9}, Digits: {0, 1}, Intent: {1, 1}, Labelled: {1, 1}, Written: {1, 1}, Slot: {0, 1}}},
		"a tone and a digit": {Heard{Text: "查快递尾号3781", Pinyin: "cha1 kuai4 di4 wei3 hao4 san1 qi1 ba1 yao1"}, map[Metric]Count{
			Unit: {3, 15}, Toneless: {2, 15}, Character: {1, 9}, Digits: {1, 1}, Intent: {1, 1}, Labelled: {1, 1}, Written: {1, 1}, Slot: {1, 1}}},
		"nothing": {Heard{}, map[Metric]Count{
			Unit: {15, 15}, Toneless: {15, 15}, Character: {9, 9}, Digits: {1, 1}, Intent: {0, 1}, Labelled: {0, 1}, Written: {1, 1}, Slot: {2, 1}}},
	} {
		got, slots := b.score(row, c.heard)
		for metric, want := range c.want {
			if got[metric] != want {
				t.Errorf("%s, %s: %+v, want %+v", name, metric, got[metric], want)
			}
		}
		if tail := slots["phone_tail"]; tail != (Count{min(1, c.want[Slot].Part), 1}) {
			t.Errorf("%s: slot %+v", name, tail)
		}
	}
	got, _ := b.score(Row{Text: "你好"}, Heard{Text: "你好"})
	for _, m := range []Metric{Digits, Labelled} {
		if _, counted := got[m]; counted {
			t.Errorf("a line without a number and an intent counts in %s", m)
		}
	}
}

func TestCompareMarksWhatDiffers(t *testing.T) {
	said, got := compare(Characters("我要查快递ok"), Characters("我查快件ok thanks"))
	mark := func(pieces []Piece) string {
		var b strings.Builder
		for _, p := range pieces {
			if p.Wrong {
				b.WriteString("[" + p.Text + "]")
				continue
			}
			b.WriteString(p.Text)
		}
		return b.String()
	}
	if s, g := mark(said), mark(got); s != "我[要]查快[递]ok" || g != "我查快[件]ok[ thanks]" {
		t.Errorf("%s / %s", s, g)
	}
}
