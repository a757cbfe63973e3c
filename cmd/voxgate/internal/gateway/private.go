package gateway

import (
	"time"

	"voxgate/dialog"
)

// keepPrivate stops the recording of a caller who said what must not be kept, and takes it out of what was recorded. He is
// recorded again once a later answer finds nothing more of the kind.
func (s *session) keepPrivate(act dialog.Act) {
	switch {
	case act.Private:
		s.private = s.turns
		ago := time.Duration(0)
		if !s.saidFrom.IsZero() {
			ago = time.Since(s.saidFrom)
		}
		s.rec.private(ago)
		s.rec.forgetClips(s.watch.clips.mute(ago))
	case s.private > 0 && s.turns > s.private:
		s.private = 0
		s.rec.public()
		s.watch.clips.unmute()
	}
}

// notKept stands in a record for what a caller said.
const notKept = "（未记录）"

// private forgets what the caller said since a while ago, and what he goes on to say.
func (r *record) private(ago time.Duration) {
	r.lastTurn(func(t *TurnRecord) { t.Said = notKept })
	r.forgetWords(ago)
	r.log.Info("the caller said what must not be kept: recording paused")
	if r.audio != nil {
		r.audio.Mute(ago)
	}
}

// public records the caller again.
func (r *record) public() {
	r.keepWords()
	if r.audio != nil {
		r.audio.Unmute()
	}
}
