package rtp

import (
	"math/rand/v2"
	"time"

	"github.com/pion/rtcp"
)

// reportInterval is the mean time between our RTCP reports (RFC 3550 section 6.2).
const reportInterval = 5 * time.Second

// Remote is what the far end reports of the packets that we send.
type Remote struct {
	Reports   int
	Lost      int           // in total
	Fraction  float64       // lost since its last report, 0..1
	Jitter    time.Duration // that it measures
	RoundTrip time.Duration // 0 while unknown
	Bye       bool          // it said BYE
}

// reporter is the clock's RTCP state.
type reporter struct {
	due     time.Duration // of the next report, after the line's start
	name    string        // our canonical name
	packets uint32
	octets  uint32
	now     time.Duration

	lastReport   uint32        // middle of the NTP time in the far end's last sender report
	lastReportAt time.Duration // when it came; 0 before the first
}

func (r *reporter) sent(octets int) {
	r.packets++
	r.octets += uint32(octets)
}

// schedule sets the time of the next report, scattered so that calls do not report together.
func (r *reporter) schedule(now time.Duration) {
	r.due = now + reportInterval/2 + rand.N(reportInterval)
}

// report sends a report when one is due.
func (c *clock) report(now time.Duration) {
	c.reports.now = now
	if c.control == nil || now < c.reports.due {
		return
	}
	c.reports.schedule(now)
	c.writeControl(c.compound())
}

// goodbye tells the far end that the stream has ended.
func (c *clock) goodbye() {
	if c.control == nil || c.stats.Sent == 0 {
		return
	}
	c.writeControl(append(c.compound(), &rtcp.Goodbye{Sources: []uint32{c.ssrc}}))
}

// compound is a report with the source description that every RTCP packet must have (RFC 3550 section 6.1). The
// canonical name is random (RFC 7022): the far end learns nothing of this machine.
func (c *clock) compound() []rtcp.Packet {
	var blocks []rtcp.ReceptionReport
	if c.source.known {
		s := c.source.report()
		block := rtcp.ReceptionReport{
			SSRC: s.SSRC, FractionLost: c.source.fraction(), TotalLost: uint32(min(max(s.Lost, 0), 0x7FFFFF)),
			LastSequenceNumber: uint32(c.source.highest), Jitter: uint32(c.source.jitter),
			LastSenderReport: c.reports.lastReport,
		}
		if c.reports.lastReportAt > 0 {
			block.Delay = uint32((c.reports.now - c.reports.lastReportAt).Seconds() * 65536)
		}
		blocks = append(blocks, block)
	}
	name := rtcp.NewCNAMESourceDescription(c.ssrc, c.reports.name)
	if c.reports.packets == 0 {
		return []rtcp.Packet{&rtcp.ReceiverReport{SSRC: c.ssrc, Reports: blocks}, name}
	}
	return []rtcp.Packet{&rtcp.SenderReport{
		SSRC: c.ssrc, NTPTime: ntp(c.line.start.Add(c.reports.now)), RTPTime: c.timestamp,
		PacketCount: c.reports.packets, OctetCount: c.reports.octets, Reports: blocks,
	}, name}
}

func (c *clock) writeControl(packets []rtcp.Packet) {
	b, err := rtcp.Marshal(packets)
	if err == nil {
		err = c.control.WriteControl(b)
	}
	if err != nil {
		c.stats.SendErrors++
	}
}

// receiveControl reads a report of the far end.
func (c *clock) receiveControl(b []byte) {
	packets, err := rtcp.Unmarshal(b)
	if err != nil {
		c.stats.Malformed++
		return
	}
	for _, p := range packets {
		switch p := p.(type) {
		case *rtcp.SenderReport:
			c.reports.lastReport = uint32(p.NTPTime >> 16)
			c.reports.lastReportAt = max(c.reports.now, 1)
			c.hearReports(p.Reports)
		case *rtcp.ReceiverReport:
			c.hearReports(p.Reports)
		case *rtcp.Goodbye:
			c.stats.Remote.Bye = true
		}
	}
}

func (c *clock) hearReports(blocks []rtcp.ReceptionReport) {
	for _, r := range blocks {
		if r.SSRC != c.ssrc {
			continue
		}
		remote := &c.stats.Remote
		remote.Reports++
		remote.Lost = int(r.TotalLost)
		remote.Fraction = float64(r.FractionLost) / 256
		remote.Jitter = time.Duration(r.Jitter) * time.Second / time.Duration(c.pipe.format.Codec.ClockRate)
		if r.LastSenderReport != 0 {
			now := uint32(ntp(c.line.start.Add(c.reports.now)) >> 16)
			if trip := int32(now - r.LastSenderReport - r.Delay); trip >= 0 {
				remote.RoundTrip = time.Duration(trip) * time.Second / 65536
			}
		}
	}
}

// ntp is a time as NTP writes it: seconds since 1900 and their fraction.
func ntp(t time.Time) uint64 {
	const offset = 2208988800 // from 1900 to 1970
	return uint64(t.Unix()+offset)<<32 | uint64(t.Nanosecond())<<32/1e9
}
