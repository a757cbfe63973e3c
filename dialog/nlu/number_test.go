package nlu

import (
	"strings"
	"testing"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"尾号3721", "3721"}, {"三七二幺", "3721"}, {"三七二一", "3721"}, {"尾号是三七两幺", "3721"}, {"洞幺拐勾", "0179"},
		{"双八四六", "8846"}, {"八八四六", "8846"}, {"三个八", "888"}, {"三个八一个六", "8886"}, {"七个一", "1111111"}, {"三连六", "666"}, {"两个八两个六", "8866"},
		{"三千七百二十一", "3721"}, {"三千零二十一", "3021"}, {"三千零二", "3002"}, {"三千七", "3700"}, {"一百二", "120"}, {"一百零二", "102"},
		{"十五", "15"}, {"二十", "20"}, {"三十七二十一", "3721"}, {"三十七 二十一", "3721"}, {"一万二千三百四十五", "12345"}, {"两万", "20000"}, {"一万三", "13000"},
		{"幺三七 幺幺零二 九八四六", "13711029846"}, {"一三七，一一零二，九八四六", "13711029846"}, {"幺三七呃幺幺零二嗯九八四六", "13711029846"},
		{"137-1102-9846", "13711029846"}, {"137 1102 9846", "13711029846"}, {"五一零零二三 然后是 三四七七八一", "510023347781"},
		{"three seven two one", "3721"}, {"double eight four six", "8846"}, {"triple five one", "5551"}, {"oh eight four oh", "0840"},
		{"thirty-seven twenty-one", "3721"}, {"nine eight 4 6", "9846"}, {"zero zero one", "001"}, {"nineteen", "19"},
		{"SF1562204478319", "SF1562204478319"}, {"S F 一五六二二零四四七八三一九", "SF1562204478319"}, {"s f 1562204478319", "SF1562204478319"},
		{"艾斯艾弗一五六二二零四四七八三一九", "SF1562204478319"}, {"SF后面是1562204478319", "SF1562204478319"}, {"J D V A 01234567890", "JDVA01234567890"},
		{"JDVA01234567890", "JDVA01234567890"}, {"DPK220099118844", "DPK220099118844"}, {"EE473124829CN", "EE473124829CN"}, {"y t 7719022846105", "YT7719022846105"},
		{"杰踢三零九一七四六六二八零零五", "JT3091746628005"}, {"歪踢七七一九零二二八四六一零五", "YT7719022846105"},
		{"oh no", ""}, {"please", ""}, {"你好", ""}, {"", ""}, {"双", ""}, {"三个", "3"}, {"万一", "1"},
	} {
		var got []string
		for _, r := range Numbers(c.text) {
			got = append(got, r.Number())
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%s: got %v, want %s", c.text, got, c.want)
		}
	}
}

func TestFix(t *testing.T) {
	for _, c := range []struct{ text, old, want string }{
		{"最后是八", "3721", "3728"}, {"最后一位是八", "3721", "3728"}, {"最后两位是零八", "3721", "3708"}, {"中间是零二", "3721", "3021"},
		{"开头是九", "3721", "9721"}, {"前面两位是九九", "3721", "9921"}, {"第三位是五", "3721", "3751"}, {"第2位是0", "3721", "3021"}, {"不是二是七", "3721", "3771"},
		{"不是二 是七", "3721", "3771"}, {"不是七是九", "7721", ""}, {"last digit is 8", "3721", "3728"}, {"最后是八", "", ""}, {"第九位是五", "3721", ""},
		{"后四位是3721不是3712", "13711023712", "13711023721"}, {"后四位是三七二一 不是三七一二", "13711023712", "13711023721"}, {"不对 后两位是零八", "3721", "3708"},
		{"前三位是一三八", "13711023712", "13811023712"}, {"最后是八不是三", "3723", "3728"}, {"最后是八不是三", "3721", "8721"}, {"后面是零八", "3721", "3708"},
		{"然后是零八", "3721", ""}, {"前面是九", "3721", "9721"},
	} {
		_, fix := correction(c.text)
		got, ok := fix.Apply(c.old)
		if ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%s on %s: got %s, %t (%+v), want %s", c.text, c.old, got, ok, fix, c.want)
		}
	}
}

func TestLettersToldApart(t *testing.T) {
	p, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"s for sam f for frank 1562204478319": "SF1562204478319", "it's J as in john T as in tom 3091746628005": "JT3091746628005",
		"单号是字母Y T 7719022846105": "YT7719022846105", "S F 开头的 1562204478319": "SF1562204478319", "顺丰 1562204478319": "SF1562204478319",
	} {
		if got := p.Understand(text, "", State{}).Slots["waybill_no"]; got != want {
			t.Errorf("%s: %q, want %s", text, got, want)
		}
	}
	if got := p.Understand("i for one want my money back", "", State{}).Text; got != "i for one want my money back" {
		t.Errorf("%q", got)
	}
}

func TestStartOver(t *testing.T) {
	for text, want := range map[string]bool{
		"重来": true, "不对 我重新说一遍": true, "说错了重报": true, "等一下 从头来": true, "start over please": true,
		"重新发货": false, "帮我重新下单": false, "最后是八": false, "再见": false, "": false,
	} {
		if got := startOver.MatchString(text); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"三千七百二十一", "幺三七 幺幺零二 九八四六", "double eight four six", "S F 一五六二二零四四七八三一九", "三个八双", "十百千万", "零零", "oh oh", "一万万万", "EE473124829CN"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, r := range Numbers(text) {
			if r.Digits == "" || strings.Trim(r.Digits, "0123456789") != "" || r.End <= r.Start && r.Prefix == "" || r.End < end {
				t.Errorf("%q: %+v", text, r)
			}
			end = r.End
		}
		correct, fix := correction(text)
		if fix.Part != "" && !correct && fix.Digits == "" {
			t.Errorf("%q: %+v", text, fix)
		}
		if out, ok := fix.Apply("13711029846"); ok && len(out) != 11 {
			t.Errorf("%q: %+v makes %q", text, fix, out)
		}
	})
}
