package rtp

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtcp"

	"voxgate/media"
	"voxgate/media/codec"
	"voxgate/media/mediatest"
)

// Two lines over real sockets: sound, keys and the goodbye.
func TestTwoLinesTalk(t *testing.T) {
	a, b := listen(t), listen(t)
	a.SetRemote(b.LocalAddr(), netip.AddrPort{})
	b.SetRemote(a.LocalAddr(), netip.AddrPort{})
	cfg := Config{Format: Format{Codec: codec.PCMA, EventType: 101}}
	lineA, stopA := start(t, a, cfg)
	lineB, stopB := start(t, b, cfg)
	tone := mediatest.Frames(8000, mediatest.Tone(8000, 700, 0.4, 600*time.Millisecond))
	played := make(chan error, 1)
	go func() {
		_, err := lineA.Play(context.Background(), mediatest.Sequence(tone))
		if err == nil {
			err = lineA.SendDigits(context.Background(), "42")
		}
		played <- err
	}()
	var heard []media.Frame
	keys := ""
	for len(keys) < 2 {
		f, err := lineB.Recv(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		heard = append(heard, f)
		select {
		case k := <-lineB.Digits():
			keys += string(k)
		default:
		}
	}
	if err := <-played; err != nil || keys != "42" {
		t.Errorf("played with %v, keys %q", err, keys)
	}
	if level := mediatest.Level(mediatest.PCM(heard), 8000, 700); level < 0.1 {
		t.Errorf("tone heard at %.3f", level)
	}
	if err := errors.Join(stopA(), stopB()); err != nil {
		t.Error(err)
	}
	if _, err := lineA.Play(t.Context(), mediatest.Sequence(tone)); !errors.Is(err, io.EOF) {
		t.Errorf("Play after the end: %v, want io.EOF", err)
	}
}

// The far end of a call that ends gets an RTCP BYE with a report.
func TestGoodbye(t *testing.T) {
	c := listen(t)
	control, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
	if err != nil {
		t.Fatal(err)
	}
	defer control.Close()
	p := newPeer(t, 20)
	c.SetRemote(p.addr(), control.LocalAddr().(*net.UDPAddr).AddrPort())
	line, stop := start(t, c, Config{})
	p.send(c, 3)
	for line.LastReceived().Equal(line.start) {
		if _, err := line.Recv(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 2000)
	n, err := control.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	packets, err := rtcp.Unmarshal(buf[:n])
	if err != nil || len(packets) != 3 {
		t.Fatalf("%v, %v; want a report, a description and a goodbye", packets, err)
	}
	report, ok := packets[0].(*rtcp.SenderReport)
	if !ok || len(report.Reports) != 1 || report.Reports[0].SSRC != 20 || report.PacketCount == 0 {
		t.Errorf("report %+v", packets[0])
	}
	if _, ok := packets[2].(*rtcp.Goodbye); !ok {
		t.Errorf("last packet is %T", packets[2])
	}
}

// Loss, jitter, reordering and duplicates at once, over real sockets: the tone is still there, nearly without gaps.
func TestLineOverABadNetwork(t *testing.T) {
	a, b := listen(t), listen(t)
	faults := mediatest.Impairment{
		Loss: 0.05, Duplicate: 0.05, Reorder: 0.05, Hold: 30 * time.Millisecond, Jitter: 40 * time.Millisecond, Seed: 3,
	}
	relay, err := mediatest.NewRelay(b.LocalAddr(), faults)
	if err != nil {
		t.Fatal(err)
	}
	defer relay.Close()
	a.SetRemote(relay.Near(), netip.AddrPort{})
	b.SetRemote(netip.AddrPort{}, netip.AddrPort{}) // knows nobody: the relay has to prove itself
	lineA, stopA := start(t, a, Config{})
	lineB, stopB := start(t, b, Config{})
	heard := recvAll(lineB)
	tone := mediatest.Tone(8000, 350, 0.4, 3*time.Second)
	if _, err := lineA.Play(t.Context(), mediatest.Sequence(mediatest.Frames(8000, tone))); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(stopA(), stopB()); err != nil {
		t.Fatal(err)
	}
	pcm := <-heard
	sounding := 0
	for at := 0; at+160 <= len(pcm); at += 160 {
		if mediatest.Level(pcm[at:at+160], 8000, 350) > 0.2 {
			sounding++
		}
	}
	if sounding < 120 {
		t.Errorf("the tone sounds in %d of 150 frames", sounding)
	}
	if s := lineB.Stats(); s.Jitter.Duplicates == 0 || s.Jitter.Reordered == 0 || s.Jitter.Concealed == 0 || s.Source.Jitter < 5*time.Millisecond {
		t.Errorf("%+v", s)
	}
}
