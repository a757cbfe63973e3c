package rtp

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/media"
	"voxgate/media/codec"
	"voxgate/media/mediatest"
)

// tapFunc is a Tap of the test.
type tapFunc func(received, sent *media.Frame)

func (f tapFunc) Tick(received, sent *media.Frame) { f(received, sent) }

// A clock that was held up makes good what it missed: no tick is lost, and the counts say what happened.
func TestMissedTicksAreCaughtUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, ticks := newPipe(), 0
		line, stop := start(t, p, Config{Tap: tapFunc(func(_, _ *media.Frame) {
			if ticks++; ticks == 10 {
				time.Sleep(90 * time.Millisecond)
			}
		})})
		time.Sleep(990 * time.Millisecond)
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		out := p.written()
		if len(out) != 50 {
			t.Errorf("%d packets in a second, want 50", len(out))
		}
		for i := 1; i < len(out); i++ {
			if out[i].packet.Timestamp != out[i-1].packet.Timestamp+160 {
				t.Errorf("timestamp jumps at packet %d", i)
			}
		}
		s := line.Stats()
		if s.MissedTicks != 4 || s.Late != 3 || s.MaxLate != 90*time.Millisecond || s.Skipped != 0 {
			t.Errorf("%d missed, %d late, worst %v, %d skipped; want 4, 3, 90ms, 0", s.MissedTicks, s.Late, s.MaxLate, s.Skipped)
		}
		if total := sum(s.Lateness[:]); total != s.Ticks || s.Lateness[0] != s.Ticks-5 {
			t.Errorf("histogram %v of %d ticks", s.Lateness, s.Ticks)
		}
	})
}

func sum(v []int) (total int) {
	for _, n := range v {
		total += n
	}
	return total
}

// After a long standstill the line does not flood the far end: time moves on, timestamps with it.
func TestLongStandstillIsSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, ticks := newPipe(), 0
		line, stop := start(t, p, Config{Tap: tapFunc(func(_, _ *media.Frame) {
			if ticks++; ticks == 10 {
				time.Sleep(5 * time.Second)
			}
		})})
		time.Sleep(6 * time.Second)
		stop()
		out := p.written()
		s := line.Stats()
		if s.Skipped < 240 || len(out) > 62 {
			t.Errorf("%d skipped, %d packets sent", s.Skipped, len(out))
		}
		last, first := out[len(out)-1], out[0]
		if gone, want := last.packet.Timestamp-first.packet.Timestamp, uint32(last.at.Sub(first.at)/time.Millisecond*8); gone != want {
			t.Errorf("timestamps moved by %d, time by %d", gone, want)
		}
	})
}

func TestTapHearsBothSides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe()
		var received, sentPCM []int16
		line, stop := start(t, p, Config{Tap: tapFunc(func(r, s *media.Frame) {
			received = append(received, r.PCM()...)
			sentPCM = append(sentPCM, s.PCM()...)
		})})
		go speak(p, newSender(0, 1), mediatest.Tone(8000, 400, 0.4, time.Second))
		line.Play(t.Context(), mediatest.Sequence(mediatest.Frames(8000, mediatest.Tone(8000, 1000, 0.4, time.Second))))
		stop()
		if mediatest.Level(received, 8000, 400) < 0.3 || mediatest.Level(sentPCM, 8000, 1000) < 0.3 || len(received) != len(sentPCM) {
			t.Errorf("levels %.2f and %.2f, lengths %d and %d", mediatest.Level(received, 8000, 400), mediatest.Level(sentPCM, 8000, 1000), len(received), len(sentPCM))
		}
	})
}

func TestHoldStopsSendingAndKeepsThePlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe()
		line, stop := start(t, p, Config{})
		time.AfterFunc(190*time.Millisecond, func() { line.Hold(true) })
		time.AfterFunc(1190*time.Millisecond, func() { line.Hold(false) })
		begin := time.Now()
		heard, err := line.Play(t.Context(), mediatest.Sequence(mediatest.Frames(8000, mediatest.Tone(8000, 400, 0.4, 400*time.Millisecond))))
		if err != nil || heard != 400*time.Millisecond || time.Since(begin) < 1380*time.Millisecond {
			t.Errorf("heard %v in %v, %v", heard, time.Since(begin), err)
		}
		stop()
		out := p.written()
		for i := 1; i < len(out); i++ {
			gap := out[i].at.Sub(out[i-1].at)
			if out[i].packet.Timestamp-out[i-1].packet.Timestamp != uint32(gap/time.Millisecond*8) {
				t.Errorf("timestamps do not follow time over a gap of %v", gap)
			}
			if gap > 100*time.Millisecond && !out[i].packet.Marker {
				t.Error("no marker bit after the hold")
			}
		}
	})
}

func TestLastReceived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe()
		line, stop := start(t, p, Config{})
		defer stop()
		begin := time.Now()
		if !line.LastReceived().Equal(begin) {
			t.Errorf("before any packet: %v after the start", line.LastReceived().Sub(begin))
		}
		time.Sleep(time.Second)
		s := newSender(0, 1)
		p.in <- s.next(make([]byte, 160))
		p.in <- []byte("junk that is long enough")
		time.Sleep(100 * time.Millisecond)
		if got := line.LastReceived().Sub(begin); got != time.Second {
			t.Errorf("last packet %v after the start, want 1s", got)
		}
		line.Hold(true)
		time.Sleep(time.Minute)
		if got := time.Since(line.LastReceived()); got != 0 {
			t.Errorf("on hold: silent for %v", got)
		}
		line.Hold(false)
		if got := time.Since(line.LastReceived()); got != 0 {
			t.Errorf("right after the hold: silent for %v", got)
		}
		time.Sleep(time.Second)
		if got := time.Since(line.LastReceived()); got != time.Second {
			t.Errorf("a second after the hold: silent for %v", got)
		}
	})
}

// recvAll collects what the line hears until it ends.
func recvAll(line *Line) <-chan []int16 {
	out := make(chan []int16, 1)
	go func() {
		var pcm []int16
		for {
			f, err := line.Recv(context.Background())
			if err != nil {
				out <- pcm
				return
			}
			pcm = append(pcm, f.PCM()...)
		}
	}()
	return out
}

func TestCodecMayChangeInMidCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe()
		line, stop := start(t, p, Config{Rate: 16000})
		heard := recvAll(line)
		go func() {
			s := newSender(0, 1)
			speak(p, s, mediatest.Tone(8000, 500, 0.4, time.Second))
			enc, _ := codec.PCMA.NewEncoder()
			for _, f := range mediatest.Frames(8000, mediatest.Tone(8000, 500, 0.4, time.Second)) {
				b, _ := enc.Encode(nil, f.PCM())
				s.header.PayloadType = 8
				p.in <- s.next(b)
				time.Sleep(media.FrameDuration)
			}
		}()
		time.AfterFunc(time.Second, func() {
			if err := line.SetCodec(Format{Codec: codec.PCMA}); err != nil {
				t.Error(err)
			}
		})
		line.Play(t.Context(), mediatest.Sequence(mediatest.Frames(16000, mediatest.Tone(16000, 700, 0.4, 2*time.Second))))
		stop()
		pcm := <-heard
		for _, part := range [][]int16{pcm[8000:15000], pcm[20000:30000]} {
			if l := mediatest.Level(part, 16000, 500); l < 0.37 || l > 0.43 {
				t.Errorf("tone of 0.4 heard at %.2f", l)
			}
		}
		types := map[uint8]int{}
		for _, s := range p.written() {
			types[s.packet.PayloadType]++
		}
		if types[0] < 45 || types[8] < 45 {
			t.Errorf("packets sent by payload type: %v", types)
		}
		if err := line.SetCodec(Format{}); err == nil {
			t.Error("a format without codec was taken")
		}
	})
}

func TestFarEndMayUseAnyNegotiatedCodec(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe()
		line, stop := start(t, p, Config{Format: Format{Codec: codec.PCMU, Receive: []codec.Codec{codec.PCMU, codec.PCMA}}})
		heard := recvAll(line)
		s := newSender(0, 1)
		speak(p, s, mediatest.Tone(8000, 500, 0.4, 500*time.Millisecond))
		enc, _ := codec.PCMA.NewEncoder()
		for i, f := range mediatest.Frames(8000, mediatest.Tone(8000, 500, 0.4, 500*time.Millisecond)) {
			b, _ := enc.Encode(nil, f.PCM())
			s.header.PayloadType = 8
			if i == 10 {
				s.header.PayloadType = 18 // was never agreed on
			}
			p.in <- s.next(b)
			time.Sleep(media.FrameDuration)
		}
		stop()
		pcm := <-heard
		if l := mediatest.Level(pcm[5200:7000], 8000, 500); l < 0.37 || l > 0.43 {
			t.Errorf("tone of 0.4 heard at %.2f by A-law", l)
		}
		if got := line.Stats().Unexpected; got != 1 {
			t.Errorf("%d unexpected packets, want 1", got)
		}
	})
}

// A stray packet of another sender changes nothing; a sender that takes over is heard.
func TestSendersChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe()
		line, stop := start(t, p, Config{})
		heard := recvAll(line)
		first, stray, second := newSender(0, 1), newSender(0, 2), newSender(0, 3)
		stray.header.Timestamp, second.header.Timestamp = 12345, 99999
		tone := mediatest.Frames(8000, mediatest.Tone(8000, 500, 0.4, 2*time.Second))
		for i, f := range tone {
			if i%20 == 7 {
				p.in <- stray.next(muLaw(mediatest.Noise(8000, 0.9, 20*time.Millisecond, 1)))
			}
			s := first
			if i >= 50 {
				s = second
			}
			p.in <- s.next(muLaw(f.PCM()))
			time.Sleep(media.FrameDuration)
		}
		stop()
		pcm := <-heard
		for _, part := range [][]int16{pcm[2000:7500], pcm[10000:15500]} {
			tone := mediatest.Level(part, 8000, 500)
			if rest := mediatest.RMS(part) - tone*0.7071; tone < 0.38 || rest > 0.01 {
				t.Errorf("tone of 0.4 heard at %.2f, with %.3f beside it", tone, rest)
			}
		}
		// Five strays, and the first packet of the sender that took over.
		if s := line.Stats(); s.Source.SSRC != 3 || s.Unexpected != 6 {
			t.Errorf("sender %d at the end, %d packets doubted; want 3, 6", s.Source.SSRC, s.Unexpected)
		}
	})
}
