// Package sip is the telephone edge: it answers and places calls, negotiates their media and transfers them.
// It knows nothing of dialogues; a Handler is given each call.
package sip

import (
	"context"
	"errors"

	"voxgate/media"
)

// Handler owns an incoming call until it returns; whatever is left of the call is then ended (BYE).
type Handler func(ctx context.Context, call Incoming)

// Leg is an established or arriving telephone leg.
type Leg interface {
	Info() Info
	// Line is the leg's audio; nil before Answer (incoming) has succeeded.
	Line() media.Line
	// Done is closed when the far end hung up, the dialog broke (lost peer, RTP silence) or Hangup was called.
	Done() <-chan struct{}
	// Hangup ends the leg: CANCEL, BYE or a final response as the state asks. Safe to call at any time, more than once.
	Hangup(ctx context.Context) error
}

// Incoming is a call that rang here.
type Incoming interface {
	Leg
	// Answer sends 200 with SDP and waits for ACK. The error says why no call came about.
	Answer(ctx context.Context, opts AnswerOptions) error
	// Reject answers with a final status (RFC 3261 section 21), e.g. 486, 503 with Retry-After.
	Reject(status int, reason string) error
	// Refer asks the far end to call target (RFC 3515) with the given User-to-User content (RFC 7433), and follows the NOTIFYs.
	// ErrReferRefused says that the far end does not do REFER; *TransferError that the transfer itself failed.
	Refer(ctx context.Context, target, userToUser string) error
}

// Dialer places outgoing calls.
type Dialer interface {
	Dial(ctx context.Context, req DialRequest) (Leg, error)
}

// AnswerOptions are the caller-side wishes for the leg.
type AnswerOptions struct {
	Tap media.Tap // told every tick of the leg's audio; may be nil
}

// DialRequest is an outgoing call.
type DialRequest struct {
	Target     string // SIP URI
	From       string // user part of the From URI: the caller's number
	UserToUser string // RFC 7433 content, hex encoding chosen by the edge; empty for none
	Headers    map[string]string
	Tap        media.Tap
	OnProgress func(status int) // told each provisional response (180 while it rings); may be nil
	OnRefer    func(Referral)   // takes a transfer that the far end asks for, in a goroutine of its own; nil refuses it
}

// Info says who calls whom.
type Info struct {
	ID       string // Call-ID, the id in logs and records
	From     string // user part: the caller's number
	FromName string
	To       string // user part that was dialled
	Remote   string // network address of the peer
	Local    string // host:port at which the peer reaches us
	Codec    string // negotiated codec name, once known
	// UserToUser is the decoded content of the INVITE's User-to-User header (RFC 7433); empty for none.
	UserToUser string
}

var (
	// ErrReferRefused: the far end does not take REFER (405, 501, 603 and the like).
	ErrReferRefused = errors.New("far end refuses REFER")
	// ErrNoCommonCodec: the offer has no codec in common (answered 488).
	ErrNoCommonCodec = errors.New("no codec in common")
	// ErrEnded: the leg ended before the operation was done.
	ErrEnded = errors.New("call has ended")
)

// TransferError says how a transfer failed: Status is the final response that the target gave (486 busy, 480 or 408 no
// answer, 603 declined, 404/503 unreachable).
type TransferError struct {
	Status int
	Reason string
}

func (e *TransferError) Error() string { return "transfer failed: " + e.Reason }
