package gateway

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/dialog"
	"voxgate/media"
	"voxgate/media/mediatest"
	"voxgate/sip"
)

// scriptedDialer reaches one agent after some ringing, or fails.
type scriptedDialer struct {
	agent *testLeg
	rings time.Duration
	err   error

	mu       sync.Mutex
	requests []sip.DialRequest
}

// agentLeg is a testLeg as sip.Leg.
type agentLeg struct{ *testLeg }

func (agentLeg) Info() sip.Info { return sip.Info{} }

func (d *scriptedDialer) Dial(ctx context.Context, req sip.DialRequest) (sip.Leg, error) {
	d.mu.Lock()
	d.requests = append(d.requests, req)
	d.mu.Unlock()
	select {
	case <-time.After(d.rings):
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if d.err != nil {
		return nil, d.err
	}
	return agentLeg{d.agent}, nil
}

func bridgeRig(dialer *scriptedDialer, after ...dialog.Act) (*rig, *scriptedBrain) {
	brain := &scriptedBrain{answers: [][]dialog.Act{{transferAct()}, after}}
	options := Options{Agent: "sip:agent@127.0.0.1:5070", Mode: HandoverBridge, Ring: 20 * time.Second}
	return newDialingRig(brain, options, nil, dialer), brain
}

func ticketAct() dialog.Act {
	return dialog.Act{Name: "ticket", Say: "会给您回电", Outcome: &dialog.Outcome{Kind: dialog.OutcomeTicket, Ticket: "T1"}}
}

func TestBridgedCallerAndAgentHearEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dialer := &scriptedDialer{agent: newTestLeg(), rings: 3 * time.Second}
		r, _ := bridgeRig(dialer)
		time.Sleep(4 * time.Second)
		if ring := mediatest.Level(r.leg.line.Played()[media.Narrowband*4/10:media.Narrowband*12/10], media.Narrowband, ringHertz); ring < 0.01 {
			t.Errorf("the caller hears no ringing: %.4f", ring)
		}
		heard := len(r.leg.line.Played())
		r.leg.line.Say(mediatest.Tone(media.Narrowband, 700, 0.4, 2*time.Second))
		dialer.agent.line.Say(mediatest.Tone(media.Narrowband, 1300, 0.4, 2*time.Second))
		time.Sleep(1900 * time.Millisecond)
		if level := mediatest.Level(r.leg.line.Played()[heard+media.Narrowband/4:], media.Narrowband, 1300); level < 0.3 {
			t.Errorf("caller hears the agent at %.3f", level)
		}
		agentHeard := dialer.agent.line.Played()
		if level := mediatest.Level(agentHeard[len(agentHeard)/4:], media.Narrowband, 700); level < 0.2 {
			t.Errorf("agent hears the caller at %.3f", level)
		}
		r.finish()
		select {
		case <-dialer.agent.Done():
		default:
			t.Error("the caller hung up and the agent's leg is still there")
		}
		if r.outcome() != "transfer" || dialer.requests[0].UserToUser == "" || dialer.requests[0].From != "13800003721" {
			t.Errorf("outcome %q, request %+v", r.outcome(), dialer.requests)
		}
	})
}

func TestAgentHangsUpEndsTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dialer := &scriptedDialer{agent: newTestLeg()}
		r, _ := bridgeRig(dialer)
		time.Sleep(5 * time.Second)
		if err := dialer.agent.Hangup(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-r.ended
		if r.outcome() != "transfer" {
			t.Errorf("outcome %q", r.outcome())
		}
	})
}

func TestNoAgentAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		dialer *scriptedDialer
		reason string
	}{
		"rings out": {&scriptedDialer{rings: time.Hour}, reasonNoAnswer},
		"busy":      {&scriptedDialer{err: &sip.DialError{Status: 486, Reason: "Busy Here"}}, reasonBusy},
		"declined":  {&scriptedDialer{err: &sip.DialError{Status: 603, Reason: "Decline"}}, reasonDeclined},
		"broken":    {&scriptedDialer{err: &sip.DialError{Status: 503, Reason: "Service Unavailable"}}, reasonUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, brain := bridgeRig(c.dialer, ticketAct())
				<-r.ended
				turns := brain.seen()
				if len(turns) != 2 || turns[1].Kind != dialog.Failed || turns[1].Reason != c.reason || r.outcome() != "ticket" {
					t.Errorf("turns %+v, outcome %q, want reason %q", turns, r.outcome(), c.reason)
				}
			})
		})
	}
}

func TestCallerHangsUpWhileTheAgentRings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dialer := &scriptedDialer{rings: time.Hour}
		r, brain := bridgeRig(dialer)
		time.Sleep(5 * time.Second)
		r.finish()
		if turns := brain.seen(); len(turns) != 1 {
			t.Errorf("the bot went on talking to nobody: %+v", turns)
		}
	})
}

func TestRefusedReferIsBridged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dialer := &scriptedDialer{agent: newTestLeg()}
		brain := &scriptedBrain{answers: [][]dialog.Act{{transferAct()}}}
		r := newDialingRig(brain, Options{Agent: "sip:agent@127.0.0.1:5070", Mode: HandoverAuto, Ring: time.Second},
			func(context.Context, string, string) error { return sip.ErrReferRefused }, dialer)
		time.Sleep(5 * time.Second)
		r.finish()
		if len(dialer.requests) != 1 || r.outcome() != "transfer" {
			t.Errorf("requests %+v, outcome %q", dialer.requests, r.outcome())
		}
	})
}
