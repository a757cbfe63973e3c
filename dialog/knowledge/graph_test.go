package knowledge

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"
)

// shopFile is as the demo shop's file has its products.
const shopFile = `{"orders": [], "products": [
  {"name": "电饭煲", "price": 269, "attrs": {"容量": "四升"}, "accessory": ["蒸笼"], "stock": 40, "services": ["repair"]},
  {"name": "蓝牙耳机", "price": 349, "attrs": {"续航": "三十小时"}, "specs": [{"spec": "黑色", "stock": 12}, {"spec": "白色", "stock": 0}]}
]}`

// openDemo is the demo shop's knowledge.
func openDemo(t testing.TB) *Opened {
	t.Helper()
	k, err := Open(context.Background(), Options{Demo: true, ShopData: []byte(shopFile)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
	return k
}

func TestProductQuestions(t *testing.T) {
	k := openDemo(t)
	for _, c := range []struct {
		text     string
		products []string
		want     string // in the first piece; empty: nothing is known
		about    string
	}{
		{"这个电饭煲多大容量", nil, "四升", "电饭煲"},
		{"这个多大容量", []string{"电饭煲"}, "四升", "电饭煲"},
		{"那它多重啊", []string{"保温杯 2只"}, "三百克", "保温杯"},
		{"电饭锅几个人用合适", nil, "三到五个人", "电饭煲"},
		{"蓝牙耳机有现货没", nil, "有现货", "蓝牙耳机"},
		{"蓝牙耳鸡有现货没", nil, "有现货", "蓝牙耳机"},
		{"电热毯还有货吗", nil, "羽绒被有现货", "电热毯"},
		{"保温杯适合老人用吗", nil, "适合老人", "保温杯"},
		{"适合老人用吗", []string{"血压计"}, "适合老人", "血压计"},
		{"护肤套装敏感肌能不能用", nil, "适合敏感肌", "护肤套装"},
		{"控油洗面奶孕妇能用吗", nil, "不太适合孕妇", "控油洗面奶"},
		{"奶粉给宝宝喝合适吗", nil, "一到三岁", "奶粉"},
		{"儿童手表适合三岁孩子吗", nil, "4到12岁", "儿童手表"},
		{"电饭煲和小电饭煲差在哪", nil, "四升", "电饭煲"},
		{"跟那款差在哪", []string{"小电饭煲", "电饭煲"}, "一点六升", "小电饭煲"},
		{"敏感肌用什么洗面奶", nil, "氨基酸洗面奶", "氨基酸洗面奶"},
		{"我皮肤容易过敏用什么洗面奶好", nil, "氨基酸洗面奶", "氨基酸洗面奶"},
		{"给三岁孩子买什么", nil, "", ""},
		{"送长辈买什么好", nil, "可以看看", ""},
		{"羽绒被怎么洗", nil, "别水洗", "羽绒被"},
		{"空气炸锅要配什么", nil, "硅油纸", "空气炸锅"},
		{"净化器滤芯多久换一次", nil, "180天", "空气净化器"},
		{"电饭煲多少钱", nil, "269元", "电饭煲"},
		{"有没有跟羽绒被类似的", nil, "大豆纤维被", "羽绒被"},
		{"电饭煲的噪音多大", nil, "", ""},
		{"今天天气怎么样", []string{"电饭煲"}, "", ""},
		{"帮我查一下快递", []string{"电饭煲"}, "", ""},
		{"how big is the rice cooker", nil, "four litres", "电饭煲"},
		{"is the thermos cup good for my parents", nil, "elderly", "保温杯"},
		{"what face wash do you recommend for sensitive skin", nil, "amino acid face wash", "氨基酸洗面奶"},
		{"are the earphones in stock", nil, "in stock", "蓝牙耳机"},
	} {
		lang := Chinese
		if !isHanzi(c.text) {
			lang = English
		}
		a, ok, err := k.Adviser.Ask(context.Background(), Question{Text: c.text, Lang: lang, Products: c.products})
		if err != nil {
			t.Fatal(err)
		}
		if c.text == "给三岁孩子买什么" {
			// Whatever it names must be for that age.
			for _, name := range a.Products {
				p, _, err := k.graph.Product(context.Background(), name)
				if err != nil || p.Ages.From > 3 || p.Ages.To < 3 {
					t.Errorf("%s: names %s, which is for %+v", c.text, name, p.Ages)
				}
			}
			if !ok || len(a.Products) == 0 {
				t.Errorf("%s: nothing is named", c.text)
			}
			continue
		}
		if ok != (c.want != "") || ok && (!strings.Contains(strings.Join(a.Pieces, ""), c.want) || c.about != "" && a.Products[0] != c.about) {
			t.Errorf("%s: got %v %q of %v, want %q of %s", c.text, ok, a.Pieces, a.Products, c.want, c.about)
		}
		for _, piece := range a.Pieces {
			if strings.ContainsAny(piece, "{}") || lang == Chinese && len([]rune(piece)) > MaxPiece || lang == English && isHanzi(piece) {
				t.Errorf("%s: piece %q", c.text, piece)
			}
		}
	}
}

// What the graph lacks must be told apart from what nobody asked.
func TestMissingAttribute(t *testing.T) {
	k := openDemo(t)
	a, ok, err := k.Adviser.Ask(context.Background(), Question{Text: "电饭煲的噪音多大", Lang: Chinese})
	if err != nil || ok || a.Missing != "电饭煲" {
		t.Errorf("got %+v %v %v", a, ok, err)
	}
}

// Each sentence about a product is made of the wording's own words and of values whose origin is given.
func TestEveryValueHasASource(t *testing.T) {
	k := openDemo(t)
	for _, question := range []string{"电饭煲多大容量", "电饭煲和小电饭煲差在哪", "敏感肌用什么洗面奶", "保温杯适合老人用吗", "净化器滤芯多久换一次", "介绍一下扫地机器人", "电热毯有货吗"} {
		a, ok, err := k.Adviser.Ask(context.Background(), Question{Text: question, Lang: Chinese})
		if err != nil || !ok {
			t.Fatalf("%s: %v %v", question, ok, err)
		}
		said := strings.Join(a.Pieces, "")
		for _, f := range a.Facts {
			if !strings.HasPrefix(f.Source, "product:") {
				t.Errorf("%s: fact %+v", question, f)
			}
			said = strings.ReplaceAll(said, f.Value, "")
		}
		if digits := strings.IndexFunc(said, func(r rune) bool { return strings.ContainsRune("0123456789一二三四五六七八九十百千万", r) }); digits >= 0 {
			rest := strings.ReplaceAll(said, "换一次", "") // the wording's own
			if strings.ContainsAny(rest, "0123456789一二三四五六七八九十百千万") {
				t.Errorf("%s: a number without a source is left in %q of %q", question, rest, a.Pieces)
			}
		}
	}
}

func TestSuggest(t *testing.T) {
	k := openDemo(t)
	now := time.Date(2026, 7, 10, 12, 0, 0, 0, time.UTC)
	day := func(n int) time.Time { return now.AddDate(0, 0, -n) }
	for name, c := range map[string]struct {
		context Context
		product string
		level   Level
	}{
		"accessory of the product of the call":    {Context{Products: []string{"空气炸锅"}}, "硅油纸", FromCall},
		"accessory that is sold out is passed by": {Context{Products: []string{"电饭煲"}, Orders: []Purchase{{"蒸笼", day(3)}}}, "", 0},
		"refill that is due":                      {Context{Orders: []Purchase{{"奶粉", day(28)}}}, "奶粉", FromHistory},
		"refill of something else":                {Context{Orders: []Purchase{{"空气净化器", day(200)}}}, "滤芯", FromHistory},
		"refill bought again":                     {Context{Orders: []Purchase{{"奶粉", day(3)}, {"纸尿裤", day(2)}, {"奶粉", day(33)}}}, "", 0},
		"complement":                              {Context{Orders: []Purchase{{"跑步鞋", day(5)}}}, "运动袜", FromHistory},
		"season and habit":                        {Context{Orders: []Purchase{{"氨基酸洗面奶", day(2)}, {"护肤套装", day(1)}, {"防晒霜", day(1)}}}, "控油洗面奶", FromSeason},
		"upset":                                   {Context{Products: []string{"空气炸锅"}, Upset: true}, "", 0},
		"nothing known":                           {Context{}, "", 0},
		"a stranger's product":                    {Context{Products: []string{"飞机"}}, "", 0},
	} {
		c.context.Now = now
		s, ok, err := k.Adviser.Suggest(context.Background(), c.context)
		if err != nil {
			t.Fatal(err)
		}
		if ok != (c.product != "") || s.Product != c.product || s.Level != c.level {
			t.Errorf("%s: got %+v", name, s)
		}
		if ok && (strings.ContainsAny(s.Say, "{}？?") || len([]rune(s.Say)) > MaxPiece) {
			t.Errorf("%s: says %q", name, s.Say)
		}
		c.context.Lang = English
		if s, ok, err := k.Adviser.Suggest(context.Background(), c.context); err != nil || ok && (isHanzi(s.Say) || strings.ContainsAny(s.Say, "{}?")) {
			t.Errorf("%s: says %q, %v", name, s.Say, err)
		}
	}
}

// Both languages have each wording, and no wording has a field that is never filled.
func TestWordings(t *testing.T) {
	book, err := wordings()
	if err != nil {
		t.Fatal(err)
	}
	fields := []string{"{product}", "{other}", "{name}", "{value}", "{why}", "{count}", "{list}"}
	for name, text := range book {
		if text.ZH == "" || text.EN == "" {
			t.Errorf("%s lacks a language: %+v", name, text)
		}
		for _, said := range []string{text.ZH, text.EN} {
			for _, f := range fields {
				said = strings.ReplaceAll(said, f, "")
			}
			if strings.ContainsAny(said, "{}") {
				t.Errorf("%s has an unknown field: %+v", name, text)
			}
		}
	}
}

// The demo's products point at each other, and every need and property has an English name.
func TestDemoCatalogue(t *testing.T) {
	products, err := demoProducts()
	if err != nil {
		t.Fatal(err)
	}
	if len(products) < 45 {
		t.Errorf("%d products", len(products))
	}
	has := func(name string) bool {
		return slices.ContainsFunc(products, func(p Product) bool { return p.Name == name })
	}
	for _, p := range products {
		names := slices.Concat(p.Accessories, p.Complements, p.Alternatives)
		for _, r := range p.Refills {
			names = append(names, r.Product)
		}
		for _, name := range names {
			if !has(name) {
				t.Errorf("%s names %s, which is not sold", p.Name, name)
			}
		}
		for _, a := range p.Attributes {
			if nameIn(a.Name, English) == "" || a.Value.ZH == "" || a.Value.EN == "" {
				t.Errorf("%s: %s: %+v has no English", p.Name, a.Name, a.Value)
			}
		}
		for _, f := range p.Fits {
			if nameIn(f.Need, English) == "" || f.Why.ZH != "" && f.Why.EN == "" {
				t.Errorf("%s: %s: %+v has no English", p.Name, f.Need, f.Why)
			}
		}
	}
}
