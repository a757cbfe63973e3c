package endpoint

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		in   Input
		want Number
	}{
		{Input{Text: "查快递"}, NoNumber},
		{Input{Text: "嗯", Asked: true}, Awaited},
		{Input{Text: "1379", Digits: 4, Asked: true, MinAsked: 4, MaxAsked: 4}, Full},
		{Input{Text: "13790", Digits: 5, Asked: true, MinAsked: 4, MaxAsked: 4}, Full},
		{Input{Text: "137", Digits: 3, Asked: true, MinAsked: 11, MaxAsked: 11}, Short},
		{Input{Text: "我的电话是13800138000", Digits: 11}, PhoneLike},
		{Input{Text: "13800138000", Digits: 11, Asked: true, MinAsked: 11, MaxAsked: 19}, PhoneLike},
		{Input{Text: "23800138000", Digits: 11, Asked: true, MinAsked: 11, MaxAsked: 19}, Within},
		{Input{Text: "123456789012345678", Digits: 18}, OrderLike},
		{Input{Text: "SF1234567890123", Digits: 13}, ShipLike},
		{Input{Text: "1234567890123", Digits: 13, Waybill: true, Asked: true}, ShipLike},
		{Input{Text: "1234567890123", Digits: 13}, Loose},
		{Input{Text: "12345678", Digits: 8, Known: true}, Full},
		{Input{Text: "1234", Digits: 4, Known: true}, Tail},
		{Input{Text: "1234", Digits: 4}, Tail},
		{Input{Digits: 11}, Loose},
	} {
		if got := c.in.Number(); got != c.want {
			t.Errorf("%+v: %v, want %v", c.in, got, c.want)
		}
	}
}

func TestFeaturesSeeTheEndAndNotTheDigits(t *testing.T) {
	same := func(a, b string) bool { return slices.Equal(Features("zh", a), Features("zh", b)) }
	if !same("尾号1234", "尾号987654") {
		t.Error("a number's digits count")
	}
	if same("我的快递到哪了", "我的快递到哪") || same("我 想", "我 要") {
		t.Error("the last character does not count")
	}
	if !same("我 想 问", "我想问") {
		t.Error("spaces count in Chinese")
	}
	if slices.Equal(Features("en", "where is my package"), Features("en", "where is my parcel")) {
		t.Error("the last word does not count")
	}
}

func TestWeightsSurviveSaving(t *testing.T) {
	m, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	var saved bytes.Buffer
	if err := m.Save(&saved); err != nil {
		t.Fatal(err)
	}
	again, err := Load(&saved)
	if err != nil {
		t.Fatal(err)
	}
	if *again != *m {
		t.Error("other weights came back")
	}
}

func TestBadWeights(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON": "weights", "nothing": "{}", "narrow": `{"in":[[1]],"trust":0.5,"sure":0.5}`,
		"too large": `{"words":"` + strings.Repeat("x", largest) + `"}`,
	} {
		if _, err := Load(strings.NewReader(text)); !errors.Is(err, ErrWeights) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzOver wants a probability of whatever is said.
func FuzzOver(f *testing.F) {
	f.Add("zh", "我的单号是1379", 0.3, 0.5, 4, 4)
	f.Add("en", "where is my", 0.12, 0.01, 0, 0)
	f.Fuzz(func(t *testing.T, lang, text string, quiet, end float64, digits, most int) {
		m, err := Default()
		if err != nil {
			t.Fatal(err)
		}
		in := Input{Text: text, Lang: lang, Quiet: math.Abs(quiet), End: end, Digits: digits, MaxAsked: most, Asked: most > 0}
		if math.IsNaN(quiet) || math.IsInf(quiet, 0) || math.IsNaN(end) {
			return
		}
		if chance, _ := m.Over(in); !(chance >= 0 && chance <= 1) {
			t.Errorf("chance %v of %+v", chance, in)
		}
	})
}

// FuzzLoad wants an error or weights that can be used.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(`{"words":{"9999":1}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Load(bytes.NewReader(data))
		if err != nil {
			if !errors.Is(err, ErrWeights) {
				t.Error(err)
			}
			return
		}
		m.Over(Input{Text: "查快递", Lang: "zh", Quiet: 0.2})
	})
}
