// Package tts turns text into frames. Engines live in sub-packages; this file is their contract.
package tts

import (
	"context"
	"iter"

	"voxgate/media"
)

// Engine speaks. It is shared by all calls of the process.
type Engine interface {
	// Speak yields the utterance frame by frame, the first as early as the engine can. The last frame is padded with
	// silence. An error ends the sequence; cancelling ctx ends it with the context's error.
	Speak(ctx context.Context, u Utterance) iter.Seq2[media.Frame, error]
}

// Utterance is what to say and how.
type Utterance struct {
	Text  string
	Lang  string // "zh" (also when empty) or "en"; Latin words inside Chinese are spoken in English by the engine itself
	Voice string // engine's own name of a voice; empty is the configured one
	Rate  int    // hertz of the frames wanted: 8,000 (also when 0) or 16,000
}
