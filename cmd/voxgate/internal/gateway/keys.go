package gateway

import (
	"context"
	"time"

	"voxgate/dialog"
)

// pressed collects keys: '#' ends them, '*' clears them, the expected length ends them; where no number is expected
// every key stands alone. Keys interrupt the bot as speech does.
func (s *session) pressed(ctx context.Context, key rune) {
	s.silence.Stop()
	if s.answer.cut() {
		s.rec.bargeIn()
	}
	switch key {
	case '#':
		s.takeKeys(ctx)
		return
	case '*':
		s.stopKeys()
		s.armSilence()
		return
	}
	s.keys = append(s.keys, key)
	wanted := s.expect.KeyLength
	if wanted == 0 && !s.expect.Hints.Digits {
		wanted = 1
	}
	if (wanted > 0 && len(s.keys) >= wanted) || len(s.keys) >= maxKeys {
		s.takeKeys(ctx)
		return
	}
	s.keyPause.Reset(keyGap)
}

// maxKeys is longer than any order or waybill number.
const maxKeys = 32

// takeKeys makes the collected keys a turn.
func (s *session) takeKeys(ctx context.Context) {
	if len(s.keys) == 0 {
		return
	}
	turn := dialog.Turn{Kind: dialog.Keys, Keys: string(s.keys), Confidence: 1}
	s.stopKeys()
	s.saidFrom = time.Time{}
	s.offer(ctx, turn)
}

// stopKeys forgets collected keys: half a number in keys and half in speech are never joined.
func (s *session) stopKeys() {
	s.keyPause.Stop()
	s.keys = s.keys[:0]
}
