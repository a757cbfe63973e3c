package understanding

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"voxgate/models"
)

func shipped(t testing.TB) *Model {
	t.Helper()
	m, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func classify(t testing.TB, text, pinyin string) Result {
	t.Helper()
	r, err := shipped(t).Classify(text, pinyin)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestClassify(t *testing.T) {
	for _, c := range []struct{ text, pinyin, want string }{
		{"帮我查一下我的快递到哪了", "", "track_logistics"},
		{"帮我茶一下我的快弟到拿了", "bang1 wo3 cha2 yi2 xia4 wo3 de5 kuai4 di4 dao4 na3 le5", "track_logistics"},
		{"钱怎么还没退回来", "", "refund_status"},
		{"今天天气怎么样", "", "out_of_scope"},
		{"where is my parcel", "", "track_logistics"},
	} {
		r := classify(t, c.text, c.pinyin)
		sum := 0.0
		for i, s := range r.Scores {
			sum += s.P
			if i > 0 && s.P > r.Scores[i-1].P {
				t.Errorf("%s: %s is out of order", c.text, s.Class)
			}
		}
		if r.Scores[0].Class != c.want || math.Abs(sum-1) > 1e-4 || len(r.Wanted) != len(shipped(t).Classes()) {
			t.Errorf("%s: got %+v, sum %f", c.text, r.Scores[0], sum)
		}
		if r.Of(c.want) != r.Scores[0].P {
			t.Errorf("%s: Of says %f", c.text, r.Of(c.want))
		}
	}
}

// TestGolden holds the file as it runs here against the network that it was exported from.
func TestGolden(t *testing.T) {
	data, err := os.ReadFile("testdata/golden.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range bytes.Lines(data) {
		var want struct {
			Text, Class        string
			P, Wanted, Neutral float64
		}
		if err := json.Unmarshal(line, &want); err != nil {
			t.Fatal(err)
		}
		r := classify(t, want.Text, "")
		if math.Abs(r.Of(want.Class)-want.P) > 0.01 || math.Abs(r.Wanted[want.Class]-want.Wanted) > 0.01 || math.Abs(r.Moods["neutral"]-want.Neutral) > 0.01 {
			t.Errorf("%+v: got %.4f, %.4f, %.4f", want, r.Of(want.Class), r.Wanted[want.Class], r.Moods["neutral"])
		}
		n++
	}
	if n < 10 {
		t.Errorf("only %d lines", n)
	}
}

func TestMoods(t *testing.T) {
	for text, want := range map[string]string{"你们这群骗子 太过分了": "angry", "太好了谢谢你啊 真快": "positive", "帮我查一下快递": "neutral"} {
		moods := classify(t, text, "").Moods
		for mood, p := range moods {
			if p > moods[want] {
				t.Errorf("%s: %s %.2f over %s %.2f", text, mood, p, want, moods[want])
			}
		}
	}
}

func TestSeveralWanted(t *testing.T) {
	r := classify(t, "我要退货 另外发票也给我开一下", "")
	if r.Wanted["return_refund"] < 0.5 || r.Wanted["invoice"] < 0.5 || r.Wanted["shipping_fee"] > 0.5 {
		t.Errorf("got %v", r.Wanted)
	}
}

func TestClassifyAtOnce(t *testing.T) {
	m := shipped(t)
	want := classify(t, "我的快递到哪了", "").Scores[0]
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 20 {
				if r, err := m.Classify("我的快递到哪了", ""); err != nil || r.Scores[0] != want {
					t.Errorf("got %v, %v", r.Scores, err)
					return
				}
			}
		})
	}
	group.Wait()
}

func TestLoadRefuses(t *testing.T) {
	data, err := fs.ReadFile(models.Files(""), File)
	if err != nil {
		t.Fatal(err)
	}
	other, err := fs.ReadFile(models.Files(""), "hearing/acoustic.onnx")
	if err != nil {
		t.Fatal(err)
	}
	renamed := bytes.Replace(data, []byte("classes"), []byte("klasses"), 1)
	for name, bad := range map[string][]byte{"empty": nil, "text": []byte("no model"), "cut": data[:len(data)/2], "another model": other, "without names": renamed} {
		if _, err := Load(bad); !errors.Is(err, ErrBadModel) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestSound(t *testing.T) {
	for in, want := range map[string]string{"zhuang1": "zuan", "ni3": "li", "ling2": "lin", "shi4": "si", "nar3": "la", "er2": "er", "lv4": "lv", "a": "a"} {
		if got := Sound(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func TestKey(t *testing.T) {
	for _, pair := range [][2]string{{"parcel", "parsel"}, {"where", "wear"}, {"refund", "refunt"}, {"night", "nite"}} {
		if a, b := Key(pair[0]), Key(pair[1]); a[:3] != b[:3] {
			t.Errorf("%s is %s, %s is %s", pair[0], a, pair[1], b)
		}
	}
}

func TestStem(t *testing.T) {
	for in, want := range map[string]string{"shipped": "ship", "shipping": "ship", "parcels": "parcel", "neighbour's": "neighbour", "is": "is", "cancelled": "cancel"} {
		if got := stem(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func TestConceptsBySound(t *testing.T) {
	units := unitsOf("我要推货")
	found := conceptsAt(units, soundsOf("我要退货", units))
	if len(found[2]) == 0 || found[2][0] != "return" {
		t.Errorf("got %v", found)
	}
}

func TestPinyinStandsForReadings(t *testing.T) {
	heard := Encode("快弟三七二一", "kuai4 di4 san1 qi1 er4 yi1")
	read := Encode("快弟三七二一", "")
	if len(heard.Deep) != 3*Slots || heard.Deep[1] != read.Deep[1] {
		t.Errorf("got %d units, %v and %v", len(heard.Deep)/Slots, heard.Deep[:Slots], read.Deep[:Slots])
	}
	if other := Encode("快弟", "man4 di4"); other.Deep[1] == heard.Deep[1] {
		t.Error("what was heard does not count")
	}
}

func TestRowsOfFeatures(t *testing.T) {
	m := Model{deep: map[uint32]int32{hash("c好"): 3}, wide: map[uint32]int32{hash("k"): 1}}
	deep, wide := m.rows(Encode("好吗", ""))
	if len(deep) != 2*Slots || deep[0] != 3 || slices.Max(deep[1:]) != 0 || !slices.Equal(wide, []int32{0}) {
		t.Errorf("got %v, %v", deep, wide)
	}
	if rows, err := rowsOf("AQAAAP////8="); err != nil || len(rows) != 2 || rows[1] != 1 || rows[math.MaxUint32] != 2 {
		t.Errorf("got %v, %v", rows, err)
	}
}

func TestConceptsOfTheWorld(t *testing.T) {
	for text, want := range map[string]string{"my parcel went AWOL and never arrived": "notgot", "帮我挂号看专家号": "medical", "the porch pirates again": "notgot"} {
		if got := Concepts(text); !slices.Contains(got, want) {
			t.Errorf("%s: got %v, want %s among them", text, got, want)
		}
	}
	// 瓜好 sounds like 挂号, but a word of two hanzi of the wider list counts by its hanzi alone.
	if got := Concepts("瓜好"); slices.Contains(got, "medical") {
		t.Errorf("got %v", got)
	}
}

func FuzzRows(f *testing.F) {
	for _, s := range []string{"", "AQAAAP////8=", "AQ==", "not base64", "AAAAAA=="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := rowsOf(text)
		if (err == nil) != (len(rows) > 0) {
			t.Errorf("%q: %d rows, %v", text, len(rows), err)
		}
	})
}

func FuzzEncode(f *testing.F) {
	f.Add("帮我查一下尾号三七二幺的快递", "")
	f.Add("where is my PACKAGE", "kuai4 di4 a 5")
	f.Add(strings.Repeat("一", 5000), "")
	f.Add("\xff'\x00 OR 1=1", "1 2 3")
	f.Fuzz(func(t *testing.T, text, pinyin string) {
		in := Encode(text, pinyin)
		if len(in.Deep) == 0 || len(in.Deep)%Slots != 0 || len(in.Wide) == 0 {
			t.Fatalf("%q: %d deep, %d wide", text, len(in.Deep), len(in.Wide))
		}
		last := uint32(0)
		for _, v := range in.Wide {
			if v <= last {
				t.Fatalf("%q: n-grams are not sorted", text)
			}
			last = v
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	for b.Loop() {
		Encode("帮我查一下尾号三七二幺的快递到哪了", "")
	}
}

func BenchmarkClassify(b *testing.B) {
	m := shipped(b)
	for b.Loop() {
		if _, err := m.Classify("帮我查一下尾号三七二幺的快递到哪了", ""); err != nil {
			b.Fatal(err)
		}
	}
}
