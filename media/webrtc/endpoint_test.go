package webrtc

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

func addrs(texts ...string) []netip.Addr {
	var out []netip.Addr
	for _, text := range texts {
		out = append(out, netip.MustParseAddr(text))
	}
	return out
}

func TestUsualAddressesAreLocalOrPrivate(t *testing.T) {
	e, err := NewEndpoint(Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	var loopback bool
	for _, addr := range e.Ports() {
		ip, _ := netip.AddrFromSlice(addr.(*net.UDPAddr).IP)
		ip = ip.Unmap()
		loopback = loopback || ip.IsLoopback()
		if !ip.IsLoopback() && !ip.IsPrivate() {
			t.Errorf("listens on %v without being told to", ip)
		}
	}
	if !loopback {
		t.Error("a browser on this machine cannot reach it")
	}
}

func TestSplitAddresses(t *testing.T) {
	local, outside, err := splitAddresses(addrs("127.0.0.1", "203.0.113.9"))
	if err != nil || !slices.Equal(local, addrs("127.0.0.1")) || !slices.Equal(outside, addrs("203.0.113.9")) {
		t.Errorf("local %v, outside %v, %v", local, outside, err)
	}
}

func TestOutsideRules(t *testing.T) {
	rules, err := outsideRules(addrs("127.0.0.1", "fd00::2", "10.0.0.5"), addrs("203.0.113.9", "2001:db8::9"))
	if err != nil || len(rules) != 2 {
		t.Fatalf("%v, %v", rules, err)
	}
	if rules[0].Local != "10.0.0.5" || rules[0].External[0] != "203.0.113.9" || rules[1].Local != "fd00::2" {
		t.Errorf("rules %+v", rules)
	}
	if _, err := outsideRules(addrs("127.0.0.1"), addrs("203.0.113.9")); err == nil || !strings.Contains(err.Error(), "203.0.113.9") {
		t.Errorf("an outside address without one behind it: %v", err)
	}
	if _, err := NewEndpoint(Config{Addresses: addrs("127.0.0.1", "203.0.113.9")}); err == nil {
		t.Error("offered an outside address that leads nowhere")
	}
}
