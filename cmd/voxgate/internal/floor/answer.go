package floor

import "time"

// began follows the first sound of something that the bot says. It gives way at once to a caller who is speaking.
func (m *Machine) began(ev Event) {
	b := &m.bot
	b.sounding, b.prompt, b.promptAt = true, ev.Prompt, ev.At
	if !ev.Prompt.Filler {
		b.ready, b.filling = time.Time{}, false
	}
	m.expecting(ev.Expect)
	if ev.Expect != nil {
		m.asked = ev.At.Add(ev.Prompt.Question)
	}
	if m.caller.speaking {
		m.caller.across = true
		m.weigh(ev.At, ev.Voice)
	}
}

// ended follows the end of what had begun.
func (m *Machine) ended(ev Event) {
	b := &m.bot
	if b.prompt.Filler {
		b.filling = false
	} else {
		b.since = ev.At // lateness of what is still to come
	}
	b.sounding, b.prompt = false, Prompt{}
	m.caller.look = time.Time{}
}

// answered follows the end of an answer: what the caller did meanwhile comes next, else the bot goes on or waits.
func (m *Machine) answered(ev Event) {
	resume, stopped := m.bot.resume, m.bot.stopped
	m.bot = bot{}
	m.caller.look = time.Time{}
	m.share, m.unsaid = ev.Share, ev.Unsaid
	if m.asked.IsZero() && ev.Expect != nil {
		m.asked = ev.At
	}
	m.expecting(ev.Expect)
	switch {
	case m.queued != nil:
		m.take(ev.At, *m.queued)
	case resume != "" && m.unsaid:
		m.resume(ev.At, resume)
	case stopped && m.unsaid && m.caller.speaking: // it is his turn
	default:
		m.await(ev.At)
	}
}

// stop makes the bot fall silent, or not even begin.
func (m *Machine) stop(at time.Time, why string) {
	if m.bot.stopped {
		return
	}
	m.bot.stopped = true
	m.caller.look = time.Time{}
	after := time.Duration(0)
	if m.caller.speaking {
		m.caller.stopped, m.caller.noted, after = true, true, at.Sub(m.caller.began)
	}
	do := Drop
	if m.bot.sounding && !m.bot.prompt.NoBarge {
		do = Stop
	}
	m.do(Command{Do: do, Reason: why, Voice: m.caller.judged, After: after})
}

// goOn follows a sound that was no turn: the bot says what it stopped in the middle of, or waits on.
func (m *Machine) goOn(at time.Time, why string) {
	switch {
	case m.bot.active && m.bot.stopped:
		m.bot.resume = why
	case m.bot.active:
	case m.unsaid:
		m.resume(at, why)
	default:
		m.await(at)
	}
}

func (m *Machine) resume(at time.Time, why string) {
	m.bot = bot{active: true, since: at}
	m.unsaid = false
	m.do(Command{Do: Resume, Reason: why})
}

// late is when something must be said or given up because the answer does not come; zero: it is not late.
func (m *Machine) late() time.Time {
	b := &m.bot
	if !b.active || b.sounding || m.over {
		return time.Time{}
	}
	end := b.since.Add(GiveUp)
	if !b.patient || b.filling || b.stopped || m.caller.speaking {
		return end
	}
	due := b.since.Add(fillerDue(b.fillers))
	if !b.ready.IsZero() && due.Before(b.ready.Add(aboutTo)) {
		due = b.ready.Add(aboutTo)
	}
	if due.Before(end) {
		return due
	}
	return end
}

// beLate fills the gap, or gives the answer up.
func (m *Machine) beLate(at time.Time) {
	b := &m.bot
	if !at.Before(b.since.Add(GiveUp)) {
		m.over = true
		m.do(Command{Do: Fail})
		return
	}
	b.filling = true
	m.do(Command{Do: Fill, N: b.fillers})
	b.fillers++
}
