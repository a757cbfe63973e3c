package understanding

import (
	"bytes"
	"math"
	"testing"

	"voxgate/models"
)

func TestDefault(t *testing.T) {
	m, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	scores := m.Classify("帮我查一下我的快递到哪了", "")
	sum := 0.0
	for i, s := range scores {
		sum += s.P
		if i > 0 && s.P > scores[i-1].P {
			t.Errorf("%s is out of order", s.Class)
		}
	}
	if scores[0].Class != "track_logistics" || math.Abs(sum-1) > 1e-9 || len(scores) != len(m.Classes()) {
		t.Errorf("got %+v, sum %f", scores[0], sum)
	}
	byEar := m.Classify("帮我茶一下我的快弟到拿了", "bang1 wo3 cha2 yi2 xia4 wo3 de5 kuai4 di4 dao4 na3 le5")
	if byEar[0].Class != "track_logistics" {
		t.Errorf("by ear: got %+v", byEar[0])
	}
}

func TestSound(t *testing.T) {
	for in, want := range map[string]string{"zhuang1": "zuan", "ni3": "li", "ling2": "lin", "shi4": "si", "nar3": "la", "er2": "er", "lv4": "lv", "a": "a"} {
		if got := Sound(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func TestSaveAndLoad(t *testing.T) {
	row := make([]float64, Buckets)
	row[7], row[8] = 1, -2
	var file bytes.Buffer
	if err := Save(&file, []string{"a"}, [][]float64{row}, []float64{0.5}, 1); err != nil {
		t.Fatal(err)
	}
	m, err := Load(bytes.NewReader(file.Bytes()))
	if err != nil || m.weights[7] != 64 || m.weights[8] != -127 {
		t.Errorf("got %d %d, %v", m.weights[7], m.weights[8], err)
	}
	for n := range 200 {
		if _, err := Load(bytes.NewReader(file.Bytes()[:min(n, file.Len()-1)])); err == nil {
			t.Fatalf("%d bytes of %d were a file", n, file.Len())
		}
	}
}

func FuzzLoad(f *testing.F) {
	in, err := models.Open("understanding/weights.bin.gz")
	if err != nil {
		f.Fatal(err)
	}
	_ = in.Close()
	f.Add([]byte{0x1f, 0x8b})
	f.Add([]byte(""))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Load(bytes.NewReader(data))
		if err == nil && len(m.Classify("查快递", "")) != len(m.Classes()) {
			t.Error("scores and classes differ")
		}
	})
}

func FuzzFeatures(f *testing.F) {
	f.Add("帮我查一下尾号三七二幺的快递", "")
	f.Add("where is my PACKAGE", "kuai4 di4 a 5")
	f.Fuzz(func(t *testing.T, text, pinyin string) {
		last := -1
		for _, h := range Features(text, pinyin) {
			if h >= Buckets || int(h) <= last {
				t.Fatalf("%q: features are not sorted and in range", text)
			}
			last = int(h)
		}
	})
}

func BenchmarkClassify(b *testing.B) {
	m, err := Default()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		m.Classify("帮我查一下尾号三七二幺的快递到哪了", "")
	}
}
