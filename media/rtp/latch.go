package rtp

import (
	"encoding/binary"
	"net/netip"
)

// probation is how many packets in order a source must send that the SDP did not announce (RFC 3550 appendix A.1).
const probation = 3

// source is where packets come from, and the SDP under which that was found out.
type source struct {
	addr  netip.AddrPort
	under *remote
}

// latch decides whose packets are heard. It belongs to the reader.
type latch struct {
	armed    *remote // the SDP that the rest was decided under
	closed   bool
	previous netip.AddrPort // source before the same address was announced again; still believed at once

	candidate netip.AddrPort
	ssrc      uint32
	sequence  uint16
	proved    int
}

// admit says whether a packet is of the far end.
func (c *UDPConn) admit(b []byte, from netip.AddrPort) bool {
	l, said := &c.latch, c.remote.Load()
	if said != l.armed {
		*l = latch{armed: said, previous: c.Source()}
	}
	announced := said != nil && from == said.rtp
	if l.closed && from == c.Source() {
		return true
	}
	// What signalling announced outranks whoever came first.
	if !c.plausible(b) || l.closed && !announced {
		return false
	}
	if !announced && from != l.previous && !l.prove(b, from) {
		return false
	}
	l.closed = true
	c.source.Store(&source{from, said})
	return true
}

// prove counts packets in order from one source with one SSRC.
func (l *latch) prove(b []byte, from netip.AddrPort) bool {
	ssrc, sequence := binary.BigEndian.Uint32(b[8:]), binary.BigEndian.Uint16(b[2:])
	if from == l.candidate && ssrc == l.ssrc && sequence == l.sequence+1 {
		l.proved++
	} else {
		l.proved = 1
	}
	l.candidate, l.ssrc, l.sequence = from, ssrc, sequence
	return l.proved >= probation
}

// plausible says whether a packet looks like RTP of this call.
func (c *UDPConn) plausible(b []byte) bool {
	set := c.accepted.Load()
	return len(b) >= 12 && b[0]>>6 == 2 && set != nil && set[b[1]&0x7F] && !isControl(b)
}
