package gateway

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"voxgate/media/wav"
)

// fileStem names a call's files: sortable by time, and safe whatever the Call-ID holds.
func (r *record) fileStem() string {
	id := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-':
			return c
		}
		return '_'
	}, r.data.CallID)
	if len(id) > 48 {
		id = id[:48]
	}
	return filepath.Join(r.dir, r.data.Started.Format("20060102-150405.000")+"-"+id)
}

// openAudio begins the recording. A call goes on without one: no disk fault may cost a caller the answer.
func (r *record) openAudio(rate int) {
	if err := os.MkdirAll(r.dir, 0o750); err != nil {
		r.log.Error("recording folder", "error", err)
		return
	}
	path := r.fileStem() + ".wav"
	audio, err := wav.Record(path, rate)
	if err != nil {
		r.log.Error("recording", "error", err)
		return
	}
	r.audio, r.data.Audio = audio, filepath.Base(path)
}

func (r *record) closeAudio() {
	if r.audio == nil {
		return
	}
	if err := r.audio.Close(); err != nil {
		r.log.Error("recording", "error", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.data.AudioLost = r.audio.Dropped()
}

// write keeps the record as JSON, whole or not at all.
func (r *record) write() error {
	if r.dir == "" {
		return nil
	}
	r.mu.Lock()
	raw, err := json.MarshalIndent(&r.data, "", "  ")
	r.mu.Unlock()
	if err != nil {
		return fmt.Errorf("call record: %w", err)
	}
	if err := os.MkdirAll(r.dir, 0o750); err != nil {
		return fmt.Errorf("call record: %w", err)
	}
	path := r.fileStem() + ".json"
	if err := os.WriteFile(path+".part", raw, 0o640); err != nil {
		return fmt.Errorf("call record: %w", err)
	}
	if err := os.Rename(path+".part", path); err != nil {
		return fmt.Errorf("call record: %w", err)
	}
	return nil
}
