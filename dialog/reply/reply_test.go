package reply

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"voxgate/dialog/shop"
)

var now = time.Date(2026, 3, 20, 15, 30, 0, 0, time.FixedZone("UTC+8", 8*3600))

func TestWhen(t *testing.T) {
	for _, c := range []struct{ text, zh, en string }{
		{"2026-03-21 20:00", "明天晚上八点", "tomorrow at 8 pm"}, {"2026-03-20 04:40", "今天凌晨四点四十分", "today at 4:40 am"},
		{"2026-03-21", "明天", "tomorrow"}, {"2026-03-19 18:22", "昨天晚上六点二十二分", "yesterday at 6:22 pm"}, {"2026-03-18 11:05", "前天上午十一点零五分", "on March 18 at 11:05 am"},
		{"2026-03-22 12:30", "后天中午十二点半", "on March 22 at 12:30 pm"}, {"2026-03-10 14:00", "三月十日下午两点", "on March 10 at 2 pm"},
		{"2025-12-31 00:00", "二零二五年十二月三十一日凌晨零点", "on December 31 at 12 am"}, {"2026-03-20T23:30:00Z", "明天早上七点半", "tomorrow at 7:30 am"},
	} {
		m, err := shop.ParseMoment(c.text, now.Location())
		if err != nil {
			t.Fatal(err)
		}
		if got := When(m, now, "zh"); got != c.zh {
			t.Errorf("%s: got %s, want %s", c.text, got, c.zh)
		}
		if got := When(m, now, "en"); got != c.en {
			t.Errorf("%s: got %s, want %s", c.text, got, c.en)
		}
	}
}

func TestCountAndMoney(t *testing.T) {
	for n, want := range map[int]string{0: "零", 2: "二", 10: "十", 15: "十五", 20: "二十", 102: "一百零二", 110: "一百一十", 329: "三百二十九", 1005: "一千零五", 10050: "一万零五十", 99999: "九万九千九百九十九"} {
		if got := Count(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
	for yuan, want := range map[float64]string{329: "三百二十九元", 45.9: "四十五元九角", 0.5: "五角", 3.05: "三元零五分", 12.34: "十二元三角四分", 0: ""} {
		if got := Money(yuan, "zh"); got != want {
			t.Errorf("%v: got %s, want %s", yuan, got, want)
		}
	}
	if got := Money(45.9, "en"); got != "45.9 yuan" {
		t.Errorf("got %s", got)
	}
}

func TestMasks(t *testing.T) {
	for in, want := range map[string]string{"13800003721": "138****3721", "": "", "057112345678": "********5678", "100": "***"} {
		if got := MaskPhone(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
	for in, want := range map[string]string{"李明": "李*", "李建国": "李*国", "阿依古丽": "阿**丽", "李": "李", "": ""} {
		if got := MaskName(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
	got := MaskText("我叫许文强 电话13711029846 单号510023347781902266 住珞喻路152号8栋1203", "许文强")
	for _, secret := range []string{"许文强", "1102", "51002334", "152", "1203"} {
		if strings.Contains(got, secret) {
			t.Errorf("%s shows %s", got, secret)
		}
	}
}

func TestFields(t *testing.T) {
	o := shop.Order{Product: "抽纸 24包", Status: "派送中", Courier: "顺丰", LastEvent: "南京鼓楼湖南路网点派送中 快递员周师傅", LastTime: "2026-03-20 13:12", ETA: "2026-03-20 19:00",
		Signed: "2026-03-18 11:05 快递柜", StationHours: "8:30-21:30"}
	zh, en := Fields(o, now, "zh"), Fields(o, now, "en")
	for _, c := range []struct{ got, want string }{
		{zh["product"], "抽纸"}, {zh["courier"], "顺丰快递"}, {zh["last_event"], "南京鼓楼湖南路网点派送中，快递员周师傅"}, {zh["eta"], "今天晚上七点"},
		{zh["signed_at"], "前天上午十一点零五分"}, {zh["signed_by"], "快递柜"}, {zh["station_hours"], "早上八点半到晚上九点半"},
		{en["product"], "order"}, {en["courier"], "SF Express"}, {en["signed_by"], "a parcel locker"}, {en["status"], "out for delivery"}, {en["station_hours"], "from 8:30 am to 9:30 pm"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	if _, ok := zh["pickup_code"]; ok {
		t.Error("a field that the record does not have is there")
	}
	if got := Event("到达武汉转运中心", "en"); got != "it reached the Wuhan sorting hub" {
		t.Errorf("got %s", got)
	}
	for name, value := range en {
		for _, r := range value {
			if r >= 0x4e00 && r < 0xa000 {
				t.Errorf("English %s has hanzi: %s", name, value)
				break
			}
		}
	}
}

// TestPromptsAreSpeakable holds the prompts to what can be taken in by ear.
func TestPromptsAreSpeakable(t *testing.T) {
	b, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range b.IDs() {
		for _, lang := range languages {
			for n := range b.Wordings(id, lang) {
				text, err := b.Say(id, lang, n, everything(b, id))
				if err != nil {
					t.Errorf("%s: %v", id, err)
				}
				if lang == "zh" && utf8.RuneCountInString(text) > 45 {
					t.Errorf("%s has %d characters: %s", id, utf8.RuneCountInString(text), text)
				}
				body := strings.TrimRight(text, "？?")
				if strings.ContainsAny(body, "？?") {
					t.Errorf("%s: the question must come last: %s", id, text)
				}
				if strings.ContainsAny(text, "{}") {
					t.Errorf("%s: a brace is left: %s", id, text)
				}
			}
		}
	}
}

// everything fills every field of a prompt with one character.
func everything(b *Book, id string) map[string]string {
	out := map[string]string{}
	for _, f := range b.Fields(id) {
		out[f] = "三"
	}
	return out
}

func TestSayMissing(t *testing.T) {
	b, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if text, err := b.Say("eta_known", "zh", 0, map[string]string{"product": "台灯"}); !errors.Is(err, ErrMissing) {
		t.Errorf("got %q, %v: a missing field must be an error", text, err)
	}
	if _, err := b.Say("nothing", "zh", 0, nil); err == nil {
		t.Error("an unknown prompt was said")
	}
}

func TestLoadErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "empty"}, {"hello:\n  zh: [\"x\"]\n", "p.yaml:1: hello has no text in en"}, {"a: [", "p.yaml"}, {"a: 3", "p.yaml"},
		{"a: {zh: [x], en: [y]}\nb:\n  en: [y]\n", "p.yaml:2: b has no text in zh"},
	} {
		if _, err := Load("p.yaml", []byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.text, err, c.want)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte("a: {zh: [\"{x}\"], en: [y]}"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		b, err := Load("fuzz", data)
		if err != nil {
			return
		}
		for _, id := range b.IDs() {
			_, _ = b.Say(id, "zh", 0, everything(b, id))
		}
	})
}

func FuzzMaskText(f *testing.F) {
	f.Add("电话13711029846", "许文强")
	f.Fuzz(func(t *testing.T, text, name string) {
		if out := MaskText("13711029846 "+text, name); strings.Contains(out, "13711029846") {
			t.Errorf("%q shows the phone", out)
		}
	})
}
