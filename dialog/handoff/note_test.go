package handoff

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func note() Note {
	n := Note{
		CallID: "c1", Caller: "138****3721", Verified: VerifiedCaller, Intent: "urge_delivery", Matter: "催派送",
		Slots: map[string]string{"phone_tail": "3721", "reason": "等着用"}, Order: "620718450093317254", Waybill: "73520418866", Product: "电饭煲",
		Status: "派送中", LastEvent: "2026-05-14 06:10 派送中", Told: []string{"电饭煲正在派送"}, Tried: []string{"催派送（之前已办过）"},
		Sentiment: moodAngry, Reason: "客户要求转人工", LastLines: []string{"怎么还没到", "转人工"},
	}
	n.Complete()
	return n
}

func TestCardSaysWhatAnAgentNeeds(t *testing.T) {
	n := note()
	n.Knowledge = []Hit{{ID: "faq:delivery.late", Text: "派送超过一天可以登记查件。"}}
	n.Cases = []Case{{At: time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC), Intent: "urge_delivery", Matter: "催派送", Status: "派送中", Outcome: "ticket", Tried: []string{"已登记工单"}}}
	n.Ticket, n.Remark = "202605140001", "客户晚上要用"
	card := n.Text()
	for _, want := range []string{
		"来电　138****3721，来电号码已核对\n", "诉求　催派送，情绪激动\n", "下步　已催过一次，直接打网点电话", "订单　电饭煲，派送中，620718450093317254\n",
		"运单　73520418866，2026-05-14 06:10 派送中", "已填　原因：等着用", "已告　电饭煲正在派送", "已办　催派送（之前已办过）", "工单　202605140001", "转因　客户要求转人工",
		"备注（模型写的）　客户晚上要用", "原话　「怎么还没到」\n　　　「转人工」\n", "知识　派送超过一天", "旧例　5月1日，催派送派送中，已登记工单，已登记工单",
	} {
		if !strings.Contains(card, want) {
			t.Errorf("the card lacks %q:\n%s", want, card)
		}
	}
	if third := strings.SplitN(card, "\n", 4); !strings.HasPrefix(third[2], "下步") {
		t.Errorf("what to do is not among the first three lines:\n%s", card)
	}
}

func TestCardOfNothing(t *testing.T) {
	card := Note{Verified: VerifiedNo, Intent: "transfer_human"}.Text()
	if !strings.Contains(card, "号码未显示，身份未核对") || strings.Contains(card, "订单") || strings.Contains(card, "　\n") {
		t.Errorf("card of an unknown caller:\n%s", card)
	}
}

func TestNoteKeepsItsFields(t *testing.T) {
	raw, err := json.Marshal(note())
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(raw, &fields); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"call_id", "caller", "verified", "intent", "slots", "order", "waybill", "last_event", "told", "tried", "sentiment", "reason", "last_lines",
		"summary", "next_step", "whisper",
	} {
		if _, ok := fields[want]; !ok {
			t.Errorf("the note has no field %s: %s", want, raw)
		}
	}
}

func TestWhisperKeepsWhatMatters(t *testing.T) {
	n := note()
	for _, want := range []string{"催派送", "在生气", "已核实"} {
		if !strings.Contains(n.Whisper, want) {
			t.Errorf("whisper %q lacks %q", n.Whisper, want)
		}
	}
	n.Matter, n.Product, n.Lang = "显示签收未收到", "智能血压计", "en"
	if w := Whisper(n); utf8.RuneCountInString(w) > mostWhisper || !strings.Contains(w, "显示签收未收到") || !strings.Contains(w, "说英语") {
		t.Errorf("whisper %q", w)
	}
	if w := Whisper(Note{Intent: "transfer_human", Matter: "转人工"}); w != "未核实，要转人工。" {
		t.Errorf("whisper of nothing: %q", w)
	}
}

func TestNextFollowsIntentStateAndTries(t *testing.T) {
	for _, c := range []struct {
		note Note
		want string
	}{
		{Note{Intent: "urge_delivery", Status: "派送中", Tried: []string{"催派送（之前已办过）"}}, "已催过一次"},
		{Note{Intent: "urge_delivery", Status: "派送中"}, "打网点电话"},
		{Note{Intent: "urge_delivery", Status: "待取件"}, "送上门"},
		{Note{Intent: "cancel_order", Tried: []string{"取消订单被拒（shipped）"}}, "拦截还是拒收"},
		{Note{Intent: "return_refund", Reason: "监管或媒体投诉"}, "升级投诉"},
		{Note{Intent: "track_logistics", Reason: "身份三次未核对上"}, "核对前不谈订单"},
		{Note{Intent: "transfer_human", Sentiment: moodAngry}, "先道歉"},
		{Note{Intent: "transfer_human"}, "先问清"},
		{Note{Intent: "leave_days"}, "先问清"},
	} {
		if got := Next(c.note); !strings.Contains(got, c.want) {
			t.Errorf("%+v: next %q, want %q", c.note, got, c.want)
		}
	}
}

// Every line of the table must be reachable, or it is a step that nobody is ever told.
func TestNextTableHasNoDeadLines(t *testing.T) {
	table, err := steps()
	if err != nil || len(table) < 50 {
		t.Fatalf("%d lines, %v", len(table), err)
	}
	for i, s := range table {
		if s.Do == "" || utf8.RuneCountInString(s.Do) > 40 {
			t.Errorf("line %d: step %q", i+1, s.Do)
		}
		n := Note{Reason: s.Reason, Sentiment: s.Mood, Tried: []string{s.Tried}}
		for _, intent := range append(s.Intent, "anything")[:max(1, len(s.Intent))] {
			for _, status := range append(s.Status, "anything")[:max(1, len(s.Status))] {
				n.Intent, n.Status = intent, status
				first := slices.IndexFunc(table, func(o step) bool { return o.fits(n) })
				if first != i {
					t.Errorf("line %d (%s, %s) is hidden by line %d: %s", i+1, intent, status, first+1, table[max(0, first)].Do)
				}
			}
		}
	}
}
