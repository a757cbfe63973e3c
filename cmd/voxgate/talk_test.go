//go:build !race

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"voxgate/asr"
	"voxgate/cmd/voxgate/internal/config"
	"voxgate/cmd/voxgate/internal/engines"
	"voxgate/media"
	"voxgate/media/device"
	"voxgate/media/mediatest"
	"voxgate/media/resample"
	"voxgate/tts"
)

// startJack runs a JACK server without a sound card; its dummy driver is an exact 20 ms clock.
func startJack(t *testing.T) {
	t.Helper()
	program, err := exec.LookPath("jackd")
	if err != nil {
		t.Skip("jackd is not installed")
	}
	name := fmt.Sprintf("talk%d", os.Getpid())
	t.Setenv("JACK_DEFAULT_SERVER", name)
	t.Setenv("JACK_NO_START_SERVER", "1")
	server := exec.Command(program, "-r", "--no-mlock", "-n", name, "-d", "dummy", "-r", "16000", "-p", "320", "-C", "1", "-P", "1")
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(os.Interrupt)
		_ = server.Wait()
	})
	for range 200 {
		if len(jackPorts(t)) > 0 {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Skip("jackd does not start here")
}

// jackPorts are the names of all ports.
func jackPorts(t *testing.T) []string {
	t.Helper()
	said, err := exec.Command("jack_lsp").Output()
	if err != nil {
		return nil
	}
	return strings.Fields(string(said))
}

// newPorts waits for the microphone and loudspeaker ports that were not there before.
func newPorts(t *testing.T, before []string) (in, out string) {
	t.Helper()
	for range 400 {
		for _, p := range jackPorts(t) {
			switch {
			case slices.Contains(before, p):
			case strings.Contains(p, ":in"):
				in = p
			case strings.Contains(p, ":out"):
				out = p
			}
		}
		if in != "" && out != "" {
			return in, out
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("no new ports; there are %q", jackPorts(t))
	return "", ""
}

func wire(t *testing.T, from, to string) {
	t.Helper()
	if said, err := exec.Command("jack_connect", from, to).CombinedOutput(); err != nil {
		t.Fatalf("jack_connect %s %s: %v: %s", from, to, err, said)
	}
}

// person sits before a second sound card that is wired to talk's.
type person struct {
	line  *device.Line
	voice tts.Engine
	heard []int16 // at 16,000 Hz

	sounded, quiet atomic.Int64 // frames with sound so far, silent frames since the last of them
}

// listen keeps what is heard until the line ends.
func (p *person) listen(t *testing.T) {
	for {
		f, err := p.line.Recv(context.Background())
		if err != nil {
			if !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			return
		}
		p.heard = append(p.heard, f.PCM()...)
		if mediatest.RMS(f.PCM()) > 0.001 {
			p.sounded.Add(1)
			p.quiet.Store(0)
		} else {
			p.quiet.Add(1)
		}
	}
}

// waitForEnd waits until the other side has spoken and then been silent for a second; for a minute of the device's
// time at most.
func (p *person) waitForEnd(t *testing.T) {
	t.Helper()
	before, start := p.sounded.Load(), p.line.Stats().Ticks
	for p.sounded.Load() == before || p.quiet.Load() < 50 {
		if p.line.Stats().Ticks-start > 60*50 {
			t.Fatalf("%d frames with sound, %d silent ones after them", p.sounded.Load()-before, p.quiet.Load())
		}
		time.Sleep(media.FrameDuration)
	}
}

func (p *person) say(t *testing.T, text string) {
	t.Helper()
	if _, err := p.line.Play(t.Context(), p.voice.Speak(t.Context(), tts.Utterance{Text: text, Voice: speakerVoice, Rate: media.Wideband})); err != nil {
		t.Error(err)
	}
}

// buildVoxgate builds the program: PortAudio is safe with one stream a process on JACK, and the test has its own.
func buildVoxgate(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "voxgate")
	if said, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, said)
	}
	return program
}

// One spoken question over the sound card, its answer heard.
func TestTalkOverTheSoundCard(t *testing.T) {
	startJack(t)
	cfg := config.Default()
	voice, err := engines.OpenTTS(cfg.TTS)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "voxgate.yaml")
	if err := os.WriteFile(file, fmt.Appendf(nil, "records:\n  dir: %s\n", t.TempDir()), 0o600); err != nil {
		t.Fatal(err)
	}
	before := jackPorts(t)
	line, err := device.Open(device.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = line.Close() }()
	me := &person{line: line, voice: voice}
	myMicrophone, mySpeaker := newPorts(t, before)

	bot := exec.Command(buildVoxgate(t), "talk", "--config", file)
	var subtitles, logs strings.Builder
	bot.Stdout, bot.Stderr = &subtitles, &logs
	if err := bot.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = bot.Process.Kill() }()
	botMicrophone, botSpeaker := newPorts(t, append(before, myMicrophone, mySpeaker))
	wire(t, botSpeaker, myMicrophone)
	wire(t, mySpeaker, botMicrophone)
	var group sync.WaitGroup
	group.Go(func() { me.listen(t) })
	me.waitForEnd(t)
	me.say(t, sentencesToTry[0])
	me.waitForEnd(t)
	_ = bot.Process.Signal(os.Interrupt)
	if err := bot.Wait(); err != nil {
		t.Errorf("talk: %v\n%s", err, logs.String())
	}
	if err := line.Close(); err != nil {
		t.Error(err)
	}
	group.Wait()
	if heard := heardAs(t, cfg, me.heard); !strings.Contains(heard, "电饭煲") {
		t.Errorf("asked %q, heard %q; the conversation was:\n%s", sentencesToTry[0], heard, subtitles.String())
	}
}

// heardAs is what our recogniser makes of pcm at 16,000 Hz.
func heardAs(t *testing.T, cfg config.Config, pcm []int16) string {
	t.Helper()
	ears, err := engines.OpenASR(cfg.ASR)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ears.Close() }()
	whole, ok := ears.(interface {
		Transcribe(context.Context, []int16, asr.Hints) ([]asr.Event, error)
	})
	if !ok {
		t.Fatalf("%T reads no recordings", ears)
	}
	narrow, err := resample.New(media.Wideband, media.Narrowband)
	if err != nil {
		t.Fatal(err)
	}
	events, err := whole.Transcribe(t.Context(), narrow.Process(nil, pcm), asr.Hints{})
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, e := range events {
		text.WriteString(e.Text)
	}
	return text.String()
}
