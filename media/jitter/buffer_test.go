package jitter

import (
	"slices"
	"testing"
	"time"

	"voxgate/media/mediatest"
)

func voice(length time.Duration) []int16 { return mediatest.Voice(8000, 117, length) }

// On an even network nothing may be touched: the sound comes out sample for sample, wraps of both counters included.
func TestEvenNetworkIsTransparent(t *testing.T) {
	sound := mediatest.Noise(8000, 0.5, 3*time.Second, 1)
	for _, length := range []time.Duration{10, 20, 30, 40, 60} {
		heard, b := network{sound: sound, rate: 8000, packet: length * time.Millisecond}.run(t)
		piece := sound[8000*2 : 8000*2+4000]
		snr, at := locate(piece, heard)
		if snr < 150 {
			t.Errorf("%d ms packets: SNR %.1f dB, want the very same samples", length, snr)
		}
		// A packet can leave only after its last sample, and the tick after that adds up to 20 ms.
		if delay := time.Duration(at-8000*2) * time.Second / 8000; delay > (length+45)*time.Millisecond {
			t.Errorf("%d ms packets: heard %v late", length, delay)
		}
		if s := b.Stats(); s.Late+s.Duplicates+s.Reordered+s.Resyncs+s.Overflows != 0 || s.Concealed > 60*time.Millisecond {
			t.Errorf("%d ms packets: %+v", length, s)
		}
	}
}

func TestPacketTimesMayChangeWithinACall(t *testing.T) {
	ms := time.Millisecond
	sound := mediatest.Noise(8000, 0.5, 4*time.Second, 1)
	heard, b := network{sound: sound, rate: 8000, packets: []time.Duration{20 * ms, 20 * ms, 60 * ms, 10 * ms, 40 * ms, 30 * ms}}.run(t)
	if snr, _ := locate(sound[8000*3:8000*3+4000], heard); snr < 150 {
		t.Errorf("SNR %.1f dB, want the very same samples", snr)
	}
	if s := b.Stats(); s.Late > 3 || s.Resyncs > 0 || s.Concealed > 200*time.Millisecond {
		t.Errorf("%+v", s)
	}
}

func TestWidebandIsTransparent(t *testing.T) {
	sound := mediatest.Noise(16000, 0.5, 2*time.Second, 1)
	heard, _ := network{sound: sound, rate: 16000}.run(t)
	if snr, _ := locate(sound[16000:16000+4000], heard); snr < 150 {
		t.Errorf("SNR %.1f dB, want the very same samples", snr)
	}
}

func TestDelayFollowsJitter(t *testing.T) {
	sound := slices.Repeat(voice(2*time.Second), 6)
	for _, c := range []struct{ jitter, least, most time.Duration }{
		{0, 25, 26}, {10, 30, 36}, {40, 55, 66}, {100, 110, 126}, {600, 200, 200},
	} {
		_, b := network{
			sound: sound, rate: 8000,
			faults: mediatest.Impairment{Jitter: c.jitter * time.Millisecond, Seed: 3},
		}.run(t)
		s := b.Stats()
		if s.Target < c.least*time.Millisecond || s.Target > c.most*time.Millisecond {
			t.Errorf("%d ms of jitter: target %v, want %d-%d ms", c.jitter, s.Target, c.least, c.most)
		}
		if off := (s.Delay - s.Target).Abs(); c.jitter < 200 && off > 25*time.Millisecond {
			t.Errorf("%d ms of jitter: delay %v, target %v", c.jitter, s.Delay, s.Target)
		}
	}
}

func TestJitterIsHardlyHeard(t *testing.T) {
	sound := slices.Repeat(voice(2*time.Second), 10)
	_, b := network{sound: sound, rate: 8000, faults: mediatest.Impairment{Jitter: 60 * time.Millisecond, Seed: 5}}.run(t)
	s := b.Stats()
	if share := s.Concealed.Seconds() / 20; share > 0.04 {
		t.Errorf("60 ms of jitter: %.1f %% made up, want 4 %% or less (%+v)", share*100, s)
	}
	if s.Reordered == 0 {
		t.Error("60 ms of jitter reorders 20 ms packets, none seen")
	}
}

func TestReorderAndDuplicatesAreNotHeard(t *testing.T) {
	sound := mediatest.Noise(8000, 0.5, 10*time.Second, 1)
	heard, b := network{
		sound: sound, rate: 8000, min: 60 * time.Millisecond,
		faults: mediatest.Impairment{Reorder: 0.1, Hold: 30 * time.Millisecond, Duplicate: 0.2, Seed: 9},
	}.run(t)
	if snr, _ := locate(sound[8000*4:8000*9], heard); snr < 150 {
		t.Errorf("SNR %.1f dB, want the very same samples", snr)
	}
	if s := b.Stats(); s.Duplicates < 50 || s.Reordered < 20 || s.Late > 0 {
		t.Errorf("%+v", s)
	}
}

// Over the lost pieces alone silence has 0 dB; what is made up must be far closer to what was said.
func TestLossIsConcealedBetterThanBySilence(t *testing.T) {
	sound := voice(10 * time.Second)
	for _, loss := range []float64{0.05, 0.10, 0.20} {
		faults := mediatest.Impairment{Loss: loss, Seed: 4}
		heard, b := network{sound: sound, rate: 8000, faults: faults}.run(t)
		_, at := locate(sound[8000*8:8000*8+160], heard[8000*8:8000*8+1600])
		sum, count, lost := 0.0, 0, 0
		for i, delays := range mediatest.Fates(faults, len(sound)/160) {
			if len(delays) > 0 {
				continue
			}
			lost++
			if i < 100 || i > 490 {
				continue // before the delay has settled
			}
			want, best := sound[i*160:(i+1)*160], -10.0
			for d := at - 2; d <= at+2; d++ {
				best = max(best, mediatest.SNR(want, heard[i*160+d:(i+1)*160+d]))
			}
			sum += best
			count++
		}
		if mean := sum / float64(count); mean < 8 {
			t.Errorf("loss %.0f %%: SNR of the %d lost pieces %.1f dB, want 8 or more", loss*100, count, mean)
		} else {
			t.Logf("loss %.0f %%: SNR of the %d lost pieces %.1f dB", loss*100, count, mean)
		}
		if got, want := b.Stats().Concealed, time.Duration(lost)*20*time.Millisecond; (got - want).Abs() > want/5+60*time.Millisecond {
			t.Errorf("loss %.0f %%: %v concealed, %v lost", loss*100, got, want)
		}
	}
}

// A sender with silence suppression pauses, then goes on with a marker: nothing is lost, the pause keeps its length.
func TestPausesOfTheSender(t *testing.T) {
	sound := mediatest.Noise(8000, 0.5, 4*time.Second, 1)
	clear(sound[8000:16000])
	heard, b := network{sound: sound, rate: 8000, edit: func(i int, p *sent) {
		switch {
		case i >= 50 && i < 100:
			p.drop = true
		case i >= 100:
			p.Sequence -= 50
			p.Marker = i == 100
		}
	}}.run(t)
	_, first := locate(sound[8000*3/4:8000*3/4+800], heard)
	snr, second := locate(sound[16000:20000], heard)
	if snr < 30 {
		t.Errorf("after the pause SNR %.1f dB", snr)
	}
	if pause := second - first - 10000; pause < -200 || pause > 200 {
		t.Errorf("the pause changed by %d samples", pause)
	}
	if s := b.Stats(); s.Late > 0 || s.Resyncs > 0 || s.Concealed > 150*time.Millisecond {
		t.Errorf("%+v", s)
	}
}

// Some senders stop their timestamps during a pause, or jump: the stream must be heard again at once.
func TestTimestampsThatJump(t *testing.T) {
	for name, jump := range map[string]uint32{"stood still": 1<<32 - 8000, "ahead": 80000, "far": 1 << 31, "back": 1<<32 - 800000} {
		for _, marker := range []bool{true, false} {
			sound := mediatest.Noise(8000, 0.5, 4*time.Second, 1)
			heard, b := network{sound: sound, rate: 8000, edit: func(i int, p *sent) {
				p.drop = i >= 50 && i < 100
				if i >= 100 {
					p.Timestamp += jump
					p.Marker = marker && i == 100
				}
			}}.run(t)
			if snr, _ := locate(sound[8000*3:8000*3+4000], heard); snr < 30 {
				t.Errorf("%s, marker %v: SNR %.1f dB afterwards (%+v)", name, marker, snr, b.Stats())
			}
			if s := b.Stats(); marker && s.Late > 0 || s.Late > maxLateRun+1 || s.Resyncs == 0 || s.Resyncs > 2 {
				t.Errorf("%s, marker %v: %+v", name, marker, s)
			}
		}
	}
}

// Over four minutes a sender 800 ppm off gains or loses 190 ms: the delay must not grow, nor the buffer run dry.
func TestClockDrift(t *testing.T) {
	sound := slices.Repeat(voice(5*time.Second), 48)
	for _, ppm := range []float64{-800, 800} {
		longest := time.Duration(0)
		_, b := network{sound: sound, rate: 8000, drift: ppm, longest: &longest}.run(t)
		s := b.Stats()
		if longest > 60*time.Millisecond || s.Delay < 0 || s.Concealed > 300*time.Millisecond || s.Late > 10 {
			t.Errorf("%+.0f ppm: delay up to %v, %+v", ppm, longest, s)
		}
		if moved := s.Removed - s.Inserted; ppm > 0 && moved < 130*time.Millisecond || ppm < 0 && moved > -100*time.Millisecond {
			t.Errorf("%+.0f ppm: %v removed, %v inserted; want a difference of about %.0f ms", ppm, s.Removed, s.Inserted, ppm*0.24)
		}
	}
}

// A network that holds everything for a second and then lets go must not leave a second of delay behind.
func TestBurstAfterAStall(t *testing.T) {
	sound := mediatest.Noise(8000, 0.5, 8*time.Second, 1)
	heard, b := network{sound: sound, rate: 8000, edit: func(i int, p *sent) {
		if p.at > 2*time.Second && p.at < 3*time.Second {
			p.at = 3 * time.Second
		}
	}}.run(t)
	if s := b.Stats(); s.Delay > 260*time.Millisecond {
		t.Errorf("delay %v after the stall (%+v)", s.Delay, s)
	}
	if snr, _ := locate(sound[8000*7:8000*7+2000], heard); snr < 20 {
		t.Errorf("SNR %.1f dB after the stall", snr)
	}
}

// A network that grows faster leaves more delay than is wanted. In noise, which has no periods to cut, it goes in one piece.
func TestDelayThatFallsIsFollowed(t *testing.T) {
	sound := mediatest.Noise(8000, 0.5, 8*time.Second, 1)
	_, b := network{sound: sound, rate: 8000, edit: func(i int, p *sent) {
		p.at += time.Duration(max(0, 350-max(0, i-100)*4)) * time.Millisecond
	}}.run(t)
	if s := b.Stats(); s.Delay > 250*time.Millisecond || s.Removed < 100*time.Millisecond || s.Resyncs > 0 {
		t.Errorf("%+v", s)
	}
}

func TestResetTakesANewSender(t *testing.T) {
	b := New(Config{Decoder: &linear{}, Rate: 8000, ClockRate: 8000})
	frame := make([]int16, 160)
	sound := mediatest.Noise(8000, 0.5, time.Second, 2)
	var heard []int16
	for i := range 50 {
		if i == 10 {
			b.Reset()
		}
		p := Packet{Sequence: uint16(i), Timestamp: uint32(160 * i), Arrival: time.Duration(i) * 20 * time.Millisecond}
		if i >= 10 {
			p.Sequence += 40000
			p.Timestamp += 1 << 30
		}
		p.Payload = (&linear{}).encode(sound[i*160 : (i+1)*160])
		b.Push(p)
		b.Pop(p.Arrival, frame)
		heard = append(heard, frame...)
	}
	if snr, _ := locate(sound[40*160:45*160], heard); snr < 150 {
		t.Errorf("SNR %.1f dB with the new sender", snr)
	}
	if s := b.Stats(); s.Late+s.Resyncs > 0 {
		t.Errorf("%+v", s)
	}
}

func TestFloodIsBounded(t *testing.T) {
	b := New(Config{Decoder: &linear{}, Rate: 8000, ClockRate: 8000})
	payload := (&linear{}).encode(make([]int16, 160))
	for i := range 10000 {
		b.Push(Packet{Sequence: uint16(i), Timestamp: uint32(160 * i), Payload: payload, Arrival: time.Duration(i) * 20 * time.Millisecond})
	}
	if len(b.queue) > maxPackets || b.Stats().Overflows == 0 {
		t.Errorf("%d packets wait, %+v", len(b.queue), b.Stats())
	}
}

func TestUndecodablePacketsAreConcealed(t *testing.T) {
	sound := voice(2 * time.Second)
	_, b := network{sound: sound, rate: 8000, edit: func(i int, p *sent) {
		if i%10 == 5 {
			p.Payload = []byte{1}
		}
	}}.run(t)
	if s := b.Stats(); s.Undecodable != 10 || s.Concealed < 150*time.Millisecond {
		t.Errorf("%+v", s)
	}
}

// FuzzPackets feeds any packets in any order at any time: no panic, a bounded buffer, always a full frame.
func FuzzPackets(f *testing.F) {
	f.Add([]byte{0, 1, 0, 160, 0, 0, 1, 1, 64, 0, 2, 0, 2, 3, 4})
	f.Add([]byte("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b := New(Config{Decoder: &linear{}, Rate: 8000, ClockRate: 8000})
		now := time.Duration(0)
		frame := make([]int16, 160)
		for len(data) >= 8 {
			p := Packet{
				Sequence: uint16(data[0])<<8 | uint16(data[1]), Timestamp: uint32(data[2])<<24 | uint32(data[3])<<8 | uint32(data[4]),
				Marker: data[5]&1 != 0, Arrival: now, Payload: make([]byte, int(data[6])*4),
			}
			b.Push(p)
			now += time.Duration(data[7]) * time.Millisecond
			if data[5]&2 != 0 {
				b.Pop(now, frame)
			}
			data = data[8:]
		}
		for range 20 {
			b.Pop(now, frame)
			now += 20 * time.Millisecond
		}
		if len(b.queue) > maxPackets || len(b.fifo) > 8000 {
			t.Fatalf("%d packets, %d samples wait", len(b.queue), len(b.fifo))
		}
	})
}
