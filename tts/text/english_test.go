package text

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

// TestEnglish says testdata/english.tsv: WRITTEN TAB its clauses with "|" for a gap, "," and "." for pauses.
func TestEnglish(t *testing.T) {
	file, err := os.Open("testdata/english.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	cases := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		written, want, ok := strings.Cut(lines.Text(), "\t")
		if !ok || strings.HasPrefix(written, "# ") {
			continue
		}
		cases++
		if got := render(Plan(written, English)); got != want {
			t.Errorf("%s\n got %s\nwant %s", written, got, want)
		}
	}
	if cases < 50 {
		t.Errorf("%d cases, at least 50 wanted", cases)
	}
}

func TestHanziWithinEnglishAreChinese(t *testing.T) {
	plan := Plan("The courier is 周师傅.", English)
	if len(plan) != 1 || len(plan[0].Parts) != 2 || plan[0].Parts[1].Lang != Chinese || plan[0].Parts[1].Text != "周师傅" {
		t.Errorf("%+v", plan)
	}
}
