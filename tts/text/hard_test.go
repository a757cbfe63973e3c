package text

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

// TestHardCases says testdata/hard.tsv: WRITTEN TAB AS SAID [TAB syllables that the reading holds].
func TestHardCases(t *testing.T) {
	file, err := os.Open("testdata/hard.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	cases := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		fields := strings.Split(lines.Text(), "\t")
		if len(fields) < 2 {
			t.Fatalf("%q: no tab", lines.Text())
		}
		cases++
		said := Normalise(fields[0])
		if said != fields[1] {
			t.Errorf("%s\n got %s\nwant %s", fields[0], said, fields[1])
		}
		if len(fields) < 3 {
			continue
		}
		if got := syllables(Plan(fields[0], Chinese)); !strings.Contains(" "+got+" ", " "+fields[2]+" ") {
			t.Errorf("%s\n got %s\nwant %s", fields[0], got, fields[2])
		}
	}
	if cases < 600 {
		t.Errorf("%d cases, at least 600 wanted", cases)
	}
}

// syllables is the reading of a plan.
func syllables(plan []Clause) string {
	var out []string
	for _, c := range plan {
		for _, p := range c.Parts {
			out = append(out, p.Syllables()...)
		}
	}
	return strings.Join(out, " ")
}
