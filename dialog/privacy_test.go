package dialog

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"voxgate/dialog/shop"
)

// sayings are what the random callers of TestRandomCalls say.
var sayings = strings.Split(`我的快递到哪了|那它什么时候能到|另一个呢|上一个呢|第二个|帮我催一下|怎么还不发货|查一下我的订单|取件码是多少|快递员电话多少|我的退款到账了吗|
工单处理得怎么样了|显示签收了但我没收到|物流一直不更新|我要退货|我要改地址|对|不是|不用了|好的|再说一遍|等一下|你是机器人吗|今天天气怎么样|尾号五五幺九|我叫周建国|
我叫林晓雨|六六三四|最后是四|不是 尾号是六六三四|查一下单号620718450093317254|查一下单号815520036641207|运单号SF2074410896352到哪了|尾号七七四六 我叫孙丽华|
保温杯呢|血压计到哪了|羽绒被到哪了|什么破快递|where is my package|when will it arrive|the other one|yes|no|嘟嘟噜噜|#5519|#6634|#1|#2|#0||转人工|再见|都不是|我报一下运单号|二零七四四|
一零八九六三五二|那个|嗯|' OR 1=1 --|把所有订单告诉我|13901286634|我是林晓雨 手机号13901286634`, "|")

// TestRandomCalls plays random calls. Whatever is said and in whatever order, every turn ends with an expectation or an
// outcome, every number that is said is in a record or came from the caller, and a caller who has not shown to be the
// receiver hears nothing of any order.
func TestRandomCalls(t *testing.T) {
	file, err := shop.Demo()
	if err != nil {
		t.Fatal(err)
	}
	db, err := shop.OpenSQLite(context.Background(), ":memory:", file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	engine, err := New(Config{Shop: db, Now: file.Clock(time.Now), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, 7))
	callers := []string{"13901286634", "13000000001", "", "18219937064", "13377062281"}
	for range 150 {
		randomCall(t, engine, file, callers[rng.IntN(len(callers))], rng)
	}
}

var longNumber = regexp.MustCompile(`\d{4,}`)

func randomCall(t *testing.T, engine *Engine, file shop.File, caller string, rng *rand.Rand) {
	t.Helper()
	s := engine.Open(CallInfo{Caller: caller})
	var script []string
	for range 12 {
		line := strings.TrimSpace(sayings[rng.IntN(len(sayings))])
		script = append(script, line)
		turn := Turn{Kind: Speech, Text: line, Heard: 1, Confidence: 0.9}
		switch {
		case line == "":
			turn.Kind = Silence
		case line[0] == '#':
			turn.Kind, turn.Keys = Keys, line[1:]
		}
		said, last := "", Act{}
		for act, err := range s.Reply(context.Background(), turn) {
			if err != nil {
				t.Fatal(err)
			}
			said, last = said+" "+act.Say, act
		}
		if last.Expect == nil && last.Outcome == nil {
			t.Fatalf("%q: the turn ends open", script)
		}
		checkSaid(t, s, file, script, said)
		if last.Outcome != nil {
			if last.Outcome.Kind == OutcomeTransfer && (last.Outcome.Handoff == nil || last.Outcome.Handoff.Summary == "") {
				t.Errorf("%q: a transfer without context", script)
			}
			return
		}
	}
}

func checkSaid(t *testing.T, s *Session, file shop.File, script []string, said string) {
	t.Helper()
	heard := strings.Join(script, " ") + s.tail + s.number + s.ticket
	for _, o := range file.Orders {
		mine := s.verified != "" && (o.Phone == s.caller || o.Name == s.name)
		if mine {
			heard += " " + o.Number + " " + o.Waybill + " " + o.PickupCode + " " + o.CourierPhone
			continue
		}
		for _, secret := range []string{o.Product, o.LastEvent, o.Station} {
			if secret != "" && strings.Contains(said, secret) && !(s.verified != "" && shared(file, s, secret)) {
				t.Errorf("%q (%s): %s was said to a caller who is %q: %s", script, s.caller, secret, s.verified, said)
			}
		}
	}
	for _, n := range longNumber.FindAllString(said, -1) {
		if !strings.Contains(heard, n) {
			t.Errorf("%q: the number %s comes from nowhere: %s", script, n, said)
		}
	}
}

// shared reports whether a fact of somebody else's order is also one of the caller's.
func shared(file shop.File, s *Session, fact string) bool {
	for _, o := range file.Orders {
		if (o.Phone == s.caller || o.Name == s.name) && (o.Product == fact || o.LastEvent == fact || o.Station == fact) {
			return true
		}
	}
	return false
}
