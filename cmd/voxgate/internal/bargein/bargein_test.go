package bargein

import (
	"testing"

	"voxgate/asr"
	"voxgate/cmd/voxgate/internal/floor"
	"voxgate/media/echo"
)

// heard is a judge who has heard an utterance begin with the given certainties, 80 ms each, and reads a text of it.
func heard(text string, certainties ...float64) *Judge {
	j := &Judge{}
	j.Heard(asr.Event{Kind: asr.SpeechStarted, Confidence: certainties[0]})
	for _, c := range certainties {
		j.Heard(asr.Event{Kind: asr.Speaking, Confidence: c})
	}
	if text != "" {
		j.Heard(asr.Event{Kind: asr.Partial, Text: text})
	}
	return j
}

func TestJudgements(t *testing.T) {
	loud := echo.Verdict{Level: 30, Loud: -20, Settled: true}
	near := echo.Verdict{Level: 30, Loud: -30, Settled: true}
	far := echo.Verdict{Level: 30, Loud: -45, Settled: true}
	own := echo.Verdict{Level: 30, Settled: true, Echo: true, Score: 0.95, Delay: 120_000_000}
	soft := echo.Verdict{Level: 2, Settled: true}
	for name, c := range map[string]struct {
		judge   *Judge
		verdict echo.Verdict
		voice   floor.Voice
		reason  string
	}{
		"plain speech":                  {heard("", 0.99), loud, floor.Yes, Speech},
		"speech that began softly":      {heard("", 0.88, 0.99), loud, floor.Yes, Speech},
		"rather sure for long":          {heard("", 0.95, 0.96, 0.95), loud, floor.Yes, Speech},
		"a cough":                       {heard("", 0.82, 0.82, 0.55), loud, floor.Wait, Doubtful},
		"a soft beginning":              {heard("", 0.999), near, floor.Yes, Speech},
		"a soft bark":                   {heard("", 0.97, 0.98, 0.92), near, floor.Wait, Doubtful},
		"a soft voice for longer":       {heard("", 0.98, 0.99, 0.99), near, floor.Yes, Speech},
		"a voice in the next room":      {heard("", 1, 1, 1), far, floor.Wait, Doubtful},
		"its words":                     {heard("我想问", 1, 1, 1), far, floor.Yes, Words},
		"a cough read as a syllable":    {heard("五", 0.8, 0.6), loud, floor.Wait, Doubtful},
		"a syllable, rather sure":       {heard("我", 0.85, 0.9), loud, floor.Yes, Speech},
		"two syllables":                 {heard("我想", 0.5), loud, floor.Yes, Words},
		"an English word is a syllable": {heard("well", 0.5), loud, floor.Wait, Doubtful},
		"two English words":             {heard("well no", 0.5), loud, floor.Yes, Words},
		"digits":                        {heard("13", 0.5), loud, floor.Yes, Words},
		"hiss":                          {heard("", 0.99, 0.99), soft, floor.Wait, Soft},
		"a telephone that rings":        {heard("发的", 1, 1), echo.Verdict{Level: 30, Loud: -20, Tone: true}, floor.Wait, Tone},
		"echo":                          {heard("您的快递", 1, 1), own, floor.No, Echo},
		"an engine that does not tell":  {heard("", 0), loud, floor.Yes, Speech},
		"no guard":                      {heard("", 0.99), echo.Verdict{}, floor.Yes, Speech},
	} {
		got := c.judge.Weigh(c.verdict)
		if got.Voice != c.voice || got.Reason != c.reason {
			t.Errorf("%s: %+v, want voice %v by %s", name, got, c.voice, c.reason)
		}
	}
	if got := heard("", 1).Weigh(own); got.Score != own.Score || got.Delay != own.Delay {
		t.Errorf("an echo is told as %+v", got)
	}
}

// Once a soft caller has been heard, what is as soft as he is his voice.
func TestTheCallersLevelIsLearned(t *testing.T) {
	j := &Judge{}
	soft := echo.Verdict{Level: 20, Loud: -42, Settled: true}
	for range 8 {
		j.Heard(asr.Event{Kind: asr.SpeechStarted, Confidence: 0.97})
		j.Weigh(soft)
		j.Heard(asr.Event{Kind: asr.Final, Text: "我的快递"})
	}
	j.Heard(asr.Event{Kind: asr.SpeechStarted, Confidence: 0.97})
	if got := j.Weigh(soft); got.Voice != floor.Yes {
		t.Errorf("%+v", got)
	}
}

// One syllable is an answer once it is over, if it was to be heard.
func TestWhatWasReadToTheEnd(t *testing.T) {
	for level, want := range map[float64]floor.Voice{30: floor.Yes, 3: floor.Wait} {
		j := heard("对", 0.7)
		j.Weigh(echo.Verdict{Level: level, Loud: -20})
		j.Heard(asr.Event{Kind: asr.Final, Text: "对"})
		if got := j.Weigh(echo.Verdict{Level: 1, Loud: -60}); got.Voice != want {
			t.Errorf("%.0f dB over the floor: %+v", level, got)
		}
	}
}

// An echo stays one in its own pauses, until it is the caller who speaks; another utterance begins anew.
func TestEchoLastsThroughItsPauses(t *testing.T) {
	j := heard("您的快递", 1, 1)
	own, soft, loud := echo.Verdict{Level: 30, Loud: -30, Echo: true}, echo.Verdict{Level: 2, Loud: -60}, echo.Verdict{Level: 30, Loud: -18}
	for i, c := range []struct {
		verdict echo.Verdict
		voice   floor.Voice
	}{{own, floor.No}, {soft, floor.No}, {loud, floor.Yes}, {soft, floor.Wait}} {
		if got := j.Weigh(c.verdict); got.Voice != c.voice {
			t.Errorf("step %d: %+v, want %v", i, got, c.voice)
		}
	}
	j.Weigh(own)
	j.Heard(asr.Event{Kind: asr.SpeechStarted, Confidence: 0.9})
	if got := j.Weigh(soft); got.Voice != floor.Wait {
		t.Errorf("a new utterance begins with %+v", got)
	}
}

func TestSyllables(t *testing.T) {
	for text, want := range map[string]int{"": 0, "我": 1, "我的快递": 4, "1380": 4, "hello": 1, "my parcel": 2, "查一下SF12": 6, "，。": 0} {
		if got := syllables(text); got != want {
			t.Errorf("%q has %d, want %d", text, got, want)
		}
	}
}
