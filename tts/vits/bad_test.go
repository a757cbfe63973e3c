package vits

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"voxgate/tts"
	"voxgate/tts/espeak"
	"voxgate/tts/text"
)

// copied is a fixture in memory, to be spoiled.
func copied(t testing.TB, name string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	files := fixture(name)
	names, err := fs.Glob(files, "*")
	if err != nil || len(names) == 0 {
		t.Fatalf("%v, %v", names, err)
	}
	for _, n := range names {
		data, err := fs.ReadFile(files, n)
		if err != nil {
			t.Fatal(err)
		}
		out[n] = &fstest.MapFile{Data: data}
	}
	return out
}

// swap replaces text in a file by text of the same length.
func swap(t testing.TB, files fstest.MapFS, name, from, to string) {
	t.Helper()
	data := files[name].Data
	if !bytes.Contains(data, []byte(from)) || strings.HasSuffix(name, ".onnx") && len(from) != len(to) {
		t.Fatalf("%s: %q cannot be put in for %q", name, to, from)
	}
	files[name] = &fstest.MapFile{Data: bytes.ReplaceAll(data, []byte(from), []byte(to))}
}

func TestBrokenFoldersSayWhatIsWrong(t *testing.T) {
	set := func(name string, data string) func(testing.TB, fstest.MapFS) {
		return func(_ testing.TB, f fstest.MapFS) { f[name] = &fstest.MapFile{Data: []byte(data)} }
	}
	without := func(name string) func(testing.TB, fstest.MapFS) {
		return func(_ testing.TB, f fstest.MapFS) { delete(f, name) }
	}
	change := func(name, from, to string) func(testing.TB, fstest.MapFS) {
		return func(t testing.TB, f fstest.MapFS) { swap(t, f, name, from, to) }
	}
	const onnx, words, list, config = "model.onnx", "lexicon.txt", "tokens.txt", "small.onnx.json"
	for _, c := range []struct {
		name, base string
		spoil      func(testing.TB, fstest.MapFS)
		want       string
	}{
		{"no model", "melo", without(onnx), "no file *.onnx"},
		{"no lexicon", "melo", without(words), "lexicon.txt"},
		{"no tokens", "melo", without(list), "tokens.txt"},
		{"two voices", "piper", func(_ testing.TB, f fstest.MapFS) {
			f["b.onnx"], f["b.onnx.json"] = f["small.onnx"], f[config]
		}, "keep one voice"},
		{"two models", "melo", func(_ testing.TB, f fstest.MapFS) {
			f["a.onnx"], f["b.onnx"] = f[onnx], f[onnx]
			delete(f, onnx)
		}, "keep one of them"},
		{"a web page as model", "melo", set(onnx, "<html>404</html>"), "no ONNX model"},
		{"an empty model", "melo", set(onnx, ""), "no ONNX model"},
		{"half a model", "melo", func(_ testing.TB, f fstest.MapFS) {
			f[onnx] = &fstest.MapFile{Data: f[onnx].Data[:len(f[onnx].Data)/2]}
		}, ""},
		{"another input", "melo", change(onnx, "noise_scale_w", "noise_scale_z"), `"noise_scale_z"`},
		{"no lengths", "piper", change("small.onnx", "input_lengths", "noise_scale_w"), "noise_scale_w is"},
		{"no rate", "melo", change(onnx, "sample_rate", "sample_rata"), "sample_rate"},
		{"an impossible rate", "melo", change(onnx, "44100", "44 kc"), `sample_rate "44 kc"`},
		{"a foreign language", "melo", change(onnx, "Chinese + English", "Klingon + Sindari"), "Klingon"},
		{"a broken word", "melo", change(words, "h i 5 5", "h i 5"), "line 8"},
		{"a tone that is none", "melo", change(words, "h i 5 5", "h i 5 x"), `line 8 ("的"): "x" is no tone`},
		{"a word without sounds", "melo", change(words, "的 h i 5 5", "的"), "line 8"},
		{"a word of unknown sounds", "melo", change(words, "h i 5 5", "h qq 5 5"), `lacks the sound "qq"`},
		{"an empty lexicon", "melo", set(words, "\n"), "no words"},
		{"tokens without numbers", "melo", set(list, "a b\n"), "tokens.txt, line 1"},
		{"tokens of bytes", "melo", set(list, "\xff\xfe 1\n"), "not UTF-8"},
		{"one token", "melo", set(list, "a 0\n"), "1 symbols"},
		{"a description of nothing", "piper", set(config, "{"), "JSON"},
		{"a description without rate", "piper", change(config, `"sample_rate"`, `"rate"`), "audio.sample_rate is 0"},
		{"no phonemes", "piper", change(config, `"phoneme_id_map"`, `"ids"`), "phoneme_id_map"},
		{"no pad", "piper", change(config, `"_"`, `"-"`), `lacks "_"`},
		{"Japanese phonemes", "piper", change(config, `"phoneme_type": "espeak"`, `"phoneme_type": "japanese"`), "phoneme_type"},
		{"syllables as phonemes", "piper", change(config, `"n": [`, `"ni": [`), `the key "ni"`},
		{"a syllable too long", "pinyin", change(config, `"uan": [`, `"uanuanuan": [`), "uanuanuan"},
		{"French", "piper", change(config, `"cmn"`, `"fr"`), "espeak.voice"},
		{"more speakers than inputs", "piper", change(config, `"num_speakers": 1`, `"num_speakers": 3`), "num_speakers is 3"},
		{"a number too high", "piper", change(config, `"num_symbols": 256`, `"num_symbols": 5`), "numbers lie in 0..4"},
		{"a speaker too many", "speakers", change(config, `"high": 1`, `"high": 2`), "speaker_id_map"},
		{"an endless pace", "piper", change(config, `"length_scale": 1`, `"length_scale": 99`), "length_scale"},
		{"Piper without its description", "piper", func(_ testing.TB, f fstest.MapFS) {
			delete(f, config)
			f[list], f[words] = &fstest.MapFile{Data: []byte("a 0\nb 1\n")}, &fstest.MapFile{Data: []byte("x a b\n")}
		}, "description"},
		{"a description beside MeloTTS", "melo", func(t testing.TB, f fstest.MapFS) { f["model.onnx.json"] = copied(t, "piper")[config] }, "no Piper voice"},
	} {
		files := copied(t, c.base)
		c.spoil(t, files)
		e, err := New(Config{Files: files, Phonemes: said("n")})
		if !errors.Is(err, ErrBadVoice) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		if e != nil {
			e.Close()
		}
	}
}

func TestConfigIsChecked(t *testing.T) {
	for _, cfg := range []Config{
		{}, {Files: fixture("piper")}, {Files: fixture("melo"), Rate: 9}, {Files: fixture("melo"), Runs: -1}, {Files: fixture("nothing")},
	} {
		if _, err := New(cfg); !errors.Is(err, ErrBadVoice) {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
}

// A few words of a public lexicon have sounds that its voice lacks; they do not make the voice unusable.
func TestFewUnknownSoundsAreLeftOut(t *testing.T) {
	tokens := map[string]int64{"_": 0, "a": 1}
	lines := strings.Repeat("x", 1) + " a\nbad qq\n"
	for i := range 40 {
		lines += strings.Repeat("y", i+1) + " a\n"
	}
	l, err := parseLexicon([]byte(lines), tokens, false)
	if err != nil || len(l.words) != 41 {
		t.Errorf("%v", err)
	}
}

func TestWordsAreCutLongestFirst(t *testing.T) {
	tokens := map[string]int64{"_": 0, "a": 1}
	l, err := parseLexicon([]byte("中 a\n中国 a\n中国人 a\n国 a\n人民 a\nabc a\n"), tokens, false)
	if err != nil {
		t.Fatal(err)
	}
	for hanzi, want := range map[string]string{
		"中国人民": "中国人 民", "国中国": "国 中国", "人民中": "人民 中", "": "", "外": "外",
	} {
		if got := strings.Join(l.cut(hanzi), " "); got != want {
			t.Errorf("%s: %s, want %s", hanzi, got, want)
		}
	}
}

func TestErhuaWithoutASoundOfItsOwn(t *testing.T) {
	s := syllables{whole: map[string]sounds{"na3": {ids: []int64{1, 2}}, "er2": {ids: []int64{3}}}}
	for syllable, want := range map[string][]int64{"na3": {1, 2}, "nar3": {1, 2, 3}, "r5": {3}, "er2": {3}, "xyz1": nil, "": nil, "r": nil} {
		got, ok := s.of(syllable)
		if ok != (want != nil) || !slices.Equal(got.ids, want) && want != nil {
			t.Errorf("%q: %v %v, want %v", syllable, got.ids, ok, want)
		}
	}
}

// With the real program: its IPA goes into the model letter by letter.
func TestPiperWithEspeak(t *testing.T) {
	if _, err := exec.LookPath("espeak-ng"); err != nil {
		t.Skip("espeak-ng is not installed")
	}
	phonemes, err := espeak.New(espeak.Config{})
	if err != nil {
		t.Fatal(err)
	}
	en := open(t, Config{Files: fixture("speakers"), Phonemes: phonemes})
	got, _ := read(t, en, tts.Utterance{Text: "Hello", Lang: "en"}, 0)
	// ^ h ə l ˈ o ʊ . $
	if want := []int64{1, 0, 14, 0, 15, 0, 16, 0, 13, 0, 17, 0, 18, 0, 5, 0, 2}; !slices.Equal(units(got), want) {
		t.Errorf("Hello: heard %v, want %v", units(got), want)
	}
	zh := open(t, Config{Files: fixture("piper"), Phonemes: phonemes})
	got, _ = read(t, zh, tts.Utterance{Text: "妈", Lang: string(text.Chinese)}, 0)
	// ^ m ˈ ɑ 5 . $
	if want := []int64{1, 0, 20, 0, 13, 0, 10, 0, 19, 0, 5, 0, 2}; !slices.Equal(units(got), want) {
		t.Errorf("妈: heard %v, want %v", units(got), want)
	}
}

func FuzzParsePiper(f *testing.F) {
	data, err := fs.ReadFile(fixture("speakers"), "small.onnx.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"audio":{"sample_rate":16000},"espeak":{"voice":"en"},"phoneme_id_map":{"_":[0],"^":[1],"$":[2],"ab":[3]}}`))
	f.Add([]byte(`{"phoneme_id_map":{"_":[-1]},"num_speakers":1e9}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := parsePiper(raw)
		if err != nil {
			return
		}
		if _, err := json.Marshal(c); err != nil {
			t.Error(err)
		}
		p := &piper{piperConfig: c}
		for _, id := range p.ids("həlˈoʊ ni2χɑʘ.").ids {
			if id < 0 || id >= maxSymbols {
				t.Errorf("the number %d", id)
			}
		}
	})
}

func FuzzParseTokens(f *testing.F) {
	f.Add([]byte("_ 0\na 1\n  2\n3\n"))
	f.Add([]byte("\ufeff_ 0\r\n\" 99999999999999999999\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		tokens, err := parseTokens(raw)
		for symbol, id := range tokens {
			if err == nil && (id < 0 || id >= maxSymbols || symbol == "") {
				t.Errorf("%q is %d", symbol, id)
			}
		}
	})
}

func FuzzParseLexicon(f *testing.F) {
	f.Add([]byte("你 n i 3 3\n你好 n i h ao 2 2 3 3\nhello h ao 7 7\n"), true, "你好吗")
	f.Add([]byte("你 n i\n好 h\n"), false, "好你")
	f.Add([]byte("\xff n 1\n的 n n n 1 1\n"), true, "")
	tokens := map[string]int64{"_": 0, "n": 1, "i": 2, "h": 3, "ao": 4}
	f.Fuzz(func(t *testing.T, raw []byte, toned bool, hanzi string) {
		l, err := parseLexicon(raw, tokens, toned)
		if err != nil {
			return
		}
		for word, said := range l.words {
			if word == "" || len(said.ids) == 0 || toned != (len(said.tones) > 0) || toned && len(said.tones) != len(said.ids) {
				t.Errorf("%q: %v", word, said)
			}
		}
		if got := strings.Join(l.cut(hanzi), ""); got != strings.ToValidUTF8(hanzi, "\ufffd") && got != string([]rune(hanzi)) {
			t.Errorf("%q cut and joined is %q", hanzi, got)
		}
		learned := learnSyllables(l)
		for reading, said := range learned.whole {
			if len(said.ids) == 0 || toned && len(said.ids) != len(said.tones) {
				t.Errorf("%s: %v", reading, said)
			}
		}
	})
}
