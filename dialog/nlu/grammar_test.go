package nlu

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestAddress(t *testing.T) {
	whole, _, _ := readAddress("湖北省武汉市洪山区珞喻路一百五十二号八栋一二零三")
	want := Address{Province: "湖北省", City: "武汉市", District: "洪山区", Road: "珞喻路", Number: "152号", Building: "8栋", Room: "1203"}
	if whole != want || len(whole.Missing()) != 0 || whole.String() != "湖北省武汉市洪山区珞喻路152号8栋1203" {
		t.Errorf("got %+v, missing %v", whole, whole.Missing())
	}
	for _, c := range []struct{ text, missing string }{
		{"珞喻路", "city number"}, {"武汉市", "road number"}, {"武汉市洪山区珞喻路", "number"}, {"珞喻路一百五十二号", "city"}, {"五号楼", "city road"},
		{"固始县郭陆滩镇太平村", ""}, {"武汉市阳光花园", ""}, {"", "city road number"},
	} {
		a, _, _ := readAddress(c.text)
		if got := strings.Join(a.Missing(), " "); got != c.missing {
			t.Errorf("%s: missing %q, want %q", c.text, got, c.missing)
		}
	}
	for _, c := range []struct{ fix, want string }{
		{"五号楼", "湖北省武汉市洪山区珞喻路152号5号楼1203"}, {"珞狮路", "湖北省武汉市洪山区珞狮路152号8栋1203"}, {"江汉区", "湖北省武汉市江汉区珞喻路152号8栋1203"},
		{"黄石市", "黄石市珞喻路152号8栋1203"}, {"", whole.String()},
	} {
		fix, _, _ := readAddress(c.fix)
		if got := whole.With(fix).String(); got != c.want {
			t.Errorf("with %s: %s, want %s", c.fix, got, c.want)
		}
	}
	if english := (Address{Lang: "en", Room: "room 1203", Number: "152", Road: "luoyu road", City: "wuhan"}); english.String() != "room 1203, 152 luoyu road, wuhan" {
		t.Error(english.String())
	}
}

func TestWindow(t *testing.T) {
	p := parser(t)
	for _, c := range []struct {
		text     string
		from, to int
	}{
		{"下午三点", 15 * hour, 16 * hour}, {"三点", 15 * hour, 16 * hour}, {"早上九点前", 0, 9 * hour}, {"六点半以后", 18*hour + 30, allDay}, {"晚上八点到九点", 20 * hour, 21 * hour},
		{"下午两三点", 14 * hour, 16 * hour}, {"上午", 8 * hour, 12 * hour}, {"中午十二点半", 12*hour + 30, 13*hour + 30}, {"十八点三十分", 18*hour + 30, 19*hour + 30}, {"九点一刻", 9*hour + 15, 10*hour + 15},
		{"after six tomorrow", 18 * hour, allDay}, {"between two and four in the afternoon", 14 * hour, 16 * hour}, {"at 9 am", 9 * hour, 10 * hour}, {"快一点", 0, 0}, {"", 0, 0},
	} {
		if got := p.Understand(c.text, "", State{Now: friday}).Window; got != (Window{c.from, c.to}) {
			t.Errorf("%s: %v, want %d to %d", c.text, got, c.from, c.to)
		}
	}
}

func TestInvalidDates(t *testing.T) {
	p := parser(t)
	for text, want := range map[string]string{
		"二月三十号送": "二月三十号", "四月三十一号": "四月三十一号", "十三月五号": "十三月五号", "2026-02-30": "2026-02-30", "february thirtieth": "february thirtieth",
		"二月二十九号": "二月二十九号", "二月三十号 不对 三月三号": "", "三月三号": "", "明年二月二十九号": "明年二月二十九号", "二零二八年二月二十九号": "",
	} {
		r := p.Understand(text, "", State{Now: friday})
		if r.Invalid["date"] != want || want != "" && r.Slots["date"] != "" {
			t.Errorf("%s: invalid %q, slots %v", text, r.Invalid["date"], r.Slots)
		}
	}
}

// TestWithoutClock holds that dates stay as said where nobody tells what day it is.
func TestWithoutClock(t *testing.T) {
	p := parser(t)
	for text, want := range map[string]string{"下周三送": "下周三", "三月二十一号": "三月二十一号", "三天后": "三天后", "国庆": "国庆", "月底": "月底", "next monday": "next monday", "in three days": "in three days"} {
		if got := p.Understand(text, "", State{}).Slots["date"]; got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func TestCards(t *testing.T) {
	p := parser(t)
	for _, c := range []struct {
		text, asked string
		want        bool
	}{
		{"四五三九一四八八零三四三六四六七", "", true}, {"4539 1488 0343 6467", "", true}, {"我卡号六二二二零二一二三四五六七八九零一二三", "", true}, {"cvv是三七二", "", true},
		{"my card number is 4539148803436467", "", true}, {"security code three seven two", "", true}, {"6222021234567890128", "order_no", true},
		{"订单号四五三九一四八八零三四三六四六七", "", false}, {"4539148803436467", "order_no", false}, {"510023347781902266", "", false}, {"顺丰1562204478319", "", false},
		{"13711029846", "", false}, {"我的银行卡没收到退款", "", false}, {"卡在路上了", "", false},
	} {
		r := p.Understand(c.text, "", State{Asked: c.asked})
		if r.Card != c.want {
			t.Errorf("%s (%s): card %t, slots %v", c.text, c.asked, r.Card, r.Slots)
		}
		for slot, value := range r.Slots {
			if c.want && len(OnlyDigits(value)) >= 3 {
				t.Errorf("%s: %s=%s", c.text, slot, value)
			}
		}
	}
}

func TestNumerals(t *testing.T) {
	for text, want := range map[string]string{
		"三百二十九": "329", "两千三": "2300", "一万二": "12000", "十": "10", "半": "0.5", "二点五": "2.5", "一二零三": "1203", "329.5": "329.5", "零点零五": "0.05",
		"twenty nine": "29", "three hundred and twenty nine": "329", "a couple of": "2", "a dozen": "12", "two and a half": "2.5", "one thousand three hundred ninety nine": "1399",
		"half a": "0.5", "two point five": "2.5", "a hundred": "100",
	} {
		if n, ok := numeral(text); !ok || decimal(n) != want {
			t.Errorf("%s: %s (%t), want %s", text, decimal(n), ok, want)
		}
	}
	for _, text := range []string{"", "块", "三四百", "twenty nine ninety nine", "and", "十百"} {
		if n, ok := numeral(text); ok {
			t.Errorf("%s: %s", text, decimal(n))
		}
	}
}

// TestLexicon holds that every pattern of words ends and that no word is a single character.
func TestLexicon(t *testing.T) {
	for _, n := range lexicon {
		words := spellOut(n.words)
		if len(words) == 0 {
			t.Errorf("%s spells out to nothing", n.words)
		}
		for _, word := range words {
			if len([]rune(word)) < 2 && word != "凹" {
				t.Errorf("%s: %q", n.slot, word)
			}
		}
	}
	if g := goodsLexicon(); len(g.chinese) < 600 || len(g.english) < 300 {
		t.Errorf("%d and %d goods", len(g.chinese), len(g.english))
	}
	if g := places(); len(g.cities) < 400 || g.cities["武汉"] != "湖北省" || g.provinces["广西"] != "广西壮族自治区" || !slices.Contains(g.districts["西湖"], "杭州") {
		t.Errorf("%d cities", len(g.cities))
	}
}

func TestProductsOfTheCaller(t *testing.T) {
	p := parser(t)
	for _, c := range []struct{ text, want string }{{"裙子到哪了", "连衣裙 L"}, {"那个锅坏了", "空气炸锅"}, {"耳机", "蓝牙耳机"}, {"抽纸", "抽纸"},
		{"yes cancel it", ""}, {"where is my cooker", "rice cooker"}, {"the thermos cups please", "thermos cups"}} {
		if got := p.Understand(c.text, "", State{Products: []string{"连衣裙 L", "空气炸锅", "蓝牙耳机", "rice cooker", "thermos cups"}}).Slots["product"]; got != c.want {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
}

func FuzzSlots(f *testing.F) {
	p := parser(f)
	for i, s := range []string{
		"改到湖北省武汉市洪山区珞喻路一百五十二号八栋一二零三", "不是三号楼 是五号楼", "二月三十号", "下午两三点", "三百二十九块五毛一", "卡号六二二二零二一二三四五六七八九零一二三",
		"从杭州寄到成都五公斤", "弓长张 伟大的伟", "抬头写杭州云帆科技有限公司 税号91420100333344445L", "zhang at qq 点 com", "取件码六杠一杠七零三八", "' OR 1=1 --", "\x00\xff号路街", strings.Repeat("号路", 300),
		"room eight oh two eighteen hunan road", "march thirty second", "两个X L的", "last four digits are 7714",
	} {
		f.Add(s, []string{"", "address", "date", "quantity", "name", "order_no", "spec"}[i%7], i%2 == 0)
	}
	f.Fuzz(func(t *testing.T, text, asked string, clock bool) {
		state := State{Asked: asked}
		if clock {
			state.Now = friday
		}
		r := p.Understand(text, "", state)
		for slot, value := range r.Slots {
			if strings.TrimSpace(value) == "" || strings.Contains(value, taken) {
				t.Errorf("%q: %s=%q", text, slot, value)
			}
		}
		if date := r.Slots["date"]; len(date) == 10 && date[4] == '-' && clock {
			if _, err := time.Parse(time.DateOnly, date); err != nil {
				t.Errorf("%q: %v", text, err)
			}
		}
		for _, slot := range []string{"amount", "quantity"} {
			if value, ok := r.Slots[slot]; ok {
				if n, err := strconv.ParseFloat(value, 64); err != nil || n < 0 {
					t.Errorf("%q: %s=%q", text, slot, value)
				}
			}
		}
		if w := r.Window; w.From < 0 || w.To > allDay || w.To < w.From {
			t.Errorf("%q: window %v", text, w)
		}
		if r.Slots["address"] != "" && r.Slots["address"] != strings.TrimSpace(r.Address.String()) {
			t.Errorf("%q: address %q of %+v", text, r.Slots["address"], r.Address)
		}
	})
}

func FuzzNumeral(f *testing.F) {
	for _, s := range []string{"三百二十九", "一万万", "twenty nine", "two point", "半半", "点", "9999999999", "a", "an and a half", "hundred hundred"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, ok := numeral(text)
		if ok && n < 0 {
			t.Errorf("%q: %d", text, n)
		}
		if back, again := numeral(decimal(max(n, 0))); ok && (!again || back != n) {
			t.Errorf("%q: %d comes back as %d", text, n, back)
		}
	})
}
