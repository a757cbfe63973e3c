package wav

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"voxgate/media"
	"voxgate/media/mediatest"
)

// childFile names the file that this test binary, started again, is to record into until it is killed.
const childFile = "VOXGATE_TEST_RECORD"

func sides(i int) (received, sent media.Frame) {
	received, sent = media.Frame{Rate: 8000}, media.Frame{Rate: 8000}
	copy(received.PCM(), mediatest.Tone(8000, 400, 0.5, 20*time.Millisecond))
	copy(sent.PCM(), mediatest.Tone(8000, 1000, 0.25, 20*time.Millisecond))
	return received, sent
}

// recordUntilKilled records faster than real time and says so every second of sound.
func recordUntilKilled() {
	r, err := Record(os.Getenv(childFile), 8000)
	if err != nil {
		fmt.Println("error", err)
		return
	}
	for i := 0; ; i++ {
		received, sent := sides(i)
		r.Tick(&received, &sent)
		if i%50 == 49 {
			fmt.Println(i / 50)
		}
		time.Sleep(time.Millisecond)
	}
}

func TestRecordingSurvivesKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "killed.wav")
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childFile+"="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for range 6 {
		if !lines.Scan() || strings.HasPrefix(lines.Text(), "error") {
			t.Fatalf("child: %s", lines.Text())
		}
	}
	if err := child.Process.Kill(); err != nil { // SIGKILL
		t.Fatal(err)
	}
	child.Wait()
	a, err := ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	checkSides(t, a, 4*time.Second)
	for _, tool := range [][]string{
		{"ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"}, {"soxi", "-D"},
	} {
		if _, err := exec.LookPath(tool[0]); err != nil {
			continue
		}
		b, err := exec.Command(tool[0], append(tool[1:], path)...).CombinedOutput()
		seconds, bad := strconv.ParseFloat(strings.TrimSpace(string(b)), 64)
		if err != nil || bad != nil || seconds < 4 {
			t.Errorf("%s: %v %q, want 4 s or more", tool[0], err, b)
		}
	}
}

func checkSides(t *testing.T, a Audio, least time.Duration) {
	t.Helper()
	if a.Channels != 2 || a.Rate != 8000 || a.Duration() < least {
		t.Fatalf("%d channels at %d Hz, %v; want 2 at 8000 Hz, %v or more", a.Channels, a.Rate, a.Duration(), least)
	}
	for i, hertz := range []float64{400, 1000} {
		own, other := mediatest.Level(a.Channel(i), 8000, hertz), mediatest.Level(a.Channel(i), 8000, 1400-hertz)
		if own < 0.2 || other > 0.01 {
			t.Errorf("channel %d: its own tone at %.3f, the other's at %.3f", i, own, other)
		}
	}
}

func TestRecordingIsStereoAndComplete(t *testing.T) {
	path := filepath.Join(t.TempDir(), "call.wav")
	r, err := Record(path, 8000)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 { // fits the queue: nothing may be lost
		received, sent := sides(i)
		r.Tick(&received, &sent)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	a, err := ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if size := binary.LittleEndian.Uint32(raw[4:]); int(size) != len(raw)-8 {
		t.Errorf("the header says %d octets, the file has %d after it", size, len(raw)-8)
	}
	if a.Duration() != 800*time.Millisecond || r.Dropped() != 0 {
		t.Errorf("%v recorded, %d dropped; want 800ms, 0", a.Duration(), r.Dropped())
	}
	checkSides(t, a, 800*time.Millisecond)
}

// Drops leave silence, so that what follows stays in its place.
func TestDroppedTicksLeaveSilence(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gap.wav")
	r, err := Record(path, 8000)
	if err != nil {
		t.Fatal(err)
	}
	wide := media.Frame{Rate: 16000}
	for i := range 30 {
		received, sent := sides(i)
		if i >= 10 && i < 20 {
			r.Tick(&wide, &wide)
			continue
		}
		r.Tick(&received, &sent)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	a, err := ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	left := a.Channel(0)
	if a.Duration() != 600*time.Millisecond || r.Dropped() != 10 {
		t.Fatalf("%v recorded, %d dropped; want 600ms, 10", a.Duration(), r.Dropped())
	}
	for i, loud := range []bool{true, false, true} {
		if got := mediatest.RMS(left[i*1600:(i+1)*1600]) > 0.1; got != loud {
			t.Errorf("part %d: sound is %v, want %v", i, got, loud)
		}
	}
}

func TestRecordRefuses(t *testing.T) {
	if _, err := Record(filepath.Join(t.TempDir(), "a", "b.wav"), 8000); err == nil {
		t.Error("a folder that does not exist: no error")
	}
	if _, err := Record(filepath.Join(t.TempDir(), "b.wav"), 44100); err == nil {
		t.Error("44,100 Hz: no error")
	}
}

func TestTickDoesNotAllocate(t *testing.T) {
	r, err := Record(filepath.Join(t.TempDir(), "a.wav"), 8000)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	received, sent := sides(0)
	r.Close() // so that the writer's own work does not count
	if n := testing.AllocsPerRun(200, func() { r.Tick(&received, &sent) }); n > 0 {
		t.Errorf("%v allocations a tick", n)
	}
}

func BenchmarkRecord(b *testing.B) {
	r, err := Record(filepath.Join(b.TempDir(), "a.wav"), 8000)
	if err != nil {
		b.Fatal(err)
	}
	received, sent := sides(0)
	b.ReportAllocs()
	for b.Loop() {
		for len(r.queue) > recordQueue/2 {
			time.Sleep(10 * time.Microsecond)
		}
		r.Tick(&received, &sent)
	}
	r.Close()
}

func TestMutedCallerIsNotInTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "private.wav")
	r, err := Record(path, 8000)
	if err != nil {
		t.Fatal(err)
	}
	tick := func(n int) {
		for i := range n {
			received, sent := sides(i)
			for !func() bool { before := r.Dropped(); r.Tick(&received, &sent); return r.Dropped() == before }() {
				r.missed = 0 // the disk is slower than this test: the same tick again
			}
		}
	}
	tick(100) // 2 s that may be kept
	tick(100) // 2 s that may not
	r.Mute(2 * time.Second)
	onDisk, err := ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tick(100) // 2 s of the same, still muted
	r.Unmute()
	tick(100) // 2 s that may be kept again
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	a, err := ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	level := func(a Audio, channel, from, to int, hertz float64) float64 {
		return mediatest.Level(a.Channel(channel)[from*8000/10:to*8000/10], 8000, hertz)
	}
	if got := level(onDisk, 0, 20, 39, 400); got > 0.001 {
		t.Errorf("after Mute the file still holds the caller at %.3f", got)
	}
	for _, c := range []struct {
		from, to int // tenths of a second
		heard    bool
	}{{0, 15, true}, {17, 59, false}, {61, 80, true}} {
		if got := level(a, 0, c.from, c.to, 400); (got > 0.2) != c.heard || !c.heard && got > 0.001 {
			t.Errorf("%d to %d tenths: caller at %.4f", c.from, c.to, got)
		}
	}
	if got := level(a, 1, 0, 80, 1000); got < 0.2 {
		t.Errorf("the bot's side was muted too: %.3f", got)
	}
	r.Mute(time.Second) // after Close: harmless
}
