// Package care opens a conversation with a question of ours, as a call that we placed does, and leaves everything beyond
// yes and no to the dialogue.
package care

import (
	"context"
	"iter"

	"voxgate/asr"
	"voxgate/dialog"
	"voxgate/dialog/nlu"
)

// Script is what a call that we placed says.
type Script struct {
	Notice string // who calls, that it is an AI and that it records; not interruptible
	Ask    string // one question that yes or no answers
	Yes    string // said after a yes
	No     string // said after a no
	Lang   string // "zh" (also when empty) or "en"
}

// Answers that a conversation may get to its question.
const (
	Yes   = "yes"
	No    = "no"
	Other = "other" // the callee had something else to say; the dialogue went on with that
)

// maxAsked is how often the question is put to somebody who is silent.
const maxAsked = 2

// Brain is a conversation that begins with a Script.
type Brain struct {
	inner  dialog.Brain
	parser *nlu.Parser
	script Script
	asked  int
	answer string
}

// New puts a script before a dialogue.
func New(inner dialog.Brain, parser *nlu.Parser, script Script) *Brain {
	if script.Lang == "" {
		script.Lang = "zh"
	}
	return &Brain{inner: inner, parser: parser, script: script}
}

// Answer is what the question was answered with, empty while it was not.
func (b *Brain) Answer() string { return b.answer }

// Reply implements dialog.Brain.
func (b *Brain) Reply(ctx context.Context, turn dialog.Turn) iter.Seq2[dialog.Act, error] {
	switch {
	case b.answer != "":
		return b.inner.Reply(ctx, turn)
	case turn.Kind == dialog.Start:
		return b.open(ctx, turn)
	case turn.Kind == dialog.Silence && b.asked < maxAsked:
		return b.ask()
	case turn.Kind == dialog.Silence:
		return b.leave()
	}
	reading := b.parser.Understand(turn.Text, turn.Pinyin, nlu.State{Confirm: true, Lang: b.script.Lang})
	switch {
	case turn.Kind == dialog.Keys && turn.Keys == "1", reading.Intent == nlu.Affirm:
		return b.finish(Yes, b.script.Yes)
	case turn.Kind == dialog.Keys && turn.Keys == "2", reading.Intent == nlu.Deny:
		return b.finish(No, b.script.No)
	}
	b.answer = Other
	return b.inner.Reply(ctx, turn)
}

// Filler is what the dialogue behind the question says while its answer is late.
func (b *Brain) Filler(n int) dialog.Act {
	if late, ok := b.inner.(interface{ Filler(n int) dialog.Act }); ok {
		return late.Filler(n)
	}
	return dialog.Act{}
}

// open gives the notice and asks. The dialogue behind it is opened silently, so that it is ready for anything else.
func (b *Brain) open(ctx context.Context, turn dialog.Turn) iter.Seq2[dialog.Act, error] {
	return func(yield func(dialog.Act, error) bool) {
		if b.script.Notice != "" && !yield(dialog.Act{Name: "inform", Say: b.script.Notice, Lang: b.script.Lang, NoBarge: true}, nil) {
			return
		}
		for _, err := range b.inner.Reply(ctx, turn) {
			if err != nil {
				yield(dialog.Act{}, err)
				return
			}
		}
		b.ask()(yield)
	}
}

// noInput is how many milliseconds of silence after the question count as no answer.
const noInput = 6000

func (b *Brain) ask() iter.Seq2[dialog.Act, error] {
	b.asked++
	return one(dialog.Act{Name: "confirm:care", Say: b.script.Ask, Lang: b.script.Lang, Expect: &dialog.Expect{
		Hints: asr.Hints{YesNo: true, Lang: b.script.Lang}, KeyLength: 1, NoInput: noInput,
	}})
}

func (b *Brain) finish(answer, say string) iter.Seq2[dialog.Act, error] {
	b.answer = answer
	return one(dialog.Act{Name: "close", Say: say, Lang: b.script.Lang, Outcome: &dialog.Outcome{Kind: dialog.OutcomeAnswer}})
}

// leave ends a call in which nobody says anything, such as one to a mailbox.
func (b *Brain) leave() iter.Seq2[dialog.Act, error] {
	return one(dialog.Act{Name: "close", Outcome: &dialog.Outcome{Kind: dialog.OutcomeSilence}})
}

func one(act dialog.Act) iter.Seq2[dialog.Act, error] {
	return func(yield func(dialog.Act, error) bool) { yield(act, nil) }
}
