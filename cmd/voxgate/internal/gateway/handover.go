package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"voxgate/dialog"
	"voxgate/media/bridge"
	"voxgate/sip"
)

// HandoverMode says how a call gets to an agent.
type HandoverMode string

const (
	HandoverAuto   HandoverMode = "auto"   // REFER, and a bridged call where that is refused
	HandoverRefer  HandoverMode = "refer"  // REFER only
	HandoverBridge HandoverMode = "bridge" // a call to the agent, joined to the caller's here
)

// referFunc hands the far end of a leg to another address, see sip.Incoming; nil where a leg cannot be referred.
type referFunc func(ctx context.Context, target, userToUser string) error

// Reasons of a failed transfer as the dialogue knows them.
const (
	reasonBusy        = "busy"
	reasonNoAnswer    = "no-answer"
	reasonDeclined    = "declined"
	reasonUnreachable = "unreachable"
)

// handOver transfers the caller and returns an empty reason once an agent has, or had, the call; else why it failed.
func (s *session) handOver(ctx context.Context, out *dialog.Outcome) (reason string) {
	s.stopListening()
	options := s.gateway.options
	if options.Agent == "" {
		options.Agent = s.demoAgentURI()
	}
	if options.Agent == "" {
		return s.transferFailure("refer", errNoAgent)
	}
	if out.Handoff != nil && out.Handoff.CallID == "" {
		out.Handoff.CallID = s.caller.ID
	}
	note, err := agentContext(out)
	if err != nil {
		s.log.Error("hand-over context", "error", err)
		return reasonUnreachable
	}
	if s.refer != nil && options.Mode != HandoverBridge {
		err := s.referToAgent(ctx, options, note)
		if err == nil {
			s.rec.transferred("refer")
			return ""
		}
		if !errors.Is(err, sip.ErrReferRefused) || options.Mode == HandoverRefer {
			return s.transferFailure("refer", err)
		}
		s.log.Info("far end refuses REFER, the call is bridged")
	}
	if s.gateway.parts.Dialer == nil {
		return s.transferFailure("bridge", errors.New("no telephone edge to call the agent through"))
	}
	return s.bridgeToAgent(ctx, options, note, whisperOf(out))
}

var errNoAgent = errors.New("no agent is configured: set handoff.agent")

// demoAgentURI is where the demonstration agent answers, as this caller reaches it.
func (s *session) demoAgentURI() string {
	here := s.caller.Here
	if here == "" {
		here = s.gateway.here
	}
	if here == "" || s.gateway.options.DemoAgent == "" {
		return ""
	}
	return "sip:" + s.gateway.options.DemoAgent + "@" + here
}

func (s *session) referToAgent(ctx context.Context, options Options, note string) error {
	ringCtx, cancel := context.WithTimeout(ctx, options.Ring+referGrace)
	defer cancel()
	return s.refer(ringCtx, options.Agent, note)
}

// referGrace is how much longer than an agent's ringing the far end's report may take.
const referGrace = 5 * time.Second

// bridgeToAgent calls the agent, lets the caller hear the ringing, and joins the two until one hangs up.
func (s *session) bridgeToAgent(ctx context.Context, options Options, note, whisper string) string {
	agent, err := s.ringAgent(ctx, options, note, whisper)
	if err != nil {
		return s.transferFailure("bridge", err)
	}
	s.rec.transferred("bridge")
	s.joinAgent(ctx, agent)
	return ""
}

// ringAgent calls the agent and, where that is wanted, whispers to him; until then the caller hears it ring.
func (s *session) ringAgent(ctx context.Context, options Options, note, whisper string) (sip.Leg, error) {
	stopTone := s.playRingback(ctx)
	defer stopTone()
	dialCtx, cancel := context.WithTimeout(ctx, options.Ring)
	defer cancel()
	agent, err := s.gateway.parts.Dialer.Dial(dialCtx, sip.DialRequest{
		Target: options.Agent, From: s.caller.Number, UserToUser: note,
	})
	if err != nil || !options.Whisper || whisper == "" {
		return agent, err //nolint:wrapcheck // the dialer's own verdict
	}
	if err := s.whisper(ctx, agent, whisper); err != nil {
		s.hangUpAgent(ctx, agent)
		return nil, err
	}
	return agent, nil
}

// joinAgent bridges the caller and an answered agent leg until either hangs up, and ends the agent's leg.
func (s *session) joinAgent(ctx context.Context, agent sip.Leg) {
	joined, release := whileUp(ctx, agent)
	if err := bridge.Join(joined, s.line, agent.Line()); err != nil && joined.Err() == nil {
		s.log.Warn("bridge", "error", err)
	}
	release()
	s.hangUpAgent(ctx, agent)
}

func (s *session) hangUpAgent(ctx context.Context, agent sip.Leg) {
	bye, done := context.WithTimeout(context.WithoutCancel(ctx), hangupWait)
	defer done()
	if err := agent.Hangup(bye); err != nil {
		s.log.Info("agent leg's hang-up was not confirmed", "error", err)
	}
}

// transferFailure logs a failed transfer and names its reason for the dialogue.
func (s *session) transferFailure(how string, err error) string {
	s.log.Warn("transfer failed", "how", how, "error", err)
	s.gateway.parts.Metrics.transfers.WithLabelValues(how, "failed").Inc()
	status := 0
	var refused *sip.TransferError
	var dialled *sip.DialError
	switch {
	case errors.As(err, &refused):
		status = refused.Status
	case errors.As(err, &dialled):
		status = dialled.Status
	case errors.Is(err, errAgentLeft):
		return reasonDeclined
	case errors.Is(err, context.DeadlineExceeded):
		return reasonNoAnswer
	}
	switch status {
	case 486, 600:
		return reasonBusy
	case 408, 480, 487:
		return reasonNoAnswer
	case 603, 607:
		return reasonDeclined
	}
	return reasonUnreachable
}

// agentNote is the User-to-User content: small enough for a header, the full record stays with the call id.
type agentNote struct {
	CallID   string `json:"call"`
	Queue    string `json:"queue,omitempty"`
	Intent   string `json:"intent,omitempty"`
	Order    string `json:"order,omitempty"`
	Waybill  string `json:"waybill,omitempty"`
	Verified string `json:"verified,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Summary  string `json:"summary,omitempty"`
}

// agentContext is what travels with a transfer, personal data masked.
func agentContext(out *dialog.Outcome) (string, error) {
	note := agentNote{Queue: out.Queue}
	if h := out.Handoff; h != nil {
		note.CallID, note.Intent, note.Order, note.Waybill = h.CallID, h.Intent, h.Order, h.Waybill
		note.Verified, note.Reason, note.Summary = h.Verified, h.Reason, truncate(Mask(h.Summary), 120)
	}
	raw, err := json.Marshal(note)
	if err != nil {
		return "", fmt.Errorf("hand-over context: %w", err)
	}
	return string(raw), nil
}

func truncate(text string, runes int) string {
	r := []rune(text)
	if len(r) <= runes {
		return text
	}
	return string(r[:runes-1]) + "…"
}
