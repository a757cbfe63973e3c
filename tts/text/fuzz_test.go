package text

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"", "2026-03-21 20:00", "¥1,399.00", "SF1562204478319", "8:30-21:30", "\xff{|}", "😀", "-5℃", "1-3%", "www.a.com", "it's", "5元/件", "王*明", "3#楼", "(1)退货", "<sub alias=\"1\">2</sub>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, written string) {
		said := Normalise(written)
		latin := false
		for _, r := range said {
			switch {
			case r == openLatin || r == shutLatin:
				if latin == (r == openLatin) {
					t.Fatalf("%q: braces do not match in %q", written, said)
				}
				latin = !latin
			case r == markComma || r == markStop || r == markGap:
			case latin && (isLatin(r) || strings.ContainsRune("_'-", r)):
			case !latin && unicode.Is(unicode.Han, r):
			default:
				t.Fatalf("%q: %q left in %q", written, r, said)
			}
		}
		if latin {
			t.Fatalf("%q: open brace in %q", written, said)
		}
		if !strings.ContainsAny(said, "{|") && Normalise(said) != said {
			t.Fatalf("%q: said %q, that again %q", written, said, Normalise(said))
		}
	})
}

func FuzzPlan(f *testing.F) {
	f.Add("您好,SF1562204478319", true)
	f.Add("It is 20:00.", false)
	f.Add(`<prosody rate="slow" pitch="+10%" volume="soft">慢<break time="1s"/><phoneme ph="shan4">单</phoneme></prosody>`, true)
	f.Add(`<say-as interpret-as="digits">12345678</say-as>, 周师傅`, false)
	f.Fuzz(func(t *testing.T, written string, chinese bool) {
		lang := English
		if chinese {
			lang = Chinese
		}
		for _, c := range Plan(written, lang) {
			if len(c.Parts) == 0 {
				t.Fatalf("%q: empty clause", written)
			}
			if c.Rate <= 0 || c.Rate > 3 || c.Pitch <= 0 || c.Pitch > 2 || c.Gain < -20 || c.Gain > 6 || c.Pause < 0 || c.Pause > maxPause {
				t.Fatalf("%q: clause %+v", written, c)
			}
			for _, p := range c.Parts {
				if strings.TrimSpace(p.Text) == "" || strings.ContainsFunc(p.Text, isPlaceholder) {
					t.Fatalf("%q: part %q", written, p.Text)
				}
				for _, s := range p.Syllables() {
					if !syllable.MatchString(s) {
						t.Fatalf("%q: %q is no syllable", written, s)
					}
				}
			}
		}
	})
}

func FuzzPinyin(f *testing.F) {
	for _, s := range []string{"", "我很好", "一一得一", "不不不", "小姐想想", "哪儿𠮷嗯", "九五五五四", "abc12", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, hanzi string) {
		n := 0
		for _, word := range Pinyin(hanzi) {
			if len(word) == 0 {
				t.Fatalf("%q: empty word", hanzi)
			}
			for _, s := range word {
				n++
				if !syllable.MatchString(s) {
					t.Fatalf("%q: %q is no syllable", hanzi, s)
				}
			}
		}
		if n > utf8.RuneCountInString(hanzi) {
			t.Fatalf("%q: %d syllables", hanzi, n)
		}
	})
}

// FuzzMarks holds that marks never fail: they leave text without tags, and what Check accepts is understood.
func FuzzMarks(f *testing.F) {
	for _, s := range []string{
		"", "<", "a<b", "&amp;&", "<speak>您好</speak>", `<break time="500ms"/>`, `<break strength='weak'>`, "</sub>", `<sub alias="x">y`,
		`<say-as interpret-as="digits">12</say-as>`, `<phoneme alphabet="pinyin" ph="shan4">单</phoneme>`, "<!-- x --><?y?>",
		`<prosody rate="200%"><prosody rate="x-fast">快</prosody></prosody>`, `<break time=“1s”/>`, "<a><b></a></b>", "\uE000",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, marked string) {
		marked = limitBytes(marked)
		plain, marks := parseMarks(marked, Chinese)
		for _, r := range plain {
			if unicode.Is(unicode.Co, r) && (!isPlaceholder(r) || int(r-firstPlaceholder) >= len(marks)) {
				t.Fatalf("%q: placeholder %q of %d marks", marked, r, len(marks))
			}
		}
		err := Check(marked)
		var wrong *MarkError
		if err != nil && !errors.As(err, &wrong) {
			t.Fatalf("%q: %v", marked, err)
		}
		if wrong != nil && (wrong.Line < 1 || wrong.Column < 1 || wrong.What == "" || wrong.Advice == "") {
			t.Fatalf("%q: %+v", marked, wrong)
		}
	})
}
