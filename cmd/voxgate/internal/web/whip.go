package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"voxgate/media/webrtc"
	"voxgate/sip"
)

// What WHIP speaks (RFC 9725 sections 4.2 and 4.3).
const (
	typeSDP      = "application/sdp"
	typeFragment = "application/trickle-ice-sdpfrag"
)

const (
	answerTimeout = 10 * time.Second // from the offer to the handler's answer
	retryAfter    = 10               // seconds that a refused visitor should wait
)

// callerNumber is what ?caller= may hold.
var callerNumber = regexp.MustCompile(`^\+?[0-9]{3,20}$`)

// serveWHIP is the endpoint: POST an offer, get a call.
func (s *Server) serveWHIP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodPost:
		counted := &statusWriter{ResponseWriter: w}
		s.createCall(counted, r)
		s.metrics.answered(counted.status)
	case http.MethodOptions:
		preflight(w, "POST, OPTIONS", "Accept-Post", typeSDP)
	default:
		w.Header().Set("Allow", "POST, OPTIONS")
		fail(w, http.StatusMethodNotAllowed, "method", "POST an SDP offer here")
	}
}

// serveSession is one call: PATCH adds candidates or restarts ICE, DELETE hangs up.
func (s *Server) serveSession(w http.ResponseWriter, r *http.Request) {
	const methods = "PATCH, DELETE, OPTIONS"
	if r.Method == http.MethodOptions {
		preflight(w, methods, "Accept-Patch", typeFragment)
		return
	}
	if r.Method != http.MethodPatch && r.Method != http.MethodDelete {
		w.Header().Set("Allow", methods)
		fail(w, http.StatusMethodNotAllowed, "method", "PATCH and DELETE are what a call understands")
		return
	}
	call := s.find(r.PathValue("call"))
	if call == nil {
		fail(w, http.StatusNotFound, "no_call", "no such call; it may have ended")
		return
	}
	if r.Method == http.MethodPatch {
		s.trickle(w, r, call)
		return
	}
	call.end(webrtc.ErrHungUp)
	w.WriteHeader(http.StatusOK)
}

// createCall answers an offer with 201, the session's address and the SDP answer.
func (s *Server) createCall(w http.ResponseWriter, r *http.Request) {
	if ok, wait := s.mayCall(r); !ok {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())+1))
		fail(w, http.StatusTooManyRequests, "too_many", "too many calls from this address")
		return
	}
	text, ok := readBody(w, r, typeSDP, webrtc.MaxOfferBytes)
	if !ok {
		return
	}
	if !accepts(r.Header.Values("Accept"), typeSDP) {
		fail(w, http.StatusNotAcceptable, "accept", "the answer is "+typeSDP)
		return
	}
	offer, err := webrtc.ParseOffer(text)
	if err != nil {
		s.log.Info("browser's offer refused", "from", sourceOf(r), "error", err)
		fail(w, statusOf(err), "offer", err.Error())
		return
	}
	number, status, err := s.caller(r)
	if err != nil {
		s.log.Info("browser's call refused", "from", sourceOf(r), "error", err)
		fail(w, status, "caller", err.Error())
		return
	}
	call := newCall(s, offer, sip.Info{From: number, To: "web", Remote: r.RemoteAddr}, language(r))
	if !s.admit(call) {
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
		fail(w, http.StatusServiceUnavailable, "full", "all lines are busy")
		return
	}
	s.reply(w, r, call)
}

// reply waits for the handler's verdict and writes it.
func (s *Server) reply(w http.ResponseWriter, r *http.Request, call *Call) {
	limit := time.NewTimer(answerTimeout)
	defer limit.Stop()
	var said verdict
	select {
	case said = <-call.verdict:
	case <-limit.C:
		call.end(fmt.Errorf("answer the browser: nobody answered within %v", answerTimeout))
		said = verdict{status: http.StatusServiceUnavailable, reason: "the call was not answered in time"}
	case <-r.Context().Done():
		call.end(webrtc.ErrHungUp)
		return
	}
	if said.answer == "" {
		if said.status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
		}
		fail(w, said.status, "refused", said.reason)
		return
	}
	h := w.Header()
	h.Set("Content-Type", typeSDP)
	h.Set("Location", "/whip/"+call.token)
	h.Set("ETag", call.generation())
	h.Set("Accept-Patch", typeFragment)
	w.WriteHeader(http.StatusCreated)
	if _, err := io.WriteString(w, said.answer); err != nil {
		call.end(webrtc.ErrHungUp)
	}
}

// mayCall holds sources outside the trusted networks to their rate.
func (s *Server) mayCall(r *http.Request) (bool, time.Duration) {
	if s.trusts(r) {
		return true, 0
	}
	return s.limiter.allow(sourceOf(r))
}

// caller finds out whose call it is: by the site's token, by ?caller= from a trusted network, or as configured.
func (s *Server) caller(r *http.Request) (number string, status int, err error) {
	if scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " "); scheme != "" {
		if !strings.EqualFold(scheme, "Bearer") || s.cfg.Verify == nil {
			return "", http.StatusUnauthorized, errors.New("this server takes no such authorization")
		}
		if number, err = s.cfg.Verify(r.Context(), strings.TrimSpace(token)); err != nil {
			return "", http.StatusUnauthorized, errors.New("the token is not valid, or no longer")
		}
		return number, 0, nil
	}
	number = r.URL.Query().Get("caller")
	switch {
	case number == "":
		return s.cfg.Caller, 0, nil
	case !callerNumber.MatchString(number):
		return "", http.StatusBadRequest, errors.New("caller is not a telephone number")
	case !s.trusts(r):
		return "", http.StatusForbidden, errors.New("a caller's number in the address is taken from trusted networks only")
	}
	return number, 0, nil
}

// language is the first of Accept-Language, kept only if it looks like one.
func language(r *http.Request) string {
	first, _, _ := strings.Cut(r.Header.Get("Accept-Language"), ",")
	first, _, _ = strings.Cut(strings.TrimSpace(first), ";")
	if len(first) > 16 || strings.ContainsFunc(first, func(c rune) bool {
		return c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
	}) {
		return ""
	}
	return first
}

// readBody reads a small body of the wanted type, or answers what is wrong with it.
func readBody(w http.ResponseWriter, r *http.Request, want string, limit int64) (string, bool) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != want {
		fail(w, http.StatusUnsupportedMediaType, "type", "the body must be "+want)
		return "", false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooBig *http.MaxBytesError
	switch {
	case errors.As(err, &tooBig):
		w.Header().Set("Connection", "close")
		fail(w, http.StatusRequestEntityTooLarge, "size", fmt.Sprintf("the body may have %d bytes", limit))
		return "", false
	case err != nil:
		fail(w, http.StatusBadRequest, "body", "the body could not be read")
		return "", false
	}
	return string(body), true
}

// accepts says whether Accept lets the given type through; a missing header does.
func accepts(values []string, want string) bool {
	if len(values) == 0 {
		return true
	}
	group, _, _ := strings.Cut(want, "/")
	for part := range strings.SplitSeq(strings.Join(values, ","), ",") {
		kind, parameters, err := mime.ParseMediaType(part)
		quality, err2 := strconv.ParseFloat(parameters["q"], 64)
		if err == nil && (err2 != nil || quality > 0) && (kind == want || kind == "*/*" || kind == group+"/*") {
			return true
		}
	}
	return false
}

// generation is the entity tag of the call's ICE session (RFC 9725 section 4.3.1).
func (c *Call) generation() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fmt.Sprintf(`"ice-%d"`, c.restarts)
}

// trickle takes candidates that the browser found later, or restarts ICE (RFC 9725 sections 4.3.2 and 4.3.3).
func (s *Server) trickle(w http.ResponseWriter, r *http.Request, call *Call) {
	text, ok := readBody(w, r, typeFragment, webrtc.MaxFragmentBytes)
	if !ok {
		return
	}
	match := r.Header.Get("If-Match")
	switch {
	case match == "":
		fail(w, http.StatusPreconditionRequired, "if_match", "If-Match must name the ICE session (its ETag), or * to restart it")
		return
	case match != "*" && match != call.generation():
		fail(w, http.StatusPreconditionFailed, "if_match", "that ICE session was replaced by a restart")
		return
	}
	fragment, err := webrtc.ParseFragment(text)
	if err != nil {
		fail(w, http.StatusBadRequest, "fragment", err.Error())
		return
	}
	if match == "*" {
		call.restart(r.Context(), w, fragment)
		return
	}
	if err := call.addCandidates(fragment); err != nil {
		status := statusOf(err)
		if errors.Is(err, webrtc.ErrStale) {
			status = http.StatusConflict
		}
		fail(w, status, "fragment", err.Error())
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// addCandidates passes a fragment to the call's media.
func (c *Call) addCandidates(fragment webrtc.Fragment) error {
	c.mu.Lock()
	peer := c.peer
	c.mu.Unlock()
	if peer == nil {
		return webrtc.ErrStale
	}
	return peer.Trickle(fragment)
}

// restart gives the call new ICE credentials, for a browser that has changed its network.
func (c *Call) restart(ctx context.Context, w http.ResponseWriter, fragment webrtc.Fragment) {
	c.mu.Lock()
	peer := c.peer
	c.mu.Unlock()
	if peer == nil {
		fail(w, http.StatusConflict, "fragment", "the call has no media yet")
		return
	}
	answer, err := peer.Restart(ctx, fragment)
	if err != nil {
		status := statusOf(err)
		if errors.Is(err, webrtc.ErrStale) {
			status = http.StatusConflict
		}
		fail(w, status, "fragment", err.Error())
		return
	}
	c.mu.Lock()
	c.restarts++
	c.mu.Unlock()
	w.Header().Set("Content-Type", typeFragment)
	w.Header().Set("ETag", c.generation())
	if _, err := io.WriteString(w, answer.String()); err != nil {
		return // the browser will ask again
	}
}
