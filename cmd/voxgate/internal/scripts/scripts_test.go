package scripts

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wanted is the least share of calls, in percent, that must come to the right end with nothing forbidden said.
const wanted = 95

func openLines(t *testing.T) *Lines {
	t.Helper()
	lines := &Lines{Log: slog.New(slog.DiscardHandler)}
	t.Cleanup(func() {
		if err := lines.Close(); err != nil {
			t.Error(err)
		}
	})
	return lines
}

// TestScriptedCalls plays all calls that ship, as text.
func TestScriptedCalls(t *testing.T) {
	lines := openLines(t)
	var results []Result
	for _, name := range []string{"testdata/chinese.jsonl", "testdata/english.jsonl"} {
		list, err := ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			r, err := Play(context.Background(), lines, s)
			if err != nil {
				t.Fatal(err)
			}
			results = append(results, r)
		}
	}
	if len(results) < 150 {
		t.Errorf("%d calls: want 150 or more", len(results))
	}
	all := Sum(results)[0]
	var report bytes.Buffer
	if err := WriteText(&report, results); err != nil {
		t.Fatal(err)
	}
	if all.Share() < wanted || all.Invented > 0 {
		t.Errorf("%.1f %% of %d calls are right, %d facts invented: want %d %% and none\n%s", all.Share(), all.Calls, all.Invented, wanted, report.String())
	}
	t.Logf("%d calls, %.1f %% right, %d clean", all.Calls, all.Share(), all.Clean)
}

// little is a shop of one order.
const little = `{"now":"2026-09-16T10:30:00+08:00","orders":[{"order_no":"610208734459102","phone":"13810057731","name":"沈佳怡","product":"羊毛围巾",
"amount":238,"status":"运输中","courier":"顺丰","last_event":"到达无锡转运中心","last_time":"2026-09-16 05:20","eta":"2026-09-17 20:00"}]}`

func script(t *testing.T, call string) Script {
	t.Helper()
	list, err := Parse(strings.NewReader(strings.ReplaceAll(strings.Replace(call, "SHOP", little, 1), "\n", "")), "testdata")
	if err != nil {
		t.Fatal(err)
	}
	return list[0]
}

// TestTheJudgeFindsFaults plays calls whose scripts want what does not come, one fault each.
func TestTheJudgeFindsFaults(t *testing.T) {
	lines := openLines(t)
	for _, c := range []struct{ name, call, want string }{
		{"right", `{"turns":[{"say":"围巾到哪了","must":["无锡"],"acts":["inform|action"]}],"outcome":{"outcome":"answer|action","orders":["610208734459102"]}}`, ""},
		{"word missing", `{"turns":[{"say":"围巾到哪了","must":["南京"]}]}`, "lacks 南京"},
		{"pattern missing", `{"turns":[{"say":"围巾到哪了","must":["/南.|北./"]}]}`, "lacks /南.|北./"},
		{"word forbidden", `{"turns":[{"say":"围巾到哪了","must_not":["无锡"]}]}`, "says 无锡"},
		{"never", `{"turns":[{"say":"围巾到哪了"}],"never":["/转运/"]}`, "says /转运/"},
		{"act missing", `{"turns":[{"say":"围巾到哪了","acts":["confirm"]}]}`, "no act confirm"},
		{"outcome", `{"turns":[{"say":"围巾到哪了"}],"outcome":{"outcome":"ticket"}}`, "outcome answer, not ticket"},
		{"order", `{"turns":[{"say":"围巾到哪了"}],"outcome":{"orders":["1"]}}`, "not 1"},
		{"action", `{"turns":[{"say":"围巾到哪了"}],"outcome":{"action":"cancel_order"}}`, "not cancel_order"},
		{"ticket", `{"turns":[{"say":"围巾到哪了"}],"outcome":{"ticket":true}}`, "no ticket"},
		{"queue", `{"turns":[{"keys":"0"}],"outcome":{"queue":"complaints"}}`, "not complaints"},
		{"change", `{"turns":[{"say":"围巾到哪了"}],"done":[{"kind":"cancel_order"}]}`, "not asked for cancel_order"},
		{"slot", `{"turns":[{"say":"围巾到哪了","slot":{"courier":"中通"}}]}`, "slot courier"},
		{"said", `{"turns":[{"say":"围巾到哪了"}],"said":["南京"]}`, "never said 南京"},
		{"ended early", `{"turns":[{"keys":"0"},{"say":"围巾到哪了"}]}`, "ended the call before turn 2"},
		{"touched", `{"turns":[{"say":"催一下围巾的派送","untouched":true}]}`, "the shop was changed: urge_delivery"},
		{"not called for", `{"turns":[{"say":"围巾到哪了"},{"say":"转人工","when":"confirm"}],"outcome":{"outcome":"answer"}}`, ""},
		{"failed transfer goes on", `{"turns":[{"say":"围巾到哪了"},{"say":"转人工"},{"failed":"busy","acts":["apologize"]}],"outcome":{"outcome":"answer"}}`, ""},
		{"back end", `{"turns":[{"say":"你好"},{"backend":"error"},{"say":"围巾到哪了","must":["无锡"]}]}`, "lacks 无锡"},
	} {
		s := script(t, strings.Replace(c.call, "{", `{"name":"x","family":"y","caller":"13810057731","shop":SHOP,`, 1))
		r, err := Play(context.Background(), lines, s)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		found := strings.Join(r.Wrong, "; ")
		for _, e := range r.Exchanges {
			found += "; " + strings.Join(append(e.Missed, e.Spoilt...), "; ")
		}
		if c.want == "" && !r.Clean() {
			t.Errorf("%s: found %s", c.name, found)
		}
		if c.want != "" && (r.Clean() || !strings.Contains(found, c.want)) {
			t.Errorf("%s: found %q, want %s", c.name, found, c.want)
		}
	}
}

func TestErrorsNameLineAndCall(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "no calls"}, {"// only a remark", "no calls"}, {"{", "line 1"}, {`{"name":"a"}`, `line 1: a call wants "name" and "family"`},
		{"\n\n" + `{"name":"a","family":"b","turns":[]}`, "line 3: a: no turns"}, {`{"name":"a","family":"b","turns":[{}]}`, "turn 1: exactly one of"},
		{`{"name":"a","family":"b","turns":[{"say":"x","keys":"1"}]}`, "exactly one of"}, {`{"name":"a","family":"b","turns":[{"backend":"odd"}]}`, "use ok, timeout or error"},
		{`{"name":"a","family":"b","turns":[{"say":"x","must":["/(/"]}]}`, "pattern /(/"}, {`{"name":"a","family":"b","lang":"fr","turns":[{"say":"x"}]}`, "use zh or en"},
		{`{"name":"a","family":"b","turn":[{"say":"x"}]}`, "unknown field"}, {`{"name":"a","family":"b","shop":"none.json","turns":[{"say":"x"}]}`, "none.json"},
		{`{"name":"a","family":"b","shop":{"orders":[]},"turns":[{"say":"x"}]}`, "orders"}, {`{"name":"a","family":"b","turns":[{"say":"x","confidence":2}]}`, "confidence"},
		{`{"name":"a","family":"b","turns":[{"say":"x"}]}` + "\n" + `{"name":"a","family":"b","turns":[{"say":"x"}]}`, "line 2: a is the name of line 1"},
	} {
		if _, err := Parse(strings.NewReader(c.text), "testdata"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.text, err, c.want)
		}
	}
}

func TestReportShowsWhatIsWrong(t *testing.T) {
	results := []Result{
		{Name: "good", Family: "a", Outcome: "answer", Exchanges: []Exchange{{Said: "x", Answer: "y", TookMS: 1}}},
		{Name: "bad", Family: "b", Outcome: "closed", Wrong: []string{"outcome closed, not action"}, Forbidden: 1, Exchanges: []Exchange{{Said: "<b>", Answer: "z", TookMS: 3, Spoilt: []string{"says z"}}}},
	}
	sum := Sum(results)
	if sum[0].Family != All || sum[0].Calls != 2 || sum[0].Right != 1 || sum[0].Share() != 50 || sum[0].P99 != 3 || sum[1].Family != "a" {
		t.Errorf("got %+v", sum)
	}
	var text, html bytes.Buffer
	if err := WriteText(&text, results); err != nil {
		t.Fatal(err)
	}
	if err := WritePage(&html, "calls.jsonl", "2026-09-16", results); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"WRONG  bad", "FORBIDDEN: says z", "outcome closed, not action"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, text.String())
		}
	}
	if strings.Contains(text.String(), "good") || strings.Contains(html.String(), "<dt><b>") || !strings.Contains(html.String(), "50.0 %") {
		t.Errorf("text:\n%s\npage:\n%s", text.String(), html.String())
	}
}

// FuzzParse holds that no file of scripts breaks the reader.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"name":"a","family":"b","turns":[{"say":"x","must":["/(a|b)/"],"when":"confirm"}],"done":[{"kind":"k","values":{"a":"/b/"}}]}`))
	f.Add([]byte("// remark\n\n{\"name\":1}"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		list, err := Parse(bytes.NewReader(data), "testdata")
		if err != nil {
			return
		}
		for _, s := range list {
			_ = s.Among([]string{"a"})
			for _, t := range s.Turns {
				_ = t.what()
			}
		}
	})
}
