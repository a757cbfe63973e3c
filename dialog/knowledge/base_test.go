package knowledge

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func entry(id, question, answer string) Entry {
	return Entry{ID: id, Questions: []string{question}, Answer: Text{ZH: answer}}
}

// heardFrom is what the base says to a question, empty where it does not know.
func heardFrom(t *testing.T, b *Base, text string, now time.Time) string {
	t.Helper()
	a, known, err := b.Ask(t.Context(), Question{Text: text, Lang: Chinese, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if !known {
		return ""
	}
	return strings.Join(a.Pieces, "")
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Of entries with one id the last origin's holds; what the desk removes stays away, also where files still have it.
func TestOriginsGoBeforeEachOther(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "knowledge.db")
	k, err := Open(ctx, Options{Database: path, Demo: true})
	must(t, err)
	now := time.Date(2026, 5, 14, 12, 0, 0, 0, time.UTC)
	const question = "快递柜超时收费吗"
	if said := heardFrom(t, k.Base, question, now); !strings.HasPrefix(said, "前十八小时免费") {
		t.Errorf("built in: %q", said)
	}
	must(t, k.Base.Load(ctx, File, []Entry{entry("locker.fee", question, "三天免费。")}))
	if said := heardFrom(t, k.Base, question, now); said != "三天免费。" {
		t.Errorf("by file: %q", said)
	}
	must(t, k.Base.Put(ctx, entry("locker.fee", question, "一天免费。")))
	must(t, k.Base.Load(ctx, File, []Entry{entry("locker.fee", question, "两天免费。")}))
	if said := heardFrom(t, k.Base, question, now); said != "一天免费。" {
		t.Errorf("by the desk: %q", said)
	}
	if removed, err := k.Base.Remove(ctx, "locker.fee"); err != nil || !removed {
		t.Errorf("remove: %v %v", removed, err)
	}
	if removed, err := k.Base.Remove(ctx, "locker.fee"); err != nil || removed {
		t.Errorf("remove again: %v %v", removed, err)
	}
	if said := heardFrom(t, k.Base, question, now); strings.Contains(said, "免费。") && strings.Contains(said, "天") {
		t.Errorf("removed: %q", said)
	}
	must(t, k.Base.Put(ctx, entry("desk.own", "你们的院子大不大", "院子很大。")))
	must(t, k.Close())

	again, err := Open(ctx, Options{Database: path, Demo: true})
	must(t, err)
	defer func() { must(t, again.Close()) }()
	if said := heardFrom(t, again.Base, "你们的院子大不大", now); said != "院子很大。" {
		t.Errorf("the desk's entry after a restart: %q", said)
	}
	if _, known, err := again.Base.Entry(ctx, "locker.fee"); err != nil || known {
		t.Errorf("what the desk removed is back after a restart: %v", err)
	}
}

// An entry holds from its first day to its last.
func TestEntriesHoldForATime(t *testing.T) {
	k := openDemo(t)
	e := entry("spring", "春节期间仓库几号关门", "腊月二十八关门。")
	e.From, e.To = "2026-02-10", "2026-02-24"
	must(t, k.Base.Put(t.Context(), e))
	for day, want := range map[string]bool{"2026-02-09": false, "2026-02-10": true, "2026-02-24": true, "2026-02-25": false} {
		now, err := time.Parse(time.DateOnly, day)
		must(t, err)
		if said := heardFrom(t, k.Base, "春节期间仓库几号关门", now); (said == "腊月二十八关门。") != want {
			t.Errorf("%s: %q", day, said)
		}
	}
}

// A load with one bad entry changes nothing.
func TestBadLoadChangesNothing(t *testing.T) {
	k := openDemo(t)
	before, err := k.Base.Entries(t.Context())
	must(t, err)
	for _, bad := range [][]Entry{{entry("a", "问题", "答案"), entry("", "问题", "答案")}, {entry("a", "问题", "答案"), entry("a", "问题", "答案")}, {entry("a", "!!", "答案")}} {
		if err := k.Base.Load(t.Context(), Shop, bad); !errors.Is(err, ErrInvalid) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	after, err := k.Base.Entries(t.Context())
	must(t, err)
	if len(after) != len(before) {
		t.Errorf("%d entries, before %d", len(after), len(before))
	}
}

// The recogniser's pinyin counts where its characters are wrong.
func TestPinyinIsHeard(t *testing.T) {
	k := openDemo(t)
	a, known, err := k.Ask(t.Context(), Question{Text: "唾货云费睡出", Pinyin: "tui4 huo4 yun4 fei4 shui2 chu1"})
	if err != nil || !known || a.ID != "faq:returns.whopays" {
		t.Errorf("%+v %v %v", a, known, err)
	}
	a, known, err = k.Ask(t.Context(), Question{Text: "唾祸云飞水初", Pinyin: "tui4 huo4 yun4 fei4 shui2 chu1"})
	if err != nil || known && a.ID != "faq:returns.whopays" || !known && (a.Guess == nil || a.Guess.ID != "returns.whopays") {
		t.Errorf("by sound alone: %+v %v %v", a, known, err)
	}
}

// A guess is told after a yes.
func TestGuessIsTold(t *testing.T) {
	k := openDemo(t)
	for _, e := range examples(t, "testdata/questions.tsv") {
		a, known, err := k.Base.Ask(t.Context(), Question{Text: e.text, Lang: e.lang, Now: time.Now()})
		must(t, err)
		if known || a.Guess == nil {
			continue
		}
		if isHanzi(a.Guess.Question) != (e.lang == Chinese) {
			t.Errorf("%s: asks back %q", e.text, a.Guess.Question)
		}
		told, ok, err := k.Tell(t.Context(), a.Guess.ID, e.lang)
		if err != nil || !ok || len(told.Pieces) == 0 || len(told.Facts) != len(told.Pieces) {
			t.Errorf("%s: %+v %v %v", e.text, told, ok, err)
		}
		return
	}
	t.Error("no question is asked back")
}

func TestPieces(t *testing.T) {
	for _, c := range []struct {
		text, lang string
		want       []string
	}{
		{"前十八小时免费 之后每十二小时五角 三元封顶", Chinese, []string{"前十八小时免费，之后每十二小时五角，三元封顶。"}},
		{"签收后七天内，商品完好就可以退。吊牌和赠品要一起寄回，运费由您承担，有运费险的保险来赔。", Chinese,
			[]string{"签收后七天内，商品完好就可以退。", "吊牌和赠品要一起寄回，运费由您承担，有运费险的保险来赔。"}},
		{strings.Repeat("一二三四五六七八九十", 5), Chinese, nil},
		{"It is free. After that it costs 2.50 yuan, at most.", English, []string{"It is free. After that it costs 2.50 yuan, at most."}},
		{"", Chinese, nil},
	} {
		got := pieces(c.text, c.lang)
		if c.want != nil && !slices.Equal(got, c.want) {
			t.Errorf("%q: %q", c.text, got)
		}
		for _, piece := range got {
			if len([]rune(piece)) > MaxPiece && c.lang == Chinese {
				t.Errorf("%q: %d characters", piece, len([]rune(piece)))
			}
		}
	}
}

// The answers that ship are short enough to be heard, and each first piece stands alone.
func TestShippedAnswers(t *testing.T) {
	general, shop, err := Shipped(true)
	must(t, err)
	if len(general)+len(shop) < 80 {
		t.Errorf("%d entries", len(general)+len(shop))
	}
	for _, e := range append(general, shop...) {
		if e.Answer.ZH == "" || e.Answer.EN == "" || len(e.Questions) < 4 {
			t.Errorf("%s lacks a language or wordings", e.ID)
		}
		if n := len(pieces(e.Answer.ZH, Chinese)); n > 3 {
			t.Errorf("%s has %d pieces", e.ID, n)
		}
	}
}

// The questions that measure the base are none of its own, nor those of the fit.
func TestQuestionsAreApart(t *testing.T) {
	bare := func(text string) string {
		return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !says(r) }), "")
	}
	own := map[string]string{}
	general, shop, err := Shipped(true)
	must(t, err)
	for _, e := range append(general, shop...) {
		for _, question := range e.Questions {
			own[bare(question)] = e.ID
		}
	}
	for _, e := range examples(t, "testdata/fit.tsv") {
		own[bare(e.text)] = "fit"
	}
	for _, e := range examples(t, "testdata/questions.tsv") {
		if id := own[bare(e.text)]; id != "" {
			t.Errorf("%s is known word for word: %s", e.text, id)
		}
	}
}

// A file that changes is taken once it has come to rest; a broken one is left, and what was known holds.
func TestFilesAreFollowed(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "entries.yaml")
	write := func(text string) { must(t, os.WriteFile(path, []byte(text), 0o600)) }
	write("- {id: a, questions: [院子大不大], answer: 很大。}\n")
	k, err := Open(context.Background(), Options{Entries: path, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	defer func() { must(t, k.Close()) }()
	var diary strings.Builder
	f := &follower{log: slog.New(slog.NewTextHandler(io.Writer(&diary), nil))}
	w := &watched{path: path, load: k.loadEntries, seen: stampOf(path)}
	w.next = w.seen
	said := func() string { return heardFrom(t, k.Base, "院子大不大", time.Now()) }
	look := func() { f.look(context.Background(), w); f.look(context.Background(), w) }
	if said() != "很大。" {
		t.Errorf("at first %q", said())
	}
	write("- {id: a, questions: [院子大不大], answer: 不太大。}\n")
	f.look(context.Background(), w)
	if said() != "很大。" {
		t.Error("taken while it may still be written")
	}
	look()
	if said() != "不太大。" {
		t.Errorf("after a change %q", said())
	}
	write("- {id: a, questions: [院子大不大]\n")
	look()
	if said() != "不太大。" || !strings.Contains(diary.String(), "not taken") || !strings.Contains(diary.String(), "entries.yaml") {
		t.Errorf("broken: %q, log %s", said(), diary.String())
	}
}

// The follower looks every two seconds and ends with what it belongs to.
func TestFollowerLooksAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "entries.yaml")
		must(t, os.WriteFile(path, []byte("a"), 0o600))
		loads := 0
		load := func(context.Context) error { loads++; return nil }
		f := follow(Options{Entries: path, Log: slog.New(slog.DiscardHandler)}, load, load)
		must(t, os.WriteFile(path, []byte("longer"), 0o600))
		time.Sleep(3 * lookAgain)
		synctest.Wait()
		f.close()
		if loads != 1 {
			t.Errorf("loaded %d times", loads)
		}
	})
}
