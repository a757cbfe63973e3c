package gateway

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"voxgate/cmd/voxgate/internal/timeline"
	"voxgate/media/wav"
)

// fileStem is where a call's files lie, without extension.
func (r *record) fileStem() string {
	return filepath.Join(r.dir, timeline.Stem(r.data.Started, r.data.CallID))
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
	r.data.AudioLost, r.data.AudioGaps = r.audio.Dropped(), r.wire.gaps()
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
