package gateway

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/dialog"
	"voxgate/sip"
)

// sorryBrain breaks at every turn but has words for that.
type sorryBrain struct{ *scriptedBrain }

func (sorryBrain) LastWords() dialog.Act {
	return dialog.Act{Name: "transfer", Say: "抱歉给您转人工", NoBarge: true}
}

// Where the conversation cannot go on, the caller is told before a human takes over; once, however often it breaks.
func TestLastWordsBeforeAHuman(t *testing.T) {
	for name, dialer := range map[string]*scriptedDialer{
		"somebody takes it": {agent: newTestLeg()},
		"nobody does":       {err: &sip.DialError{Status: 480, Reason: "Temporarily Unavailable"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if dialer.agent != nil {
					dialer.agent = newTestLeg()
				}
				brain := &scriptedBrain{err: errors.New("everything broke")}
				r := runRig(sorryBrain{brain}, brain, Options{Agent: "sip:agent@10.0.0.1", Mode: HandoverBridge, Ring: time.Second}, nil, dialer)
				time.Sleep(10 * time.Second)
				r.finish()
				said := 0
				for _, u := range r.voice.Spoken() {
					if u.Text == "抱歉给您转人工" {
						said++
					}
				}
				if said != 1 || len(r.leg.line.Played()) == 0 {
					t.Errorf("the last words were said %d times", said)
				}
			})
		})
	}
}
