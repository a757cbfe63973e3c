package sdp

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"testing"
)

// nameServer answers every question for an IPv4 address with the given one, and no question for others.
func nameServer(t *testing.T, addr netip.Addr) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { conn.Close(); <-done })
	go func() {
		defer close(done)
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			const header = 12
			if n <= header {
				continue
			}
			question := buf[header:n]
			question = question[:bytes.IndexByte(question, 0)+5]
			answer := append(bytes.Clone(buf[:2]), 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0)
			answer = append(answer, question...)
			if binary.BigEndian.Uint16(question[len(question)-4:]) == 1 {
				answer[7] = 1
				answer = append(answer, 0xc0, header, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4)
				answer = append(answer, addr.AsSlice()...)
			}
			if _, err := conn.WriteTo(answer, from); err != nil {
				return
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp4", conn.LocalAddr().String())
	}}
}

func TestNamesOfMediaHosts(t *testing.T) {
	for text, fine := range map[string]bool{"192.0.2.7": true, "239.1.2.3": false, "255.255.255.255": false} {
		addr := netip.MustParseAddr(text)
		got, err := Result{Host: "media.example.", Port: 4000}.Resolve(t.Context(), nameServer(t, addr))
		if fine && (err != nil || got != netip.AddrPortFrom(addr, 4000)) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
		if !fine && !errors.Is(err, ErrMalformed) {
			t.Errorf("a name that stands for %s: %v, %v; want it refused", text, got, err)
		}
	}
}
