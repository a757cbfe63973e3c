package gateway

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/cmd/voxgate/internal/timeline"
	"voxgate/media"
	"voxgate/media/wav"
)

// feed gives clips so much of a call in which the far end is one value and the bot another.
func feed(c *clips, d time.Duration, received, sent int16) {
	in, out := media.Frame{Rate: media.Narrowband}, media.Frame{Rate: media.Narrowband}
	for i := range in.Len() {
		in.Samples[i], out.Samples[i] = received, sent
	}
	for range d / media.FrameDuration {
		c.Tick(&in, &out)
	}
}

func readClip(t *testing.T, path string) wav.Audio {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	a, err := wav.Read(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func testClips(t *testing.T) (*clips, string) {
	dir := t.TempDir()
	return newClips(filepath.Join(dir, "call"), media.Narrowband, slog.New(slog.DiscardHandler)), dir
}

func TestClipHoldsBothSidesAroundItsMoment(t *testing.T) {
	c, dir := testClips(t)
	feed(c, 3*time.Second, 100, 200)
	name := c.take()
	if again := c.take(); again != name || name == "" {
		t.Errorf("two clips of one moment: %q, %q", name, again)
	}
	feed(c, clipAfter, 300, 400)
	feed(c, time.Second, 500, 600)
	if gone := c.close(); len(gone) != 0 {
		t.Errorf("%v have no file", gone)
	}
	a := readClip(t, filepath.Join(dir, name))
	if a.Channels != 2 || a.Duration() != clipBefore+clipAfter {
		t.Fatalf("%d channels of %v", a.Channels, a.Duration())
	}
	last := len(a.Samples) - 2
	if a.Samples[0] != 100 || a.Samples[1] != 200 || a.Samples[last] != 300 || a.Samples[last+1] != 400 {
		t.Errorf("begins with %v, ends with %v", a.Samples[:2], a.Samples[last:])
	}
	for i := 2; i < len(a.Samples); i += 2 {
		if before := time.Duration(i/2) * time.Second / media.Narrowband; before < clipBefore != (a.Samples[i] == 100) {
			t.Fatalf("at %v stands %d", before, a.Samples[i])
		}
	}
}

func TestClipsAreBounded(t *testing.T) { synctest.Test(t, clipsAreBounded) }

func clipsAreBounded(t *testing.T) {
	c, dir := testClips(t)
	wanted := map[string]bool{}
	for range 2 * mostClips {
		if name := c.take(); name != "" {
			wanted[name] = true
		}
		feed(c, clipAfter, 1, 2)
		synctest.Wait()
	}
	c.close()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != mostClips || len(wanted) != mostClips {
		t.Errorf("%d files of %d clips, %v", len(files), len(wanted), err)
	}
}

func TestPrivateWordsAreInNoClip(t *testing.T) { synctest.Test(t, privateWordsAreInNoClip) }

func privateWordsAreInNoClip(t *testing.T) {
	c, dir := testClips(t)
	r := &record{}
	feed(c, 3*time.Second, 100, 200)
	written := c.take()
	feed(c, clipAfter, 100, 200)
	synctest.Wait()
	begun := c.take()
	r.data.Events = []timeline.Event{{Clip: written}, {Clip: begun}, {Clip: "another.wav"}}
	r.forgetClips(c.mute(time.Second))
	for i, want := range []string{"", "", "another.wav"} {
		if got := r.data.Events[i].Clip; got != want {
			t.Errorf("event %d names %q, want %q", i, got, want)
		}
	}
	if name := c.take(); name != "" {
		t.Errorf("clip %q while nothing may be kept", name)
	}
	feed(c, time.Second, 100, 200)
	c.unmute()
	synctest.Wait()
	feed(c, 100*time.Millisecond, 300, 400)
	later := c.take()
	feed(c, clipAfter, 300, 400)
	c.close()
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 || files[0].Name() != later {
		t.Fatalf("files %v, %v; want %q alone", files, err, later)
	}
	for i, v := range readClip(t, filepath.Join(dir, later)).Samples {
		if i%2 == 0 && v == 100 {
			t.Fatal("a clip holds what was said in private")
		}
	}
}

func TestClipCutShortByTheEndIsNamed(t *testing.T) {
	c, _ := testClips(t)
	feed(c, time.Second, 1, 2)
	name := c.take()
	feed(c, clipAfter/2, 1, 2)
	if gone := c.close(); len(gone) != 1 || gone[0] != name {
		t.Errorf("%v have no file, want %q", gone, name)
	}
}

func TestNoClipsAreKeptWhereNothingIsRecorded(t *testing.T) {
	var c *clips
	if c.take() != "" || c.mute(0) != nil || c.close() != nil {
		t.Error("a call without recordings has clips")
	}
	c.unmute()
}

func TestClipTickAllocatesNothing(t *testing.T) {
	c, _ := testClips(t)
	defer c.close()
	in, out := media.Frame{Rate: media.Narrowband}, media.Frame{Rate: media.Narrowband}
	if got := testing.AllocsPerRun(200, func() { c.Tick(&in, &out) }); got != 0 {
		t.Errorf("%v allocations a tick", got)
	}
}
