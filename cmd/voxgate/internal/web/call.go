package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"voxgate/media"
	"voxgate/media/webrtc"
	"voxgate/sip"
)

// Call is a browser's call. It has the shape of a telephone call, so that whoever talks to callers treats both alike.
type Call struct {
	server   *Server
	token    string // names the session in URLs; whoever knows it may end the call and read its captions
	info     sip.Info
	language string
	offer    *webrtc.Offer
	captions *captions

	ctx     context.Context
	end     context.CancelCauseFunc
	verdict chan verdict // what the waiting POST is answered with
	decided sync.Once

	mu       sync.Mutex
	peer     *webrtc.Peer
	restarts int // of ICE
}

var _ sip.Incoming = (*Call)(nil)

// verdict is the answer to an offer: an SDP answer, or a status with its reason.
type verdict struct {
	answer string
	status int
	reason string
}

// newCall names a call: the token is secret, the id, which logs and lists show, is not.
func newCall(s *Server, offer *webrtc.Offer, info sip.Info, language string) *Call {
	token := rand.Text()
	sum := sha256.Sum256([]byte(token))
	info.ID = "web-" + hex.EncodeToString(sum[:8])
	info.Codec = offer.Codec.Name
	ctx, end := context.WithCancelCause(context.Background())
	return &Call{
		server: s, token: token, info: info, language: language, offer: offer, captions: newCaptions(),
		ctx: ctx, end: end, verdict: make(chan verdict, 1),
	}
}

// Info says who calls. ID is for logs and records; From is the customer's number, empty for an unknown visitor.
func (c *Call) Info() sip.Info { return c.info }

// Language is the visitor's first language as the browser sent it, "zh-CN" or "en"; empty if it sent none.
func (c *Call) Language() string { return c.language }

// Line is the call's audio; nil before Answer.
func (c *Call) Line() media.Line {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.peer == nil {
		return nil
	}
	return c.peer
}

// Done is closed when the visitor hung up, left or was lost, or Hangup was called.
func (c *Call) Done() <-chan struct{} { return c.ctx.Done() }

// Err says why the call is over, nil while it runs.
func (c *Call) Err() error { return context.Cause(c.ctx) }

// Answer answers the offer and waits until the browser's media is connected. The error says why no call came about.
func (c *Call) Answer(ctx context.Context, opts sip.AnswerOptions) error {
	if c.ctx.Err() != nil {
		return fmt.Errorf("answer the browser: %w", errors.Join(sip.ErrEnded, c.Err()))
	}
	peer, err := c.server.cfg.Endpoint.Accept(ctx, c.offer, webrtc.Options{ID: c.info.ID, Tap: opts.Tap})
	if err != nil {
		c.decide(verdict{status: statusOf(err), reason: err.Error()})
		c.end(err)
		return fmt.Errorf("answer the browser: %w", err)
	}
	c.mu.Lock()
	c.peer = peer
	c.mu.Unlock()
	c.decide(verdict{answer: peer.Answer()})
	c.server.tasks.Go(func() {
		select {
		case <-peer.Done():
			c.end(peer.Err())
		case <-c.ctx.Done():
		}
		c.release()
	})
	select {
	case <-peer.Connected():
		return nil
	case <-ctx.Done():
		c.end(context.Cause(ctx))
		return fmt.Errorf("wait for the browser: %w", context.Cause(ctx))
	case <-c.ctx.Done():
		return fmt.Errorf("wait for the browser: %w", errors.Join(sip.ErrEnded, c.Err()))
	}
}

// Reject answers the offer with the HTTP status that says what the given SIP status says.
func (c *Call) Reject(status int, reason string) error {
	answered := true
	c.decided.Do(func() {
		answered = false
		c.verdict <- verdict{status: httpStatus(status), reason: reason}
	})
	c.end(webrtc.ErrClosed)
	if answered {
		return fmt.Errorf("reject the browser's call: %w", sip.ErrEnded)
	}
	return nil
}

// Refer always fails with sip.ErrReferRefused: a browser cannot call the target, so the call is bridged instead.
func (c *Call) Refer(context.Context, string, string) error { return sip.ErrReferRefused }

// Hangup ends the call and waits until nothing of it runs. Safe to call at any time, more than once.
func (c *Call) Hangup(context.Context) error {
	c.end(webrtc.ErrClosed)
	c.release()
	return nil
}

// Caption shows a line of the conversation in the visitor's page. It never waits.
func (c *Call) Caption(caption Caption) { c.captions.add(caption) }

// decide answers the waiting POST, once.
func (c *Call) decide(v verdict) { c.decided.Do(func() { c.verdict <- v }) }

// release frees what the call holds; the call must have ended.
func (c *Call) release() {
	c.decide(verdict{status: http.StatusServiceUnavailable, reason: "the call was not answered"})
	c.mu.Lock()
	peer := c.peer
	c.mu.Unlock()
	if peer != nil {
		peer.Close()
	}
	c.captions.close(reasonOf(c.Err()))
}

// httpStatus translates the SIP statuses with which calls are refused.
func httpStatus(status int) int {
	switch status {
	case 400:
		return http.StatusBadRequest
	case 401, 403, 407, 603:
		return http.StatusForbidden
	case 404:
		return http.StatusNotFound
	case 488, 606, 415:
		return http.StatusNotAcceptable
	default:
		return http.StatusServiceUnavailable
	}
}

// statusOf is the HTTP status of an offer's fault.
func statusOf(err error) int {
	switch {
	case errors.Is(err, webrtc.ErrMalformed):
		return http.StatusBadRequest
	case errors.Is(err, webrtc.ErrUnsupported), errors.Is(err, webrtc.ErrNoCommonCodec):
		return http.StatusNotAcceptable
	default:
		return http.StatusServiceUnavailable
	}
}

// reasonOf is the word that the page is told at the end of a call.
func reasonOf(err error) string {
	switch {
	case errors.Is(err, webrtc.ErrLost):
		return "lost"
	case errors.Is(err, webrtc.ErrNotConnected):
		return "unreachable"
	case errors.Is(err, ErrShutdown):
		return "shutdown"
	default:
		return "hangup"
	}
}
