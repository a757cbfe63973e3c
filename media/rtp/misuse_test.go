package rtp

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/media"
	"voxgate/media/codec"
	"voxgate/media/mediatest"
	"voxgate/media/playback"
)

func TestOnePlayAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe()
		line, stop := start(t, p, Config{})
		defer stop()
		tone := mediatest.Frames(8000, mediatest.Tone(8000, 400, 0.4, 500*time.Millisecond))
		done := make(chan error)
		go func() {
			_, err := line.Play(t.Context(), mediatest.Sequence(tone))
			done <- err
		}()
		synctest.Wait()
		if _, err := line.Play(t.Context(), mediatest.Sequence(tone)); !errors.Is(err, playback.ErrPlaying) {
			t.Errorf("second Play: %v, want ErrPlaying", err)
		}
		if q := line.Queued(); q != playback.Ahead*media.FrameDuration {
			t.Errorf("%v queued", q)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		if heard, err := line.Play(t.Context(), mediatest.Sequence(tone[:5])); err != nil || heard != 100*time.Millisecond {
			t.Errorf("the next Play: %v, %v", heard, err)
		}
	})
}

func TestPlayEndsWithTheSequencesError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line, stop := start(t, newPipe(), Config{})
		defer stop()
		broken := errors.New("synthesis failed")
		heard, err := line.Play(t.Context(), func(yield func(media.Frame, error) bool) {
			if yield(media.Frame{Rate: 8000}, nil) {
				yield(media.Frame{}, broken)
			}
		})
		if !errors.Is(err, broken) || heard != media.FrameDuration {
			t.Errorf("heard %v, %v; want the frame before the error", heard, err)
		}
		if _, err := line.Play(t.Context(), mediatest.Sequence([]media.Frame{{Rate: 16000}})); err == nil {
			t.Error("a frame of another rate was taken")
		}
	})
}

func TestLineEndsWithItsConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe()
		line, err := NewLine(p, Config{Format: Format{Codec: codec.PCMU}})
		if err != nil {
			t.Fatal(err)
		}
		result := make(chan error)
		go func() { result <- line.Run(context.Background()) }()
		time.AfterFunc(time.Second, func() { p.Close() })
		tone := mediatest.Frames(8000, mediatest.Tone(8000, 400, 0.4, 5*time.Second))
		if _, err := line.Play(t.Context(), mediatest.Sequence(tone)); !errors.Is(err, io.EOF) {
			t.Errorf("Play: %v, want io.EOF", err)
		}
		if err := <-result; err != nil {
			t.Errorf("a closed connection gives %v", err)
		}
		<-line.Done()
		if err := line.Run(t.Context()); err == nil {
			t.Error("Run twice: no error")
		}
	})
}

// failing is a connection that breaks.
type failing struct{ *pipe }

var errCable = errors.New("cable is out")

func (failing) ReadPacket([]byte) (int, error) { return 0, errCable }
func (failing) WritePacket([]byte) error       { return errCable }

func TestBrokenConnectionIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line, err := NewLine(failing{newPipe()}, Config{Format: Format{Codec: codec.PCMU}})
		if err != nil {
			t.Fatal(err)
		}
		if err := line.Run(t.Context()); !errors.Is(err, errCable) {
			t.Errorf("Run: %v, want the cause", err)
		}
	})
}

func TestQueuesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe()
		line, stop := start(t, p, Config{Format: Format{Codec: codec.PCMU, EventType: 101}})
		for range 40 {
			line.PushDigit('1')
		}
		line.PushDigit('9')
		s := newSender(0, 1)
		for range 900 {
			p.in <- s.next(make([]byte, 160))
		}
		time.Sleep(time.Second + time.Millisecond)
		stop()
		st := line.Stats()
		if st.DigitDrops != 41-digitQueue || st.FrameDrops != st.Ticks-frameQueue || st.ReadDrops+st.Received != 900 {
			t.Errorf("%d keys, %d frames, %d packets dropped of %d ticks", st.DigitDrops, st.FrameDrops, st.ReadDrops, st.Ticks)
		}
		last := ' '
		for len(line.Digits()) > 0 {
			last = <-line.Digits()
		}
		if last != '9' {
			t.Errorf("the newest key was dropped, not the oldest")
		}
	})
}

func TestKeysNeedNegotiation(t *testing.T) {
	line, err := NewLine(newPipe(), Config{Format: Format{Codec: codec.PCMU}})
	if err != nil {
		t.Fatal(err)
	}
	if err := line.SendDigits(t.Context(), "1"); !errors.Is(err, ErrNoEvents) {
		t.Errorf("got %v, want ErrNoEvents", err)
	}
}

func TestKeysCanBeCutShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe()
		line, stop := start(t, p, Config{Format: Format{Codec: codec.PCMU, EventType: 101}})
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		if err := line.SendDigits(ctx, "123456789"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		time.Sleep(time.Second)
		if err := line.SendDigits(t.Context(), "#"); err != nil {
			t.Error(err)
		}
		stop()
		presses := 0
		for _, s := range p.written() {
			if s.packet.PayloadType == 101 && s.packet.Marker {
				presses++
			}
		}
		if presses != 3 {
			t.Errorf("%d presses, want the two begun and the later one", presses)
		}
	})
}

func TestRatesThatNoFrameHas(t *testing.T) {
	if _, err := NewLine(newPipe(), Config{Format: Format{Codec: codec.PCMU}, Rate: 44100}); err == nil {
		t.Error("a line at 44,100 Hz was made")
	}
}

// FuzzReceive gives the line any bytes as packets: it must go on ticking.
func FuzzReceive(f *testing.F) {
	s := newSender(0, 1)
	f.Add(s.next(make([]byte, 160)))
	s.header.PayloadType = 101
	f.Add(s.next([]byte{5, 0x8A, 3, 0x20}))
	f.Add([]byte{0x81, 200, 0, 6, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Add([]byte{0x9F, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xBE, 0xDE, 0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, data []byte) {
		line, err := NewLine(newPipe(), Config{Format: Format{Codec: codec.PCMU, EventType: 101}})
		if err != nil {
			t.Fatal(err)
		}
		c := newClock(line, nil)
		for i := range 4 {
			if isControl(data) {
				c.receiveControl(data)
			} else {
				c.receive(packet{time.Duration(i) * media.FrameDuration, data})
			}
			c.tick(time.Duration(i) * media.FrameDuration)
		}
		if c.stats.Ticks != 4 {
			t.Fatalf("%d ticks", c.stats.Ticks)
		}
	})
}

// FuzzLatch gives the socket's guard any packets from three sources.
func FuzzLatch(f *testing.F) {
	s := newSender(0, 1)
	f.Add(append(append(s.next(nil), s.next(nil)...), s.next(nil)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		var c UDPConn
		c.Accept([]uint8{0})
		for i := 0; len(data) > 0; i++ {
			n := min(len(data), 12)
			from := peerAddr(i * i % 3)
			if c.admit(data[:n], from) && c.Source() != from {
				t.Fatal("a packet of one source was heard while another holds the latch")
			}
			data = data[n:]
		}
	})
}
