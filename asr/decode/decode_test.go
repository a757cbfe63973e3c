package decode

import (
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"voxgate/asr"
	"voxgate/models"
)

var loaded = sync.OnceValues(func() (map[string]*Language, error) {
	out := map[string]*Language{}
	for _, lang := range []string{"zh", "en"} {
		l, err := Load(models.Files(""), lang, DefaultTuning())
		if err != nil {
			return nil, err
		}
		out[lang] = l
	}
	return out, nil
})

func language(t testing.TB, lang string) *Language {
	t.Helper()
	all, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return all[lang]
}

// rows are what a network says that hears the reading clearly: each unit for one step, blanks between, and a little of
// everything else.
func rows(t testing.TB, l *Language, reading string, clarity float64) [][]float32 {
	t.Helper()
	units, err := l.spelling.spell(reading)
	if err != nil {
		t.Fatal(err)
	}
	row := func(u int) []float32 {
		r := make([]float32, l.Units.Size())
		rest := math.Log((1 - clarity) / float64(len(r)))
		for i := range r {
			r[i] = float32(rest)
		}
		r[u] = float32(math.Log(clarity))
		return r
	}
	out := [][]float32{row(0)}
	for _, u := range units {
		out = append(out, row(int(u)), row(0))
	}
	return append(out, row(0), row(0))
}

func decodeRows(l *Language, h asr.Hints, rows [][]float32) Result {
	s := l.NewSearch()
	s.Begin(h)
	for _, r := range rows {
		s.Step(r)
	}
	return s.Finish()
}

const spokenNumber = "yi1 san1 qi1 yi1 yi1 ling2 er4 jiu3 ba1 si4 liu4"

func TestReadings(t *testing.T) {
	zh := language(t, "zh")
	for name, c := range map[string]struct {
		hints         asr.Hints
		reading, want string
	}{
		"domain sentence":       {asr.Hints{}, "bang1 wo3 cha2 yi1 xia4 wo3 de5 kuai4 di4 dao4 na3 le5", "帮我查一下我的快递到哪了"},
		"tones all wrong":       {asr.Hints{}, "bang2 wo4 cha1 yi4 xia1 wo1 de4 kuai1 di1 dao2 na2 le4", "帮我查一下我的快递到哪了"},
		"zh for z and n for l":  {asr.Hints{}, "zuan3 ren2 gong1", "转人工"},
		"homophones by context": {asr.Hints{}, "wo3 yao4 tui4 huo4", "我要退货"},
		"number of a phone":     {asr.Hints{}, "wo3 de5 shou3 ji1 hao4 shi4 " + spokenNumber, "我的手机号是13711029846"},
		"幺 洞 拐":                 {asr.Hints{Digits: true}, "yao1 dong4 guai3 liang3", "1072"},
		"double":                {asr.Hints{Digits: true}, "shuang1 ba1 san1 si4", "8834"},
		"waybill with letters":  {asr.Hints{}, "dan1 hao4 shi4 ai2 si5 ai2 fu5 yi1 wu3 liu4 er4 er4 ling2 si4 si4 qi1 ba1 san1 yi1 jiu3", "单号是SF1562204478319"},
		"amount stays in hanzi": {asr.Hints{}, "san1 bai3 er4 shi2 jiu3 kuai4", "三百二十九块"},
		"cardinal tail":         {asr.Hints{}, "wei3 hao4 san1 qian1 qi1 bai3 er4 shi2 yi1", "尾号三千七百二十一"},
		"class member":          {asr.Hints{}, "wo3 mai3 de5 chui1 feng1 ji1 dao4 na3 le5", "我买的吹风机到哪了"},
		"digits only":           {asr.Hints{Digits: true, Only: true}, "si4 shi2 si4", "44"},
	} {
		got := decodeRows(zh, c.hints, rows(t, zh, c.reading, 0.9))
		if name == "digits only" {
			if strings.Trim(got.Text, "0123456789") != "" || len(got.Text) < 2 {
				t.Errorf("%s: %q", name, got.Text)
			}
			continue
		}
		if got.Text != c.want {
			t.Errorf("%s: %q, want %q", name, got.Text, c.want)
		}
		if got.Confidence <= 0.2 || got.Confidence > 1 || len(got.Words) == 0 {
			t.Errorf("%s: confidence %v, %d words", name, got.Confidence, len(got.Words))
		}
	}
}

func TestEnglish(t *testing.T) {
	en := language(t, "en")
	reading := "W EH R IH Z M AY P AE K IH JH"
	if got := decodeRows(en, asr.Hints{Lang: "en"}, rows(t, en, reading, 0.9)); got.Text != "where is my package" || got.Pinyin != got.Text {
		t.Errorf("%+v", got)
	}
	number := "M AY F OW N N AH M B ER IH Z W AH N TH R IY D AH B AH L F AY V"
	if got := decodeRows(en, asr.Hints{Lang: "en"}, rows(t, en, number, 0.9)); got.Text != "my phone number is 1355" {
		t.Errorf("%q", got.Text)
	}
}

func TestResultParts(t *testing.T) {
	zh := language(t, "zh")
	got := decodeRows(zh, asr.Hints{}, rows(t, zh, "wo3 de5 shou3 ji1 hao4 shi4 "+spokenNumber, 0.6))
	if got.Digits != 11 {
		t.Errorf("%d digits at the end", got.Digits)
	}
	if len(got.Others) < 3 {
		t.Errorf("only %d other readings", len(got.Others))
	}
	for _, o := range got.Others {
		if o.Text == got.Text || o.Text == "" || o.Confidence > got.Confidence {
			t.Errorf("other reading %+v beside %q (%v)", o, got.Text, got.Confidence)
		}
	}
	last := -1
	for _, w := range got.Words {
		if w.Start < last || w.End <= w.Start || w.Confidence < 0 || w.Confidence > 1 {
			t.Errorf("word %+v after step %d", w, last)
		}
		last = w.Start
	}
	if n := len(strings.Fields(got.Pinyin)); n != 17 {
		t.Errorf("%d syllables in %q", n, got.Pinyin)
	}
}

// mixed is a step in which two units are equally likely.
func mixed(a, b []float32) []float32 {
	out := make([]float32, len(a))
	for i := range out {
		out[i] = float32(math.Log((math.Exp(float64(a[i])) + math.Exp(float64(b[i]))) / 2))
	}
	return out
}

func TestKnownNumbersDecide(t *testing.T) {
	zh := language(t, "zh")
	one, two := rows(t, zh, "jiu3 ba1 si4 liu4", 0.9), rows(t, zh, "liu3 ba1 si4 jiu3", 0.9)
	var unclear [][]float32
	for i := range one {
		unclear = append(unclear, mixed(one[i], two[i]))
	}
	h := asr.Hints{Digits: true, Known: []string{"13711029846", "SF1562204478319"}}
	if got := decodeRows(zh, h, unclear); got.Text != "9846" {
		t.Errorf("%q", got.Text)
	}
	h.Known = []string{"15200006849"}
	if got := decodeRows(zh, h, unclear); got.Text != "6849" {
		t.Errorf("%q", got.Text)
	}
}

func TestLengthHints(t *testing.T) {
	zh := language(t, "zh")
	number := rows(t, zh, "yi1 san1 qi1 yi1 ling2 er4 jiu3 ba1 si4 liu4 wu3", 0.9)
	if got := decodeRows(zh, asr.Hints{Digits: true, Only: true, MaxDigits: 4}, number); len(got.Text) > 4 {
		t.Errorf("%q is longer than was allowed", got.Text)
	}
	if got := decodeRows(zh, asr.Hints{Digits: true, MinDigits: 4, MaxDigits: 4}, number); got.Text != "13710298465" {
		t.Errorf("%q: a whole number must get through where its tail was asked for", got.Text)
	}
	command := rows(t, zh, "zhuan3 ren2 gong1", 0.9)
	if got := decodeRows(zh, asr.Hints{Digits: true, MinDigits: 4, MaxDigits: 4}, command); got.Text != "转人工" {
		t.Errorf("%q: a command must get through where digits were asked for", got.Text)
	}
}

func TestHintedWords(t *testing.T) {
	zh := language(t, "zh")
	h := asr.Hints{Words: []string{"阔佩克", "登山鞋 38码", "?", ""}}
	reading := "wo3 jiao4 kuo4 pei4 ke4"
	if got := decodeRows(zh, h, rows(t, zh, reading, 0.9)); got.Text != "我叫阔佩克" {
		t.Errorf("with the hint: %q", got.Text)
	}
	if got := decodeRows(zh, asr.Hints{}, rows(t, zh, reading, 0.9)); got.Text == "我叫阔佩克" {
		t.Error("the name is known without the hint: the test shows nothing")
	}
	many := make([]string, 10_000)
	for i := range many {
		many[i] = string(rune(0x4e00+i/50)) + string(rune(0x5200+i%50)) + "锅"
	}
	if got := decodeRows(zh, asr.Hints{Words: many}, rows(t, zh, "zhuan3 ren2 gong1", 0.9)); got.Text != "转人工" {
		t.Errorf("among ten thousand words: %q", got.Text)
	}
}

func TestUnknownSpeechIsDoubtful(t *testing.T) {
	zh := language(t, "zh")
	known := decodeRows(zh, asr.Hints{}, rows(t, zh, "bang1 wo3 cha2 yi1 xia4 kuai4 di4", 0.9))
	odd := decodeRows(zh, asr.Hints{}, rows(t, zh, "pie3 zou4 nue4 seng1 gua4 mou2 ran3", 0.9))
	if odd.Text == "" || odd.Confidence > 0.6*known.Confidence {
		t.Errorf("%q has confidence %.2f, a known sentence %.2f", odd.Text, odd.Confidence, known.Confidence)
	}
}

func TestNoiseIsNoWords(t *testing.T) {
	zh := language(t, "zh")
	dice := rand.New(rand.NewPCG(1, 1))
	var noise [][]float32
	for range 200 {
		r := make([]float32, zh.Units.Size())
		for i := range r {
			r[i] = float32(-6 - 3*dice.Float64())
		}
		r[0] = float32(math.Log(0.7))
		noise = append(noise, r)
	}
	if got := decodeRows(zh, asr.Hints{}, noise); got.Text != "" {
		t.Errorf("heard %q", got.Text)
	}
	if got := decodeRows(zh, asr.Hints{}, nil); got.Text != "" || got.Confidence != 0 {
		t.Errorf("nothing gave %+v", got)
	}
}

func TestPartialsAndReuse(t *testing.T) {
	zh := language(t, "zh")
	s := zh.NewSearch()
	first := ""
	for round := range 2 {
		s.Begin(asr.Hints{})
		seen := map[string]bool{}
		for _, r := range rows(t, zh, "bang1 wo3 cha2 yi1 xia4 kuai4 di4", 0.9) {
			s.Step(r)
			text, _ := s.Partial()
			seen[text] = true
		}
		if !seen["帮我"] || !seen["帮我查一下"] {
			t.Errorf("partial readings %v", seen)
		}
		got := s.Finish().Text
		if round == 1 && got != first {
			t.Errorf("the second utterance reads %q, the first %q", got, first)
		}
		first = got
	}
	if c := s.Complete(); c <= 0 || c > 1 {
		t.Errorf("probability of an end %v", c)
	}
}

func TestEndlessSpeechIsBounded(t *testing.T) {
	zh := language(t, "zh")
	s := zh.NewSearch()
	s.Begin(asr.Hints{})
	rs := rows(t, zh, "ba1 si4", 0.9)
	for i := range 2 * maxSteps {
		s.Step(rs[i%len(rs)])
	}
	if !s.Full() || s.Steps() != maxSteps {
		t.Errorf("%d steps decoded", s.Steps())
	}
	if got := s.Finish(); got.Text == "" {
		t.Error("nothing heard")
	}
}

func FuzzStep(f *testing.F) {
	f.Add([]byte("some bytes that stand for log-probabilities"), true, "13711029846")
	f.Add([]byte{0, 255, 17, 3, 200}, false, "")
	f.Fuzz(func(t *testing.T, data []byte, digits bool, hint string) {
		zh := language(t, "zh")
		s := zh.NewSearch()
		s.Begin(asr.Hints{Digits: digits, Only: digits, Known: []string{hint}, Words: []string{hint}})
		row := make([]float32, zh.Units.Size())
		for i := 0; i < len(data) && i < 60; i++ {
			for u := range row {
				row[u] = -float32((int(data[i])*31+u*int(data[(i+1)%len(data)]))%97) / 4
			}
			s.Step(row)
		}
		if got := s.Finish(); got.Confidence < 0 || got.Confidence > 1 {
			t.Errorf("confidence %v", got.Confidence)
		}
	})
}

func FuzzLoad(f *testing.F) {
	f.Add("你好\tni3 hao3\n", "我 要 退货\n")
	f.Add("x", "<digits> <product> 零 一 二")
	f.Fuzz(func(t *testing.T, readings, sentences string) {
		small := func(name string) []byte {
			switch name {
			case "hearing/readings.tsv":
				return []byte(readings)
			case "hearing/sentences.zh.txt":
				return []byte(sentences)
			case "hearing/loans.tsv", "hearing/heteronyms.tsv":
				return nil
			}
			return []byte("我\n")
		}
		files := fstest.MapFS{}
		for _, n := range []string{"readings.tsv", "sentences.zh.txt", "words.product.txt", "words.courier.txt", "words.city.txt", "words.name.txt", "words.general.txt", "loans.tsv", "heteronyms.tsv"} {
			files["hearing/"+n] = &fstest.MapFile{Data: small("hearing/" + n)}
		}
		files["hearing/units.txt"] = &fstest.MapFile{Data: []byte("<blk>\nn\nh\ni3\nao3\nuo3\n")}
		files["hearing/syllables.tsv"] = &fstest.MapFile{Data: []byte("ni\tn i\nhao\th ao\nwo\tuo\n")}
		files["hearing/characters.tsv"] = &fstest.MapFile{Data: []byte("ni3\t你\n")}
		l, err := Load(files, "zh", DefaultTuning())
		if err != nil {
			return
		}
		decodeRows(l, asr.Hints{}, [][]float32{make([]float32, l.Units.Size())})
	})
}
