package dialog

import (
	"context"
	"slices"
	"testing"
	"time"

	"voxgate/asr"
	"voxgate/dialog/shop"
)

// expecting plays turns of speech and returns what the recogniser is told after the last.
func expecting(t *testing.T, caller string, lines ...string) asr.Hints {
	t.Helper()
	file, err := shop.Demo()
	if err != nil {
		t.Fatal(err)
	}
	db, err := shop.OpenSQLite(context.Background(), ":memory:", file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	engine, err := New(Config{Shop: db, Now: file.Clock(time.Now)})
	if err != nil {
		t.Fatal(err)
	}
	session := engine.Open(CallInfo{ID: "test", Caller: caller})
	var last *Expect
	turns := []Turn{{Kind: Start, Heard: 1}}
	for _, line := range lines {
		turns = append(turns, Turn{Kind: Speech, Text: line, Confidence: 0.9, Heard: 1})
	}
	for _, turn := range turns {
		for act, err := range session.Reply(context.Background(), turn) {
			if err != nil {
				t.Fatal(err)
			}
			if act.Expect != nil {
				last = act.Expect
			}
		}
	}
	if last == nil {
		t.Fatal("nothing is expected")
	}
	return last.Hints
}

func TestOrdersAreExpectedFromTheStart(t *testing.T) {
	h := expecting(t, "13901286634")
	for _, w := range []string{"电饭煲", "保温杯", "中通", "杭州", "林晓雨"} {
		if !slices.Contains(h.Words, w) {
			t.Errorf("%s is not among %v", w, h.Words)
		}
	}
	for _, n := range []string{"620718450093318840", "75631840027719", "8840", "6634"} {
		if !slices.Contains(h.Known, n) {
			t.Errorf("%s is not among %v", n, h.Known)
		}
	}
	if h.Digits || h.YesNo || h.Name || h.Waybill {
		t.Errorf("%+v where anything may be said", h)
	}
}

func TestTheQuestionIsExpected(t *testing.T) {
	if h := expecting(t, "13000000001", "我的快递到哪了"); !h.Digits || h.MinDigits != 4 || h.MaxDigits != 4 || h.Waybill {
		t.Errorf("for a tail %+v", h)
	}
	if h := expecting(t, "13000000001", "我的快递到哪了", "五五一九"); !h.Name || h.Digits || len(h.Words) == 0 {
		t.Errorf("for a name %+v", h)
	}
	if h := expecting(t, "13901286634", "我报一下运单号"); !h.Digits || !h.Waybill || h.MinDigits != 11 || h.MaxDigits != 19 {
		t.Errorf("for an order %+v", h)
	}
	if h := expecting(t, "13901286634", "查一下单号六二零七一八四五零零九三三一八八四一"); !h.YesNo {
		t.Errorf("for yes or no %+v", h)
	}
}

func TestTheRestOfANumberIsExpected(t *testing.T) {
	h := expecting(t, "13901286634", "单号是六二零七一八")
	if !h.Digits || h.MinDigits != 5 || h.MaxDigits != 13 || h.Waybill {
		t.Errorf("after six digits %+v", h)
	}
	if !slices.Contains(h.Known, "450093318840") {
		t.Errorf("the rest of the caller's number is not among %v", h.Known)
	}
}

func TestCity(t *testing.T) {
	for address, want := range map[string]string{
		"浙江省杭州市西湖区文三路88号": "杭州", "上海市浦东新区": "上海", "广西壮族自治区南宁市": "南宁", "文三路88号": "", "": "",
	} {
		if got := city(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}
