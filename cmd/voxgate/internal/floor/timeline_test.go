package floor

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"voxgate/asr"
	"voxgate/dialog"
)

var update = flag.Bool("update", false, "write the timelines as they are played")

// A timeline is a file of events, each with its time in milliseconds, and below each event, or at its own time, what the
// machine wants done. Lines of the machine begin with ">"; "#" begins a comment.
//
//	at start|ready|ended|deaf            at key K        at returned REASON
//	at speech [began=MS]                 at words TEXT   at said [TEXT]
//	at began [filler] [notice] [question=MS] [EXPECT]    at answered [share=X] [unsaid] [EXPECT]
//	at voice yes|no|wait                 how sounds are judged from now on
//	EXPECT: yesno, open, hold, digits=N, each with an optional noinput=MS
func TestTimelines(t *testing.T) {
	files, err := filepath.Glob("testdata/*.timeline")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d timelines, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".timeline"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got, err := play(string(raw))
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := string(raw); got != want && !*update {
				t.Errorf("played\n%s\nwant\n%s", got, want)
			}
		})
	}
}

var epoch = time.Date(2026, 5, 17, 10, 0, 0, 0, time.UTC)

// player plays a timeline on a machine.
type player struct {
	m     *Machine
	voice Judgement
	out   strings.Builder
}

// play repeats the events of a timeline with what the machine made of them.
func play(script string) (string, error) {
	p := &player{m: New()}
	for line := range strings.Lines(script) {
		switch {
		case strings.HasPrefix(line, ">"):
			continue
		case strings.HasPrefix(line, "#"), strings.TrimSpace(line) == "":
			p.out.WriteString(line)
			continue
		}
		fields := strings.Fields(line)
		ms, err := strconv.Atoi(fields[0])
		if err != nil || len(fields) < 2 {
			return "", fmt.Errorf("%q is no event", line)
		}
		p.until(at(ms))
		p.out.WriteString(line)
		if fields[1] == "voice" {
			p.voice = Judgement{Voice: map[string]Voice{"yes": Yes, "no": No, "wait": Wait}[fields[2]], Reason: "echo", Score: 0.9}
			continue
		}
		ev, err := event(at(ms), fields[1], fields[2:])
		if err != nil {
			return "", fmt.Errorf("%q: %w", line, err)
		}
		p.handle(ev)
	}
	return p.out.String(), nil
}

func at(ms int) time.Time { return epoch.Add(time.Duration(ms) * time.Millisecond) }

// until lets the deadlines pass that come before a moment.
func (p *player) until(end time.Time) {
	for {
		due, ok := p.m.Deadline()
		if !ok || !due.Before(end) {
			return
		}
		p.handle(Event{At: due, Kind: Tick})
		if next, ok := p.m.Deadline(); ok && !next.After(due) {
			panic("the machine wants to be asked for ever")
		}
	}
}

func (p *player) handle(ev Event) {
	ev.Voice = p.voice
	for _, c := range p.m.Handle(ev) {
		fmt.Fprintf(&p.out, "> %d %s (%s)\n", ev.At.Sub(epoch).Milliseconds(), describe(c), p.m.State())
	}
}

func describe(c Command) string {
	switch c.Do {
	case Take, Prepare:
		kind := map[dialog.TurnKind]string{dialog.Start: "start", dialog.Speech: "speech", dialog.Keys: "keys", dialog.Silence: "silence", dialog.Failed: "failed"}[c.Turn.Kind]
		text := strings.TrimRight(fmt.Sprintf("%s %s", kind, c.Turn.Text+c.Turn.Keys+c.Turn.Reason), " ")
		if c.Do == Prepare {
			return "prepare " + text
		}
		if c.Turn.Heard != 1 {
			text += fmt.Sprintf(" heard %.2f", c.Turn.Heard)
		}
		return "take " + text
	case Stop:
		return fmt.Sprintf("stop %s after %d", c.Reason, c.After.Milliseconds())
	case Suppress:
		return fmt.Sprintf("suppress %s after %d", c.Reason, c.After.Milliseconds())
	case Drop:
		return "drop " + c.Reason
	case Resume:
		return strings.TrimSpace("resume " + c.Reason)
	case Fill:
		return fmt.Sprintf("fill %d", c.N)
	}
	return map[Do]string{Fail: "fail", Forget: "forget", Miss: "miss"}[c.Do]
}

// event reads one event of a timeline.
func event(now time.Time, kind string, args []string) (Event, error) {
	ev := Event{At: now, Began: now}
	kinds := map[string]Kind{"start": Started, "speech": Speech, "words": Words, "said": Said, "deaf": Deaf, "key": Key, "ready": Ready,
		"began": Began, "ended": Ended, "answered": Answered, "returned": Returned, "tick": Tick}
	if ev.Kind = kinds[kind]; ev.Kind == 0 {
		return ev, fmt.Errorf("no such event")
	}
	text := strings.Join(args, " ")
	switch ev.Kind {
	case Words:
		ev.Text = text
		return ev, nil
	case Said:
		ev.Turn = dialog.Turn{Kind: dialog.Speech, Text: text}
		return ev, nil
	case Returned:
		ev.Reason = text
		return ev, nil
	case Key:
		ev.Key = []rune(text)[0]
		return ev, nil
	case Answered:
		ev.Share = 1
	}
	expect := func(e dialog.Expect) {
		if e.NoInput == 0 {
			e.NoInput = 5000
		}
		ev.Expect = &e
	}
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		number, _ := strconv.ParseFloat(value, 64)
		switch name {
		case "began":
			ev.Began = at(int(number))
		case "filler":
			ev.Prompt.Filler = true
		case "notice":
			ev.Prompt.NoBarge = true
		case "question":
			ev.Prompt.Question = time.Duration(number) * time.Millisecond
		case "share":
			ev.Share = number
		case "unsaid":
			ev.Unsaid = true
		case "open":
			expect(dialog.Expect{})
		case "yesno":
			expect(dialog.Expect{Hints: asr.Hints{YesNo: true}, KeyLength: 1})
		case "digits":
			expect(dialog.Expect{Hints: asr.Hints{Digits: true}, KeyLength: int(number)})
		case "hold":
			expect(dialog.Expect{Hold: true, NoInput: 30000})
		case "noinput":
			ev.Expect.NoInput = int(number)
		default:
			return ev, fmt.Errorf("%s means nothing", arg)
		}
	}
	return ev, nil
}
