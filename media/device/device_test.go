//go:build !race

package device

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"voxgate/media/mediatest"
)

// startJack runs a JACK server without a sound card, whose dummy driver is an exact clock.
func startJack(t *testing.T, rate int) {
	t.Helper()
	program, err := exec.LookPath("jackd")
	if err != nil {
		t.Skip("jackd is not installed")
	}
	name := fmt.Sprintf("voxgate%d", os.Getpid())
	t.Setenv("JACK_DEFAULT_SERVER", name)
	t.Setenv("JACK_NO_START_SERVER", "1")
	server := exec.Command(program, "-r", "--no-mlock", "-n", name, "-d", "dummy", "-r", fmt.Sprint(rate), "-p", fmt.Sprint(rate/50), "-C", "1", "-P", "1")
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(os.Interrupt)
		_ = server.Wait()
	})
	for range 200 {
		if exec.Command("jack_lsp").Run() == nil {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Skip("jackd does not start here")
}

// connect wires the loudspeaker to the microphone and the microphone's own source off.
func connect(t *testing.T) {
	t.Helper()
	ports, err := exec.Command("jack_lsp").Output()
	if err != nil {
		t.Fatal(err)
	}
	var in, out string
	for _, p := range strings.Fields(string(ports)) {
		switch {
		case strings.HasPrefix(p, "system:"):
		case strings.Contains(p, ":in"):
			in = p
		case strings.Contains(p, ":out"):
			out = p
		}
	}
	if said, err := exec.Command("jack_connect", out, in).CombinedOutput(); err != nil {
		t.Fatalf("jack_connect %s %s: %v: %s\n%s", out, in, err, said, ports)
	}
}

func TestRealDevice(t *testing.T) {
	for _, rate := range []int{16000, 48000} {
		t.Run(fmt.Sprintf("%d Hz", rate), func(t *testing.T) {
			startJack(t, rate)
			l, err := Open(Options{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Open(Options{}); !errors.Is(err, ErrOpen) {
				t.Errorf("a second line: %v", err)
			}
			connect(t)
			var heard []int16
			var group sync.WaitGroup
			group.Go(func() {
				for {
					f, err := l.Recv(t.Context())
					if err != nil {
						if !errors.Is(err, io.EOF) {
							t.Error(err)
						}
						return
					}
					heard = append(heard, f.PCM()...)
				}
			})
			got, err := l.Play(t.Context(), frames(16000, mediatest.Tone(16000, 1000, 0.5, 800*time.Millisecond)))
			if err != nil || got != 800*time.Millisecond {
				t.Errorf("heard %v, %v", got, err)
			}
			if err := l.Close(); err != nil {
				t.Error(err)
			}
			group.Wait()
			loudest := 0.0
			for at := 0; at+1600 <= len(heard); at += 800 {
				loudest = max(loudest, mediatest.Level(heard[at:at+1600], 16000, 1000))
			}
			if loudest < 0.4 || loudest > 0.6 {
				t.Errorf("the tone came back at %.2f of full scale", loudest)
			}
		})
	}
}

func TestNoDevice(t *testing.T) {
	t.Setenv("JACK_DEFAULT_SERVER", "no-such-server")
	t.Setenv("JACK_NO_START_SERVER", "1")
	l, err := Open(Options{})
	if err == nil {
		_ = l.Close()
		t.Skip("this machine has a sound device")
	}
	if !errors.Is(err, ErrNoDevice) {
		t.Errorf("got %v", err)
	}
	if _, err := Open(Options{Rate: 44100}); err == nil {
		t.Error("a line at 44,100 Hz")
	}
}
