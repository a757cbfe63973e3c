// Package dialog holds one conversation: what the caller did comes in as a Turn, what the bot does goes out as Acts.
// It decides and never acts: a transfer is a value that the gateway carries out.
package dialog

import (
	"context"
	"iter"

	"voxgate/asr"
	"voxgate/dialog/handoff"
	"voxgate/dialog/reply"
)

// Brain is one conversation. It is used by one goroutine.
type Brain interface {
	// Reply yields the bot's acts for a turn, in order, as early as each is known (a filler may come before the
	// facts). The sequence ends with what the bot waits for, or with an Outcome. Not draining it is allowed.
	Reply(ctx context.Context, turn Turn) iter.Seq2[Act, error]
}

// Preparer is a Brain that can find out ahead what a turn will need. It changes nothing by it, does nothing and says
// nothing: the next Reply is the same as without, only earlier where it is about the same words. Neither method may be
// called while Reply runs or another of the two.
type Preparer interface {
	// Prepare finds out what a turn needs that may come next. It returns when it has, or when ctx is cancelled; look-ups
	// that are under way then go on until Forget or the end of the next Reply. What it returns is likely to be the first
	// act with words of the answer; without words where that is not known.
	Prepare(ctx context.Context, turn Turn) Act
	// Forget drops what was found and ends what is under way.
	Forget()
}

// TurnKind says what the caller did.
type TurnKind int

const (
	Start   TurnKind = iota + 1 // the call was answered
	Speech                      // the caller spoke: Text, Pinyin, Others, Confidence
	Keys                        // the caller pressed keys: Keys
	Silence                     // the caller said nothing in time
	Failed                      // the gateway could not carry out the last Outcome (a transfer that failed); the bot goes on
)

// Turn is what the caller did since the bot's last act.
type Turn struct {
	Kind       TurnKind
	Text       string
	Pinyin     string
	Confidence float64          // share of the words probably heard right, 0..1; 0 where typed text has none
	Others     []asr.Hypothesis // next best readings
	Keys       string           // digits without the closing '#'
	Heard      float64          // share 0..1 of the last answer that was heard before the caller cut in; 1 when all of it
	Reason     string           // of Failed: "busy", "no-answer", "declined", "unreachable"
}

// Act is one thing the bot does. Name is of the fixed list (inform, ask_slot:NAME, transfer...).
type Act struct {
	Name    string
	Say     string      // what is spoken; empty for a silent act
	Speech  string      // Say with marks of how it is spoken (see tts/text), where a prompt has some
	Lang    string      // "zh" or "en"
	NoBarge bool        // legal notices and transfer announcements are not interruptible
	Speed   float64     // of speaking: below 1 for a caller who asked for it; 0 is usual
	Private bool        // the caller's last utterance holds what must not be kept: pause the recording and drop its audio
	Facts   reply.Facts // every value in Say, and what it is from
	Expect  *Expect     // set on the act that ends a turn: what the bot waits for now
	Outcome *Outcome    // set on the act that ends the conversation
}

// Expect is what the bot waits for after its last act.
type Expect struct {
	Hints     asr.Hints
	KeyLength int  // keys end without '#' at this many; 0 is open
	NoInput   int  // milliseconds of silence after the prompt that count as no input
	Hold      bool // the caller asked for time: sounds of thinking are no turn
}

// OutcomeKind is how a conversation ends.
type OutcomeKind string

const (
	OutcomeAnswer   OutcomeKind = "answer"
	OutcomeAction   OutcomeKind = "action"
	OutcomeTicket   OutcomeKind = "ticket"
	OutcomeTransfer OutcomeKind = "transfer"
	OutcomeRefused  OutcomeKind = "refused"
	OutcomeClosed   OutcomeKind = "closed"
	OutcomeSilence  OutcomeKind = "closed_silence"
)

// Outcome ends a conversation; with OutcomeTransfer the gateway hands the call over and comes back with a Failed turn
// when that did not work.
type Outcome struct {
	Kind    OutcomeKind `json:"outcome"`
	Queue   string      `json:"queue,omitempty"`
	Ticket  string      `json:"ticket,omitempty"`
	Action  string      `json:"action,omitempty"`
	Orders  []string    `json:"orders,omitempty"`
	CSAT    int         `json:"csat,omitempty"` // 1 to 5, where the caller gave a rating
	Handoff *Handoff    `json:"handoff,omitempty"`
}

// Handoff is everything an agent needs to know, personal data masked. The agent must not ask again.
type Handoff = handoff.Note
