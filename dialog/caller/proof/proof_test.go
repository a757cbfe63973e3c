package proof

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"voxgate/dialog/reply"
)

var now = time.Date(2026, 9, 16, 10, 30, 0, 0, time.FixedZone("UTC+8", 8*3600)) // a Wednesday

const book = `
track:
  zh: ["您的{product}，{courier}，{last_time}{last_event}，预计{eta}送到。"]
  en: ["Your {product} with {courier}: {last_time}, {last_event}. It should arrive {eta}."]
refund:
  zh: ["{product}退款{amount}，{due}前退到{to}。"]
  en: ["The refund of {amount} goes to {to} by {due}."]
tail:
  zh: ["我听到的是尾号{tail}，{name}，对吗？"]
  en: ["I heard {tail} and {name}: is that right?"]
code:
  zh: ["在{station}，{hours}，取件码{code}。"]
  en: ["It is at {station}. The code is {code}."]
slots:
  zh: ["可以约{slots}，您要哪个？"]
  en: ["There is {slots}. Which one?"]
keys:
  zh: ["请按四位数字。"]
  en: ["Please press four digits."]
`

func ledger(t *testing.T) *Ledger {
	t.Helper()
	b, err := reply.Load(fstest.MapFS{"book.yaml": {Data: []byte(book)}})
	if err != nil {
		t.Fatal(err)
	}
	l := New(now, Read(b))
	l.Result("羊毛围巾", "wool scarf", "顺丰", "到达无锡转运中心", "2026-09-16 05:20", "2026-09-17 20:00", "159.90", "2026-09-19", "支付宝",
		"梅园新村快递驿站", "8:00-20:30", "8-3-2207", "吴师傅", "13800002345", "2026-09-17 下午|2026-09-18 上午", "SF Express")
	return l
}

func TestWhatARecordSaysIsProven(t *testing.T) {
	l := ledger(t)
	l.Caller("尾号二二九六")
	l.Caller("不对 最后是五 我叫方雅琴")
	l.Knowledge("签收后七天内，商品完好可以退。运费由买家承担。")
	for _, c := range []struct{ lang, say string }{
		{"zh", "您的羊毛围巾，顺丰快递，今天凌晨五点二十分到达无锡转运中心，预计明天晚上八点送到。"},
		{"en", "Your wool scarf with SF Express: today at 5:20 am, Wuxi. It should arrive tomorrow at 8 pm."},
		{"zh", "羊毛围巾退款一百五十九元九角，九月十九日前退到支付宝。"},
		{"en", "The refund of 159.9 yuan goes to Zhifubao by September 19."},
		{"zh", "在梅园新村快递驿站，早上八点到晚上八点半，取件码8-3-2207。"},
		{"en", "It is at Meiyuan Xincun. The code is 8 3 2 2 0 7."},
		{"zh", "我听到的是尾号2295，方雅琴，对吗？"},
		{"zh", "可以约明天下午、后天上午，您要哪个？"},
		{"zh", "签收后七天内，商品完好可以退。"},
		{"zh", "请按四位数字。"},
		{"en", "Please press four digits. I heard 2 2 9 5 and Fang Yaqin: is that right?"},
		{"zh", "请按四位数字。我听到的是尾号2295，方雅琴，对吗？"},
	} {
		if got := l.Check(c.say, c.lang); len(got) > 0 {
			t.Errorf("%s: unproven %v", c.say, got)
		}
	}
}

// TestAPlantedFactIsFound changes one fact in each sentence that the record proves.
func TestAPlantedFactIsFound(t *testing.T) {
	for _, c := range []struct {
		lang, say string
		kind      Kind
	}{
		{"zh", "您的羊毛围巾，顺丰快递，今天凌晨五点二十分到达无锡转运中心，预计十月二日晚上八点送到。", Date},
		{"zh", "您的羊毛围巾，顺丰快递，今天凌晨五点二十分到达无锡转运中心，预计明天晚上九点送到。", Clock},
		{"zh", "您的羊毛围巾，顺丰快递，今天凌晨五点二十分到达南京转运中心，预计明天晚上八点送到。", Words},
		{"zh", "您的羊毛围巾，圆通快递，今天凌晨五点二十分到达无锡转运中心，预计明天晚上八点送到。", Words},
		{"zh", "羊毛围巾退款一百六十九元九角，九月十九日前退到支付宝。", Money},
		{"zh", "羊毛围巾退款一百五十九元九角，九月二十九日前退到支付宝。", Date},
		{"zh", "羊毛围巾退款一百五十九元九角，九月十九日前退到微信。", Words},
		{"zh", "在梅园新村快递驿站，早上八点到晚上八点半，取件码8-3-2208。", Digits},
		{"zh", "在梅园新村快递驿站，早上八点到晚上九点半，取件码8-3-2207。", Clock},
		{"zh", "可以约明天下午、后天下午五点，您要哪个？", Clock},
		{"zh", "派送的是陈师傅，电话13800002346。", Digits},
		{"zh", "我听到的是尾号7788，方雅琴，对吗？", Digits},
		{"zh", "仓库三天内发货。", Count},
		{"zh", "周一给您送到。", Date},
		{"en", "Your wool scarf with SF Express: today at 5:20 am, Wuxi. It should arrive tomorrow at 9 pm.", Clock},
		{"en", "Your wool scarf with SF Express: today at 5:20 am, Nanjing. It should arrive tomorrow at 8 pm.", Words},
		{"en", "The refund of 169.9 yuan goes to Zhifubao by September 19.", Money},
		{"en", "The refund of 159.9 yuan goes to Zhifubao by October 19.", Date},
		{"en", "It is at Meiyuan Xincun. The code is 8 3 2 2 0 8.", Digits},
		{"en", "It will take five days.", Count},
	} {
		found := ledger(t).Check(c.say, c.lang)
		hit := false
		for _, claim := range found {
			hit = hit || claim.Kind == c.kind
		}
		if !hit {
			t.Errorf("%s: got %v, want an unproven %s", c.say, found, c.kind)
		}
	}
}

func TestSaidOnceMayBeRepeated(t *testing.T) {
	l := ledger(t)
	l.Caller("尾号二二九五 方雅琴")
	say := "我听到的是尾号2295，方雅琴，对吗？"
	if got := l.Check(say, "zh"); len(got) > 0 {
		t.Fatalf("unproven %v", got)
	}
	if got := l.Check("请按四位数字。"+say, "zh"); len(got) > 0 {
		t.Errorf("within a longer answer: unproven %v", got)
	}
	if got := l.Check(strings.ToUpper(say), "zh"); len(got) > 0 {
		t.Errorf("repeated: unproven %v", got)
	}
}

func TestNumerals(t *testing.T) {
	for text, want := range map[string]int{"十": 10, "二十一": 21, "三百二十九": 329, "一千零五": 1005, "两": 2, "三百二": 320, "二零七": 207, "一万零五十": 10050, "19": 19} {
		if got, ok := number(text); !ok || got != want {
			t.Errorf("%s: got %d, %v, want %d", text, got, ok, want)
		}
	}
}

func TestMoments(t *testing.T) {
	for _, c := range []struct {
		text string
		kind Kind
		want string
	}{
		{"下周三", Date, "2026-09-23"}, {"周五", Date, "2026-09-18"}, {"大后天", Date, "2026-09-19"}, {"二十号", Date, "2026-09-20"}, {"十月二日", Date, "2026-10-02"},
		{"下午三点一刻", Clock, "15:15"}, {"六点半以后", Clock, "18:30"}, {"中午十二点", Clock, "12:00"}, {"凌晨零点", Clock, "00:00"}, {"晚上八点零五分", Clock, "20:05"},
		{"四十五元九角", Money, "4590"}, {"五角", Money, "50"}, {"三元零五分", Money, "305"}, {"12.5元", Money, "1250"}, {"三块五毛", Money, "350"},
		{"幺三八零零零零二三四五", Digits, "13800002345"}, {"三公斤", Count, "3"}, {"中山路七百二十号", Count, "720"}, {"明天上午", Part, "am"},
	} {
		claims, _ := chinese(c.text, now)
		found := false
		for _, claim := range claims {
			for _, v := range claim.Values {
				found = found || claim.Kind == c.kind && v == c.want
			}
		}
		if !found {
			t.Errorf("%s: got %v, want %s %s", c.text, claims, c.kind, c.want)
		}
	}
}

// FuzzCheck holds that no text breaks the checker, and that what the caller says may be said back.
func FuzzCheck(f *testing.F) {
	f.Add("人民路十二号三幢三零二", "zh")
	f.Add("at 25:99 pm on February 31, 1 2 3", "en")
	f.Add("一二三四五六七八九十百千万元角分点半月日号周下", "zh")
	b, err := reply.Load(fstest.MapFS{"book.yaml": {Data: []byte(book)}})
	if err != nil {
		f.Fatal(err)
	}
	prompts := Read(b)
	f.Fuzz(func(t *testing.T, text, lang string) {
		if len(text) > 400 {
			return
		}
		l := New(now, prompts)
		l.Knowledge(text)
		if got := l.Check(text, lang); len(got) > 0 && normal(text) != "" {
			t.Errorf("%q as a page: unproven %v", text, got)
		}
		New(now, prompts).Check(text, lang)
	})
}
