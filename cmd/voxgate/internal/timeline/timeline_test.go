package timeline

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voxgate/media/wav"
)

func sample(t testing.TB) Record {
	t.Helper()
	r, err := ReadFile(filepath.Join("testdata", "call.json"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEventsAreWrittenAsTheyAreRead(t *testing.T) {
	before := Event{
		At: 3898 * time.Millisecond, Kind: Stop, Reason: "speech", Score: 0.953, Delay: 160 * time.Millisecond, Text: "我的快递", Clip: "a.wav",
	}
	raw, err := json.Marshal(before)
	if err != nil {
		t.Fatal(err)
	}
	var after Event
	if err := json.Unmarshal(raw, &after); err != nil || after != before {
		t.Errorf("%s was read as %+v, %v", raw, after, err)
	}
}

func TestImpossibleRecordsAreRefused(t *testing.T) {
	for name, raw := range map[string]string{
		"no JSON":       `{`,
		"another file":  `{"rules":[]}`,
		"endless":       `{"call_id":"a","started":"2026-05-14T10:20:00Z","duration_s":1e9}`,
		"event before":  `{"call_id":"a","started":"2026-05-14T10:20:00Z","events":[{"at_ms":-1}]}`,
		"event too far": `{"call_id":"a","started":"2026-05-14T10:20:00Z","events":[{"at_ms":9223372036854775807}]}`,
		"turn too far":  `{"call_id":"a","started":"2026-05-14T10:20:00Z","turns":[{"at_ms":9223372036854775807}]}`,
		"stage":         `{"call_id":"a","started":"2026-05-14T10:20:00Z","turns":[{"stages_ms":{"on_wire":-3}}]}`,
	} {
		if _, err := Parse([]byte(raw)); !errors.Is(err, ErrBadRecord) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACallIsFoundByItsId(t *testing.T) {
	dir := t.TempDir()
	started := time.Date(2026, 5, 14, 10, 20, 0, 0, time.UTC)
	for i, id := range []string{"abc-1", "abc-2", "x@y.z"} {
		path := filepath.Join(dir, Stem(started.Add(time.Duration(i)*time.Minute), id)+".json")
		if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, other := range []string{"notes.json", "20260514-102000.000-abc-1.wav"} {
		if err := os.WriteFile(filepath.Join(dir, other), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range map[string]string{"abc-1": "abc-1", "x@y": "x_y_z", Last: "x_y_z", "x@y.z": "x_y_z"} {
		path, err := Find(dir, id)
		if err != nil || !strings.HasSuffix(path, "-"+want+".json") {
			t.Errorf("%s: found %q, %v", id, path, err)
		}
	}
	for _, id := range []string{"abc", "nobody", "", "../etc"} {
		if path, err := Find(dir, id); !errors.Is(err, ErrNoRecord) {
			t.Errorf("%q: found %q, %v", id, path, err)
		}
	}
}

// wellFormed reads XML to its end and returns its text.
func wellFormed(t testing.TB, raw []byte) string {
	t.Helper()
	var text strings.Builder
	for d := xml.NewDecoder(bytes.NewReader(raw)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return text.String()
		}
		if err != nil {
			t.Fatalf("the picture is no XML: %v", err)
		}
		if chars, ok := token.(xml.CharData); ok {
			text.Write(chars)
		}
	}
}

func TestPictureTellsWhatHappened(t *testing.T) {
	var svg bytes.Buffer
	sound := &Sound{Caller: make([]float32, 800), Bot: make([]float32, 800)}
	if err := WriteSVG(&svg, sample(t), sound, 80); err != nil {
		t.Fatal(err)
	}
	text := wellFormed(t, svg.Bytes())
	for _, want := range []string{
		"我的快递到哪了", "cut: 41 % heard", "stop: speech (0.08, echo after 140 ms), after 150 ms", "goes on: echo (0.93, echo after 180 ms)", "clip: 4f2c-1.wav",
		"end of turn: complete → track logistics", "301", "outcome: answer", "looked_up: 28.0 ms", "0:16",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the picture lacks %q", want)
		}
	}
	if !strings.Contains(svg.String(), `href="#sound-caller"`) {
		t.Error("the picture lacks the caller's sound")
	}
}

func TestMomentsLieWhereTheyHappened(t *testing.T) {
	p := Draw(sample(t), nil, 100)
	at := func(seconds float64) float64 { return gutter + inset + 100*seconds }
	found := 0
	for _, r := range p.Rects {
		switch {
		case r.Class == "spoke caller" && r.Title == "我的快递到哪了":
			found++
			if r.X != at(1.1) || r.W != 100*(3.738-1.1) {
				t.Errorf("the caller's words lie at %.1f, %.1f wide", r.X, r.W)
			}
		case r.Class == "gap":
			found++
			if end := r.X + r.W; end < at(3.960) || end > at(3.962) || r.W < 30 || r.W > 30.2 {
				t.Errorf("the pause lies until %.1f, %.1f wide", end, r.W)
			}
		case strings.HasPrefix(r.Class, "spoke bot cut"):
			found++
			if r.Y < botTop {
				t.Error("what the bot says lies in another lane")
			}
			if r.X+r.W != at(1.251) {
				t.Errorf("the first answer ends at %.1f", r.X+r.W)
			}
		}
	}
	if found != 3 {
		t.Errorf("%d of 3 shapes were drawn: %+v", found, p.Rects)
	}
	height := 0.0
	for _, r := range p.Over {
		height += r.H
	}
	if want := tallest * 301 / (1.4 * goal); height < want-0.01 || height > want+0.01 {
		t.Errorf("the answer's column is %.2f high, want %.2f", height, want)
	}
}

func TestLabelsDoNotOverlap(t *testing.T) {
	r := sample(t)
	for _, scale := range scales {
		free := map[float64]float64{}
		for _, l := range Draw(r, nil, scale).Labels {
			if !strings.HasPrefix(l.Class, "choice") && l.Class != "said" && l.Class != "final" && l.Class != "partial" {
				continue
			}
			size := textSize
			if l.Class != "said" && l.Class != "final" {
				size = smallSize
			}
			if l.X < free[l.Y]-0.01 && textWidth(l.Text, size) > shortest {
				t.Errorf("at %g px a second %q begins at %.0f, before %.0f", scale, l.Text, l.X, free[l.Y])
			}
			free[l.Y] = l.X + textWidth(l.Text, size)
		}
	}
}

// What a caller or a peer says cannot become a part of the page.
func TestWordsStayWords(t *testing.T) {
	r := sample(t)
	evil := `</title></svg><script>alert(1)</script>"'--><img src=x>`
	r.CallID, r.Caller, r.To, r.Outcome, r.Turns[1].Said = evil, evil, evil, evil, evil
	for i := range r.Events {
		r.Events[i].Text, r.Events[i].Reason, r.Events[i].Clip = evil, evil, evil
	}
	var svg, page bytes.Buffer
	if err := errors.Join(WriteSVG(&svg, r, nil, 80), WritePage(&page, r, nil)); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, svg.Bytes())
	for name, out := range map[string]string{"picture": svg.String(), "page": page.String()} {
		if strings.Contains(out, "<script>alert") || strings.Contains(out, "<img") {
			t.Errorf("words became a part of the %s", name)
		}
	}
}

func TestPageNeedsNoNetwork(t *testing.T) {
	var page bytes.Buffer
	if err := WritePage(&page, sample(t), nil); err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{"http://", "https://", "src=", "@import", "url("} {
		if strings.Contains(page.String(), from) {
			t.Errorf("the page loads something: %s", from)
		}
	}
	if n := strings.Count(page.String(), `class="timeline view"`); n != len(scales) {
		t.Errorf("%d of %d scales", n, len(scales))
	}
}

func TestTextOfACall(t *testing.T) {
	var out bytes.Buffer
	if err := WriteText(&out, sample(t)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"0:00.0  bot      您好，请问要办什么？  (cut: 41 % heard)", "0:01.2  ·        stop: speech (0.08, echo after 140 ms), after 150 ms  4f2c-1.wav",
		"0:03.9  caller   我的快递到哪了  (0.95 sure)", "0:06.7  caller   (no words)", "0:03.9      301        240.0",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, out.String())
		}
	}
}

// A recording that lacks time is drawn where things happened.
func TestSoundLiesWhereItWasHeard(t *testing.T) {
	path := filepath.Join(t.TempDir(), "call.wav")
	pcm := make([]int16, 2*8000)
	for i := 4000; i < 4160; i++ {
		pcm[2*i] = 16384 // the caller, from half a second to 20 ms later
	}
	if err := wav.WriteFile(path, wav.Audio{Rate: 8000, Channels: 2, Samples: pcm}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		gaps []Gap
		want int
	}{
		"whole":    {nil, 25},
		"gaps":     {[]Gap{{AtMS: 100, MS: 100}, {AtMS: 600, MS: 240}, {AtMS: 2000, MS: 300}}, 25 + 5 + 12},
		"nonsense": {[]Gap{{AtMS: -5, MS: 100}, {AtMS: 9e15, MS: 100}, {AtMS: 100, MS: -100}, {AtMS: 9e15, MS: 9e15}}, 25},
	} {
		sound, err := Hear(path, c.gaps)
		if err != nil {
			t.Fatal(err)
		}
		for i, level := range sound.Caller {
			if (level > 0.4) != (i == c.want) {
				t.Errorf("%s: frame %d is at %.2f", name, i, level)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	raw, err := os.ReadFile(filepath.Join("testdata", "call.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"call_id":"a","started":"2026-05-14T10:20:00Z","duration_s":90000,"events":[{"kind":"final","at_ms":100000000,"text":"\u0000\ud800好"}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := Parse(raw)
		if err != nil {
			return
		}
		var svg bytes.Buffer
		if err := errors.Join(WriteText(io.Discard, r), WriteSVG(&svg, r, nil, 10)); err != nil {
			t.Fatal(err)
		}
		wellFormed(t, svg.Bytes())
	})
}
