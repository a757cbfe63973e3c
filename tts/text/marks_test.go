package text

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestMarksReachTheClauses says what an engine is told about each clause.
func TestMarksReachTheClauses(t *testing.T) {
	plan := Plan(`<speak>您好<break time="700ms"/>请<prosody rate="80%" pitch="high" volume="+3dB">慢慢<prosody rate="slow">听</prosody></prosody>`+
		`电话13711029846,<phoneme alphabet="pinyin" ph="shàn xiǎo míng">单晓明</phoneme>再见<break strength="x-strong"/></speak>`, Chinese)
	var got []string
	for _, c := range plan {
		text, reading := "", ""
		for _, p := range c.Parts {
			text += p.Text
			if p.Fixed != nil {
				reading = " " + strings.Join(p.Syllables(), " ")
			}
		}
		got = append(got, fmt.Sprintf("%s%s %v %.2f %.2f %.0f", text, reading, c.Pause, c.Rate, c.Pitch, c.Gain))
	}
	want := []string{
		"您好 700ms 1.00 1.00 0", "请 0s 1.00 1.00 0", "慢慢 0s 0.80 1.14 3", "听 0s 0.64 1.14 3",
		"电话幺三七 220ms 0.85 1.00 0", "幺幺零二 220ms 0.85 1.00 0", "九八四六 180ms 0.85 1.00 0",
		"单晓明再见 shan4 xiao3 ming2 640ms 1.00 1.00 0",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestNameMarkReadsTheSurname(t *testing.T) {
	plan := Plan(`您好,<say-as interpret-as="name">曾晓明</say-as>先生`, Chinese)
	if got := strings.Join(plan[1].Parts[0].Syllables(), " "); got != "zeng1 xiao3 ming2" {
		t.Errorf("got %s", got)
	}
}

// TestBrokenMarksAreSpokenWithoutTheirTags holds that a call never hears a tag and never loses the text.
func TestBrokenMarksAreSpokenWithoutTheirTags(t *testing.T) {
	for written, want := range map[string]string{
		`<break time="500ms" 您好`:                                      "您好",
		`<prosody rate="slow">您好`:                                     "您好",
		`您好</prosody>`:                                                "您好",
		`<prosody rate="warp">您好</prosody>`:                           "您好",
		`<say-as interpret-as="color">3元</say-as>`:                    "三元",
		`<say-as interpret-as="date">明天见</say-as>`:                    "明天见",
		`<say-as>3元</say-as>`:                                         "三元",
		`<phoneme ph="xyz9">重量</phoneme>`:                             "重量",
		`<phoneme alphabet="ipa" ph="ʈʂʊŋ">重量</phoneme>`:              "重量",
		`<sub>邮政</sub>`:                                               "邮政",
		`<sub alias="甲"><b>乙</sub></b>丙`:                              "甲丙",
		`<say-as interpret-as="digits"><b>12</b>34</say-as>`:          "幺二三四",
		`<!-- 不说 -->您好<?xml version="1.0"?>`:                          "您好",
		`<a><b><c>您好</a></b></c>`:                                     "您好",
		`<SPEAK>您好</SPEAK>`:                                           "您好",
		"<break time=“1s”/>您好":                                        "您好",
		"<speak":                                                      "",
		"a &lt; b":                                                    "{A},{B}",
		`<prosody rate="slow"><say-as interpret-as="digits">12</say-`: "十二",
	} {
		if got := Normalise(written); got != want {
			t.Errorf("%s\n got %s\nwant %s", written, got, want)
		}
	}
}

func TestCheck(t *testing.T) {
	for marked, want := range map[string]string{
		"您好,3<5 A&B": "",
		`<speak>您好<break time="500ms"/>,<say-as interpret-as="date">2026-11-22</say-as></speak>`: "",
		`<sub alias="A&amp;B">甲</sub><phoneme alphabet="pinyin" ph="nǎr">哪儿</phoneme>`:           "",
		"您好<speek>好</speek>":                              "line 1, column 3: no mark is called <speek>",
		"您好\n请<break time=\"500 ms\"/>":                   `line 2, column 2: <break> has time="500 ms"`,
		`<break time=“1s”/>`:                              `column 1: a value of <break> is not in straight quotes`,
		`<break time="99s"/>`:                             `column 1: <break> has time="99s": write 0ms to 10s`,
		`<break strength="big"/>`:                         `<break> has strength="big": one of medium, none`,
		`<break time="1s"`:                                "<break> is not ended",
		`<break lenght="1s"/>`:                            "<break> knows no lenght: it has time, strength",
		`甲<say-as interpret-as="digits">12`:               "column 2: <say-as> is never closed: write </say-as> after its text",
		`甲</prosody>`:                                     "column 2: </prosody> closes nothing",
		`<say-as interpret-as="hour">3</say-as>`:          `interpret-as="hour": one of address, cardinal`,
		`<say-as>3</say-as>`:                              "<say-as> lacks interpret-as",
		`<say-as interpret-as="digits">一二</say-as>`:       `"一二" cannot be said as digits: such as 804213`,
		`<say-as interpret-as="time">25:70</say-as>`:      `"25:70" cannot be said as time`,
		`<prosody rate="900%">快</prosody>`:                `<prosody> has rate="900%": 30% to 300%`,
		`<prosody pitch="squeak">快</prosody>`:             `<prosody> has pitch="squeak"`,
		`<prosody volume="40dB">快</prosody>`:              `<prosody> has volume="40dB"`,
		`<phoneme ph="zhong4">重量</phoneme>`:               `<phoneme> has ph="zhong4": write toned pinyin, one syllable for each character`,
		`<phoneme alphabet="ipa" ph="a">啊</phoneme>`:      `alphabet="ipa": pinyin is the only one`,
		`<sub>EMS</sub>`:                                  "<sub> lacks alias",
		`<speak>A & B</speak>`:                            "column 10: a bare & beside marks: write &amp;",
		`< break/>您好<break/>`:                             "column 1: this < begins no mark",
		`<prosody rate="slow"><sub alias="甲">乙</prosody>`: "column 22: <sub> is never closed",
		"<speak>\n\n  <prosodi>好</prosodi></speak>":       "line 3, column 3: no mark is called <prosodi>",
	} {
		err := Check(marked)
		if want == "" {
			if err != nil {
				t.Errorf("%s\n got %v", marked, err)
			}
			continue
		}
		var wrong *MarkError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n got %v\nwant %s", marked, err, want)
		}
	}
}

// TestCheckedMarksAreUnderstood holds Check against the reading of marks: every example it gives is one that is said.
func TestCheckedMarksAreUnderstood(t *testing.T) {
	for as, example := range kinds {
		marked := fmt.Sprintf(`<say-as interpret-as="%s">%s</say-as>`, as, example)
		if err := Check(marked); err != nil {
			t.Errorf("%s: %v", marked, err)
		}
		if _, marks := parseMarks(marked, Chinese); len(marks) != 1 {
			t.Errorf("%s: not understood", marked)
		}
		if as == "address" || as == "name" {
			continue
		}
		if _, marks := parseMarks(marked, English); len(marks) != 1 {
			t.Errorf("%s: not understood in English", marked)
		}
	}
	for strength := range breaks {
		if err := Check(fmt.Sprintf(`<break strength="%s"/>`, strength)); err != nil {
			t.Error(err)
		}
	}
}

// TestBadInputIsSpokenOrSilent gives what callers and shops may send.
func TestBadInputIsSpokenOrSilent(t *testing.T) {
	for written, want := range map[string]string{
		"您好\x00\x07\x1b[31m请讲": "您好,三十一米请讲",
		"😀👍🏻🇨🇳":                "",
		"您\u200b好\ufeff":       "您好",
		"\ue000您好\uf8ff":       "您好",
		"𠮷野家到了":                "𠮷野家到了",
		"\xff\xfe您好\xc3":       "您好",
		"Привет 您好 こんにちは":      "您好",
		"٣个":                   "个",
	} {
		if got := Normalise(written); got != want {
			t.Errorf("%q\n got %s\nwant %s", written, got, want)
		}
		Plan(written, Chinese)
		Plan(written, English)
	}
}

// awkward are what makes patterns look far when it is repeated; the first ones most of all.
var awkward = []string{
	"1a", "<b></c>", `<prosody rate="slow">`, "1", "一", "&",
	"1、", "a-", "1-", "1.", "a.", "<", "<a>", "1:", "1,", "1 ", "(1)", "¥1-", "<break time=", "第1", "好。",
	`<say-as interpret-as="digits">1`, `<sub alias="`, "A1-", "1×", "+1 ", "尾号1、",
}

func tenThousand(unit string) string { return strings.Repeat(unit, 10_000/len([]rune(unit))) }

func TestTenThousandCharactersOfAnyKind(t *testing.T) {
	for _, unit := range awkward[:6] {
		written := tenThousand(unit)
		for _, lang := range []Lang{Chinese, English} {
			total := time.Duration(0)
			for _, c := range Plan(written, lang) {
				total += c.Pause
			}
			if total > time.Hour {
				t.Errorf("%q: pauses of %v", unit, total)
			}
		}
		_ = Check(written)
	}
}

// BenchmarkTenThousandCharacters is each of the awkward texts in both languages.
func BenchmarkTenThousandCharacters(b *testing.B) {
	for _, unit := range awkward {
		written := tenThousand(unit)
		for _, lang := range []Lang{Chinese, English} {
			b.Run(string(lang)+strings.ReplaceAll(unit, " ", "_"), func(b *testing.B) {
				for b.Loop() {
					Plan(written, lang)
				}
			})
		}
	}
}
