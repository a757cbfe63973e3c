package nlu

import (
	"bufio"
	"maps"
	"os"
	"strings"
	"testing"
)

func parser(t testing.TB) *Parser {
	t.Helper()
	p, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSlots(t *testing.T) {
	p := parser(t)
	for _, c := range []struct {
		text, asked, want string
	}{
		{"尾号三七二幺的快递到哪了", "", "phone_tail=3721"},
		{"手机尾号是3721", "", "phone_tail=3721"},
		{"订单尾号三七二一", "", "order_tail=3721"},
		{"运单号后四位是八三一九", "", "waybill_tail=8319"},
		{"我的手机号是幺三七幺幺零二九八四六", "", "phone=13711029846"},
		{"订单号510023347781902266", "", "order_no=510023347781902266"},
		{"订单号是13711029846", "", "order_no=13711029846"},
		{"顺丰1562204478319", "", "courier=顺丰 waybill_no=SF1562204478319"},
		{"运单号SF1562204478319到哪了", "", "waybill_no=SF1562204478319"},
		{"中通75540198823107", "", "courier=中通 waybill_no=75540198823107"},
		{"工单号202603160041", "", "ticket_no=202603160041"},
		{"三七二一", "", "number=3721"},
		{"三七二一", "phone_tail", "phone_tail=3721"},
		{"三千七百二十一", "phone_tail", "phone_tail=3721"},
		{"我叫许文强", "", "name=许文强"},
		{"收件人是郭晓梅", "", "name=郭晓梅"},
		{"许文强", "name", "name=许文强"},
		{"呃 许文强吧", "name", "name=许文强"},
		{"是阿依古丽", "name", "name=阿依古丽"},
		{"my name is guo xiaomei", "name", "name=guo xiaomei"},
		{"我是收件人本人", "", ""},
		{"转人工", "name", ""},
		{"尾号3721 我叫王小明", "", "phone_tail=3721 name=王小明"},
		{"我的退款三百二十九块到了没", "", "amount=329"},
		{"取件码是不是6-1-7038", "", "pickup_code=6-1-7038"},
		{"东西摔坏了", "", "issue=破损"},
		{"放驿站吧", "", "place=驿站"},
		{"明天下午三点送", "", "date=明天 time=下午三点"},
		{"我要开专票", "", "invoice_type=专票"},
		{"空气炸锅到哪了", "", "product=空气炸锅"},
		{"帮我查一下我的快递到哪了", "", ""},
		{"寄到哪里多少钱", "", ""},
		{"地址改到后天上午行不行", "", "date=后天 time=上午"},
		{"我要打12315", "", ""},
		{"最后是八", "name", ""},
		{"我姓许 许文强", "name", "name=许文强"},
		{"你等等啊", "name", ""},
		{"我卡号是6222021234567890123", "", ""},
		{"第二个呢", "", ""},
		{"顺峰的那个", "", "courier=顺丰"},
		{"圆筒的快递", "", "courier=圆通"},
	} {
		r := p.Understand(c.text, "", State{Asked: c.asked})
		want := map[string]string{}
		for _, pair := range strings.Fields(strings.ReplaceAll(c.want, "guo xiaomei", "guo_xiaomei")) {
			name, value, _ := strings.Cut(pair, "=")
			want[name] = strings.ReplaceAll(value, "_", " ")
		}
		if !maps.Equal(r.Slots, want) {
			t.Errorf("%s: got %v, want %s", c.text, r.Slots, c.want)
		}
	}
}

func TestIntents(t *testing.T) {
	p := parser(t)
	for _, c := range []struct{ text, pinyin, want string }{
		{"帮我查一下我的快递到哪了", "", "track_logistics"},
		{"那它什么时候能到", "", "track_logistics"},
		{"转人工", "", "transfer_human"},
		{"找人工", "", "transfer_human"},
		{"转任公", "zhuan3 ren2 gong1", "transfer_human"},
		{"崔一下快弟", "cui1 yi2 xia4 kuai4 di4", "urge_delivery"},
		{"催一下", "", "urge_delivery"},
		{"查订单", "", "order_status"},
		{"对", "", Affirm}, {"是的呀", "", Affirm}, {"不是", "", Deny}, {"没听清", "", Repeat}, {"等一下", "", Wait},
		{"再见", "", Goodbye}, {"没有了谢谢", "", Goodbye}, {"你好", "", Greet}, {"你是机器人吗", "", BotIdentity},
		{"今天天气怎么样", "", OutOfScope}, {"三七二一", "", ProvideInfo}, {"不是 尾号是三七二幺", "", ProvideInfo}, {"另一个呢", "", ProvideInfo},
		{"where is my package", "", "track_logistics"}, {"i want to talk to a human", "", "transfer_human"}, {"yes", "", Affirm}, {"no", "", Deny},
	} {
		if r := p.Understand(c.text, c.pinyin, State{}); r.Intent != c.want {
			t.Errorf("%s: got %s (%.2f), want %s", c.text, r.Intent, r.Confidence, c.want)
		}
	}
}

func TestMood(t *testing.T) {
	p := parser(t)
	for _, c := range []struct{ text, sentiment, urgent string }{
		{"我的快递到哪了", Neutral, ""}, {"太好了谢谢你啊", Positive, ""}, {"怎么还没到 我很着急", Negative, ""}, {"你们这群骗子", Angry, ""},
		{"我要打幺二三幺五", Angry, UrgentRegulator}, {"我找律师告你们", Angry, UrgentLegal}, {"充电宝起火了", Negative, UrgentInjury}, {"我的卡被盗刷了", Negative, UrgentFraud},
		{"我都急死了 怎么还没到", Negative, ""}, {"我急着用 帮我催一下", Neutral, ""}, {"人工", Neutral, ""}, {"我要投诉快递员", Neutral, ""}, {"滚筒洗衣机到哪了", Neutral, ""}, {"hello", Neutral, ""}, {"can i get it later", Neutral, ""}, {"我告诉你们单号", Neutral, ""},
		{"this is ridiculous", Angry, ""}, {"I will call my lawyer", Angry, UrgentLegal},
	} {
		if r := p.Understand(c.text, "", State{}); r.Sentiment != c.sentiment || r.Urgent != c.urgent {
			t.Errorf("%s: got %s %s, want %s %s", c.text, r.Sentiment, r.Urgent, c.sentiment, c.urgent)
		}
	}
}

func TestLanguage(t *testing.T) {
	p := parser(t)
	for _, c := range []struct{ text, before, want string }{
		{"ok", "zh", "zh"}, {"where is my package", "zh", "en"}, {"3721", "en", "en"}, {"3721", "", "zh"}, {"SF1562204478319", "zh", "zh"}, {"91330106MA27YXKJ3P", "zh", "zh"},
		{"我的app打不开", "en", "zh"}, {"好的", "en", "zh"}, {"yes", "", "en"}, {"yes please", "zh", "en"},
	} {
		if got := p.Understand(c.text, "", State{Lang: c.before}).Lang; got != c.want {
			t.Errorf("%s after %s: got %s, want %s", c.text, c.before, got, c.want)
		}
	}
}

// TestUnseen holds the share of lines by writers whom nobody trains on that are understood; nobody tunes on them either,
// so this says which shares, not which lines.
func TestUnseen(t *testing.T) {
	p := parser(t)
	for _, c := range []struct {
		files string
		least float64
	}{{"market_vendor.zh night_shift.zh retired_teacher.zh", 0.87}, {"homophones.zh", 0.88}, {"engineer.en grandmother.en tourist.en", 0.83}} {
		right, all := 0, 0
		for _, file := range strings.Fields(c.files) {
			for _, l := range lines(t, "../../models/recipe/unseen/"+file+".txt") {
				text, _, _ := strings.Cut(l[1], "\t")
				all++
				if p.Understand(text, "", State{}).Intent == l[0] {
					right++
				}
			}
		}
		share := float64(right) / float64(all)
		t.Logf("%s: %d of %d right (%.1f %%)", c.files, right, all, 100*share)
		if share < c.least {
			t.Errorf("%s: %.1f %%, want %.0f %%", c.files, 100*share, 100*c.least)
		}
	}
}

// lines reads a file of lines under [class] heads.
func lines(t *testing.T, path string) [][2]string {
	t.Helper()
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	var out [][2]string
	class := ""
	scan := bufio.NewScanner(in)
	for scan.Scan() {
		text := strings.TrimSpace(scan.Text())
		switch {
		case text == "" || text[0] == '#':
		case text[0] == '[':
			class = strings.Trim(text, "[]")
		default:
			out = append(out, [2]string{class, text})
		}
	}
	return out
}

func FuzzUnderstand(f *testing.F) {
	p := parser(f)
	for _, s := range []string{"不是 尾号是三七二幺", "我叫许文强", "姓李", "第九九位是五", "从上海寄到北京多少钱", "\x00\xff", "' OR 1=1 --", "地址改成", strings.Repeat("一", 5000)} {
		f.Add(s, "", "name")
		f.Add(s, "zhuan3 ren2 gong1", "phone_tail")
	}
	f.Fuzz(func(t *testing.T, text, pinyin, asked string) {
		r := p.Understand(text, pinyin, State{Asked: asked, Products: []string{"抽纸 24包"}})
		if r.Intent == "" || r.Sentiment == "" || r.Lang == "" || r.Confidence < 0 || r.Confidence > 1.0001 {
			t.Errorf("%q: %+v", text, r)
		}
		for name, value := range r.Slots {
			if value == "" {
				t.Errorf("%q: empty %s", text, name)
			}
		}
	})
}

func BenchmarkUnderstand(b *testing.B) {
	p := parser(b)
	for b.Loop() {
		p.Understand("帮我查一下尾号三七二幺的快递到哪了", "", State{})
	}
}
