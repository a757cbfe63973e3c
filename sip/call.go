package sip

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"voxgate/media"
	"voxgate/sip/header"
	"voxgate/sip/sdp"
)

// phase is how far a call has come. It only ever grows.
type phase int

const (
	ringing   phase = iota // INVITE received or sent, no final answer
	answering              // 200 sent, ACK awaited; or CANCEL sent
	up                     // both sides agreed
	ended
)

// lostConnection is how long a TCP caller whose connection has closed may be silent before the call counts as dead.
const lostConnection = 5 * time.Second

// call is one leg: the dialog, its media and the INVITE transaction that began it. It serves as Incoming and as Leg.
type call struct {
	srv      *Server
	dlg      *dialog
	log      *slog.Logger
	outgoing bool

	invite *sip.Request          // incoming: the INVITE
	tx     sip.ServerTransaction // incoming: its transaction
	offer  *sdp.Session          // incoming: nil for an INVITE without SDP

	ctx     context.Context // ends with the call
	cancel  context.CancelFunc
	done    chan struct{}
	settled chan struct{} // the INVITE transaction is over
	settle  func()
	finish  func()

	mu         sync.Mutex
	phase      phase
	info       Info
	audio      *audio
	local      sdp.Local
	lastSDP    string
	since      time.Time // up since
	acks       map[uint32]chan *sip.Request
	changing   chan struct{}  // closed when the re-INVITE that is being handled is done; nil without one
	transfer   *transfer      // our REFER that NOTIFYs report on
	onReferral func(Referral) // outgoing: what to do when the far end transfers us
}

func (s *Server) newCall(d *dialog, info Info) *call {
	c := &call{
		srv: s, dlg: d, info: info, done: make(chan struct{}), settled: make(chan struct{}), acks: map[uint32]chan *sip.Request{},
		log:   s.log.With("call", info.ID, "from", header.Mask(info.From), "to", header.Mask(info.To)),
		local: sdp.Local{SessionID: sessionID(), Version: 1},
	}
	c.ctx, c.cancel = context.WithCancel(s.active)
	c.settle = sync.OnceFunc(func() { close(c.settled) })
	c.finish = sync.OnceFunc(c.over)
	return c
}

// over ends everything that lives with the call except the table entry, which BYE still needs.
func (c *call) over() {
	c.mu.Lock()
	c.phase = ended
	a := c.audio
	c.mu.Unlock()
	close(c.done)
	c.cancel()
	c.settle()
	if a != nil {
		a.close()
	}
	c.log.Info("call over")
}

// allow is the Allow header of this dialog: REFER is named only where it would be taken.
func (c *call) allow() sip.Header {
	if c.onReferral != nil {
		return sip.NewHeader("Allow", allowed+", REFER")
	}
	return sip.NewHeader("Allow", allowed)
}

func (c *call) incoming() bool { return !c.outgoing }

// Info implements Leg.
func (c *call) Info() Info {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.info
}

// Line implements Leg.
func (c *call) Line() media.Line {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.audio == nil || c.audio.line == nil || c.phase < up && c.incoming() {
		return nil // an interface without a pointer in it, which callers can compare
	}
	return c.audio.line
}

// given is why an operation gives up whose context is cancelled. A call that ends cancels its handler's context too.
func (c *call) given(ctx context.Context) error {
	select {
	case <-c.done:
		return ErrEnded
	default:
		return context.Cause(ctx) //nolint:wrapcheck // the caller's own reason
	}
}

// Done implements Leg.
func (c *call) Done() <-chan struct{} { return c.done }

// step moves from one phase to the next; false when the call is elsewhere by now.
func (c *call) step(from, to phase) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.phase != from {
		return false
	}
	c.phase = to
	if to == up {
		c.since = time.Now()
	}
	return true
}

func (c *call) currentPhase() phase {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.phase
}

// Hangup implements Leg.
func (c *call) Hangup(ctx context.Context) error {
	if c.currentPhase() == ringing && c.incoming() {
		err := c.Reject(sip.StatusTemporarilyUnavailable, "Temporarily Unavailable")
		if !errors.Is(err, errTooLate) {
			return err
		}
	}
	if c.outgoing && c.currentPhase() == ringing {
		c.finish() // Dial sees it and cancels
		return nil
	}
	// The callee must not send BYE before the ACK or its time-out (RFC 3261 section 15).
	select {
	case <-c.settled:
	case <-ctx.Done():
		return fmt.Errorf("hanging up: %w", context.Cause(ctx))
	}
	if !c.step(up, ended) {
		return nil
	}
	c.finish()
	said := make(chan error, 1)
	if !c.srv.spawn(func() { said <- c.bye() }) {
		c.srv.remove(c)
		return nil
	}
	select {
	case err := <-said:
		return err
	case <-ctx.Done():
		return fmt.Errorf("hanging up: BYE not answered yet: %w", context.Cause(ctx))
	}
}

// bye tells the far end and frees the dialog, whether or not an answer comes.
func (c *call) bye() error {
	defer c.srv.remove(c)
	ctx, cancel := context.WithTimeout(c.srv.active, sip.Timer_F+sip.T1)
	defer cancel()
	res, err := c.dlg.do(ctx, c.dlg.request(sip.BYE))
	if err != nil {
		return fmt.Errorf("far end did not answer BYE: %w", err)
	}
	if res.StatusCode >= 300 && res.StatusCode != sip.StatusCallTransactionDoesNotExists {
		return fmt.Errorf("far end answered BYE with %d", res.StatusCode)
	}
	return nil
}

// abandon ends a call that nobody is there for any more.
func (c *call) abandon() {
	if err := c.Hangup(c.srv.active); err != nil {
		c.log.Info("peer of a dead call is gone", "error", err)
	}
}

// dead says why the far end must be gone, "" while it is not.
func (c *call) dead(now time.Time) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.phase != up || c.audio == nil || c.audio.line == nil || c.audio.held {
		return ""
	}
	heard := c.since
	if last := c.audio.line.LastReceived(); last.After(heard) {
		heard = last
	}
	silence := now.Sub(heard)
	if silence >= c.srv.cfg.RTPTimeout {
		return "no RTP"
	}
	if silence >= lostConnection && c.dlg.transport != "UDP" && !c.srv.connected(c.dlg.source) {
		return "connection closed"
	}
	return ""
}

// onBye ends the call by the far end's wish.
func (c *call) onBye(req *sip.Request, tx sip.ServerTransaction) {
	c.srv.respond(tx, c.srv.response(req, sip.StatusOK, "OK"))
	c.finish()
	c.srv.remove(c)
}

// onInfo takes keys that are sent in the signalling.
func (c *call) onInfo(req *sip.Request, tx sip.ServerTransaction) {
	if len(req.Body()) == 0 {
		c.srv.respond(tx, c.srv.response(req, sip.StatusOK, "OK"))
		return
	}
	status, reason := c.takeKeys(mediaType(req), req.Body())
	res := c.srv.response(req, status, reason)
	if status == sip.StatusUnsupportedMediaType {
		res.AppendHeader(sip.NewHeader("Accept", "application/dtmf-relay, application/dtmf"))
	}
	c.srv.respond(tx, res)
}

func (c *call) takeKeys(kind string, body []byte) (status int, reason string) {
	if kind != "application/dtmf-relay" && kind != "application/dtmf" {
		return sip.StatusUnsupportedMediaType, "Unsupported Media Type"
	}
	c.mu.Lock()
	a := c.audio
	c.mu.Unlock()
	if a == nil {
		return sip.StatusOK, "OK"
	}
	if err := a.key(kind, body); err != nil {
		return sip.StatusBadRequest, "Bad Key"
	}
	return sip.StatusOK, "OK"
}

// expectACK makes room for the ACK of the INVITE with the given number.
func (c *call) expectACK(seq uint32) <-chan *sip.Request {
	ch := make(chan *sip.Request, 1)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acks[seq] = ch
	return ch
}

func (c *call) forgetACK(seq uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.acks, seq)
}

func (c *call) acknowledged(ack *sip.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ch := c.acks[ack.CSeq().SeqNo]; ch != nil {
		select {
		case ch <- ack:
		default: // a repeated ACK
		}
	}
}
