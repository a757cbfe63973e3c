package decode

import (
	"testing"

	"voxgate/asr"
)

func TestWhatIsExpectedIsHeard(t *testing.T) {
	zh := language(t, "zh")
	tail := asr.Hints{Digits: true, MinDigits: 4, MaxDigits: 4}
	for name, c := range map[string]struct {
		hints      asr.Hints
		said, want string
	}{
		"letters of a courier":  {asr.Hints{Digits: true, Waybill: true, MinDigits: 11, MaxDigits: 19}, "zhei4 di4 ai2 ke5 si5 " + spoken("775331018209"), "JDX775331018209"},
		"nothing but a waybill": {asr.Hints{Digits: true, Waybill: true, Only: true, Words: []string{"顺丰快递"}}, "ai2 si5 ai2 fu5 " + spoken("775331018209"), "SF775331018209"},
		"letters alone":         {asr.Hints{Digits: true, Waybill: true}, "di4 pi4 kei4 " + spoken("871467307081"), "DPK871467307081"},
		"cardinal tail":         {tail, "san1 qian1 yi1 bai3 ling2 wu3", "三千一百零五"},
		"cardinal to the end":   {tail, "jiu3 qian1 jiu3 bai3 ling2 ba1", "九千九百零八"},
		"whole number instead":  {tail, spokenNumber, "13711029846"},
		"yes":                   {asr.Hints{YesNo: true}, "dui4", "对"},
		"no and what else":      {asr.Hints{YesNo: true}, "bu4 shi4 wo3 yao4 tui4 huo4", "不是我要退货"},
		"listed name":           {asr.Hints{Name: true, Words: []string{"阔佩克"}}, "kuo4 pei4 ke4", "阔佩克"},
		"command for a name":    {asr.Hints{Name: true}, "zhuan3 ren2 gong1", "转人工"},
		"request for a number":  {asr.Hints{Digits: true, Waybill: true}, "wo3 yao4 tui4 huo4", "我要退货"},
	} {
		if got := decodeRows(zh, c.hints, rows(t, zh, c.said, 0.9)); got.Text != c.want {
			t.Errorf("%s: %q, want %q", name, got.Text, c.want)
		}
	}
}

func TestUnlistedName(t *testing.T) {
	zh := language(t, "zh")
	got := decodeRows(zh, asr.Hints{Name: true}, rows(t, zh, "tuo4 ba2 zhuang4", 0.9))
	if got.Pinyin == "" || len([]rune(got.Text)) != 3 {
		t.Errorf("%q (%s) for a name of three syllables", got.Text, got.Pinyin)
	}
}

func TestCountFollowsCardinals(t *testing.T) {
	zh := language(t, "zh")
	e := newExpectations(zh)
	token := func(w string) *word {
		at, ok := zh.tokens[w]
		if !ok {
			at = e.number
		}
		return &word{text: w, token: at}
	}
	for text, whole := range map[string]bool{
		"三千七百二十一": true, "三千七百二": true, "三千零二": true, "三千零二十一": true, "三千": true, "三百": false, "三十千": false, "三三": false,
		"三千七百百": false, "三千二十一": true, "零千": false, "三": false, "三千七百二十一一": false, "千": false,
	} {
		at := stageNone
		for i, r := range text {
			if at, _ = e.count(at, token(string(r)), i == 0); at == stageNone {
				break
			}
		}
		if got := at.ends() > unlikely; got != whole {
			t.Errorf("%s: a whole cardinal of four digits: %v", text, got)
		}
	}
}
