package handoff

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func storeOf(t *testing.T, path string) (*Store, int) {
	t.Helper()
	s, unread, err := OpenStore(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, unread
}

func add(t *testing.T, s *Store, c Case) {
	t.Helper()
	if err := s.Add(c); err != nil {
		t.Fatal(err)
	}
}

func day(n int) time.Time { return time.Date(2026, 5, n, 9, 0, 0, 0, time.UTC) }

func TestSimilarCases(t *testing.T) {
	s, _ := storeOf(t, "")
	add(t, s, Case{At: day(1), Intent: "not_received", Words: []string{"显示签收了但是门口没有包裹"}, Outcome: "ticket"})
	add(t, s, Case{At: day(2), Intent: "not_received", Words: []string{"家里没人收到 柜子里也没有"}, Outcome: "transfer"})
	add(t, s, Case{At: day(3), Intent: "return_refund", Words: []string{"门口没有包裹 我要退货"}, Outcome: "action"})
	add(t, s, Case{At: day(4), Intent: "not_received", Words: []string{"天气真好"}, Outcome: "closed"})
	got := s.Similar(Note{Intent: "not_received", LastLines: []string{"签收了可是门口没看到包裹"}})
	if len(got) == 0 || !got[0].At.Equal(day(1)) {
		t.Fatalf("the likest case is not first: %+v", got)
	}
	for _, c := range got {
		if c.Intent != "not_received" || c.At.Equal(day(4)) {
			t.Errorf("a case that is not like it: %+v", c)
		}
	}
	if got := s.Similar(Note{Intent: "invoice", LastLines: []string{"开发票"}}); len(got) != 0 {
		t.Errorf("cases of another matter: %+v", got)
	}
}

func TestCasesOutliveTheProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "cases.jsonl")
	s, _ := storeOf(t, path)
	add(t, s, Case{At: day(1), Intent: "invoice", Words: []string{"发票抬头开错了"}, Outcome: "transfer"})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString("{broken\n"); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	again, unread := storeOf(t, path)
	if got := again.Similar(Note{Intent: "invoice", LastLines: []string{"抬头错了"}}); len(got) != 1 || unread != 1 {
		t.Errorf("read %+v, %d lines unread", got, unread)
	}
}

func TestStoreIsBounded(t *testing.T) {
	s, _ := storeOf(t, "")
	var work sync.WaitGroup
	for w := range 4 {
		work.Go(func() {
			for i := range mostCases / 3 {
				if err := s.Add(Case{Intent: "x", Words: []string{fmt.Sprint("词", w, i)}}); err != nil {
					t.Error(err)
				}
				if i%400 == 0 {
					s.Similar(Note{Intent: "x", LastLines: []string{"词"}})
				}
			}
		})
	}
	work.Wait()
	if len(s.cases) != mostCases || s.total["x"] != mostCases {
		t.Errorf("%d cases kept, %d counted", len(s.cases), s.total["x"])
	}
}

func FuzzReadCases(f *testing.F) {
	f.Add("{\"intent\":\"invoice\",\"words\":[\"发票\"],\"outcome\":\"answer\"}\n")
	f.Add("{}\n\n[1]\n\"\xff\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "cases.jsonl")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, _ := storeOf(t, path)
		for _, c := range s.Similar(Note{Intent: "invoice", LastLines: []string{"发票"}}) {
			if !strings.Contains(Note{Cases: []Case{c}}.Text(), "旧例") {
				t.Error("a case without a line")
			}
		}
	})
}

func BenchmarkSimilar(b *testing.B) {
	s, _, err := OpenStore("")
	if err != nil {
		b.Fatal(err)
	}
	for i := range mostCases {
		if err := s.Add(Case{Intent: "x", Words: []string{fmt.Sprint("我的包裹到哪里了", i, "怎么还不送")}}); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		s.Similar(Note{Intent: "x", LastLines: []string{"包裹怎么还没有送来"}})
	}
}
