package reading

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

// TestHardCases reads testdata/hard.tsv: TEXT TAB toned syllables.
func TestHardCases(t *testing.T) {
	file, err := os.Open("testdata/hard.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	cases := 0
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		text, want, ok := strings.Cut(scanner.Text(), "\t")
		if !ok {
			continue
		}
		cases++
		if got := strings.Join(Pinyin(text), " "); got != want {
			t.Errorf("%s\n got %s\nwant %s\nwords %q", text, got, want, Segment(text))
		}
	}
	if cases < 120 {
		t.Errorf("%d cases, at least 120 wanted", cases)
	}
}

func TestOfSpansAndKinds(t *testing.T) {
	got := Of("顺丰SF123号,到哪儿了")
	want := []Syllable{
		{Hanzi, "顺", "shun4", 0, 0},
		{Hanzi, "丰", "feng1", 1, 0},
		{Latin, "SF", "", 2, 1},
		{Digits, "123", "", 4, 2},
		{Hanzi, "号", "hao4", 7, 3},
		{Other, ",", "", 8, 4},
		{Hanzi, "到", "dao4", 9, 5},
		{Hanzi, "哪儿", "nar3", 10, 6},
		{Hanzi, "了", "le5", 12, 7},
	}
	if len(got) != len(want) {
		t.Fatalf("got %v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%d: got %+v, want %+v", i, got[i], want[i])
		}
	}
}

func TestSegment(t *testing.T) {
	for text, want := range map[string]string{
		"帮我查一下我的快递到哪了":           "帮 我 查一下 我 的 快递 到 哪 了",
		"转人工":                    "转人工",
		"到达武汉转运中心":               "到达 武汉 转运中心",
		"don't worry 我的订单号是5100": "don't   worry   我 的 订单号 是 5100",
		"":                       "",
	} {
		if got := strings.Join(Segment(text), " "); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// TestSyllablesAreKnownUnits holds every reading of the dictionary against the recogniser's syllable table.
func TestSyllablesAreKnownUnits(t *testing.T) {
	table, err := os.ReadFile("../hearing/syllables.tsv")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for line := range strings.Lines(string(table)) {
		name, _, _ := strings.Cut(line, "\t")
		known[name] = true
	}
	d := words()
	if len(d.lines) < 100_000 {
		t.Fatalf("%d words", len(d.lines))
	}
	for _, line := range d.lines {
		e := d.entryAt(line)
		for _, s := range strings.Fields(e.reading) {
			tone := s[len(s)-1]
			if tone < '1' || tone > '5' || !known[s[:len(s)-1]] {
				t.Errorf("%s: %q is no syllable of the units", e.word, s)
			}
		}
		if n := len([]rune(e.word)); len(e.readings([]rune(e.word))) != n && !strings.Contains(e.word, "儿") {
			t.Errorf("%s: %d syllables for %d characters", e.word, len(e.readings([]rune(e.word))), n)
		}
	}
}

func FuzzOf(f *testing.F) {
	for _, s := range []string{"", "还没到", "哪儿", "SF12号", "\xff\xfe", "😀𠮷ﬀ", "得得得", "地地", "儿儿儿"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var joined strings.Builder
		at := 0
		for _, s := range Of(text) {
			if s.Start != at {
				t.Fatalf("%q: starts at %d, want %d", s.Text, s.Start, at)
			}
			at += len([]rune(s.Text))
			joined.WriteString(s.Text)
			if (s.Kind == Hanzi) != (s.Pinyin != "") {
				t.Fatalf("%+v", s)
			}
		}
		if want := string([]rune(text)); joined.String() != want {
			t.Fatalf("joined %q, want %q", joined.String(), want)
		}
	})
}

func BenchmarkOf(b *testing.B) {
	words()
	for b.Loop() {
		Of("您的空气炸锅昨天四点四十到达武汉转运中心,预计明天晚上八点送到")
	}
}
