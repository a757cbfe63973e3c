package rtp

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtcp"
)

func TestLossAndJitterAreMeasured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe()
		line, stop := start(t, p, Config{})
		s := newSender(0, 1)
		for i := range 200 {
			b := s.next(make([]byte, 160))
			if i%10 != 3 {
				p.in <- b
			}
			time.Sleep(time.Duration(10+20*(i%2)) * time.Millisecond) // 10 ms of jitter to either side
		}
		stop()
		got := line.Stats().Source
		if got.Expected != 200 || got.Lost != 20 || got.Jitter < 8*time.Millisecond || got.Jitter > 12*time.Millisecond {
			t.Errorf("%+v; want 200 expected, 20 lost, 10 ms jitter", got)
		}
	})
}

// controlPipe is a pipe with RTCP.
type controlPipe struct {
	*pipe
	control, sent chan []byte
}

func (p *controlPipe) ReadControl(buf []byte) (int, error) {
	select {
	case b := <-p.control:
		return copy(buf, b), nil
	case <-p.done:
		return 0, errors.New("closed")
	}
}

func (p *controlPipe) WriteControl(b []byte) error {
	p.sent <- append([]byte(nil), b...)
	return nil
}

func TestReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &controlPipe{newPipe(), make(chan []byte, 10), make(chan []byte, 100)}
		line, stop := start(t, p, Config{})
		time.Sleep(20 * time.Second)
		if n := len(p.sent); n < 2 || n > 8 {
			t.Errorf("%d reports in 20 s, want one in about 5 s", n)
		}
		packets, err := rtcp.Unmarshal(<-p.sent)
		if err != nil {
			t.Fatal(err)
		}
		report := packets[0].(*rtcp.SenderReport)
		for len(p.sent) > 0 {
			packets, _ = rtcp.Unmarshal(<-p.sent)
			report = packets[0].(*rtcp.SenderReport)
		}
		if report.PacketCount == 0 || report.OctetCount != report.PacketCount*160 {
			t.Errorf("report %+v", report)
		}
		// The far end answers 30 s after our report, 29.9 of which it took itself.
		asked := time.Unix(int64(report.NTPTime>>32)-2208988800, int64(report.NTPTime&0xFFFFFFFF*1e9>>32))
		time.Sleep(time.Until(asked.Add(30 * time.Second)))
		answer, _ := rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{
			SSRC: report.SSRC, FractionLost: 64, TotalLost: 9, Jitter: 80,
			LastSenderReport: uint32(report.NTPTime >> 16), Delay: 299 * 65536 / 10,
		}}}})
		p.control <- answer
		p.control <- []byte{0x80, 201, 0, 9, 1, 2, 3, 4} // says it is longer than it is
		goodbye, _ := rtcp.Marshal([]rtcp.Packet{&rtcp.Goodbye{Sources: []uint32{1}}})
		p.in <- goodbye // on the RTP port, RFC 5761
		time.Sleep(100 * time.Millisecond)
		stop()
		got := line.Stats()
		if r := got.Remote; r.Reports != 1 || r.Lost != 9 || r.Fraction != 0.25 || r.Jitter != 10*time.Millisecond || !r.Bye {
			t.Errorf("%+v", r)
		}
		if trip := got.Remote.RoundTrip; trip < 70*time.Millisecond || trip > 130*time.Millisecond {
			t.Errorf("round trip %v, want about 100 ms", trip)
		}
		if got.Malformed != 1 {
			t.Errorf("%d malformed, want 1", got.Malformed)
		}
	})
}
