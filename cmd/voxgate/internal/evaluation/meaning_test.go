package evaluation

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

func TestReadCases(t *testing.T) {
	tagged, err := ReadCases(strings.NewReader("# a head\n[invoice]\n给开个票\n票呢\tnegative +refund_status\n\n[greet]\n你好\n"))
	if err != nil || len(tagged) != 3 {
		t.Fatalf("got %d, %v", len(tagged), err)
	}
	if c := tagged[1]; c.Text != "票呢" || c.Intent != "invoice" || c.Sentiment != "negative" || len(c.Also) != 1 || c.Also[0] != "refund_status" || c.Line != 4 {
		t.Errorf("got %+v", c)
	}
	if tagged[0].Sentiment != "neutral" || tagged[2].Intent != "greet" || tagged[0].Slots != nil {
		t.Errorf("got %+v", tagged)
	}
	objects, err := ReadCases(strings.NewReader("\ufeff{\"text\":\"a\",\"slots\":{}}\n{\"text\":\"b\",\"intent\":\"invoice\"}\n"))
	if err != nil || len(objects) != 2 || objects[0].Slots == nil || objects[1].Slots != nil || objects[1].Sentiment != "" {
		t.Errorf("got %+v, %v", objects, err)
	}
	for _, bad := range []string{"text before a head", "{\"text\":\"a\",\"colour\":\"red\"}", "{\"intent\":\"a\"}", "{\"text\":\"a\"} {}", "[a]\nb\thappy", "{\"text\":\"a\"}\nplain"} {
		if _, err := ReadCases(strings.NewReader(bad)); !errors.Is(err, ErrBadCase) || !strings.Contains(err.Error(), "line ") {
			t.Errorf("%q: got %v", bad, err)
		}
	}
}

func FuzzReadCases(f *testing.F) {
	f.Add("[invoice]\n给开个票\tangry +refund_status\n# c")
	f.Add("{\"text\":\"a\",\"slots\":{\"amount\":\"3\"}}")
	f.Add("\ufeff[]\n\t\n[x]\n+\t+")
	f.Fuzz(func(t *testing.T, text string) {
		cases, err := ReadCases(strings.NewReader(text))
		if err != nil && !errors.Is(err, ErrBadCase) {
			t.Errorf("got %v", err)
		}
		for _, c := range cases {
			if c.Line == 0 {
				t.Errorf("%+v has no line", c)
			}
		}
	})
}

func TestMeasureIntents(t *testing.T) {
	cases := []Case{
		{Text: "a", Intent: "invoice", Sentiment: "neutral"}, {Text: "b", Intent: "invoice", Sentiment: "angry"},
		{Text: "c", Intent: "greet"}, {Text: "d", Intent: "track_logistics", Also: []string{"invoice"}}, {Text: "e"},
	}
	got := []Understood{
		{Intent: "invoice", Sentiment: "neutral", Confidence: 0.9}, {Intent: "greet", Sentiment: "neutral", Confidence: 0.8},
		{Intent: "greet", Confidence: 0.7}, {Intent: "invoice", Also: []string{"track_logistics", "greet"}, Confidence: 0.6}, {Intent: "greet", Took: time.Second},
	}
	r := Measure("f", cases, got)
	if r.Intent.Part != 2 || r.Intent.Of != 4 || r.Sentiment.Part != 1 || r.Sentiment.Of != 2 {
		t.Errorf("got %v, %v", r.Intent, r.Sentiment)
	}
	// invoice: 1 right of 2 said and 2 there; greet: 1 of 2 and 1; track_logistics never.
	if want := (0.5 + 2.0/3 + 0) / 3; math.Abs(r.IntentF1-want) > 1e-9 {
		t.Errorf("macro F1 %f, want %f", r.IntentF1, want)
	}
	if s := r.Several; s == nil || s.All.Part != 1 || s.All.Of != 1 || s.Precision.Part != 1 || s.Precision.Of != 2 || s.Recall.Part != 1 {
		t.Errorf("got %+v", s)
	}
	if len(r.Worst) != 2 || r.Worst[0].Text != "b" || len(r.Confusions) != 2 || r.Outside != nil || r.Slots != nil {
		t.Errorf("got %+v", r)
	}
	if r.Intent.Low >= r.Intent.Value || r.Intent.High <= r.Intent.Value {
		t.Errorf("no interval: %+v", r.Intent)
	}
	if r.P99MS != 0 || r.MeanMS != 200 {
		t.Errorf("times %f, %f", r.MeanMS, r.P99MS)
	}
}

func TestMeasureOutside(t *testing.T) {
	var cases []Case
	var got []Understood
	for i := range 100 { // 0.00 to 0.99: the threshold that 3 of them exceed is 0.96
		cases, got = append(cases, Case{Text: "in", Intent: "invoice"}), append(got, Understood{Intent: "invoice", Outside: float64(i) / 100})
	}
	for _, p := range []float64{0.5, 0.95, 0.97, 0.98} {
		cases, got = append(cases, Case{Text: "out", Intent: outOfScope}), append(got, Understood{Intent: outOfScope, Outside: p})
	}
	got[0].Intent = outOfScope
	o := Measure("f", cases, got).Outside
	if o == nil || o.At != 0.96 || o.Recall.Part != 2 || o.Recall.Of != 4 || o.Found.Part != 4 || o.Rejected.Part != 1 || o.Rejected.Of != 100 {
		t.Errorf("got %+v", o)
	}
}

func TestMeasureSlots(t *testing.T) {
	cases := []Case{
		{Line: 1, Text: "a", Slots: map[string]string{"amount": "329.5", "address": "杭州市 文三路3号"}},
		{Line: 2, Text: "b", Slots: map[string]string{"phone_tail": "0021"}}, {Line: 3, Text: "c", Slots: map[string]string{}}, {Line: 4, Text: "d"},
	}
	got := []Understood{
		{Slots: map[string]string{"amount": "329.50", "address": "杭州市文三路3号"}}, {Slots: map[string]string{"phone_tail": "21"}},
		{Slots: map[string]string{"name": "王"}}, {Slots: map[string]string{"name": "李"}},
	}
	s := Measure("f", cases, got).Slots
	if s.Recall.Part != 2 || s.Recall.Of != 3 || s.Precision.Part != 2 || s.Precision.Of != 4 || s.Numbers.Part != 1 || s.Numbers.Of != 2 {
		t.Errorf("got %+v %+v %+v", s.Recall, s.Precision, s.Numbers)
	}
	if math.Abs(s.F1-4.0/7) > 1e-9 || len(s.Wrong) != 2 || s.Wrong[1].Slot != "name" {
		t.Errorf("got %+v", s)
	}
}

func TestMeaningPage(t *testing.T) {
	cases := []Case{{Line: 1, Text: "<b>票</b>", Intent: "invoice", Sentiment: "neutral", Slots: map[string]string{"amount": "3"}}, {Line: 2, Text: "天气", Intent: outOfScope}}
	got := []Understood{{Intent: "greet", Sentiment: "angry", Confidence: 0.9, Slots: map[string]string{}}, {Intent: outOfScope, Confidence: 0.9, Outside: 0.9}}
	results := []MeaningResult{Measure("lines.txt", cases, got), Measure("empty.txt", nil, nil)}
	var page, table bytes.Buffer
	if err := WriteMeaningPage(&page, About{Manifest: "lines.txt", Model: "abc"}, results); err != nil {
		t.Fatal(err)
	}
	if err := WriteMeaningTable(&table, results); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"&lt;b&gt;票", "invoice", "greet", "<svg", "amount", "--ink"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	if strings.Contains(page.String(), "<b>票") || !strings.Contains(table.String(), "lines.txt") {
		t.Error("text stands in the page as it came, or the table is empty")
	}
}
