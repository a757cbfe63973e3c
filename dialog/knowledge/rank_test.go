package knowledge

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

var refit = flag.Bool("fit", false, "fit weights.json to testdata/fit.tsv and write it")

// example is a question with the entries that may answer it, none where nothing does.
type example struct {
	style, text string
	want        []string
	lang        string
}

// examples reads a table whose last columns are ids and question.
func examples(t testing.TB, file string) []example {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []example
	for line := range strings.Lines(string(data)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || len(fields) < 2 {
			continue
		}
		e := example{text: fields[len(fields)-1], lang: Chinese}
		if ids := fields[len(fields)-2]; ids != "-" {
			e.want = strings.Split(ids, "|")
		}
		if len(fields) > 2 {
			e.style = fields[0]
		}
		if !isHanzi(e.text) {
			e.lang = English
		}
		out = append(out, e)
	}
	return out
}

// demoBase is the base of the demo shop.
func demoBase(t testing.TB) *Base {
	t.Helper()
	ctx := context.Background()
	db, err := OpenDatabase(ctx, ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	b, err := NewBase(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	general, shop, err := Shipped(true)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Load(ctx, General, general); err != nil {
		t.Fatal(err)
	}
	if err := b.Load(ctx, Shop, shop); err != nil {
		t.Fatal(err)
	}
	return b
}

func contains(list []string, id string) bool {
	for _, one := range list {
		if one == id {
			return true
		}
	}
	return false
}

// tally counts what came of the questions of one style.
type tally struct{ questions, first, answered, right int }

func (t tally) String() string {
	return fmt.Sprintf("%d questions: recall@1 %.1f %%, answered %.1f %%, of these right %.1f %%", t.questions,
		100*float64(t.first)/float64(t.questions), 100*float64(t.answered)/float64(t.questions), 100*float64(t.right)/float64(max(1, t.answered)))
}

// The base must know what callers mean in words that are not its own, and must not answer what it does not know.
func TestQuestions(t *testing.T) {
	b := demoBase(t)
	ctx := context.Background()
	styles := map[string]*tally{"all": {}, "unknown": {}}
	for _, e := range examples(t, "testdata/questions.tsv") {
		q := Question{Text: e.text, Lang: e.lang, Now: time.Now()}
		found, err := b.candidates(ctx, analyse(e.text, ""), q)
		if err != nil {
			t.Fatal(err)
		}
		first, score := "", 0.0
		if len(found) > 0 {
			first, score = found[0].id, found[0].score
		}
		if _, known, err := b.Ask(ctx, q); err != nil || known != (score >= weights().Threshold && first != "") {
			t.Fatalf("%s: known %v, %v", e.text, known, err)
		}
		count := func(s *tally) {
			s.questions++
			if contains(e.want, first) {
				s.first++
			}
			if score >= weights().Threshold {
				s.answered++
				if contains(e.want, first) {
					s.right++
				}
			}
		}
		if e.want == nil {
			count(styles["unknown"])
			if score >= weights().Threshold {
				t.Logf("answers what it does not know: %s -> %s %.2f", e.text, first, score)
			}
			continue
		}
		if styles[e.style] == nil {
			styles[e.style] = &tally{}
		}
		count(styles[e.style])
		count(styles["all"])
		if !contains(e.want, first) || score < weights().Threshold {
			t.Logf("%s: %s wants %v, got %s %.2f", e.style, e.text, e.want, first, score)
		}
	}
	for _, style := range []string{"zh", "homophone", "en", "all"} {
		t.Logf("%s: %v", style, styles[style])
	}
	unknown := styles["unknown"]
	t.Logf("unknown: %d questions, %d answered (%.1f %%)", unknown.questions, unknown.answered, 100*float64(unknown.answered)/float64(unknown.questions))
	all := styles["all"]
	if recall := float64(all.first) / float64(all.questions); recall < 0.9 {
		t.Errorf("recall@1 %.3f, at least 0.9 wanted", recall)
	}
	if share := float64(unknown.answered) / float64(unknown.questions); share > 0.1 {
		t.Errorf("answers %.3f of what it does not know, at most 0.1 wanted", share)
	}
}

// row is one candidate of a question of the fit.
type row struct {
	features [featureNo]float64
	right    bool
	first    bool // it would be answered
}

// rows are the candidates of all questions. Each question with an answer is asked once more of a base without that answer:
// then nothing may come.
func rows(t *testing.T, b *Base) []row {
	t.Helper()
	var out []row
	ctx := context.Background()
	for _, e := range examples(t, "testdata/fit.tsv") {
		asked := analyse(e.text, "")
		found, err := b.propose(ctx, matching(asked), asked, &b.rarity, Question{Text: e.text, Lang: e.lang, Now: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		other := slices.DeleteFunc(slices.Clone(found), func(c candidate) bool { return contains(e.want, c.id) })
		for i, c := range judge(found, asked, &b.rarity) {
			out = append(out, row{c.features, contains(e.want, c.id), i == 0})
		}
		if len(other) < len(found) {
			for i, c := range judge(other, asked, &b.rarity) {
				out = append(out, row{c.features, false, i == 0})
			}
		}
	}
	return out
}

// TestFit fits the ranking anew; with -fit it is written.
func TestFit(t *testing.T) {
	if !*refit {
		t.Skip("only with -fit")
	}
	b := demoBase(t)
	examples := rows(t, b)
	fitted := fit(examples)
	data, err := json.Marshal(fitted)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d candidates: %v", len(examples), fitted)
	if err := os.WriteFile("weights.json", append(data, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// fit is a logistic regression by gradient steps with a little weight decay, and the threshold that balances wrong
// answers, which cost twice, against matters that are known but not answered.
func fit(examples []row) ranking {
	var r ranking
	for step := range 6000 {
		var gradient [featureNo]float64
		for _, e := range examples {
			wrong := r.probability(e.features)
			if e.right {
				wrong--
			}
			for i, x := range e.features {
				gradient[i] += wrong * x
			}
		}
		rate := 4.0 / (1 + float64(step)/2000)
		for i := range r.Weights {
			decay := 0.0005 * r.Weights[i]
			if i == featureNo-1 {
				decay = 0
			}
			r.Weights[i] -= rate * (gradient[i]/float64(len(examples)) + decay)
		}
	}
	best := math.Inf(1)
	for threshold := 0.05; threshold < 0.95; threshold += 0.01 {
		cost := 0.0
		for _, e := range examples {
			answers := e.first && r.probability(e.features) >= threshold
			switch {
			case answers && !e.right:
				cost += 2
			case e.first && e.right && !answers:
				cost++
			}
		}
		if cost < best {
			best, r.Threshold = cost, math.Round(threshold*100)/100
		}
	}
	return r
}

func BenchmarkAsk(b *testing.B) {
	base := demoBase(b)
	questions := examples(b, "testdata/questions.tsv")
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		e := questions[i%len(questions)]
		if _, _, err := base.Ask(b.Context(), Question{Text: e.text, Lang: e.lang, Now: time.Now()}); err != nil {
			b.Fatal(err)
		}
	}
}
