package evaluation

import (
	"errors"
	"strings"
	"testing"
)

func TestParseManifestReadsBothForms(t *testing.T) {
	rows, err := ParseManifest(strings.NewReader("start\tsamples\tspeaker\tpinyin\ttext\tmood\n0\t8000\tA\tni3 hao3\t你好\tgood\n\n8000\t400\t\t\t好\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Row{
		{Line: 2, Samples: 8000, Speaker: "A", Pinyin: "ni3 hao3", Text: "你好"},
		{Line: 4, Start: 8000, Samples: 400, Text: "好"},
	}
	if len(rows) != 2 || rows[0] != want[0] || rows[1] != want[1] {
		t.Errorf("corpus form: %+v", rows)
	}
	rows, err = ParseManifest(strings.NewReader("\ufeffText\tWAV\r\n转人工\tcalls/a.wav\r\n"))
	if err != nil || len(rows) != 1 || rows[0] != (Row{Line: 2, File: "calls/a.wav", Text: "转人工"}) {
		t.Errorf("file form: %+v, %v", rows, err)
	}
	rows, err = ParseManifest(strings.NewReader("wav\ttext\tlang\tpattern\tintent\texpect\tknown\na.wav\t1234\ten\tp1\tprovide_info\tdigits:4\t1234|5678\nb.wav\t\n"))
	full := Row{Line: 2, File: "a.wav", Text: "1234", Lang: "en", Pattern: "p1", Intent: "provide_info", Expect: "digits:4", Known: "1234|5678"}
	if err != nil || len(rows) != 2 || rows[0] != full || rows[1] != (Row{Line: 3, File: "b.wav"}) {
		t.Errorf("all columns: %+v, %v", rows, err)
	}
}

func TestParseManifestNamesTheFaultAndItsLine(t *testing.T) {
	for name, c := range map[string]struct{ table, want string }{
		"no lines":       {"", "no rows"},
		"header only":    {"wav\ttext\n", "no rows"},
		"no text column": {"wav\tpinyin\na.wav\tni3\n", `line 1: no column "text"`},
		"no samples":     {"start\ttext\n0\tx\n", `line 1: no column "samples"`},
		"column twice":   {"wav\ttext\ttext\na\tb\tc\n", `line 1: the column "text" is there twice`},
		"only pinyin":    {"wav\ttext\tpinyin\na.wav\t\tni3\n", "line 2: pinyin without a text"},
		"language":       {"wav\ttext\tlang\na.wav\t你好\tde\n", `line 2: column lang: "de"`},
		"hints":          {"wav\ttext\texpect\na.wav\t你好\tdigit\n", "line 2: columns expect and known: hints cannot be read"},
		"short line":     {"wav\ttext\na.wav\n", "line 2: no text"},
		"no file":        {"wav\ttext\n\t你好\n", "line 2: no name in column wav"},
		"bad start":      {"start\tsamples\ttext\nx\t1\t好\n", `line 2: column start: "x"`},
		"negative start": {"start\tsamples\ttext\n-1\t1\t好\n", `line 2: column start: "-1"`},
		"no length":      {"start\tsamples\ttext\n0\t0\t好\n", `line 2: column samples: "0"`},
		"huge":           {"start\tsamples\ttext\n9223372036854775807\t1\t好\n", "line 2: column start"},
		"no text at all": {"wav\ttext\na.wav\t\xff\xfe\n", "line 2: it is not UTF-8"},
		"long text":      {"wav\ttext\na.wav\t" + strings.Repeat("好", longestText+1) + "\n", "line 2: a text of 1001 characters"},
		"long line":      {"wav\ttext\n" + strings.Repeat("x", longestLine+1), "longer than"},
	} {
		_, err := ParseManifest(strings.NewReader(c.table))
		if !errors.Is(err, ErrManifest) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func FuzzParseManifest(f *testing.F) {
	f.Add("wav\ttext\na.wav\t你好\n")
	f.Fuzz(func(t *testing.T, table string) {
		rows, err := ParseManifest(strings.NewReader(table))
		if err != nil {
			if !errors.Is(err, ErrManifest) {
				t.Fatalf("%v is no ErrManifest", err)
			}
			return
		}
		if len(rows) == 0 {
			t.Fatal("no rows and no error")
		}
		for _, r := range rows {
			if r.Text == "" && r.Pinyin != "" || r.Line < 2 || r.File == "" && r.Samples < 1 || r.Start < 0 {
				t.Fatalf("accepted %+v", r)
			}
		}
	})
}
