package decode

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"voxgate/asr"
)

func listed(t testing.TB, text string) *WordList {
	t.Helper()
	list, err := ParseWords("words.tsv", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func withWords(t testing.TB, l *Language, text string) *Language {
	t.Helper()
	out, err := l.With(listed(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// tenThousand is a shop's list: two syllables of a name and a kind of goods.
func tenThousand() string {
	first := "云雪青山海星月花竹松晨暮金银玉清风雨沁悦雅乐喜康安宁福禄嘉瑞"
	second := "岚溪禾朵果米谷泉园庭轩阁坊舍记家品味语思念"
	goods := strings.Fields("保温杯 行李箱 电饭煲 蓝牙耳机 运动鞋 羽绒服 牛仔裤 洗面奶 护手霜 龙井茶 牛肉干 橄榄油 手机壳 充电宝 路由器 加湿器")
	var b strings.Builder
	n := 0
	for _, g := range goods {
		for _, s := range second {
			for _, f := range first {
				if n++; n <= 10_000 {
					fmt.Fprintf(&b, "product\t%c%c%s\n", f, s, g)
				}
			}
		}
	}
	return b.String()
}

func TestListedWordsAreHeard(t *testing.T) {
	zh := language(t, "zh")
	list := "product\t雪顶云雾茶\nstore\t沁园南店\nname\t单茜\nproduct\tiPhone 15 Pro\nproduct\t泽菲耳机\tze2 fei1 er3 ji1\nbrand\tZephyr\tZ EH F ER\nproduct\tZephyr 耳机\tZ EH F ER er3 ji1\n"
	small, large := withWords(t, zh, list), withWords(t, zh, list+tenThousand())
	for reading, want := range map[string]string{
		"wo3 mai3 de5 xue3 ding3 yun2 wu4 cha2 dao4 na3 le5":     "我买的雪顶云雾茶到哪了",
		"wo3 mai3 de5 ai4 feng4 shi2 wu3 pu5 rou4 dao4 na3 le5":  "我买的iPhone 15 Pro到哪了",
		"wo3 mai3 de5 ze2 fei1 er3 ji1 dao4 na3 le5":             "我买的泽菲耳机到哪了",
		"wo3 mai3 de5 zai4 fe4 shou3 ji1 dao4 na3 le5":           "我买的Zephyr手机到哪了",
		"wo3 mai3 de5 ei4 fe4 er3 ji1 dao4 na3 le5":              "我买的Zephyr 耳机到哪了",
		"wo3 jiao4 shan4 xi1":                                    "我叫单茜",
		"qin4 yuan2 nan2 dian4 shen2 me5 shi2 hou5 fa1 huo4":     "沁园南店什么时候发货",
		"bang1 wo3 cha2 yi1 xia4 wo3 de5 kuai4 di4 dao4 na3 le5": "帮我查一下我的快递到哪了",
		"wo3 de5 shou3 ji1 hao4 shi4 " + spokenNumber:            "我的手机号是13711029846",
		"zhuan3 ren2 gong1":                                      "转人工",
		"wo3 yao4 tui4 xing2 li5 xiang1":                         "我要退行李箱",
	} {
		r := rows(t, zh, reading, 0.9)
		for name, l := range map[string]*Language{"small": small, "large": large} {
			if got := decodeRows(l, asr.Hints{}, r); got.Text != want {
				t.Errorf("%s list: %q, want %q", name, got.Text, want)
			}
		}
		known := strings.HasPrefix(want, "帮我") || strings.HasPrefix(want, "我的手") || strings.HasPrefix(want, "转") || strings.HasPrefix(want, "我要退")
		if got := decodeRows(zh, asr.Hints{}, r); (got.Text == want) != known {
			t.Errorf("without a list: %q", got.Text)
		}
	}
	if large.Words() < zh.Words()+10_000 {
		t.Errorf("%d readings with ten thousand words more, %d without", large.Words(), zh.Words())
	}
}

// What a caller has ordered may have a Latin name, and a caller's own name a rare reading.
func TestHintsInLatinAndHeteronyms(t *testing.T) {
	zh := language(t, "zh")
	h := asr.Hints{Words: []string{"iPhone 15 Pro", "单茜", "登山鞋 38码"}}
	for reading, want := range map[string]string{
		"wo3 mai3 de5 ai4 feng4 shi2 wu3 pu5 rou4 dao4 na3 le5": "我买的iPhone 15 Pro到哪了",
		"wo3 jiao4 shan4 xi1":                        "我叫单茜",
		"wo3 mai3 de5 deng1 shan1 xie2 dao4 na3 le5": "我买的登山鞋到哪了",
	} {
		if got := decodeRows(zh, h, rows(t, zh, reading, 0.9)); got.Text != want {
			t.Errorf("%q, want %q", got.Text, want)
		}
	}
}

func TestListedWordsInEnglish(t *testing.T) {
	en := withWords(t, language(t, "en"), "product\t云雾茶\nproduct\tZephyr\n")
	if got := decodeRows(en, asr.Hints{Lang: "en"}, rows(t, en, "W EH R IH Z M AY Z EH F ER", 0.9)); got.Text != "where is my Zephyr" {
		t.Errorf("%q", got.Text)
	}
	if en.Words() != language(t, "en").Words()+1 {
		t.Error("hanzi were read in English")
	}
}

func TestUnreadableWordsNameFileLineAndAdvice(t *testing.T) {
	_, err := language(t, "zh").With(listed(t, "# ours\nproduct\tเสื้อ\nproduct\t云雾茶\thxo3\nproduct\t！！！\nproduct\tx\tZ QQ\nproduct\tZephyr 茶\tZ EH F ER\nproduct\t好茶\n"))
	var bad BadLines
	if !errors.As(err, &bad) || len(bad) != 5 {
		t.Fatalf("got %v", err)
	}
	for i, want := range []string{
		`words.tsv:2: cannot read "เ`, `words.tsv:3: reading "hxo3": unknown syllable "hxo3"; write toned pinyin`,
		`words.tsv:4: nothing in "！！！" is spoken; `, `words.tsv:5: reading: unknown phone "QQ"; `,
		`words.tsv:6: the reading of "Zephyr 茶" leaves out its hanzi; add their pinyin at their place`,
	} {
		if got := bad[i].Error(); !strings.HasPrefix(got, want) {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestSpokenWarns(t *testing.T) {
	zh, en := language(t, "zh"), language(t, "en")
	words, err := Spoken(zh, en, listed(t, "product\t茶\nname\t郭小美\nname\t郭晓梅\nproduct\tZephyr\nproduct\tDyson €\n"+
		"product\t新款加厚长款羽绒服男士商务休闲\nproduct\t雪顶云雾茶\nproduct\tZephyr\tZ EH F ER\n"))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{
		"one syllable", "sounds like 郭晓梅", "sounds like 郭小美", "Zephyr read by rule", `"€" is not spoken`, "15 syllables", "", "",
	} {
		if got := strings.Join(words[i].Warnings, "; "); want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", words[i].Word, got, want)
		}
	}
	if got := words[7]; strings.Join(got.English, "") != "Z EH F ER" || got.Readings[0] != "zai4 fe4" {
		t.Errorf("%+v", got)
	}
}

// Words of English that callers say must not need a list.
func TestEnglishWordsWithinChinese(t *testing.T) {
	zh := language(t, "zh")
	for reading, want := range map[string]string{
		"wo3 de5 ou4 de5 dao4 na3 le5":          "我的order到哪了",
		"zai4 ei1 pi4 pi4 shang4 cha2 bu2 dao4": "在APP上查不到",
		"ou1 kei4":                              "OK",
		"wo3 shi4 wei1 ai4 pi4":                 "我是VIP",
	} {
		if got := decodeRows(zh, asr.Hints{}, rows(t, zh, reading, 0.9)); !strings.EqualFold(got.Text, want) {
			t.Errorf("%q, want %q", got.Text, want)
		}
	}
}

func BenchmarkWithTenThousand(b *testing.B) {
	zh := language(b, "zh")
	list := listed(b, tenThousand())
	for b.Loop() {
		if _, err := zh.With(list); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStepAmongTenThousand(b *testing.B) {
	plainZh := language(b, "zh")
	for name, zh := range map[string]*Language{"none": plainZh, "tenThousand": withWords(b, plainZh, tenThousand())} {
		b.Run(name, func(b *testing.B) {
			rs := rows(b, zh, "wo3 mai3 de5 deng1 shan1 xie2 dao4 na3 le5 bang1 wo3 cha2 yi1 xia4", 0.6)
			s := zh.NewSearch()
			for b.Loop() {
				s.Begin(asr.Hints{})
				for _, r := range rs {
					s.Step(r)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(rs)), "us/step")
		})
	}
}
