package reply

import (
	"testing"
	"time"

	"voxgate/dialog/shop"
)

func TestEnglishWords(t *testing.T) {
	for text, want := range map[string]string{
		"黑色 41码": "black size 41", "24寸": "24 inches", "M 藏青": "M navy", "3期": "3 instalments", "处理中": "in progress", "支付宝": "Alipay", "门卫": "the gatekeeper",
		"小熊图案": "Xiaoxiong Tuan",
	} {
		if got := Event(text, "en"); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestSaidInEnglish(t *testing.T) {
	now := time.Date(2026, 5, 14, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		kind             shop.Type
		value, lang, out string
	}{
		{shop.TypePlace, "成都", "en", "Chengdu"}, {shop.TypePlace, "nanjing", "en", "Nanjing"}, {shop.TypePlace, "number 12, Zhongshan Road", "en", "number 12, Zhongshan Road"},
		{shop.TypePlace, "成都", "zh", "成都"}, {shop.TypeText, "leave it at the door", "en", "leave it at the door"}, {shop.TypeName, "王芳", "en", "Wang Fang"},
	} {
		if got := Said("x", c.kind, c.value, now, c.lang)["said_x"].String(); got != c.out {
			t.Errorf("%s in %s: got %q, want %q", c.value, c.lang, got, c.out)
		}
	}
}
