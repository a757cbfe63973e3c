package web

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"voxgate/media/webrtc/webrtctest"
)

// event is a server-sent event as a page reads it.
type event struct{ id, name, data string }

// subscribe reads a call's events until the stream ends.
func subscribe(t *testing.T, address, lastID string) <-chan event {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, "GET", address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if lastID != "" {
		r.Header.Set(lastEventHeader, lastID)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK || !strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream") {
		t.Fatalf("events: %d %v", response.StatusCode, response.Header)
	}
	events := make(chan event, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(events)
		var e event
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			key, value, _ := strings.Cut(lines.Text(), ": ")
			switch key {
			case "id":
				e.id = value
			case "event":
				e.name = value
			case "data":
				e.data = value
				events <- e
			}
		}
	}()
	t.Cleanup(func() { cancel(); response.Body.Close(); <-done })
	return events
}

func TestCaptionsReachThePage(t *testing.T) {
	calls := make(chan *Call, 1)
	h := open(t, Config{OnCall: answer(t, calls)})
	caller := mustDial(t, h, "", webrtctest.Options{})
	call := next(t, calls)
	call.Caption(Caption{Speaker: Bot, Turn: 1, Text: "您好，请讲。", Final: true})
	address := strings.Replace(caller.Session.String(), "/whip/", "/v1/events/", 1)
	events := subscribe(t, address, "")
	sent := Caption{Speaker: Caller, Turn: 1, Text: "<script>alert(1)</script>\nevent: end", Final: false}
	call.Caption(sent)
	first, second := next(t, events), next(t, events)
	if first.name != "caption" || !strings.Contains(first.data, "您好") || first.id != "0" {
		t.Errorf("first event %+v, want what was said before the page listened", first)
	}
	var got Caption
	if err := json.Unmarshal([]byte(second.data), &got); err != nil || got != sent || strings.Contains(second.data, "<script>") {
		t.Errorf("second event %+v, %v", second, err)
	}
	again := subscribe(t, address, first.id)
	if e := next(t, again); e.id != second.id {
		t.Errorf("a page that reconnects after %s got %+v", first.id, e)
	}
	if err := call.Hangup(t.Context()); err != nil {
		t.Error(err)
	}
	if e := next(t, events); e.name != "end" || e.data != `{"reason":"hangup"}` {
		t.Errorf("at the end %+v", e)
	}
	if _, more := <-events; more {
		t.Error("the stream goes on after the end")
	}
}

func TestTooManyListeners(t *testing.T) {
	calls := make(chan *Call, 1)
	h := open(t, Config{OnCall: answer(t, calls)})
	caller := mustDial(t, h, "", webrtctest.Options{})
	next(t, calls)
	address := strings.Replace(caller.Session.String(), "/whip/", "/v1/events/", 1)
	for range maxListeners {
		subscribe(t, address, "")
	}
	if response, _ := request(t, "GET", address, "", nil); response.StatusCode != http.StatusTooManyRequests {
		t.Errorf("listener %d: %d", maxListeners+1, response.StatusCode)
	}
}

func TestCaptionsAreBounded(t *testing.T) {
	c := newCaptions()
	for turn := range 3 * maxCaptions {
		c.add(Caption{Turn: turn, Text: strings.Repeat("长", maxCaptionBytes)})
	}
	lines, after, _, _ := c.since(0)
	if len(lines) != maxCaptions || after != 3*maxCaptions || lines[0].Turn != 2*maxCaptions {
		t.Errorf("%d lines kept up to %d, the first of turn %d", len(lines), after, lines[0].Turn)
	}
	if text := lines[0].Text; !utf8.ValidString(text) || len(text) > maxCaptionBytes+len("…") {
		t.Errorf("text of %d bytes, valid %v", len(text), utf8.ValidString(text))
	}
	c.close("hangup")
	c.add(Caption{Turn: -1})
	if _, again, _, ended := c.since(0); !ended || again != after {
		t.Error("a closed list still grows")
	}
}
