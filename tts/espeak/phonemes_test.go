package espeak

import (
	"errors"
	"strings"
	"testing"

	"voxgate/tts/text"
)

func TestPhonemesOfBothLanguages(t *testing.T) {
	e := realEngine(t)
	for _, c := range []struct {
		text string
		lang text.Lang
		want string
	}{
		{"Hello", text.English, "həlˈoʊ"},
		{"妈", text.Chinese, "mˈɑ5"},
		{"妈hello", text.Chinese, "mˈɑ5 həlˈoʊ"},
		{"hello妈", text.Chinese, "həlˈoʊ mˈɑ5"},
		{"电话", text.Chinese, "tiɛ5nχwˈɑ5"},
	} {
		got, err := e.Phonemes(t.Context(), text.Plan(c.text, c.lang)[0], "en-us")
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v, want %q", c.text, got, err, c.want)
		}
	}
}

func TestFixedSyllablesAndLettersStandAlone(t *testing.T) {
	e := realEngine(t)
	clause := text.Clause{Parts: []text.Part{
		{Lang: text.Chinese, Text: "妈", Fixed: []string{"ma1", "ma1"}}, {Lang: text.Chinese, Text: "A", Letters: true},
	}}
	if got, err := e.Phonemes(t.Context(), clause, "en-us"); err != nil || strings.Count(got, "mˈɑ5") != 2 || len(strings.Fields(got)) != 3 {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := e.Phonemes(t.Context(), text.Clause{}, "en-us"); err != nil || got != "" {
		t.Errorf("nothing: %q, %v", got, err)
	}
}

func TestPhonemesOfAFailingProgram(t *testing.T) {
	e := fakeEngine(t, "echo broken >&2; exit 3")
	if got, err := e.Phonemes(t.Context(), text.Plan("您好", text.Chinese)[0], "en-us"); !errors.Is(err, ErrFailed) {
		t.Errorf("%q, %v", got, err)
	}
	if len(e.slots) != 0 {
		t.Error("a slot is still taken")
	}
}
