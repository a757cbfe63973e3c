package gateway

import (
	"context"
	"iter"
	"time"

	"voxgate/cmd/voxgate/internal/timeline"
	"voxgate/dialog"
)

// passage is the way of one turn from the caller's last frame of speech to the answer on the wire. The record's lock
// guards it.
type passage struct {
	turn       int // index among the record's turns
	decided    time.Time
	understood time.Time
	worded     time.Time // the first words of the answer are known
	quiet      time.Time // the last sound of the caller before that, by its loudness; zero where it does not tell
	speechEnd  time.Time // zero until sound is made of them
	made       time.Time // the first frame of it
	filled     bool      // something was said meanwhile, since the answer was late
}

// traced is a dialogue whose answers tell the record how far they have come. Its own turn must have been recorded.
func (r *record) traced(brain dialog.Brain) dialog.Brain {
	r.mu.Lock()
	defer r.mu.Unlock()
	return &tracedBrain{brain, r, r.passage}
}

type tracedBrain struct {
	dialog.Brain
	record  *record
	passage *passage
}

func (b *tracedBrain) Reply(ctx context.Context, turn dialog.Turn) iter.Seq2[dialog.Act, error] {
	ctx = dialog.Traced(ctx, func(step dialog.Step) { b.record.passed(b.passage, step) })
	return func(yield func(dialog.Act, error) bool) {
		for act, err := range b.Brain.Reply(ctx, turn) {
			if err == nil && act.Say != "" {
				b.record.worded(b.passage)
			}
			if !yield(act, err) {
				return
			}
		}
	}
}

func (r *record) passed(p *passage, step dialog.Step) {
	r.event(timeline.Event{Kind: step.Name, Reason: step.Of, Score: step.Score, Delay: step.Took})
	r.mu.Lock()
	defer r.mu.Unlock()
	if step.Name == dialog.Understood && p.understood.IsZero() {
		p.understood = time.Now()
	}
}

func (r *record) worded(p *passage) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.worded.IsZero() {
		p.worded = time.Now()
		r.wire.watch()
	}
}

// sounding notes that the first frame of the answer to what ended at speechEnd is made.
func (r *record) sounding(speechEnd time.Time) {
	r.event(timeline.Event{Kind: timeline.FirstAudio})
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.passage; p != nil && p.speechEnd.IsZero() {
		p.speechEnd, p.made = p.lastSpeech(speechEnd), time.Now()
		if p.filled {
			r.wire.watch()
		}
	}
}

// hearsLate is how much later than his last sound the recogniser may find that a caller speaks no more.
const hearsLate = 300 * time.Millisecond

// lastSpeech is when the caller's last sound came. The recogniser is sure of it a little late; where the sound itself
// tells, it is taken from there.
func (p *passage) lastSpeech(recognised time.Time) time.Time {
	if late := recognised.Sub(p.quiet); late > 0 && late < hearsLate {
		return p.quiet
	}
	return recognised
}

// arrived closes a passage whose answer was heard: its stages go into the record and the figures.
func (r *record) arrived() {
	r.mu.Lock()
	p := r.passage
	if p == nil || p.speechEnd.IsZero() {
		r.mu.Unlock()
		return
	}
	r.passage = nil
	sent, took := p.stages(r.wire.first())
	total, stages := sent.Sub(p.speechEnd), timeline.NewStages(took)
	turn := &r.data.Turns[p.turn]
	turn.Stages, turn.VoiceToVoice = &stages, total.Milliseconds()
	r.mu.Unlock()
	r.event(timeline.Event{At: sent.Sub(r.data.Started), Kind: timeline.OnWire, Delay: total})
	r.metrics.answered(total, took)
	r.log.Debug("answered", "voice_to_voice", total, "stages", stages)
}

// stages are how long each step took; one that this turn did not have took no time. Where no sound was seen leaving, on
// a line without a clock of ours, it left when it was made.
func (p *passage) stages(sent time.Time, seen bool) (arrived time.Time, took timeline.Durations) {
	if !seen {
		sent = p.made
	}
	steps := [...]time.Time{p.decided, p.understood, p.worded, p.made, sent}
	last := p.speechEnd
	for i, at := range steps {
		if at.After(sent) {
			at = sent // the clock was quicker than who took notes
		}
		if at.After(last) {
			took[i], last = at.Sub(last), at
		}
	}
	return last, took
}
