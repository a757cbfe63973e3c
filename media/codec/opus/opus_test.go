package opus

import (
	"errors"
	"testing"
	"time"

	"voxgate/media/codec"
	"voxgate/media/mediatest"
)

func open(t testing.TB, rate int) (codec.Encoder, codec.Decoder) {
	t.Helper()
	c := At(rate)
	enc, err := c.NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	dec, err := c.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	return enc, dec
}

func packets(t testing.TB, enc codec.Encoder, rate int, pcm []int16) [][]byte {
	t.Helper()
	var out [][]byte
	for _, f := range mediatest.Frames(rate, pcm) {
		b, err := enc.Encode(nil, f.PCM())
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b)
	}
	return out
}

func TestToneSurvives(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		enc, dec := open(t, rate)
		var pcm []int16
		var err error
		for _, p := range packets(t, enc, rate, mediatest.Tone(rate, 700, 0.3, time.Second)) {
			if pcm, err = dec.Decode(pcm, p); err != nil {
				t.Fatal(err)
			}
		}
		if len(pcm) != rate {
			t.Errorf("%d Hz: a second gives %d samples", rate, len(pcm))
		}
		if level := mediatest.Level(pcm[rate/2:], rate, 700); level < 0.2 || level > 0.4 {
			t.Errorf("%d Hz: tone of 0.3 comes out at %.2f", rate, level)
		}
	}
}

// A lost packet is nearly whole again from the copy in the next one, and better than from nothing.
func TestCopyInTheNextPacketRestoresALoss(t *testing.T) {
	const rate = 16000
	voice := mediatest.Sweep(rate, 200, 1800, 0.3, time.Second)
	enc, whole := open(t, rate)
	_, copied := open(t, rate)
	_, guessed := open(t, rate)
	all := packets(t, enc, rate, voice)
	var want, fromCopy, fromNothing []int16
	for i, p := range all {
		want, _ = whole.Decode(want, p)
		if i%5 != 4 || i+1 == len(all) {
			fromCopy, _ = copied.Decode(fromCopy, p)
			fromNothing, _ = guessed.Decode(fromNothing, p)
			continue
		}
		var err error
		if fromCopy, err = copied.(codec.Concealer).Conceal(fromCopy, all[i+1], rate/50); err != nil {
			t.Fatal(err)
		}
		if fromNothing, err = guessed.(codec.Concealer).Conceal(fromNothing, nil, rate/50); err != nil {
			t.Fatal(err)
		}
	}
	better, worse := mediatest.SNR(want, fromCopy), mediatest.SNR(want, fromNothing)
	if better < worse+3 {
		t.Errorf("20 %% loss: SNR %.1f dB with copies, %.1f dB without; want 3 dB more", better, worse)
	}
}

func TestBadPayloadsAreErrors(t *testing.T) {
	_, dec := open(t, 16000)
	for _, b := range [][]byte{nil, {}, {0xFF}, {0xFF, 0xFF, 0xFF}} {
		if _, err := dec.Decode(nil, b); !errors.Is(err, codec.ErrPayload) {
			t.Errorf("% x: %v, want ErrPayload", b, err)
		}
	}
	for _, n := range []int{0, -1, 7, 16000} {
		if _, err := dec.(codec.Concealer).Conceal(nil, nil, n); err == nil {
			t.Errorf("concealing %d samples: no error", n)
		}
	}
	if _, err := At(11025).NewDecoder(); err == nil {
		t.Error("a decoder at 11,025 Hz was made")
	}
	enc, _ := open(t, 16000)
	if _, err := enc.Encode(nil, make([]int16, 100)); err == nil {
		t.Error("6.25 ms were encoded")
	}
}

func FuzzDecode(f *testing.F) {
	enc, _ := open(f, 16000)
	for _, p := range packets(f, enc, 16000, mediatest.Voice(16000, 120, 60*time.Millisecond)) {
		f.Add(p)
	}
	f.Add([]byte{0xFF, 0x00})
	f.Fuzz(func(t *testing.T, payload []byte) {
		_, dec := open(t, 16000)
		pcm, err := dec.Decode(nil, payload)
		if err == nil && len(pcm) > codec.MaxSamples {
			t.Fatalf("%d samples from one packet", len(pcm))
		}
		dec.(codec.Concealer).Conceal(nil, payload, 320)
	})
}

func BenchmarkOpus(b *testing.B) {
	enc, dec := open(b, 16000)
	pcm := mediatest.Voice(16000, 120, 20*time.Millisecond)
	var wire []byte
	var out []int16
	b.ReportAllocs()
	for b.Loop() {
		wire, _ = enc.Encode(wire[:0], pcm)
		out, _ = dec.Decode(out[:0], wire)
	}
}
