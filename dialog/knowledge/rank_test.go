package knowledge

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// example is a question with the entries that may answer it, none where nothing does.
type example struct {
	style, text string
	pinyin      string // as recognised; empty: read from the text
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

// tally counts what came of the questions of one style.
type tally struct{ questions, first, answered, right, guessed, guess int }

func (t tally) String() string {
	return fmt.Sprintf("%d questions: recall@1 %.1f %%, answered %.1f %%, of these right %.1f %%; asked back %.1f %%, of these right %.1f %%", t.questions,
		100*float64(t.first)/float64(t.questions), 100*float64(t.answered)/float64(t.questions), 100*float64(t.right)/float64(max(1, t.answered)),
		100*float64(t.guessed)/float64(t.questions), 100*float64(t.guess)/float64(max(1, t.guessed)))
}

// measure asks all questions of a table, by style; "all" and "unknown" are kept apart.
func measure(t *testing.T, b *Base, file string) map[string]*tally {
	t.Helper()
	styles := map[string]*tally{"all": {}, "unknown": {}}
	for _, e := range examples(t, file) {
		found, err := b.candidates(t.Context(), analyse(e.text, ""), Question{Text: e.text, Lang: e.lang, Now: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		first, score := "", 0.0
		if len(found) > 0 {
			first, score = found[0].id, found[0].trust
		}
		right := slices.Contains(e.want, first)
		if e.want == nil {
			styles["unknown"].count(score, right)
			if score >= fitted().Threshold {
				t.Logf("answers what it does not know: %s -> %s %.2f", e.text, first, score)
			}
			continue
		}
		if styles[e.style] == nil {
			styles[e.style] = &tally{}
		}
		styles[e.style].count(score, right)
		styles["all"].count(score, right)
		if !right || score < fitted().Threshold {
			t.Logf("%s: %s wants %v, got %s %.2f", e.style, e.text, e.want, first, score)
		}
	}
	for style, s := range styles {
		if style != "unknown" {
			t.Logf("%s, %s: %v", file, style, s)
		}
	}
	u := styles["unknown"]
	t.Logf("%s, unknown: %d questions, %d answered (%.1f %%), %d asked back", file, u.questions, u.answered, 100*float64(u.answered)/float64(u.questions), u.guessed)
	return styles
}

// count takes in what came of a question.
func (s *tally) count(score float64, right bool) {
	s.questions++
	if right {
		s.first++
	}
	switch {
	case score >= fitted().Threshold && right:
		s.answered, s.right = s.answered+1, s.right+1
	case score >= fitted().Threshold:
		s.answered++
	case score >= fitted().Guess && right:
		s.guessed, s.guess = s.guessed+1, s.guess+1
	case score >= fitted().Guess:
		s.guessed++
	}
}

// The base must know what callers mean in words that are not its own, and must not answer what it does not know.
func TestQuestions(t *testing.T) {
	b := demoBase(t)
	for file, least := range map[string]struct{ recall, right, unknown float64 }{
		"testdata/questions.tsv": {0.86, 0.95, 0.09}, "testdata/fresh.tsv": {0.75, 0.9, 0.15},
	} {
		styles := measure(t, b, file)
		all, unknown := styles["all"], styles["unknown"]
		if recall := float64(all.first) / float64(all.questions); recall < least.recall {
			t.Errorf("%s: recall@1 %.3f, at least %.2f wanted", file, recall, least.recall)
		}
		if right := float64(all.right) / float64(all.answered); right < least.right {
			t.Errorf("%s: %.3f of the answers are right, at least %.2f wanted", file, right, least.right)
		}
		if share := float64(unknown.answered) / float64(unknown.questions); share > least.unknown {
			t.Errorf("%s: answers %.3f of what it does not know, at most %.2f wanted", file, share, least.unknown)
		}
	}
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
