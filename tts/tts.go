// Package tts turns text into frames. Engines live in sub-packages; this file is their contract.
package tts

import (
	"context"
	"errors"
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
	Lang  string  // "zh" (also when empty) or "en"; Latin words inside Chinese are spoken in English by the engine itself
	Voice string  // engine's own name of a voice; empty is the configured one
	Rate  int     // hertz of the frames wanted: 8,000 (also when 0) or 16,000
	Speed float64 // of speaking, by which the usual one is multiplied: 0.8 is slower; 1 (also when 0) is usual
	From  int     // clauses of the text, as tts/text plans them, that were said already and are left out
	Until int     // the clause, counted from 0, before which the utterance ends; after the last one when 0
}

// ErrUnspeakable says that this engine cannot say an utterance, whatever its health: no such voice, no such language,
// words that it has no sounds for. Another engine may.
var ErrUnspeakable = errors.New("this voice cannot say it")

type saidKey struct{}

// WithSaid is a context in which engines tell said how many clauses of the utterance, counted from its beginning, they
// have yielded wholly. It is called between frames by whoever runs the sequence.
func WithSaid(ctx context.Context, said func(clauses int)) context.Context {
	return context.WithValue(ctx, saidKey{}, said)
}

// Said is how an engine tells who follows it that so many clauses have been yielded wholly.
func Said(ctx context.Context, clauses int) {
	if said, ok := ctx.Value(saidKey{}).(func(int)); ok {
		said(clauses)
	}
}

type standInKey struct{}

// WithStandIn is a context in which an engine tells used that a stand-in said the utterance or a part of it, so that
// nobody keeps its sound for the usual one. It is called by whoever runs the sequence, before the sequence ends.
func WithStandIn(ctx context.Context, used func()) context.Context {
	return context.WithValue(ctx, standInKey{}, used)
}

// StandIn is how an engine tells who follows it that a stand-in spoke.
func StandIn(ctx context.Context) {
	if used, ok := ctx.Value(standInKey{}).(func()); ok {
		used()
	}
}

type callKey struct{}

// WithCall is a context whose work is done for the call of that id, which logs then name.
func WithCall(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, callKey{}, id)
}

// Call is the id of the call that ctx works for; empty where none is known.
func Call(ctx context.Context) string {
	id, _ := ctx.Value(callKey{}).(string)
	return id
}
