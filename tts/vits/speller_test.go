package vits

import (
	"errors"
	"testing"

	"voxgate/tts"
	"voxgate/tts/text"
)

// spellerOf is the front of a test voice.
func spellerOf(t testing.TB, name string) *speller {
	t.Helper()
	return open(t, Config{Files: fixture(name)}).front.(*speller)
}

// FuzzSpell: whatever text comes, a spelling has a tone for each sound and no sound that the voice lacks.
func FuzzSpell(f *testing.F) {
	for _, s := range []string{"你好，不是SF的。", "Hello 好", "哪儿", "\xff你", "𪚥饕", "3 o'clock", "不不不一一一"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	melo, plain := spellerOf(f, "melo"), spellerOf(f, "aishell3")
	f.Fuzz(func(t *testing.T, written string, chinese bool) {
		lang := text.English
		if chinese {
			lang = text.Chinese
		}
		for _, clause := range text.Plan(written, lang) {
			for _, s := range []*speller{melo, plain} {
				said, err := s.spell(t.Context(), clause)
				if err != nil {
					if !errors.Is(err, tts.ErrUnspeakable) {
						t.Errorf("%q: %v", written, err)
					}
					continue
				}
				if s.toned != (len(said.tones) > 0) && len(said.ids) > 0 || s.toned && len(said.tones) != len(said.ids) {
					t.Errorf("%q: %d sounds, %d tones", written, len(said.ids), len(said.tones))
				}
				for _, id := range said.ids {
					if id < 0 || id >= int64(len(s.tokens)) {
						t.Errorf("%q: the sound %d of %d", written, id, len(s.tokens))
					}
				}
			}
		}
	})
}

func TestFixedSyllablesAreSaidAsTheyAre(t *testing.T) {
	s := spellerOf(t, "melo")
	part := text.Part{Lang: text.Chinese, Text: "行", Fixed: []string{"hao3", "ni2"}}
	got, skipped, err := s.part(part)
	if err != nil || skipped != 0 || len(got.ids) != 4 || got.ids[0] != s.tokens["h"] || got.tones[3] != 2 {
		t.Errorf("%+v, %d skipped, %v", got, skipped, err)
	}
}

// A syllable that the voice has no sounds for is said as the lexicon has its word.
func TestUnknownSyllablesFallBackOnWords(t *testing.T) {
	s := spellerOf(t, "melo")
	got, skipped := s.chinese(text.Part{Lang: text.Chinese, Text: "银行你饕"})
	want := []int64{s.tokens["i"], s.tokens["n"], s.tokens["h"], s.tokens["ao"], s.tokens["n"], s.tokens["i"]}
	if len(got.ids) != len(want) || skipped != 1 {
		t.Fatalf("%v, %d skipped", got.ids, skipped)
	}
	for i := range want {
		if got.ids[i] != want[i] {
			t.Errorf("%v, want %v", got.ids, want)
		}
	}
}

func TestEnglishDigitsAndShortWordsAreSpelled(t *testing.T) {
	tokens := map[string]int64{"_": 0, "a": 1, "b": 2, "1": 3}
	l, err := parseLexicon([]byte("a a\nb b\none 1\nnine 1 1\n"), tokens, false)
	if err != nil {
		t.Fatal(err)
	}
	s := &speller{tokens: tokens, lexicon: l, space: -1, silence: -1, end: -1}
	for words, want := range map[string]int{"ab": 2, "91": 3, "1st": 0, "a-b": 2, "ababab": 0, "": 0, "b's": 0, "a'b": 2} {
		got, err := s.english(words)
		if len(got.ids) != want && err == nil || (err != nil) != (want == 0 && words != "") {
			t.Errorf("%q: %v, %v", words, got.ids, err)
		}
	}
}

func TestVoicesOfSeveralNamesPreferInt8(t *testing.T) {
	for _, c := range []struct {
		files []string
		want  string
	}{
		{[]string{"a.onnx", "a.int8.onnx"}, "a.int8.onnx"}, {[]string{"model.onnx", "b.onnx"}, "model.onnx"}, {[]string{"b.onnx"}, "b.onnx"},
	} {
		if got, err := choose(c.files, nil); err != nil || got != c.want {
			t.Errorf("%v: %s, %v", c.files, got, err)
		}
	}
}
