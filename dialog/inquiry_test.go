package dialog

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"voxgate/dialog/knowledge"
	"voxgate/dialog/shop"
)

// knowing opens conversations of the demo shop with its knowledge; a call returns what was said and the last act.
func knowing(t *testing.T, caller string) func(line string) (said, act string) {
	t.Helper()
	ctx := context.Background()
	file, err := shop.Demo()
	if err != nil {
		t.Fatal(err)
	}
	db, err := shop.OpenSQLite(ctx, ":memory:", file)
	if err != nil {
		t.Fatal(err)
	}
	known, err := knowledge.Open(ctx, knowledge.Options{Demo: true, ShopData: []byte(`{"products": [{"name": "电饭煲", "price": 269}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = known.Close(), db.Close() })
	engine, err := New(Config{Shop: db, Now: file.Clock(nil), Logger: slog.New(slog.DiscardHandler), Knowledge: known})
	if err != nil {
		t.Fatal(err)
	}
	session := engine.Open(CallInfo{ID: "t", Caller: caller})
	turn := func(turn Turn) (said, act string) {
		for a, err := range session.Reply(ctx, turn) {
			if err != nil {
				t.Fatal(err)
			}
			said += a.Say
			if a.Name != "" {
				act = a.Name
			}
		}
		return said, act
	}
	turn(Turn{Kind: Start, Heard: 1})
	return func(line string) (said, act string) {
		if line == "" {
			return turn(Turn{Kind: Silence, Heard: 1})
		}
		return turn(Turn{Kind: Speech, Text: line, Heard: 1})
	}
}

const demoCaller = "13901286634"

// Lines of one call with what must and must not be heard, and the last act.
func TestInquiries(t *testing.T) {
	for name, lines := range map[string][]struct{ line, has, lacks, act string }{
		"an answer in pieces":           {{"七天无理由退货有什么条件", "七天内", "运费由您", "confirm:more"}, {"要", "运费由您承担", "还要听", "inform"}},
		"enough after the first":        {{"七天无理由退货有什么条件", "还要听吗", "", "confirm:more"}, {"不用了", "", "运费由您", "anything_else"}},
		"a product and it":              {{"电饭煲多大容量", "四升", "", "inform"}, {"那它多少钱", "269元", "", "inform"}, {"这个适合老人用吗", "适合老人", "", "inform"}},
		"what somebody looks for":       {{"敏感肌用什么洗面奶", "氨基酸洗面奶", "", "inform"}},
		"the own order goes before":     {{"我的快递到哪了", "杭州转运中心", "", "inform"}},
		"what the product's page lacks": {{"电饭煲防水吗", "没有资料", "", "confirm:ticket"}, {"好的", "", "", "ticket"}},
		"in English":                    {{"can I send a power bank", "cannot be sent", "。", "confirm:more"}, {"no thanks", "", "go by road", ""}},
		"nothing of ours":               {{"今天天气怎么样", "", "天气太差", "oos_redirect"}},
	} {
		call := knowing(t, demoCaller)
		for _, l := range lines {
			said, act := call(l.line)
			if !strings.Contains(said, l.has) || l.lacks != "" && strings.Contains(said, l.lacks) || l.act != "" && act != l.act {
				t.Errorf("%s: to %q it says %q (%s), want %q without %q (%s)", name, l.line, said, act, l.has, l.lacks, l.act)
			}
		}
	}
}

// A question in the middle of a change is answered, and the open question stands again.
func TestInquiryInTheMiddle(t *testing.T) {
	call := knowing(t, demoCaller)
	call("保温杯改一下收货地址")
	said, act := call("你们可以用微信付钱吗")
	if !strings.Contains(said, "微信") || !strings.HasPrefix(act, "ask_slot") && !strings.HasPrefix(act, "reprompt") {
		t.Errorf("says %q (%s)", said, act)
	}
}

// One thing is suggested once a call, when the caller's own matter is done, and never after a harsh word.
func TestSuggestionIsMadeOnce(t *testing.T) {
	call := knowing(t, demoCaller)
	call("电饭煲多大容量")
	said, act := call("好的")
	if !strings.Contains(said, "蒸笼") || act != "anything_else" {
		t.Errorf("says %q (%s)", said, act)
	}
	call("电饭煲多少钱")
	if said, _ := call("好的"); strings.Contains(said, "可以配") || strings.Contains(said, "常用") {
		t.Errorf("again: %q", said)
	}
	upset := knowing(t, demoCaller)
	upset("你们这什么破服务 气死我了")
	upset("电饭煲多大容量")
	if said, _ := upset("好的"); strings.Contains(said, "蒸笼") || strings.Contains(said, "可以配") {
		t.Errorf("to an upset caller: %q", said)
	}
	stranger := knowing(t, "13000000000")
	stranger("你们可以用微信付钱吗")
	if said, _ := stranger("好的"); strings.Contains(said, "买") && strings.Contains(said, "常用") {
		t.Errorf("to a stranger, of others' orders: %q", said)
	}
}
