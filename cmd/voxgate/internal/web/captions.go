package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Bounds of a call's captions.
const (
	maxCaptions     = 400  // kept for a page that joins late or reconnects
	maxCaptionBytes = 2000 // longer text is cut
	maxListeners    = 4    // a visitor's pages
	heartbeat       = 10 * time.Second
	eventDeadline   = 5 * time.Second // a reader that does not take an event for so long is dropped
	lastEventHeader = "Last-Event-ID"
)

// Speaker is whose words a caption shows.
type Speaker string

// The two sides of a call.
const (
	Caller Speaker = "caller"
	Bot    Speaker = "bot"
	Agent  Speaker = "agent"
)

// Caption is a line of the conversation. A partial one is replaced by the next with the same speaker and turn.
type Caption struct {
	Speaker Speaker `json:"speaker"`
	Turn    int     `json:"turn"` // counts a speaker's utterances
	Text    string  `json:"text"`
	Final   bool    `json:"final"`
}

// captions is the written side of one call: a bounded list that readers follow at their own pace.
type captions struct {
	mu        sync.Mutex
	lines     []Caption
	first     int // sequence number of lines[0]
	closed    bool
	reason    string
	listeners int
	changed   chan struct{} // closed and replaced when something is added
}

func newCaptions() *captions { return &captions{changed: make(chan struct{})} }

func (c *captions) add(line Caption) {
	line.Text = cut(strings.ToValidUTF8(line.Text, "�"), maxCaptionBytes)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.lines = append(c.lines, line)
	if len(c.lines) > maxCaptions {
		c.lines = append(c.lines[:0], c.lines[1:]...)
		c.first++
	}
	c.wake()
}

// cut shortens text to at most limit bytes, between characters.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit] + "…"
}

func (c *captions) wake() {
	close(c.changed)
	c.changed = make(chan struct{})
}

func (c *captions) close(reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.closed, c.reason = true, reason
	c.wake()
}

// since gives the lines from a sequence number on, the number after the last, and what to wait on for more;
// ended is true when there will be none.
func (c *captions) since(next int) (lines []Caption, after int, changed <-chan struct{}, ended bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	after = c.first + len(c.lines)
	if next = max(next, c.first); next < after {
		lines = append(lines, c.lines[next-c.first:]...)
	}
	return lines, after, c.changed, c.closed
}

// join takes a place among the readers; false when there are too many.
func (c *captions) join() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.listeners == maxListeners {
		return false
	}
	c.listeners++
	return true
}

func (c *captions) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listeners--
}

// serveEvents streams a call's captions as server-sent events: "caption" with a Caption, and "end" with the reason.
func (s *Server) serveEvents(w http.ResponseWriter, r *http.Request) {
	call := s.find(r.PathValue("call"))
	if call == nil {
		fail(w, http.StatusNotFound, "no_call", "no such call; it may have ended")
		return
	}
	if !call.captions.join() {
		fail(w, http.StatusTooManyRequests, "too_many", "this call's captions are open in too many pages")
		return
	}
	defer call.captions.leave()
	next := 0
	if last, err := strconv.Atoi(r.Header.Get(lastEventHeader)); err == nil && last >= 0 {
		next = last + 1
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	stream := eventStream{w: w, control: http.NewResponseController(w)}
	if err := follow(r, call.captions, next, &stream); err != nil {
		s.log.Debug("captions reader is gone", "call", call.info.ID, "error", err)
	}
}

// follow writes captions until the call or the reader ends.
func follow(r *http.Request, c *captions, next int, stream *eventStream) error {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	if err := stream.send(": captions\n\n"); err != nil {
		return err
	}
	for {
		lines, after, changed, ended := c.since(next)
		for i, line := range lines {
			if err := stream.event(after-len(lines)+i, "caption", line); err != nil {
				return err
			}
		}
		next = after
		if ended {
			return stream.event(after, "end", map[string]string{"reason": c.reason})
		}
		select {
		case <-changed:
		case <-beat.C:
			if err := stream.send(": still here\n\n"); err != nil {
				return err
			}
		case <-r.Context().Done():
			return nil
		}
	}
}

// eventStream writes server-sent events, each under a deadline of its own.
type eventStream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (s *eventStream) event(id int, name string, data any) error {
	body, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("encode a caption: %w", err)
	}
	return s.send(fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n\n", id, name, body))
}

func (s *eventStream) send(text string) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(eventDeadline)); err != nil {
		return fmt.Errorf("set the deadline of an event: %w", err)
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return fmt.Errorf("write an event: %w", err)
	}
	return s.control.Flush()
}
