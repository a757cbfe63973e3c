package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"voxgate/media/webrtc"
)

func TestPageAndItsHeaders(t *testing.T) {
	h := open(t, Config{})
	response, body := request(t, "GET", h.address+"/", "", nil)
	if response.StatusCode != http.StatusOK || !strings.Contains(body, `id="call"`) {
		t.Fatalf("page: %d\n%s", response.StatusCode, body)
	}
	policy := response.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || response.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers %v", response.Header)
	}
	for _, inline := range []string{"<script>", "<style", "onclick=", "style=", "http://", "https://"} {
		if strings.Contains(body, inline) {
			t.Errorf("the page has %q, which its own policy forbids or which leaves this server", inline)
		}
	}
	for name, kind := range pageTypes {
		response, body := request(t, "GET", h.address+"/assets/"+name, "", nil)
		if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != kind || body == "" {
			t.Errorf("%s: %d %s", name, response.StatusCode, response.Header.Get("Content-Type"))
		}
		again, _ := request(t, "GET", h.address+"/assets/"+name, "", map[string]string{"If-None-Match": response.Header.Get("ETag")})
		if again.StatusCode != http.StatusNotModified {
			t.Errorf("%s again: %d", name, again.StatusCode)
		}
	}
}

func TestHealthReadyAndMetrics(t *testing.T) {
	registry := prometheus.NewRegistry()
	var fault error
	h := open(t, Config{Metrics: registry, Ready: func() error { return fault }})
	if response, body := request(t, "GET", h.address+"/healthz", "", nil); response.StatusCode != http.StatusOK || !strings.Contains(body, "ok") {
		t.Errorf("/healthz: %d %s", response.StatusCode, body)
	}
	if response, _ := request(t, "GET", h.address+"/readyz", "", nil); response.StatusCode != http.StatusOK {
		t.Errorf("/readyz: %d", response.StatusCode)
	}
	fault = errors.New("the recogniser is loading")
	if response, body := request(t, "GET", h.address+"/readyz", "", nil); response.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "loading") {
		t.Errorf("/readyz: %d %s", response.StatusCode, body)
	}
	request(t, "POST", h.address+"/whip", "", nil)
	_, body := request(t, "GET", h.address+"/metrics", "", nil)
	for _, want := range []string{`voxgate_web_offers_total{status="415"} 1`, "voxgate_web_calls_active 0"} {
		if !strings.Contains(body, want) {
			t.Errorf("/metrics has no %s:\n%s", want, body)
		}
	}
	if _, err := New(Config{Endpoint: h.cfg.Endpoint, OnCall: h.cfg.OnCall, Metrics: registry}); err == nil {
		t.Error("two servers share one registry")
	}
}

func TestListOfCalls(t *testing.T) {
	records := []CallRecord{{ID: "web-1", Leg: "web", From: "138****3721", Started: time.Unix(0, 0).UTC()}}
	var fault error
	h := open(t, Config{Calls: func(context.Context) ([]CallRecord, error) { return records, fault }})
	_, body := request(t, "GET", h.address+"/v1/calls", "", nil)
	var list struct{ Calls []CallRecord }
	if err := json.Unmarshal([]byte(body), &list); err != nil || len(list.Calls) != 1 || list.Calls[0] != records[0] {
		t.Errorf("list %s, %v", body, err)
	}
	fault = errors.New("secret of the store")
	response, body := request(t, "GET", h.address+"/v1/calls", "", nil)
	if response.StatusCode != http.StatusInternalServerError || strings.Contains(body, "secret") {
		t.Errorf("a broken store: %d %s", response.StatusCode, body)
	}
}

func TestOnlyTrustedNetworksSeeCalls(t *testing.T) {
	h := open(t, Config{Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
	if response, _ := request(t, "GET", h.address+"/v1/calls", "", nil); response.StatusCode != http.StatusForbidden {
		t.Errorf("an untrusted source read the calls: %d", response.StatusCode)
	}
	if response, _ := request(t, "GET", h.address+"/metrics", "", nil); response.StatusCode != http.StatusForbidden {
		t.Errorf("an untrusted source read the metrics: %d", response.StatusCode)
	}
	header := map[string]string{"Content-Type": typeSDP}
	if response, _ := request(t, "POST", h.address+"/whip?caller=13800003721", offer(t), header); response.StatusCode != http.StatusForbidden {
		t.Errorf("an untrusted source named its number: %d", response.StatusCode)
	}
}

func TestForeignNameForThisMachine(t *testing.T) {
	h := open(t, Config{})
	for host, want := range map[string]int{"rebound.example": 403, "rebound.example:8080": 403, "localhost:8080": 200, "[::1]:8080": 200, "voxgate": 200} {
		if response, _ := request(t, "GET", h.address+"/v1/calls", "", map[string]string{"Host": host}); response.StatusCode != want {
			t.Errorf("Host %s: %d, want %d", host, response.StatusCode, want)
		}
	}
}

func TestRateOfCalls(t *testing.T) {
	h := open(t, Config{CallsPerMinute: 3, Trusted: []netip.Prefix{}})
	header := map[string]string{"Content-Type": typeSDP}
	first, _ := request(t, "POST", h.address+"/whip", "", header)
	second, _ := request(t, "POST", h.address+"/whip", "", header)
	if first.StatusCode != http.StatusBadRequest || second.StatusCode != http.StatusTooManyRequests || second.Header.Get("Retry-After") == "" {
		t.Errorf("first %d, second %d with %v", first.StatusCode, second.StatusCode, second.Header)
	}
}

func TestLimiter(t *testing.T) {
	now := time.Unix(1000, 0)
	l := newLimiter(6, func() time.Time { return now })
	source := netip.MustParseAddr("192.0.2.7")
	for i, want := range []bool{true, true, false} {
		if ok, _ := l.allow(source); ok != want {
			t.Errorf("call %d: %v, want %v", i+1, ok, want)
		}
	}
	if _, wait := l.allow(source); wait != 10*time.Second {
		t.Errorf("wait %v, want 10 s", wait)
	}
	if ok, _ := l.allow(netip.MustParseAddr("192.0.2.8")); !ok {
		t.Error("another source has an account of its own")
	}
	now = now.Add(10 * time.Second)
	if ok, _ := l.allow(source); !ok {
		t.Error("nothing earned in 10 s")
	}
	now = now.Add(time.Hour)
	for i, want := range []bool{true, true, false} {
		if ok, _ := l.allow(source); ok != want {
			t.Errorf("call %d after an hour: %v, want %v", i+1, ok, want)
		}
	}
	a, b := netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::ffff:1")
	if sourceKey(a) != sourceKey(b) || sourceKey(a) == sourceKey(netip.MustParseAddr("2001:db8:0:1::1")) {
		t.Error("an IPv6 source is its /64")
	}
	for i := range 3 * maxSources {
		l.allow(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}))
	}
	if len(l.sources) > maxSources {
		t.Errorf("%d sources kept, at most %d", len(l.sources), maxSources)
	}
}

func TestAccepts(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "application/sdp": true, "*/*": true, "application/*;q=0.5": true, "text/html, application/sdp;q=0.1": true, "text/*": false, "application/sdp; q=0": false,
	} {
		if got := accepts([]string{header}, typeSDP); got != want {
			t.Errorf("Accept %q: %v, want %v", header, got, want)
		}
	}
	if !accepts(nil, typeSDP) {
		t.Error("a missing Accept takes everything")
	}
}

func TestLanguage(t *testing.T) {
	for header, want := range map[string]string{"zh-CN,zh;q=0.9": "zh-CN", "en": "en", "": "", "<script>": "", strings.Repeat("a", 40): ""} {
		r := httptest.NewRequest("POST", "/whip", nil)
		r.Header.Set("Accept-Language", header)
		if got := language(r); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

func TestNewRefusesHalfAConfig(t *testing.T) {
	if _, err := New(Config{}); err == nil {
		t.Error("made a server without an endpoint")
	}
	if got := reasonOf(fmt.Errorf("x: %w", webrtc.ErrNotConnected)); got != "unreachable" {
		t.Errorf("reason %q", got)
	}
}
