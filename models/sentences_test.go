package models

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"voxgate/models/reading"
)

// hearing are the lines of a file of the recogniser.
func hearing(t *testing.T, name string) []string {
	t.Helper()
	data, err := fs.ReadFile(shipped, "hearing/"+name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

// firsts are the first columns of tables.
func firsts(t *testing.T, names ...string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, name := range names {
		for _, l := range hearing(t, name) {
			word, _, _ := strings.Cut(l, "\t")
			out[word] = true
		}
	}
	return out
}

// heldout are the texts of the held-out lines; every line has an intent.
func heldout(t *testing.T, lang string) []string {
	t.Helper()
	var out []string
	for _, l := range hearing(t, "testdata/heldout."+lang+".txt") {
		text, intent, ok := strings.Cut(l, "\t")
		if !ok || !regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`).MatchString(intent) {
			t.Errorf("held-out line %q has no intent", l)
		}
		out = append(out, text)
	}
	return out
}

var placeholder = regexp.MustCompile(`^<(product|courier|city|name|digits)>$`)

func TestSentencesAreReadable(t *testing.T) {
	chinese := firsts(t, "readings.tsv", "loans.tsv")
	for _, l := range hearing(t, "sentences.zh.txt") {
		for w := range strings.SplitSeq(l, " ") {
			if !placeholder.MatchString(w) && !chinese[w] && !readable(w) {
				t.Errorf("%q: nobody can read %q; give its reading in readings.tsv or loans.tsv", l, w)
			}
		}
	}
	english := firsts(t, "words.en.tsv", "readings.en.tsv")
	for _, l := range hearing(t, "sentences.en.txt") {
		for w := range strings.SplitSeq(l, " ") {
			if !placeholder.MatchString(w) && !english[w] {
				t.Errorf("%q: nobody can read %q; give its phones in words.en.tsv", l, w)
			}
		}
	}
}

// readable says that the dictionary reads every character of a word.
func readable(word string) bool {
	for _, s := range reading.Of(word) {
		if s.Kind != reading.Hanzi {
			return false
		}
	}
	return word != ""
}

func TestReadingsOfEnglishWords(t *testing.T) {
	phones := firsts(t, "units.en.txt")
	said := map[string]bool{}
	for _, l := range hearing(t, "words.en.tsv") {
		word, sounds, ok := strings.Cut(l, "\t")
		if !ok || said[l] || word != strings.ToLower(word) {
			t.Errorf("words.en.tsv: %q is doubled or no small word, TAB and phones", l)
		}
		said[l] = true
		for p := range strings.SplitSeq(sounds, " ") {
			if !phones[p] {
				t.Errorf("words.en.tsv: %q has an unknown phone %q", word, p)
			}
		}
	}
}

// The model counts a word that is cut in two ways as two things, neither of which it then knows well.
func TestWordsAreCutInOneWay(t *testing.T) {
	lines := hearing(t, "sentences.zh.txt")
	words := map[string]bool{}
	for _, l := range lines {
		for w := range strings.SplitSeq(l, " ") {
			words[w] = true
		}
	}
	for _, l := range append(lines, heldout(t, "zh")...) {
		parts := strings.Split(l, " ")
		for i := range parts {
			for n := i + 2; n <= min(i+4, len(parts)); n++ {
				if whole := strings.Join(parts[i:n], ""); words[whole] {
					t.Errorf("%q: elsewhere %q is one word", l, whole)
				}
			}
		}
	}
}

func TestSentencesAreManyAndDifferent(t *testing.T) {
	least := map[string]int{"zh": 11000, "en": 2500}
	for lang, floor := range least {
		seen := map[string]bool{}
		for _, l := range hearing(t, "sentences."+lang+".txt") {
			key := l
			if lang == "zh" {
				key = strings.ReplaceAll(l, " ", "")
			}
			if seen[key] {
				t.Errorf("%s: %q stands there twice", lang, l)
			}
			seen[key] = true
		}
		if len(seen) < floor {
			t.Errorf("%s: %d sentences, fewer than %d", lang, len(seen), floor)
		}
		for _, l := range heldout(t, lang) {
			if lang == "zh" {
				l = strings.ReplaceAll(l, " ", "")
			}
			if seen[l] {
				t.Errorf("%s: held-out line %q is among the sentences", lang, l)
			}
		}
	}
}
