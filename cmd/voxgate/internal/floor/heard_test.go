package floor

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestHeard(t *testing.T) {
	for _, c := range []struct {
		text  string
		share float64
		want  string
	}{
		{"您的电饭煲明天送到。", 1, "您的电饭煲明天送到。"},
		{"您的电饭煲明天送到。", 0, ""},
		{"您的电饭煲明天送到。", -1, ""},
		{"您的电饭煲明天送到。", 0.56, "您的电饭煲…"},
		{"查到了，您的电饭煲明天送到。", 0.4, "查到了，…"},
		{"查到了，您的电饭煲明天送到。", 0.6, "查到了，您的电饭…"},
		{"单号是20260517001。", 0.7, "单号是…"},
		{"One moment, let me check.", 0.5, "One moment,…"},
		{"Your rice cooker comes tomorrow.", 0.62, "Your rice cooker…"},
		{"", 0.5, ""},
		{"。。。", 0.5, "。。。"},
	} {
		if got := Heard(c.text, c.share); got != c.want {
			t.Errorf("Heard(%q, %.2f) = %q, want %q", c.text, c.share, got, c.want)
		}
	}
}

func TestNods(t *testing.T) {
	for _, yes := range []string{"嗯", "嗯嗯", "对", "对对", "好的", "哦", "嗯 好的", "对对对", "是的", "知道了", "uh-huh", "okay", "OK", "yeah right", "mm-hmm", "嗯，好。", "好 okay", "I see", "got it", "okay got it", "that's right"} {
		if !Nods(yes) {
			t.Errorf("%q is a nod", yes)
		}
	}
	for _, no := range []string{"", "不是", "不对", "好像不对", "对我就是要退货", "嗯我想问", "等一下", "停", "行不行", "no", "okay but", "转人工", "好那个", "喂",
		"嗯嗯嗯嗯嗯嗯嗯", "一", "right now please", "I", "I see a", "it", "I want an agent", "wait a moment", "stop please"} {
		if Nods(no) {
			t.Errorf("%q is no nod", no)
		}
	}
}

func FuzzHeard(f *testing.F) {
	f.Add("您的电饭煲，明天送到。", 0.5)
	f.Add("a1 b2, c3", 0.3)
	f.Fuzz(func(t *testing.T, text string, share float64) {
		got := Heard(text, share)
		if share >= 1 && got != text {
			t.Errorf("all of %q became %q", text, got)
		}
		if cut := strings.TrimSuffix(got, "…"); utf8.ValidString(text) && !strings.HasPrefix(text, cut) {
			t.Errorf("%q is no beginning of %q", got, text)
		}
		Nods(text)
		hesitates(text)
	})
}
