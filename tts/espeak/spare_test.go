package espeak

import (
	"os"
	"strconv"
	"testing"

	"voxgate/tts"
)

func TestNextClauseFindsAProcessThatWaits(t *testing.T) {
	e := realEngine(t)
	u := tts.Utterance{Text: "您好"}
	first, err := collect(t, e.Speak(t.Context(), u))
	if err != nil || len(e.spares.waiting) != 1 {
		t.Fatalf("%d wait, %v", len(e.spares.waiting), err)
	}
	waiting := e.spares.waiting[0]
	again, err := collect(t, e.Speak(t.Context(), u))
	if err != nil || len(again) != len(first) {
		t.Errorf("%d samples, then %d, %v", len(first), len(again), err)
	}
	if len(e.spares.waiting) != 1 || e.spares.waiting[0] == waiting {
		t.Error("the one that waited was not taken, or nobody took its place")
	}
}

// A process that died while it waited costs the caller nothing but the start of another.
func TestSpareThatDied(t *testing.T) {
	e := realEngine(t)
	u := tts.Utterance{Text: "您好"}
	if _, err := collect(t, e.Speak(t.Context(), u)); err != nil {
		t.Fatal(err)
	}
	if err := e.spares.waiting[0].cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if pcm, err := collect(t, e.Speak(t.Context(), u)); err != nil || len(pcm) == 0 {
		t.Errorf("%d samples, %v", len(pcm), err)
	}
}

func TestSparesAreBoundedAndEnd(t *testing.T) {
	e := realEngine(t)
	var kinds [][]string
	for speed := range maxSpares + 2 {
		kinds = append(kinds, e.arguments(utterance{voice: mandarin, speed: 100 + speed, pitch: 50}))
		for range sparesAKind + 1 {
			e.spares.prepare(kinds[speed])
		}
		if n := e.spares.count(kinds[speed]); n != sparesAKind {
			t.Errorf("%d of one kind", n)
		}
	}
	if len(e.spares.waiting) != maxSpares || e.spares.count(kinds[0]) != 0 {
		t.Errorf("%d wait, %d of the oldest kind", len(e.spares.waiting), e.spares.count(kinds[0]))
	}
	pid := e.spares.waiting[0].cmd.Process.Pid
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("/proc/" + strconv.Itoa(pid)); err == nil {
		t.Error("a process is still there")
	}
	if e.spares.prepare(kinds[0]); len(e.spares.waiting) != 0 {
		t.Error("one was started after the end")
	}
}
