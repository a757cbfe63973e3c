// Package asr turns the frames of a call into speech events: somebody began to speak, this is what was said so far,
// this is what was said. Engines live in sub-packages; this file is their contract.
package asr

import (
	"context"
	"strings"
	"time"

	"voxgate/media"
)

// Engine is a recogniser shared by all calls of the process.
type Engine interface {
	// Open starts listening to one call. Hints hold until Stream.Expect replaces them.
	Open(ctx context.Context, hints Hints) (Stream, error)
}

// Stream is the ear of one call.
type Stream interface {
	// Write takes the next 20 ms, 8,000 or 16,000 Hz. It never waits for decoding: a full queue drops the frame,
	// counts it and returns ErrOverrun, after which writing goes on.
	Write(media.Frame) error
	// Events delivers what was heard in order. It is closed after Close, and after an engine failure (a last Event of kind Failed).
	Events() <-chan Event
	// Expect says what the dialogue expects next. It takes effect at the next utterance, or at once in silence.
	Expect(Hints) error
	// Close ends the stream, waits for its goroutines and releases its model state. What was being said is finalised first.
	Close() error
}

// Hints tell the recogniser what the dialogue expects. The zero value expects any sentence of the domain. What is expected
// is raised, not required: a caller who is asked for four digits may still say a whole number or 转人工. Only Only requires.
type Hints struct {
	// Words are raised in the search: the caller's products, courier, city, name.
	Words []string
	// Digits raises digit strings, those of MinDigits..MaxDigits digits (0: open) most. Where Only is set nothing else is
	// found. MaxDigits also tells when a string is complete.
	Digits               bool
	MinDigits, MaxDigits int
	Only                 bool
	// Waybill raises digit strings with the letters of a courier before them ("SF1562204478319"); with Only such letters
	// are let through.
	Waybill bool
	// YesNo raises short answers to a yes-or-no question.
	YesNo bool
	// Name raises a person's name, that of Words or any other.
	Name bool
	// Known are digit strings or waybill numbers that the caller is likely to say (the caller's own orders, phone tail).
	// Their last four and six digits are known as well. What was heard is read as the one known number that is nearest
	// in sound where the difference is small.
	Known []string
	// Silence ends an utterance after this much quiet; zero lets the recogniser decide by what was
	// said: from 160 ms of quiet after a whole request to 1.5 s after words or a number that want more.
	Silence time.Duration
	// Lang is "zh" (also the zero value's meaning) or "en".
	Lang string
}

// EventKind says what happened.
type EventKind int

const (
	// SpeechStarted comes once an utterance, as soon as speech is certain enough to stop the bot's own voice.
	SpeechStarted EventKind = iota + 1
	// Speaking comes within an utterance whenever a piece of it was heard: Confidence is how surely somebody speaks just now.
	Speaking
	// Partial is the best reading so far; it may change.
	Partial
	// Final is the reading of the whole utterance. An utterance in which no words were found has an empty Text.
	Final
	// Failed is the last event of a stream whose engine broke; Err says how.
	Failed
)

// Event is one thing heard. Times count from the first written sample.
type Event struct {
	Kind       EventKind
	Text       string  // hanzi without spaces, English words with spaces, digits as ASCII 0-9
	Pinyin     string  // toned syllables with spaces ("cha2 kuai4 di4"); an English word stands as itself
	Confidence float64 // 0..1, of the whole utterance; of SpeechStarted and Speaking: that it is speech, 0 where the engine does not tell
	Words      []Word
	Others     []Hypothesis // the next best readings, best first
	Start, End time.Duration
	Silence    time.Duration // quiet that had passed when a Final was given
	Reason     string        // why the utterance ended: "complete", "answer", "digits", "waited" (for more that did not come), "silence", "length", "closed"
	Err        error
}

// Clarity is the share of the reading that was probably heard right, 0..1: the mean confidence of its words by length.
// Confidence says how likely all of it is. Where no words are told apart the two are one.
func (e Event) Clarity() float64 {
	sum, n := 0.0, 0.0
	for _, w := range e.Words {
		length := float64(1 + strings.Count(w.Pinyin, " "))
		sum, n = sum+w.Confidence*length, n+length
	}
	if n == 0 {
		return e.Confidence
	}
	return sum / n
}

// Word is one word of a reading.
type Word struct {
	Text, Pinyin string
	Start, End   time.Duration
	Confidence   float64
}

// Hypothesis is a reading that lost.
type Hypothesis struct {
	Text, Pinyin string
	Confidence   float64
}
