package floor

import (
	"time"

	"voxgate/dialog"
)

// Machine is the floor of one call. One goroutine uses it.
type Machine struct {
	out    []Command
	bot    bot
	caller caller
	keys   keys

	expect  dialog.Expect
	asked   time.Time    // when the open question began; zero: none was asked since the last turn
	queued  *dialog.Turn // what the caller said or pressed before the bot had finished
	unsaid  bool         // something of the last answer was cut off
	share   float64      // of the last answer that was heard
	noInput time.Time    // when the caller has said nothing for too long; zero: nobody waits
	left    time.Duration
	over    bool // the answer was given up
}

// bot is what the bot is at.
type bot struct {
	active   bool      // an answer is made or said
	since    time.Time // lateness counts from here: the turn was taken, or the sound before ended
	patient  bool      // the caller waits for something that he asked for
	fillers  int       // said during this answer
	filling  bool      // one is on its way or heard
	ready    time.Time // when the next words were known; zero: they are not
	sounding bool
	prompt   Prompt
	promptAt time.Time
	stopped  bool
	resume   string // why the stop turned out to be for nothing; empty: it did not
}

// caller is what the caller is at.
type caller struct {
	speaking bool
	began    time.Time
	words    string
	changed  time.Time // when the words last did
	across   bool      // it is said while the bot answers
	over     bool      // and while it is heard
	answers  bool      // it began when the bot had begun to ask yes or no
	judged   Judgement
	look     time.Time // when to judge again; zero: no need
	mine     bool      // it was judged to be the caller's voice at some moment
	denied   bool      // and not to be at another
	stopped  bool      // it stopped the bot
	noted    bool      // that it did, or did not, was told
	prepared string    // words that were thought about
}

// New is the floor of a call that begins.
func New() *Machine { return &Machine{share: 1} }

// State is who has the floor now.
func (m *Machine) State() State {
	switch {
	case m.bot.active && m.bot.stopped, !m.bot.active && m.unsaid && m.caller.speaking:
		return Interrupted
	case m.bot.active && m.bot.sounding:
		return Speaking
	case m.bot.active:
		return Thinking
	case m.expect.Hold:
		return Holding
	}
	return Listening
}

// Expect is what the bot waits for, or will after what it is saying.
func (m *Machine) Expect() dialog.Expect { return m.expect }

// Handle takes what happened and returns what is to be done about it. The slice is valid until the next call.
func (m *Machine) Handle(ev Event) []Command {
	m.out = m.out[:0]
	switch ev.Kind {
	case Started:
		m.take(ev.At, dialog.Turn{Kind: dialog.Start})
	case Speech:
		m.speech(ev)
	case Words:
		m.words(ev)
	case Said:
		m.said(ev)
	case Deaf:
		m.deaf(ev.At)
	case Key:
		m.key(ev.At, ev.Key)
	case Ready:
		m.bot.ready = ev.At
	case Began:
		m.began(ev)
	case Ended:
		m.ended(ev)
	case Answered:
		m.answered(ev)
	case Returned:
		m.bot, m.caller, m.share, m.over = bot{}, caller{}, 1, false
		m.take(ev.At, dialog.Turn{Kind: dialog.Failed, Reason: ev.Reason})
	}
	m.due(ev)
	return m.out
}

// Deadline is when the machine wants a Tick at the latest; false: something else must happen first.
func (m *Machine) Deadline() (time.Time, bool) {
	var first time.Time
	for _, at := range [...]time.Time{m.keys.until, m.waits(), m.late(), m.caller.look, m.thinkAt()} {
		if !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first, !first.IsZero()
}

// due does what time has come for.
func (m *Machine) due(ev Event) {
	past := func(at time.Time) bool { return !at.IsZero() && !ev.At.Before(at) }
	if past(m.keys.until) {
		m.takeKeys(ev.At)
	}
	if past(m.caller.look) {
		m.weigh(ev.At, ev.Voice)
	}
	if past(m.thinkAt()) {
		m.prepare()
	}
	if past(m.late()) {
		m.beLate(ev.At)
	}
	if past(m.waits()) {
		m.do(Command{Do: Miss})
		m.take(ev.At, dialog.Turn{Kind: dialog.Silence})
	}
}

func (m *Machine) do(c Command) { m.out = append(m.out, c) }

// take gives a turn to the dialogue.
func (m *Machine) take(at time.Time, turn dialog.Turn) {
	turn.Heard = m.share
	m.bot = bot{active: true, since: at, patient: turn.Kind == dialog.Speech || turn.Kind == dialog.Keys}
	m.queued, m.unsaid, m.noInput, m.left, m.asked = nil, false, time.Time{}, 0, time.Time{}
	m.do(Command{Do: Take, Turn: turn})
}

// offer takes a turn now, or as soon as the bot has ended what may not be interrupted.
func (m *Machine) offer(at time.Time, turn dialog.Turn, why string) {
	if !m.bot.active {
		m.take(at, turn)
		return
	}
	m.queued = &turn
	m.stop(at, why)
}

// waits is when a silent caller has been waited for long enough; zero: he is not waited for.
func (m *Machine) waits() time.Time {
	if m.bot.active || m.caller.speaking {
		return time.Time{}
	}
	return m.noInput
}

// await begins to wait for the caller, or goes on after a noise.
func (m *Machine) await(at time.Time) {
	wait := time.Duration(m.expect.NoInput) * time.Millisecond
	if wait <= 0 {
		wait = defaultNoInput
	}
	if m.left > 0 {
		wait = max(m.left, leastWait)
	}
	m.left, m.noInput = 0, at.Add(wait)
}

// quiet stops waiting because something is heard.
func (m *Machine) quiet(at time.Time) {
	if !m.noInput.IsZero() {
		m.left, m.noInput = m.noInput.Sub(at), time.Time{}
	}
}

// expecting takes what the bot waits for as soon as it begins to ask, since callers answer before it has ended.
func (m *Machine) expecting(what *dialog.Expect) {
	if what != nil {
		m.expect = *what
	}
}
