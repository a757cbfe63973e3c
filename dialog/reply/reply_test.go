package reply

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"voxgate/dialog/shop"
)

var now = time.Date(2026, 3, 20, 15, 30, 0, 0, time.FixedZone("UTC+8", 8*3600))

func TestWhen(t *testing.T) {
	for _, c := range []struct{ text, zh, en string }{
		{"2026-03-21 20:00", "明天晚上八点", "tomorrow at 8 pm"}, {"2026-03-20 04:40", "今天凌晨四点四十分", "today at 4:40 am"},
		{"2026-03-21", "明天", "tomorrow"}, {"2026-03-19 18:22", "昨天晚上六点二十二分", "yesterday at 6:22 pm"}, {"2026-03-18 11:05", "前天上午十一点零五分", "on March 18 at 11:05 am"},
		{"2026-03-22 12:30", "后天中午十二点半", "on March 22 at 12:30 pm"}, {"2026-03-10 14:00", "三月十日下午两点", "on March 10 at 2 pm"},
		{"2025-12-31 00:00", "二零二五年十二月三十一日凌晨零点", "on December 31, 2025 at 12 am"}, {"2026-03-20T23:30:00Z", "明天早上七点半", "tomorrow at 7:30 am"},
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
	for cents, want := range map[shop.Cents]string{32900: "三百二十九元", 4590: "四十五元九角", 50: "五角", 305: "三元零五分", 1234: "十二元三角四分", 0: ""} {
		if got := Money(cents, "zh"); got != want {
			t.Errorf("%v: got %s, want %s", cents, got, want)
		}
	}
	if got := Money(4590, "en"); got != "45.90 yuan" {
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
	zh, en := Order(o, now, "zh"), Order(o, now, "en")
	for _, c := range []struct {
		got  Fact
		want string
	}{
		{zh["product"], "抽纸"}, {zh["courier"], "顺丰快递"}, {zh["last_event"], "南京鼓楼湖南路网点派送中，快递员周师傅"}, {zh["eta"], "今天晚上七点"},
		{zh["signed_at"], "前天上午十一点零五分"}, {zh["signed_by"], "快递柜"}, {zh["station_hours"], "早上八点半到晚上九点半"},
		{en["product"], "order"}, {en["courier"], "SF Express"}, {en["signed_by"], "a parcel locker"}, {en["status"], "out for delivery"}, {en["station_hours"], "from 8:30 am to 9:30 pm"},
	} {
		if c.got.String() != c.want {
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
		for _, r := range value.String() {
			if r >= 0x4e00 && r < 0xa000 {
				t.Errorf("English %s has hanzi: %s", name, value)
				break
			}
		}
	}
}

func TestSpeak(t *testing.T) {
	for _, c := range []struct {
		kind        shop.Type
		raw, zh, en string
	}{
		{shop.TypeMoney, "12.50", "十二元五角", "12.50 yuan"}, {shop.TypeMoney, "free", "", ""}, {shop.TypeNumber, "3", "三", "3"}, {shop.TypeNumber, "2.5", "二点五", "2.5"},
		{shop.TypeDigits, "202605140001", "202605140001", "2 0 2 6 0 5 1 4 0 0 0 1"}, {shop.TypeMoment, "2026-03-21", "明天", "tomorrow"}, {shop.TypeMoment, "2026-02-30", "", ""},
		{shop.TypePeriod, "2026-03-21 上午", "明天上午", "tomorrow in the morning"}, {shop.TypePeriod, "2026-03-21 18:00-21:00", "明天晚上六点到晚上九点", "tomorrow from 6:00 pm to 9:00 pm"},
		{shop.TypePeriods, "2026-03-21 上午|2026-03-22 下午", "明天上午、后天下午", "tomorrow in the morning, on March 22 in the afternoon"},
		{shop.TypeYesNo, "yes", "", ""}, {shop.TypeCode, "shipped", "", ""}, {shop.TypeCourier, "顺丰", "顺丰快递", "SF Express"}, {shop.TypePlace, "杭州", "杭州", "Hangzhou"},
		{shop.TypeProduct, "抽纸 24包", "抽纸", "order"}, {shop.TypeTexts, "照片|发票", "照片、发票", "Zhaopian, Fapiao"}, {shop.TypeText, "", "", ""},
	} {
		if zh, en := Speak(c.kind, c.raw, now, "zh"), Speak(c.kind, c.raw, now, "en"); zh != c.zh || en != c.en {
			t.Errorf("%s %s: got %q and %q, want %q and %q", c.kind, c.raw, zh, en, c.zh, c.en)
		}
	}
}

// TestFactsSayTheirSource holds that a sentence tells where each of its values is from.
func TestFactsSayTheirSource(t *testing.T) {
	facts := Order(shop.Order{Number: "12345678901", Product: "台灯"}, now, "zh").
		With(Answer("quote", map[string]shop.Type{"fee": shop.TypeMoney}, shop.Facts{"fee": "8.00"}, now, "zh")).
		With(Said("address", shop.TypePlace, "文三路九号", now, "zh"))
	b := read(t, "a: {zh: [\"{product}{fee}{said_address}\"], en: [\"{product} {fee}\"]}")
	line, err := b.Say("a", "zh", 0, facts)
	if err != nil || line.Text != "台灯八元文三路九号" {
		t.Fatalf("got %+v, %v", line, err)
	}
	for name, want := range map[string]string{"product": "order 12345678901", "fee": "shop quote", "said_address": "caller"} {
		if got := line.Facts[name].Source(); got != want {
			t.Errorf("%s is from %q, want %q", name, got, want)
		}
	}
}

// read loads one file of prompts.
func read(t testing.TB, text string) *Book {
	t.Helper()
	b, err := Load(fstest.MapFS{"p.yaml": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBuiltin(t *testing.T) {
	b, err := Load(Builtin())
	if err != nil {
		t.Fatal(err)
	}
	if len(b.IDs()) < 100 || !b.Asks("open") || b.Asks("close") {
		t.Errorf("%d prompts", len(b.IDs()))
	}
}

func TestSayMissing(t *testing.T) {
	b := read(t, "eta_known: {zh: [\"{product}预计{eta}\"], en: [\"{product}\"]}")
	if line, err := b.Say("eta_known", "zh", 0, Heard("product", "台灯", "zh")); !errors.Is(err, ErrMissing) {
		t.Errorf("got %q, %v: a missing field must be an error", line.Text, err)
	}
	if _, err := b.Say("nothing", "zh", 0, nil); err == nil {
		t.Error("an unknown prompt was said")
	}
}

func TestLoadErrors(t *testing.T) {
	long := strings.Repeat("很", 41)
	for _, c := range []struct{ text, want string }{
		{"", "empty"}, {"hello:\n  zh: [\"x\"]\n", "p.yaml:1: hello has no text in en"}, {"a: [", "p.yaml"}, {"a: 3", "p.yaml:1"}, {"- a", "p.yaml:1"},
		{"a: {zh: [x], en: [y]}\nb:\n  en: [y]\n", "p.yaml:2: b has no text in zh"}, {"a: {zh: [x], en: [y]}\na: {zh: [x], en: [y]}", "p.yaml:2: a is there twice, first in p.yaml:1"},
		{"a: {zh: [" + long + "], en: [y]}", "p.yaml:1: a has 41 characters"}, {"a: {zh: [吗？好的。], en: [y]}", "p.yaml:1: a asks before its end"},
		{"a: {zh: [\"{X}\"], en: [y]}", "brace"}, {"a: {zh: [\" \"], en: [y]}", "empty wording"},
		{"a: {zh: ['<break time=\"1 hour\"/>好'], en: [y]}", "p.yaml:1: a has marks that cannot be followed"}, {"a: {zh: ['<say-as>好'], en: [y]}", "marks"},
	} {
		if _, err := Load(fstest.MapFS{"p.yaml": {Data: []byte(c.text)}}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.text, err, c.want)
		}
	}
	if _, err := Load(fstest.MapFS{}); err == nil {
		t.Error("an empty folder was loaded")
	}
}

// TestLaterFolderWins holds that an operator's prompt takes the place of the one that ships.
func TestLaterFolderWins(t *testing.T) {
	own := fstest.MapFS{"own.yaml": {Data: []byte("close: {zh: [再会。], en: [So long.]}")}}
	b, err := Load(Builtin(), own)
	if err != nil {
		t.Fatal(err)
	}
	if line, err := b.Say("close", "zh", 0, nil); err != nil || line.Text != "再会。" {
		t.Errorf("got %+v, %v", line, err)
	}
}

// TestMarksAreSpokenNotShown holds that a prompt says how it is spoken without that being read by anyone, and that a
// value brings no marks of its own.
func TestMarksAreSpokenNotShown(t *testing.T) {
	own := fstest.MapFS{"own.yaml": {Data: []byte("ask: {zh: ['{name}您好，<prosody rate=\"slow\">请记一下</prosody>。'], en: ['Hello {name}.']}")}}
	b, err := Load(own)
	if err != nil {
		t.Fatal(err)
	}
	facts := Facts{}.With(Heard("name", "<break/>王", "zh"))
	line, err := b.Say("ask", "zh", 0, facts)
	if err != nil || line.Text != "<break/>王您好，请记一下。" || line.Speech != "&lt;break/&gt;王您好，<prosody rate=\"slow\">请记一下</prosody>。" {
		t.Errorf("got %+v, %v", line, err)
	}
	if line, err = b.Say("ask", "en", 0, facts); err != nil || line.Speech != "" || line.Text != "Hello <break/>王." {
		t.Errorf("without marks: %+v, %v", line, err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte("a: {zh: [\"{x}\"], en: [y]}"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		b, err := Load(fstest.MapFS{"p.yaml": {Data: data}})
		if err != nil {
			return
		}
		for _, id := range b.IDs() {
			facts := Facts{}
			for _, name := range b.Fields(id) {
				facts = facts.With(Heard(name, "三", "zh"))
			}
			_, _ = b.Say(id, "zh", 0, facts)
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
