package gateway

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/dialog"
	"voxgate/dialog/handoff"
	"voxgate/media"
	"voxgate/media/mediatest"
	"voxgate/tts"
	"voxgate/tts/espeak"
)

// whisperRig is a call that is bridged to an agent who hears a whisper first.
func whisperRig(dialer *scriptedDialer, after ...dialog.Act) *rig {
	act := transferAct()
	note := *act.Outcome.Handoff
	note.Whisper = "已核实，要催派送，在生气。"
	act.Outcome.Handoff = &note
	brain := &scriptedBrain{answers: [][]dialog.Act{{act}, after}}
	options := Options{Agent: "sip:agent@127.0.0.1:5070", Mode: HandoverBridge, Ring: 20 * time.Second, Whisper: true}
	return newDialingRig(brain, options, nil, dialer)
}

func TestAgentHearsTheWhisperAndTheCallerDoesNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dialer := &scriptedDialer{agent: newTestLeg()}
		r := whisperRig(dialer)
		time.Sleep(1500 * time.Millisecond)
		r.leg.line.Say(mediatest.Tone(media.Narrowband, 700, 0.4, 10*time.Second))
		before := len(dialer.agent.line.Played())
		if before == 0 {
			t.Error("the agent hears no whisper")
		}
		if level := mediatest.Level(dialer.agent.line.Played(), media.Narrowband, 700); level > 0.01 {
			t.Errorf("the agent hears the caller during the whisper: %.3f", level)
		}
		if ring := mediatest.Level(r.leg.line.Played()[len(r.leg.line.Played())-media.Narrowband/2:], media.Narrowband, ringHertz); ring < 0.01 {
			t.Logf("no ringing in this half second: %.4f", ring)
		}
		time.Sleep(6 * time.Second)
		after := dialer.agent.line.Played()
		if level := mediatest.Level(after[len(after)-media.Narrowband/2:], media.Narrowband, 700); level < 0.2 {
			t.Errorf("after the whisper the agent hears the caller at %.3f", level)
		}
		r.finish()
		if r.outcome() != "transfer" {
			t.Errorf("outcome %q", r.outcome())
		}
	})
}

func TestAgentCutsTheWhisperShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dialer := &scriptedDialer{agent: newTestLeg()}
		r := whisperRig(dialer)
		time.Sleep(1200 * time.Millisecond)
		dialer.agent.line.Press("1")
		r.leg.line.Say(mediatest.Tone(media.Narrowband, 700, 0.4, time.Second))
		time.Sleep(900 * time.Millisecond)
		heard := dialer.agent.line.Played()
		if level := mediatest.Level(heard[len(heard)-media.Narrowband/4:], media.Narrowband, 700); level < 0.2 {
			t.Errorf("after a key the agent hears the caller at %.3f", level)
		}
		r.finish()
	})
}

func TestAgentLeavesDuringTheWhisper(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dialer := &scriptedDialer{agent: newTestLeg()}
		r := whisperRig(dialer, ticketAct())
		time.Sleep(1200 * time.Millisecond)
		if err := dialer.agent.Hangup(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-r.ended
		turns := r.brain.seen()
		if len(turns) != 2 || turns[1].Kind != dialog.Failed || turns[1].Reason != reasonDeclined || r.outcome() != "ticket" {
			t.Errorf("turns %+v, outcome %q", turns, r.outcome())
		}
	})
}

func TestCallerLeavesDuringTheWhisper(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dialer := &scriptedDialer{agent: newTestLeg()}
		r := whisperRig(dialer)
		time.Sleep(1200 * time.Millisecond)
		r.finish()
		select {
		case <-dialer.agent.Done():
		default:
			t.Error("the agent was left with nobody")
		}
	})
}

// thirtyNotes are calls of every kind, the wordiest among them.
func thirtyNotes() []handoff.Note {
	var notes []handoff.Note
	matters := strings.Fields("查物流 查订单 催发货 催派送 改地址 约送货 取件 联系快递员 签收未收到 查件 商品问题 退货退款 换货 查退款 取消订单")
	products := strings.Fields("电饭煲 血压计 智能扫地机器人 羽绒被 保温杯")
	states := strings.Fields("待发货 运输中 派送中 已签收 退款中")
	for i, matter := range matters {
		for _, angry := range []bool{true, false} {
			n := handoff.Note{
				Verified: []string{"no", "caller_id", "phone_tail+name"}[i%3], Matter: matter, Product: products[i%len(products)],
				Status: states[i%len(states)], Lang: []string{"zh", "en"}[i%2], Sentiment: "neutral", Tried: []string{matter + "成功"},
			}
			if angry {
				n.Sentiment, n.Tried = "angry", []string{matter + "（之前已办过）", "已登记工单"}
			}
			n.Complete()
			notes = append(notes, n)
		}
	}
	return notes
}

// A whisper must be over in six seconds as the voice that ships says it.
func TestWhispersAreShortEnough(t *testing.T) {
	voice, err := espeak.New(espeak.Config{Program: "espeak-ng"})
	if err != nil {
		t.Skipf("no voice on this machine: %v", err)
	}
	longest, text := time.Duration(0), ""
	for _, n := range thirtyNotes() {
		length := time.Duration(0)
		for frame, err := range voice.Speak(t.Context(), tts.Utterance{Text: n.Whisper, Lang: "zh", Rate: media.Narrowband}) {
			if err != nil {
				t.Fatal(err)
			}
			length += time.Duration(frame.Len()) * time.Second / time.Duration(frame.Rate)
		}
		if length > 6*time.Second {
			t.Errorf("%v: %s", length, n.Whisper)
		}
		if length > longest {
			longest, text = length, n.Whisper
		}
	}
	t.Logf("the longest of %d: %v, %s", len(thirtyNotes()), longest, text)
}
