package dialog

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"voxgate/dialog/flow"
	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

// demoEngine is an engine over the demo shop.
func demoEngine(t testing.TB) *Engine {
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
	e, err := New(Config{Shop: db, Now: file.Clock(time.Now), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestReload swaps the business under two calls: the one that is under way keeps what it began with.
func TestReload(t *testing.T) {
	e := demoEngine(t)
	before := e.Open(CallInfo{Caller: "13901286634"})
	own := fstest.MapFS{"own.yaml": {Data: []byte("close: {zh: [再会。], en: [So long.]}")}}
	book, err := reply.Load(reply.Builtin(), own)
	if err != nil {
		t.Fatal(err)
	}
	flows, err := flow.Load(book, flow.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Reload(flows, book); err != nil {
		t.Fatal(err)
	}
	after := e.Open(CallInfo{Caller: "13901286634"})
	for s, want := range map[*Session]string{before: "感谢来电", after: "再会"} {
		got, _ := acts(t, s, Turn{Kind: Speech, Text: "再见"})
		if last := got[len(got)-1]; !strings.Contains(last.Say, want) {
			t.Errorf("got %+v, want %s", last, want)
		}
	}
}

// TestReloadRefuses keeps the business in use where a new one lacks what the conversation itself needs.
func TestReloadRefuses(t *testing.T) {
	e := demoEngine(t)
	book, err := reply.Load(fstest.MapFS{"p.yaml": {Data: []byte("greeting: {zh: [喂。], en: [Hi.]}")}})
	if err != nil {
		t.Fatal(err)
	}
	flows, err := flow.Load(book, fstest.MapFS{"f.yaml": {Data: []byte("flows: [{intent: a, name: {zh: 甲, en: a}, subject: none, queue: q}]")}})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Reload(flows, book); err == nil || !strings.Contains(err.Error(), "is missing") {
		t.Errorf("got %v", err)
	}
	if err := e.Reload(nil, book); err == nil {
		t.Error("flows were left out and nothing was said")
	}
	if e.Open(CallInfo{}).flows == flows {
		t.Error("the broken business is in use")
	}
}

var (
	saidPrompt = regexp.MustCompile(`s\.(?:say|text|inform|goodbye|sendCode)\((?:ctx, )?(?:"[a-z_]+"(?:\+[^,]+)?, |[a-z]+, |phone, |s\.proving, )?"([a-z_]+)"[,)]`)
	valuePart  = regexp.MustCompile(`^(?:ask|invalid|more|no_match|no_input)_$`)
)

// TestCorePrompts holds that every sentence that the code names is one that a business must have.
func TestCorePrompts(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range saidPrompt.FindAllStringSubmatch(string(text), -1) {
			if found++; !slices.Contains(corePrompts, m[1]) && !known(m[1]) && !valuePart.MatchString(m[1]) {
				t.Errorf("%s says %q, which is not among the core prompts", file, m[1])
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d sentences found: this test does not see the code", found)
	}
	book, err := reply.Load(reply.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range corePrompts {
		if !book.Has(id) {
			t.Errorf("no prompt %s", id)
		}
	}
}

// TestActsTellTheirFacts holds that every number and date of an answer comes from a record, as its act says.
func TestActsTellTheirFacts(t *testing.T) {
	s := demoEngine(t).Open(CallInfo{Caller: "13901286634"})
	got, _ := acts(t, s, Turn{Kind: Speech, Text: "我的快递到哪了"})
	facts := got[len(got)-1].Facts
	for _, name := range []string{"product", "courier", "eta", "last_event"} {
		if f := facts[name]; f.Source() != "order 620718450093317254" || !strings.Contains(got[len(got)-1].Say, f.String()) {
			t.Errorf("%s: %q from %q", name, f, f.Source())
		}
	}
}

// TestCardIsPrivate holds that a card that is read out is refused, stopped in the recording, and kept nowhere.
func TestCardIsPrivate(t *testing.T) {
	s := demoEngine(t).Open(CallInfo{Caller: "13901286634"})
	got, _ := acts(t, s, Turn{Kind: Speech, Text: "我的卡号是4111111111111111"})
	if got[0].Name != "refuse" || !got[0].Private || strings.Contains(strings.Join(s.lines, " "), "1111") || len(s.Slots()) > 0 {
		t.Errorf("got %+v, lines %q, slots %v", got[0], s.lines, s.Slots())
	}
}

// BenchmarkTurn is one turn of a caller whose orders are known, the shop's own time (SQLite in memory) included.
func BenchmarkTurn(b *testing.B) {
	e := demoEngine(b)
	lines := []string{"我的快递到哪了", "那它什么时候能到", "保温杯我要改地址", "杭州市滨江区江南大道388号", "不对 是389号", "算了 不改了"}
	var worst time.Duration
	for b.Loop() {
		s := e.Open(CallInfo{Caller: "13901286634"})
		for _, line := range lines {
			begun := time.Now()
			for _, err := range s.Reply(context.Background(), Turn{Kind: Speech, Text: line, Heard: 1}) {
				if err != nil {
					b.Fatal(err)
				}
			}
			worst = max(worst, time.Since(begun))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(lines)), "µs/turn")
	b.ReportMetric(float64(worst.Microseconds()), "µs-worst")
}
