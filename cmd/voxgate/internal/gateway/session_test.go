package gateway

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/asr"
	"voxgate/dialog"
	"voxgate/media"
	"voxgate/sip"
	"voxgate/tts/ttstest"
)

func TestSpeechBecomesATurnAndSilenceAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask("您好")}, {ask("在武汉")}, {ask("还在吗")}}}
		r := newRig(brain, Options{}, nil)
		ear := r.ear()
		time.Sleep(3 * time.Second)
		ear.Hear("我的快递到哪了")
		time.Sleep(10 * time.Second)
		r.finish()
		turns := brain.seen()
		if len(turns) < 3 || turns[0].Kind != dialog.Start || turns[1].Text != "我的快递到哪了" || turns[2].Kind != dialog.Silence {
			t.Fatalf("turns %+v", turns)
		}
		if r.outcome() != outcomeAbandoned {
			t.Errorf("outcome %q", r.outcome())
		}
	})
}

func TestBargeInStopsTheBotAndTellsHowMuchWasHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask("这是一句很长很长的话要说好几秒钟才能够说完")}, {ask("好")}}}
		r := newRig(brain, Options{}, nil)
		ear := r.ear()
		time.Sleep(time.Second)
		ear.Emit(asr.Event{Kind: asr.SpeechStarted})
		synctest.Wait()
		before := len(r.leg.line.Played())
		time.Sleep(200 * time.Millisecond)
		if after := len(r.leg.line.Played()); after != before {
			t.Errorf("bot went on for %d samples after the caller began", after-before)
		}
		ear.Emit(asr.Event{Kind: asr.Final, Text: "查快递", Confidence: 0.9})
		time.Sleep(time.Second)
		r.finish()
		turns := brain.seen()
		if len(turns) != 2 || turns[1].Heard <= 0 || turns[1].Heard >= 1 {
			t.Fatalf("turns %+v", turns)
		}
	})
}

func TestAnswerGivesWayToACallerWhoGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask("请讲")}, {ask("这是一句很长很长的话要说好几秒钟")}, {ask("好")}}}
		r := newRig(brain, Options{}, nil)
		ear := r.ear()
		time.Sleep(3 * time.Second)
		brain.pause(300 * time.Millisecond)
		ear.Hear("我的快递")
		time.Sleep(100 * time.Millisecond)
		ear.Emit(asr.Event{Kind: asr.SpeechStarted})
		before := len(r.leg.line.Played())
		time.Sleep(2 * time.Second)
		if played := len(r.leg.line.Played()) - before; played > media.Narrowband/10 {
			t.Errorf("bot spoke %d samples over the caller", played)
		}
		ear.Emit(asr.Event{Kind: asr.Final, Text: "到哪了", Confidence: 0.9})
		time.Sleep(time.Second)
		r.finish()
		if turns := brain.seen(); len(turns) != 3 || turns[2].Text != "到哪了" {
			t.Errorf("turns %+v", turns)
		}
	})
}

func TestNoSilenceTurnWhileTheCallerSpeaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask("请讲")}, {ask("好")}}}
		r := newRig(brain, Options{}, nil)
		ear := r.ear()
		time.Sleep(100 * time.Millisecond)
		ear.Emit(asr.Event{Kind: asr.SpeechStarted})
		time.Sleep(20 * time.Second)
		ear.Emit(asr.Event{Kind: asr.Final, Text: "我说了很久", Confidence: 0.9})
		time.Sleep(time.Second)
		r.finish()
		if turns := brain.seen(); len(turns) != 2 || turns[1].Kind != dialog.Speech {
			t.Errorf("turns %+v", turns)
		}
	})
}

func TestFalseBargeInGoesOnWhereItStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		text := "这是一句很长很长的话要说好几秒钟才能够说完"
		full := new(ttstest.Engine).Duration(text)
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask(text)}}}
		r := newRig(brain, Options{}, nil)
		ear := r.ear()
		time.Sleep(time.Second)
		ear.Emit(asr.Event{Kind: asr.SpeechStarted})
		time.Sleep(300 * time.Millisecond)
		ear.Emit(asr.Event{Kind: asr.Final})
		time.Sleep(full + time.Second)
		r.finish()
		if turns := brain.seen(); len(turns) != 1 {
			t.Errorf("a cough became a turn: %+v", turns)
		}
		played := time.Duration(len(r.leg.line.Played())) * time.Second / media.Narrowband
		if played < full || played > full+resumeOverlap+100*time.Millisecond {
			t.Errorf("played %v of a text of %v", played, full)
		}
	})
}

func TestNoticeIsNotInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		notice := dialog.Act{Name: "inform", Say: "通话会被录音", NoBarge: true}
		full := new(ttstest.Engine).Duration(notice.Say)
		brain := &scriptedBrain{answers: [][]dialog.Act{{notice, ask("请讲")}, {ask("好的")}}}
		r := newRig(brain, Options{}, nil)
		ear := r.ear()
		time.Sleep(100 * time.Millisecond)
		ear.Hear("转人工")
		time.Sleep(full + 5*time.Second)
		r.finish()
		if played := time.Duration(len(r.leg.line.Played())) * time.Second / media.Narrowband; played < full {
			t.Errorf("notice was cut: %v of %v", played, full)
		}
		turns := brain.seen()
		if len(turns) != 2 || turns[1].Text != "转人工" {
			t.Errorf("what was said over the notice is lost: %+v", turns)
		}
	})
}

func TestKeys(t *testing.T) {
	number := dialog.Act{Name: "ask_slot:phone_tail", Say: "尾号", Expect: &dialog.Expect{Hints: asr.Hints{Digits: true, MaxDigits: 4}, KeyLength: 4}}
	for _, c := range []struct {
		name, keys string
		first      dialog.Act
		want       []string
	}{
		{"length ends", "3721", number, []string{"3721"}},
		{"pound ends", "37#", number, []string{"37"}},
		{"star clears", "99*3721", number, []string{"3721"}},
		{"pause ends", "37", number, []string{"37"}},
		{"menu key stands alone", "0", ask("请讲"), []string{"0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				brain := &scriptedBrain{answers: [][]dialog.Act{{c.first}, {ask("好")}}}
				r := newRig(brain, Options{}, nil)
				r.ear()
				time.Sleep(3 * time.Second)
				r.leg.line.Press(c.keys)
				time.Sleep(5100 * time.Millisecond)
				r.finish()
				var got []string
				for _, turn := range brain.seen() {
					if turn.Kind == dialog.Keys {
						got = append(got, turn.Keys)
					}
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
			})
		})
	}
}

func TestSpeechDropsHalfEnteredKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		number := dialog.Act{Name: "ask_slot:phone_tail", Say: "尾号", Expect: &dialog.Expect{Hints: asr.Hints{Digits: true, MaxDigits: 4}, KeyLength: 4}}
		brain := &scriptedBrain{answers: [][]dialog.Act{{number}, {ask("好")}}}
		r := newRig(brain, Options{}, nil)
		ear := r.ear()
		time.Sleep(3 * time.Second)
		r.leg.line.Press("37")
		time.Sleep(time.Second)
		ear.Hear("3721")
		time.Sleep(6 * time.Second)
		r.finish()
		for _, turn := range brain.seen() {
			if turn.Kind == dialog.Keys {
				t.Errorf("half a number became a turn: %q", turn.Keys)
			}
		}
	})
}

func transferAct() dialog.Act {
	return dialog.Act{Name: "transfer", Say: "马上转", NoBarge: true, Outcome: &dialog.Outcome{
		Kind: dialog.OutcomeTransfer, Queue: "logistics",
		Handoff: &dialog.Handoff{Intent: "track_logistics", Summary: "来电人手机13800003721想查快递"},
	}}
}

func TestTransferByReferCarriesMaskedContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		brain := &scriptedBrain{answers: [][]dialog.Act{{transferAct()}}}
		var target, note string
		r := newRig(brain, Options{Agent: "sip:agent@127.0.0.1:5070", Mode: HandoverAuto, Ring: 10 * time.Second},
			func(_ context.Context, to, context string) error { target, note = to, context; return nil })
		<-r.ended
		if target != "sip:agent@127.0.0.1:5070" || r.outcome() != "transfer" {
			t.Errorf("target %q, outcome %q", target, r.outcome())
		}
		want := `{"call":"call-1","queue":"logistics","intent":"track_logistics","summary":"来电人手机138****3721想查快递"}`
		if note != want {
			t.Errorf("context\n got %s\nwant %s", note, want)
		}
	})
}

func TestFailedTransferComesBackToTheBot(t *testing.T) {
	for status, want := range map[int]string{486: "busy", 480: "no-answer", 603: "declined", 503: "unreachable"} {
		synctest.Test(t, func(t *testing.T) {
			closing := dialog.Act{Name: "ticket", Say: "会给您回电", Outcome: &dialog.Outcome{Kind: dialog.OutcomeTicket, Ticket: "T1"}}
			brain := &scriptedBrain{answers: [][]dialog.Act{{transferAct()}, {closing}}}
			r := newRig(brain, Options{Agent: "sip:a@b", Mode: HandoverAuto, Ring: time.Second},
				func(context.Context, string, string) error { return &sip.TransferError{Status: status, Reason: "test"} })
			<-r.ended
			turns := brain.seen()
			if len(turns) != 2 || turns[1].Kind != dialog.Failed || turns[1].Reason != want {
				t.Errorf("%d: turns %+v, want reason %q", status, turns, want)
			}
			if r.outcome() != "ticket" {
				t.Errorf("outcome %q", r.outcome())
			}
		})
	}
}

func TestRecogniserFailureLeavesKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask("请讲")}, {ask("好")}}}
		r := newRig(brain, Options{}, nil)
		ear := r.ear()
		time.Sleep(2 * time.Second)
		ear.Emit(asr.Event{Kind: asr.Failed, Err: errors.New("model broke")})
		time.Sleep(time.Second)
		r.leg.line.Press("0")
		time.Sleep(time.Second)
		r.finish()
		turns := brain.seen()
		if len(turns) != 2 || turns[1].Keys != "0" {
			t.Errorf("turns %+v", turns)
		}
	})
}

func TestBrokenDialogueGoesToAHuman(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		brain := &scriptedBrain{err: errors.New("shop and everything else broke")}
		referred := false
		r := newRig(brain, Options{Agent: "sip:a@b", Mode: HandoverRefer, Ring: time.Second},
			func(context.Context, string, string) error { referred = true; return nil })
		<-r.ended
		if !referred || r.outcome() != "transfer" {
			t.Errorf("referred %v, outcome %q", referred, r.outcome())
		}
	})
}

func TestCallerHangsUpWhileTheBotThinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask("请讲")}}, delay: time.Minute}
		r := newRig(brain, Options{}, nil)
		time.Sleep(time.Second)
		r.finish()
		if r.outcome() != outcomeAbandoned {
			t.Errorf("outcome %q", r.outcome())
		}
	})
}

func TestCallerHangsUpWhileTheBotSpeaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask("这是一句很长很长的话要说好几秒钟才能够说完")}}}
		r := newRig(brain, Options{Agent: "sip:a@b", Mode: HandoverRefer, Ring: time.Second},
			func(context.Context, string, string) error {
				t.Error("transferred a caller who had hung up")
				return nil
			})
		time.Sleep(time.Second)
		r.leg.line.Hangup()
		<-r.ended
		if r.outcome() != outcomeAbandoned {
			t.Errorf("outcome %q", r.outcome())
		}
	})
}

func TestHangingUpWithTheFactsIsAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		facts := dialog.Act{Name: "inform", Say: "明天送到", Expect: &dialog.Expect{NoInput: 5000}}
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask("请讲")}, {facts}}}
		r := newRig(brain, Options{}, nil)
		ear := r.ear()
		time.Sleep(2 * time.Second)
		ear.Hear("什么时候到")
		time.Sleep(2 * time.Second)
		r.finish()
		if r.outcome() != "answer" {
			t.Errorf("outcome %q", r.outcome())
		}
	})
}

func TestRecordHidesWhoCalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask("请讲")}, {ask("林晓雨您好")}}, slots: map[string]string{"name": "林晓雨"}}
		r := newRig(brain, Options{Records: dir}, nil)
		ear := r.ear()
		time.Sleep(2 * time.Second)
		ear.Hear("我叫林晓雨手机13800003721住文三路88号")
		time.Sleep(3 * time.Second)
		r.finish()
		files, err := filepath.Glob(filepath.Join(dir, "*.json"))
		if err != nil || len(files) != 1 {
			t.Fatalf("records %v, %v", files, err)
		}
		raw, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"晓雨", "13800003721", "88号"} {
			if strings.Contains(string(raw), secret) {
				t.Errorf("the record tells %q:\n%s", secret, raw)
			}
		}
		if !strings.Contains(string(raw), "林**手机138****3721") {
			t.Errorf("the record has lost what was said:\n%s", raw)
		}
	})
}

func TestLongestCallEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		brain := &scriptedBrain{}
		r := newRig(brain, Options{MaxCall: time.Minute}, nil)
		<-r.ended
		if turns := brain.seen(); len(turns) < 5 {
			t.Errorf("only %d turns in a minute of silence", len(turns))
		}
	})
}
