package floor

import (
	"time"

	"voxgate/dialog"
)

// keyGap ends keys that no '#' and no length ends.
const keyGap = 5 * time.Second

// mostKeys is longer than any order or waybill number.
const mostKeys = 32

// keys are those pressed so far of what is to be one turn.
type keys struct {
	pressed []rune
	until   time.Time // when they end by themselves; zero: none are pressed
}

func (k *keys) clear() { k.pressed, k.until = k.pressed[:0], time.Time{} }

// key collects keys: '#' ends them, '*' clears them, the expected length ends them; where no number is expected every key
// stands alone. Keys interrupt the bot as speech does.
func (m *Machine) key(at time.Time, key rune) {
	m.quiet(at)
	if b := &m.bot; b.sounding && !b.prompt.NoBarge {
		m.stop(at, byKey)
	}
	switch key {
	case '#':
		m.takeKeys(at)
		return
	case '*':
		m.keys.clear()
		m.waitOn(at)
		return
	}
	m.keys.pressed = append(m.keys.pressed, key)
	wanted := m.expect.KeyLength
	if wanted == 0 && !m.expect.Hints.Digits {
		wanted = 1
	}
	if n := len(m.keys.pressed); wanted > 0 && n >= wanted || n >= mostKeys {
		m.takeKeys(at)
		return
	}
	m.keys.until = at.Add(keyGap)
}

// takeKeys makes the collected keys a turn. Half a number in keys and half in speech are never joined.
func (m *Machine) takeKeys(at time.Time) {
	if len(m.keys.pressed) == 0 {
		m.waitOn(at)
		return
	}
	turn := dialog.Turn{Kind: dialog.Keys, Keys: string(m.keys.pressed), Confidence: 1}
	m.keys.clear()
	m.offer(at, turn, byKey)
}

// waitOn waits for the caller after keys that came to nothing.
func (m *Machine) waitOn(at time.Time) {
	if !m.bot.active {
		m.await(at)
	}
}
