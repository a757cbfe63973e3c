package decode

import (
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"voxgate/asr"
)

func TestScaleAndEvidenceAreInverse(t *testing.T) {
	for _, p := range []float64{0.001, 0.2, 0.5, 0.93, 0.9995} {
		if got := (Scale{1, 0}).Confidence(Evidence(p)); math.Abs(got-p) > 1e-9 {
			t.Errorf("%v comes back as %v", p, got)
		}
	}
	if c := (Scale{1, 0}).Confidence(Evidence(1)); c >= 1 || c < 0.999 {
		t.Errorf("certainty becomes %v", c)
	}
	if up := (Scale{1, 2}).Confidence(Evidence(0.5)); up < 0.8 {
		t.Errorf("shifted up by two: %v", up)
	}
}

func TestConfidencesOfAListSumToOneAtMost(t *testing.T) {
	zh := language(t, "zh")
	for _, clarity := range []float64{0.3, 0.5, 0.7, 0.95} {
		got := decodeRows(zh, asr.Hints{}, rows(t, zh, "wo3 yao4 tui4 huo4", clarity))
		sum := got.Confidence
		for i, o := range got.Others {
			if sum += o.Confidence; o.Confidence > got.Confidence || i > 0 && o.Confidence > got.Others[i-1].Confidence+1e-9 {
				t.Errorf("clarity %v: reading %d has %v after %v", clarity, i, o.Confidence, got.Confidence)
			}
		}
		if sum > 1 {
			t.Errorf("clarity %v: confidences sum to %v", clarity, sum)
		}
	}
}

func TestConfidenceFollowsTheSound(t *testing.T) {
	zh := language(t, "zh")
	last := Result{}
	for _, clarity := range []float64{0.35, 0.6, 0.95} {
		got := decodeRows(zh, asr.Hints{}, rows(t, zh, "wo3 yao4 tui4 huo4", clarity))
		if len(got.Words) == 0 {
			t.Fatalf("clarity %v: %+v", clarity, got)
		}
		if got.Confidence <= last.Confidence || last.Words != nil && got.Words[0].Confidence <= last.Words[0].Confidence {
			t.Errorf("clarity %v: %+v after %+v", clarity, got, last)
		}
		last = got
	}
}

func TestReadCalibration(t *testing.T) {
	files := fstest.MapFS{}
	if c, err := readCalibration(files, "zh"); err != nil || c != uncalibrated {
		t.Errorf("without a file: %+v, %v", c, err)
	}
	for data, want := range map[string]string{
		`{"zh":{"utterance":{"slope":2,"shift":-1},"word":{"slope":1,"shift":0}}}`:  "",
		`{"zh":{"utterance":{"slope":0,"shift":-1},"word":{"slope":1,"shift":0}}}`:  "slope",
		`{"zh":{"utterance":{"slope":1,"shift":1e9},"word":{"slope":1,"shift":0}}}`: "shift",
		`nonsense`: "anew",
	} {
		files[calibrationFile] = &fstest.MapFile{Data: []byte(data)}
		c, err := readCalibration(files, "zh")
		if want == "" {
			if err != nil || c.Utterance.Slope != 2 {
				t.Errorf("%s: %+v, %v", data, c, err)
			}
			if c, err := readCalibration(files, "en"); err != nil || c != uncalibrated {
				t.Errorf("the other language: %+v, %v", c, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), calibrationFile) {
			t.Errorf("%s: %v", data, err)
		}
	}
}

func FuzzParseCalibration(f *testing.F) {
	f.Add([]byte(`{"zh":{"utterance":{"slope":2,"shift":-1},"word":{"slope":1,"shift":0}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := ParseCalibration(data)
		if err != nil {
			return
		}
		for _, c := range all {
			if p := c.Word.Confidence(1); !(p > 0 && p < 1) {
				t.Errorf("%+v gives %v", c, p)
			}
		}
	})
}
