package floor

import (
	"testing"
	"time"

	"voxgate/asr"
	"voxgate/dialog"
)

// scene drives a machine as a call would: an answer is under way from the command that begins it until it is answered, and
// holds the machine to what must hold whatever happens.
type scene struct {
	t        *testing.T
	m        *Machine
	now      time.Time
	active   bool
	sounding bool
	notice   bool
	unsaid   bool
	speaking bool
	failed   bool
}

func (s *scene) handle(ev Event) {
	s.t.Helper()
	ev.At = s.now
	for _, c := range s.m.Handle(ev) {
		switch c.Do {
		case Take, Resume:
			if s.active {
				s.t.Fatalf("%v while the bot answers", c.Do)
			}
			if c.Do == Resume && !s.unsaid {
				s.t.Fatal("nothing is left to resume")
			}
			s.active = true
		case Fill:
			if !s.active || s.sounding {
				s.t.Fatal("a filler over something else")
			}
		case Stop:
			if !s.active || !s.sounding || s.notice {
				s.t.Fatal("a stop of nothing that may be interrupted")
			}
		case Drop:
			if !s.active {
				s.t.Fatal("nothing to drop")
			}
		case Prepare:
			if s.active {
				s.t.Fatal("thinking ahead while the dialogue is busy")
			}
		case Fail:
			s.failed = true
		}
	}
	if s.failed {
		s.active, s.sounding, s.speaking, s.failed = false, false, false, false
		s.handle(Event{Kind: Returned, Reason: "busy"})
	}
	if _, waits := s.m.Deadline(); !waits && !s.active && !s.speaking {
		s.t.Fatalf("nobody waits for anything any more (%v)", s.m.State())
	}
}

// pass lets time go by, with what falls due.
func (s *scene) pass(d time.Duration) {
	end := s.now.Add(d)
	for n := 0; ; n++ {
		due, ok := s.m.Deadline()
		if !ok || due.After(end) {
			s.now = end
			return
		}
		if n > 2000 {
			s.t.Fatalf("the machine wants to be asked for ever (%v)", s.m.State())
		}
		if due.After(s.now) {
			s.now = due
		}
		s.handle(Event{Kind: Tick})
	}
}

// act lets one thing happen, chosen by a byte, as far as it can.
func (s *scene) act(what byte) {
	texts := []string{"", "嗯", "对", "转人工", "我的快递到哪了", "okay", "好的那个", "等一下"}
	text := texts[int(what>>4)%len(texts)]
	voice := Judgement{Voice: Voice(what >> 6 % 3), Reason: "echo"}
	expect := []*dialog.Expect{
		nil, {NoInput: 3000}, {Hints: asr.Hints{YesNo: true}, KeyLength: 1}, {Hold: true, NoInput: 30000}, {Hints: asr.Hints{Digits: true}, KeyLength: 4},
	}[int(what>>4)%5]
	switch what & 15 {
	case 0, 1:
		s.speaking = true
		s.handle(Event{Kind: Speech, Began: s.now.Add(-80 * time.Millisecond), Voice: voice})
	case 2, 3:
		s.handle(Event{Kind: Words, Text: text, Voice: voice})
	case 4, 5:
		s.speaking = false
		s.handle(Event{Kind: Said, Turn: dialog.Turn{Kind: dialog.Speech, Text: text}, Voice: voice})
	case 6:
		s.handle(Event{Kind: Key, Key: rune("0123456789#*"[int(what>>4)%12])})
	case 7:
		s.speaking = false
		s.handle(Event{Kind: Deaf})
	case 8:
		if s.active {
			s.handle(Event{Kind: Ready})
		}
	case 9, 10, 11:
		if s.active && !s.sounding {
			s.sounding, s.notice = true, what&128 != 0
			s.handle(Event{Kind: Began, Prompt: Prompt{Filler: what&64 != 0, NoBarge: s.notice}, Expect: expect, Voice: voice})
		}
	case 12, 13:
		if s.sounding {
			s.sounding = false
			s.handle(Event{Kind: Ended})
		}
	default:
		if s.active && !s.sounding {
			s.active, s.unsaid = false, what&32 != 0
			s.handle(Event{Kind: Answered, Expect: expect, Share: 0.5, Unsaid: s.unsaid})
		}
	}
}

// FuzzMachine lets anything happen in any order: whatever that is, no two answers are given at a time, no filler is said
// over something, nothing is thought ahead while the dialogue is busy, and somebody always waits for something.
func FuzzMachine(f *testing.F) {
	f.Add([]byte{9, 20, 12, 40, 14, 10, 0, 5, 66, 2, 68, 60})
	f.Add([]byte{9, 20, 0, 4, 18, 2, 12, 1, 46, 5, 20, 3})
	f.Fuzz(func(t *testing.T, script []byte) {
		s := &scene{t: t, m: New(), now: epoch}
		s.handle(Event{Kind: Started})
		for i := 0; i+1 < len(script) && i < 400; i += 2 {
			s.act(script[i])
			s.pass(time.Duration(script[i+1]) * 20 * time.Millisecond)
		}
	})
}
