package gateway

import (
	"testing"
	"testing/synctest"
	"time"

	"voxgate/asr"
	"voxgate/dialog"
)

func TestTheEarKnowsTheQuestionWhileItIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		question := dialog.Act{
			Name: "ask_slot:phone_tail", Say: "这是一句很长很长的话要说好几秒钟才能够说完",
			Expect: &dialog.Expect{Hints: asr.Hints{Digits: true, MinDigits: 4, MaxDigits: 4}, KeyLength: 4},
		}
		brain := &scriptedBrain{answers: [][]dialog.Act{{question}, {ask("好")}}}
		r := newRig(brain, Options{}, nil)
		ear := r.ear()
		time.Sleep(500 * time.Millisecond)
		if told := ear.Hints(); len(told) != 2 || told[1].MaxDigits != 4 {
			t.Errorf("while the question is asked the ear was told %+v", told)
		}
		for _, key := range "3721" {
			r.leg.line.Press(string(key))
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(time.Second)
		r.finish()
		if turns := brain.seen(); len(turns) < 2 || turns[1].Keys != "3721" {
			t.Errorf("turns %+v: four keys end a tail, be it in the middle of the question", turns)
		}
	})
}
