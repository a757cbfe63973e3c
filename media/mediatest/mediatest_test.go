package mediatest

import (
	"context"
	"errors"
	"io"
	"math"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestLevelFindsATone(t *testing.T) {
	pcm := Tone(8000, 440, 0.5, time.Second)
	if got := Level(pcm, 8000, 440); math.Abs(got-0.5) > 0.001 {
		t.Errorf("tone of 0.5 measured at %.4f", got)
	}
	if got := Level(pcm, 8000, 700); got > 1e-4 {
		t.Errorf("%.6f measured where there is no tone", got)
	}
	if got := RMS(pcm); math.Abs(got-0.5/math.Sqrt2) > 0.001 {
		t.Errorf("RMS %.4f of a sine of 0.5", got)
	}
	if Level(nil, 8000, 440) != 0 || RMS(nil) != 0 {
		t.Error("nothing has a level")
	}
}

func TestSNR(t *testing.T) {
	pcm := Tone(8000, 440, 0.5, time.Second)
	noise := Noise(8000, 0.05, time.Second, 1)
	noisy := make([]int16, len(pcm))
	for i := range pcm {
		noisy[i] = pcm[i] + noise[i]
	}
	// 0.5/sqrt2 against 0.05/sqrt3.
	if got, want := SNR(pcm, noisy), 20*math.Log10(0.5/math.Sqrt2/(0.05/math.Sqrt(3))); math.Abs(got-want) > 0.3 {
		t.Errorf("SNR %.2f dB, want %.2f", got, want)
	}
	late := append(make([]int16, 33), pcm...)
	if snr, delay := AlignedSNR(pcm, late, 100); delay != 33 || snr < 100 {
		t.Errorf("delay %d with %.1f dB, want 33", delay, snr)
	}
}

func TestFatesFollowTheFaults(t *testing.T) {
	const n = 20000
	lost, twice, runs := 0, 0, 0
	before := false
	for _, delays := range Fates(Impairment{Loss: 0.05, Burst: 0.5, Duplicate: 0.1, Jitter: 20 * time.Millisecond, Delay: time.Millisecond, Seed: 1}, n) {
		if len(delays) == 0 {
			lost++
			if !before {
				runs++
			}
		}
		before = len(delays) == 0
		if len(delays) == 2 {
			twice++
		}
		for _, d := range delays {
			if d < time.Millisecond || d > 21*time.Millisecond {
				t.Fatalf("delay %v", d)
			}
		}
	}
	if mean := float64(lost) / float64(runs); mean < 1.8 || mean > 2.2 {
		t.Errorf("losses come in runs of %.2f, want 2", mean)
	}
	if share := float64(twice) / n; share < 0.08 || share > 0.12 {
		t.Errorf("%.3f doubled", share)
	}
	if share := float64(lost) / n; share < 0.08 || share > 0.12 {
		t.Errorf("%.3f lost, want about 0.095", share)
	}
}

func TestRelayPassesBothWaysAndLosesWhatItShould(t *testing.T) {
	far, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	near, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	r, err := NewRelay(far.LocalAddr().(*net.UDPAddr).AddrPort(), Impairment{Loss: 0.5, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	const n = 100
	for i := range n {
		if _, err := near.WriteToUDPAddrPort([]byte{byte(i)}, r.Near()); err != nil {
			t.Fatal(err)
		}
	}
	buf := make([]byte, 100)
	passed := 0
	for _, delays := range Fates(Impairment{Loss: 0.5, Seed: 7}, n) {
		passed += len(delays)
	}
	for range passed { // as many as the seed says, or this waits for ever
		if _, from, err := far.ReadFromUDPAddrPort(buf); err != nil {
			t.Fatal(err)
		} else if _, err := far.WriteToUDPAddrPort([]byte("back"), from); err != nil {
			t.Fatal(err)
		}
	}
	if m, _ := near.Read(buf); string(buf[:m]) != "back" {
		t.Errorf("answer %q", buf[:m])
	}
	if c := r.Counts(); c.Lost < n-passed {
		t.Errorf("%+v, want %d lost or more", c, n-passed)
	}
}

func TestLineKeepsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLine(8000)
		l.Say(Tone(8000, 400, 0.5, 40*time.Millisecond))
		begin := time.Now()
		for i := range 4 {
			f, err := l.Recv(t.Context())
			if err != nil || (RMS(f.PCM()) > 0) != (i < 2) {
				t.Errorf("frame %d: %v, level %.2f", i, err, RMS(f.PCM()))
			}
		}
		if got := time.Since(begin); got != 80*time.Millisecond {
			t.Errorf("four frames in %v", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 110*time.Millisecond)
		defer cancel()
		heard, err := l.Play(ctx, Sequence(Frames(8000, Tone(8000, 400, 0.5, time.Second))))
		if heard != 100*time.Millisecond || !errors.Is(err, context.DeadlineExceeded) || len(l.Played()) != 800 {
			t.Errorf("heard %v, %v, %d samples", heard, err, len(l.Played()))
		}
		l.Hangup()
		l.Hangup()
		if _, err := l.Recv(t.Context()); err != io.EOF {
			t.Errorf("after the end: %v", err)
		}
	})
}
