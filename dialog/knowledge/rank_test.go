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
			first, score = found[0].id, found[0].trust
		}
		count := func(s *tally) {
			s.questions++
			if slices.Contains(e.want, first) {
				s.first++
			}
			right := slices.Contains(e.want, first)
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
		if e.want == nil {
			count(styles["unknown"])
			if score >= fitted().Threshold {
				t.Logf("answers what it does not know: %s -> %s %.2f", e.text, first, score)
			}
			continue
		}
		if styles[e.style] == nil {
			styles[e.style] = &tally{}
		}
		count(styles[e.style])
		count(styles["all"])
		if !slices.Contains(e.want, first) || score < fitted().Threshold {
			t.Logf("%s: %s wants %v, got %s %.2f", e.style, e.text, e.want, first, score)
		}
	}
	for _, style := range []string{"zh", "homophone", "en", "all"} {
		t.Logf("%s: %v", style, styles[style])
	}
	unknown := styles["unknown"]
	t.Logf("unknown: %d questions, %d answered (%.1f %%), %d asked back", unknown.questions, unknown.answered,
		100*float64(unknown.answered)/float64(unknown.questions), unknown.guessed)
	all := styles["all"]
	if recall := float64(all.first) / float64(all.questions); recall < 0.86 {
		t.Errorf("recall@1 %.3f, at least 0.86 wanted", recall)
	}
	if right := float64(all.right) / float64(all.answered); right < 0.95 {
		t.Errorf("%.3f of the answers are right, at least 0.95 wanted", right)
	}
	if share := float64(unknown.answered) / float64(unknown.questions); share > 0.09 {
		t.Errorf("answers %.3f of what it does not know, at most 0.09 wanted", share)
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
