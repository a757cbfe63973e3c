package gateway

import (
	"log/slog"
	"strings"
	"sync"
	"time"

	"voxgate/cmd/voxgate/internal/timeline"
	"voxgate/dialog"
	"voxgate/media"
	"voxgate/media/rtp"
	"voxgate/media/wav"
)

// Record is what is kept of a call as JSON, personal data masked.
type Record = timeline.Record

// TurnRecord is one turn of the caller and the bot's answer to it.
type TurnRecord = timeline.Turn

// record gathers a call's Record. The session writes it, lists read it.
type record struct {
	metrics  *Metrics
	log      *slog.Logger
	captions Captions
	dir      string
	audio    *wav.Recorder

	mu     sync.Mutex
	data   Record
	secret bool // what the caller says must not be kept

	passage *passage // of the turn that is being answered; nil once the answer was heard
	wire    wire
}

// begin opens the record of a call.
func (g *Gateway) begin(caller Caller, access Access) *record {
	r := &record{
		metrics: g.parts.Metrics, captions: access.Captions, dir: g.options.Records,
		log: g.parts.Log.With("call", caller.ID),
		data: Record{
			CallID: caller.ID, Caller: MaskNumber(caller.Number), To: caller.To, Via: caller.Via, Started: time.Now(),
			Turns: []TurnRecord{},
		},
	}
	r.wire.epoch = r.data.Started
	if g.options.Audio && r.dir != "" {
		r.openAudio(access.Rate)
	}
	r.metrics.callsActive.Inc()
	g.calls.add(r)
	r.log.Info("call", "caller", r.data.Caller, "to", caller.To, "via", caller.Via)
	return r
}

// end closes the record, keeps it on disk and counts the call. Nothing changes the returned Record any more.
func (g *Gateway) end(r *record, outcome string) Record {
	r.arrived()
	r.mu.Lock()
	length := time.Since(r.data.Started)
	r.data.DurationS, r.data.Outcome = length.Seconds(), outcome
	r.mu.Unlock()
	r.closeAudio()
	if err := r.write(); err != nil {
		r.log.Error("call record was not kept", "error", err)
	}
	g.calls.remove(r)
	r.metrics.ended(r.data.Via, outcome, length)
	r.log.Info("call ended", "outcome", outcome, "seconds", int(length.Seconds()), "turns", len(r.data.Turns))
	return r.data
}

// tap is told the call's audio, and tells the others.
func (r *record) tap(others ...media.Tap) media.Tap {
	all := append(taps{&r.wire}, others...)
	if r.audio != nil {
		all = append(all, r.audio)
	}
	return all
}

var turnKinds = map[dialog.TurnKind]string{
	dialog.Start: "start", dialog.Speech: "speech", dialog.Keys: "keys", dialog.Silence: "silence", dialog.Failed: "transfer_failed",
}

// turn notes that the caller's turn has ended; the dialogue answers it next.
func (r *record) turn(turn dialog.Turn) {
	r.arrived()
	kind := turnKinds[turn.Kind]
	r.metrics.turns.WithLabelValues(kind).Inc()
	entry := TurnRecord{Kind: kind, Said: Mask(turn.Text), Confidence: turn.Confidence, Answer: []timeline.Act{}}
	if turn.Kind == dialog.Keys {
		entry.Said = MaskNumber(turn.Keys)
	}
	if turn.Kind == dialog.Failed {
		entry.Said = turn.Reason
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	entry.AtMS = time.Since(r.data.Started).Milliseconds()
	r.passage = &passage{turn: len(r.data.Turns), decided: time.Now(), quiet: r.wire.lastSound()}
	r.data.Turns = append(r.data.Turns, entry)
}

// began notes the first sound of an act; speechEnd is zero where it does not answer speech.
func (r *record) began(act dialog.Act, speechEnd time.Time) {
	r.caption("bot", act.Say, false)
	r.event(timeline.Event{Kind: timeline.ActBegan, Reason: act.Name, Text: act.Say})
	if !speechEnd.IsZero() {
		r.sounding(speechEnd)
	}
}

func (r *record) act(p progress) {
	r.arrived()
	r.log.Debug("act", "name", p.act.Name, "heard", p.heard, "cut", p.cut)
	ended := timeline.Event{Kind: timeline.ActEnded, Reason: p.act.Name, Score: p.share, Delay: p.heard}
	if p.cut {
		ended.Text = p.act.Say
	}
	r.event(ended)
	r.lastTurn(func(t *TurnRecord) {
		t.Answer = append(t.Answer, timeline.Act{Act: p.act.Name, Say: Mask(p.act.Say), Heard: float64(int(p.share*100)) / 100})
	})
}

func (r *record) lastTurn(change func(*TurnRecord)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.data.Turns); n > 0 {
		change(&r.data.Turns[n-1])
	}
}

func (r *record) outcome(out *dialog.Outcome) {
	r.event(timeline.Event{Kind: timeline.Outcome, Reason: string(out.Kind)})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.data.Queue, r.data.Ticket, r.data.Handoff = out.Queue, out.Ticket, maskedHandoff(out.Handoff)
}

func (r *record) transferred(how string) {
	r.metrics.transfers.WithLabelValues(how, "done").Inc()
	r.log.Info("transferred", "how", how)
	r.event(timeline.Event{Kind: timeline.Transfer, Reason: how})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.data.Transfer = how
}

// caption shows text to the caller's page; empty texts are not shown.
func (r *record) caption(who, text string, final bool) {
	if r.captions != nil && text != "" {
		r.captions.Caption(who, Mask(text), final)
	}
}

// counted is a line that counts what it carried; one without a network, such as a sound card, does not.
type counted interface{ Stats() rtp.Stats }

// carried notes what a line counted.
func (r *record) carried(line media.Line) {
	c, ok := line.(counted)
	if !ok {
		return
	}
	stats := c.Stats()
	r.metrics.latePackets.Add(float64(stats.Late))
	r.metrics.worst.note(stats.MaxLate)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.data.Packets = &timeline.Packets{
		Sent: stats.Sent, Received: stats.Received, Late: stats.Late, MaxLateMS: float64(stats.MaxLate.Microseconds()) / 1000,
	}
}

func (r *record) summary() Summary {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := Summary{
		ID: r.data.CallID, Caller: r.data.Caller, Via: r.data.Via, Started: r.data.Started,
		Seconds: r.data.DurationS, Turns: len(r.data.Turns), Outcome: r.data.Outcome,
	}
	if s.Outcome == "" {
		s.Seconds = time.Since(r.data.Started).Seconds()
	}
	if s.Turns > 0 {
		s.LastSaid = r.data.Turns[s.Turns-1].Said
	}
	return s
}

// hideNames masks the names that the dialogue understood wherever they were said: only it can tell a name from a word.
func (r *record) hideNames(slots map[string]string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, slot := range []string{"name", "receiver"} {
		name := slots[slot]
		if masked := maskSlot(slot, name); masked != name {
			for i := range r.data.Turns {
				turn := &r.data.Turns[i]
				turn.Said = strings.ReplaceAll(turn.Said, name, masked)
				for j := range turn.Answer {
					turn.Answer[j].Say = strings.ReplaceAll(turn.Answer[j].Say, name, masked)
				}
			}
			for i := range r.data.Events {
				r.data.Events[i].Text = strings.ReplaceAll(r.data.Events[i].Text, name, masked)
			}
			if h := r.data.Handoff; h != nil {
				rewrite(h, func(text string) string { return strings.ReplaceAll(text, name, masked) })
			}
		}
	}
}

// maskedHandoff is a copy without personal data.
func maskedHandoff(h *dialog.Handoff) *dialog.Handoff {
	if h == nil {
		return nil
	}
	copied := *h
	copied.Told, copied.Tried = append([]string{}, h.Told...), append([]string{}, h.Tried...)
	copied.LastLines = append([]string{}, h.LastLines...)
	rewrite(&copied, Mask)
	copied.Slots = make(map[string]string, len(h.Slots))
	for name, value := range h.Slots {
		copied.Slots[name] = maskSlot(name, value)
	}
	return &copied
}

// rewrite changes all of a note that is made of what was said, or written by a language model that read it.
func rewrite(h *dialog.Handoff, change func(string) string) {
	for _, text := range []*string{&h.Summary, &h.Whisper, &h.Remark} {
		*text = change(*text)
	}
	for _, lines := range [][]string{h.Told, h.Tried, h.LastLines} {
		for i := range lines {
			lines[i] = change(lines[i])
		}
	}
}

// maskSlot hides a slot by its meaning: names keep the family name, addresses their city, numbers their ends.
func maskSlot(name, value string) string {
	switch {
	case name == "name" || name == "receiver":
		r := []rune(value)
		if len(r) > 1 {
			return string(r[0]) + strings.Repeat("*", len(r)-1)
		}
	case name == "address":
		r := []rune(value)
		if len(r) > 6 {
			return string(r[:6]) + "***"
		}
	}
	return Mask(value)
}
