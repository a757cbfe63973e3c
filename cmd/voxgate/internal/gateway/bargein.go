package gateway

import (
	"voxgate/asr"
	"voxgate/cmd/voxgate/internal/bargein"
	"voxgate/cmd/voxgate/internal/floor"
	"voxgate/media"
	"voxgate/media/echo"
)

// watch hears both directions of a call and judges whether a sound is the caller's own voice. Its clock's side is the taps,
// the rest is the session's.
type watch struct {
	guard *echo.Guard
	clips *clips // nil where no recordings are kept
	judge bargein.Judge
}

// watch begins to hear a call whose line runs at rate hertz.
func (r *record) watch(rate int) *watch {
	w := &watch{guard: echo.New(rate)}
	if r.audio != nil {
		w.clips = newClips(r.fileStem(), rate, r.log)
	}
	return w
}

// taps are to be told the call's audio.
func (w *watch) taps() []media.Tap {
	if w.clips == nil {
		return []media.Tap{w.guard}
	}
	return []media.Tap{w.guard, w.clips}
}

// close ends the clips and names those that have no file. Calling it again is harmless.
func (w *watch) close() (gone []string) { return w.clips.close() }

// heard takes an event of the recogniser.
func (w *watch) heard(ev asr.Event) { w.judge.Heard(ev) }

// weigh judges the sound that is heard now.
func (w *watch) weigh() floor.Judgement { return w.judge.Weigh(w.guard.Verdict()) }
