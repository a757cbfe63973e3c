// Package floor decides who has the floor in a telephone conversation: when the bot speaks, falls silent, goes on, waits
// or fills a gap, and when what the caller said becomes a turn.
//
// It is a pure state machine. What happened comes in as an Event with its time, what is to be done goes out as Commands;
// the machine starts no goroutine, reads no clock and has no timer, but says by Deadline when it wants to be asked again.
package floor

import (
	"time"

	"voxgate/dialog"
)

// State is who has the floor.
type State int

const (
	Listening   State = iota // the bot waits for the caller
	Thinking                 // a turn was taken, nothing of its answer is audible yet
	Speaking                 // the bot is heard
	Interrupted              // the bot fell silent because of the caller, who has not finished
	Holding                  // the caller asked for time
)

// String names the state.
func (s State) String() string {
	return [...]string{"listening", "thinking", "speaking", "interrupted", "holding"}[s]
}

// Kind says what happened.
type Kind int

const (
	Started  Kind = iota + 1 // the call was answered
	Speech                   // a sound that may be speech began: Began
	Words                    // what is being said reads so far: Text
	Said                     // an utterance ended: Turn; its Text is empty where no words were heard
	Deaf                     // the recogniser failed; only keys come from here on
	Key                      // a key was pressed: Key
	Ready                    // the next words of the answer are known, their sound is being made
	Began                    // the bot became audible: Prompt, Expect
	Ended                    // what had begun ended
	Answered                 // the answer is over: Expect, Share, Unsaid
	Returned                 // the dialogue's outcome could not be carried out: Reason
	Tick                     // a deadline has passed
)

// Event is something that happened. At is required, the rest goes by Kind.
type Event struct {
	At     time.Time
	Kind   Kind
	Voice  Judgement      // of the sound that is heard now; zero: it is the caller's voice
	Began  time.Time      // of Speech
	Text   string         // of Words
	Turn   dialog.Turn    // of Said
	Key    rune           // of Key
	Prompt Prompt         // of Began
	Expect *dialog.Expect // what the bot waits for after its answer; nil: nothing new
	Share  float64        // of Answered: how much of the answer was heard, 0..1
	Unsaid bool           // of Answered: something was cut off that could be said after all
	Reason string         // of Returned
}

// Prompt is something that the bot says.
type Prompt struct {
	Filler   bool          // it only fills a gap
	NoBarge  bool          // it may not be interrupted
	Question time.Duration // where in it the question begins that Expect waits for an answer to
}

// Voice says whether a sound is the caller's own voice.
type Voice int

const (
	Yes  Voice = iota // speech of the caller
	No                // it is not: the bot's own echo, a cough, music
	Wait              // it cannot be told yet; a sound that stays so does not stop the bot
)

// Judgement is what is known of a sound and by what.
type Judgement struct {
	Voice  Voice
	Reason string        // what it was judged by: "echo", "level"
	Score  float64       // 0..1, by reason
	Delay  time.Duration // of an echo
}

// Do says what a command is about.
type Do int

const (
	Take     Do = iota + 1 // give Turn to the dialogue and say its answer
	Stop                   // fall silent, and begin nothing more of this answer but what may not be interrupted
	Drop                   // the same where nothing is heard that may be interrupted: what was said next comes first
	Resume                 // say what a stop cut off
	Fill                   // say the filler number N, from 0, while the answer is made
	Fail                   // the answer does not come: give it up
	Prepare                // Turn is likely to be taken soon: what can be found out for it without doing anything may be; it takes an earlier one's place
	Forget                 // what was prepared is not wanted: there is no turn
	Suppress               // a sound that could have stopped the bot did not: Reason, Voice
	Miss                   // the caller said nothing in time; a turn follows
)

// String names what is to be done.
func (d Do) String() string {
	return [...]string{"nothing", "take", "stop", "drop", "resume", "fill", "fail", "prepare", "forget", "suppress", "miss"}[d]
}

// Command is something to do. They are carried out in order.
type Command struct {
	Do     Do
	Turn   dialog.Turn
	N      int
	Reason string        // of Stop, Suppress and Resume: by what it was decided
	Voice  Judgement     // of Stop and Suppress
	After  time.Duration // of Stop and Suppress: since the sound began
}

// How long things may take.
const (
	// StopWithin is how long after speech began the bot falls silent at the latest. Until then the first words may say
	// that the caller only nods; where they come later the bot goes on when they have come.
	StopWithin = 120 * time.Millisecond
	// settle is how long at the beginning of a prompt a sound without words does not count: it is often the end of what
	// the caller said before.
	settle = 300 * time.Millisecond
	// lookAgain is how often a sound that is not taken for the caller's voice is judged anew.
	lookAgain = 20 * time.Millisecond
	// stable is how long a reading is unchanged that is worth thinking about.
	stable = 120 * time.Millisecond
	// worthThinking is how many characters a reading has at least that says what is wanted, but for a yes or no.
	worthThinking = 3
	// aboutTo is how long the sound of known words may take to be made before the caller is asked to wait.
	aboutTo = 1500 * time.Millisecond
	// GiveUp is how long an answer may be silent. The dialogue itself is honest about a slow shop one second earlier.
	GiveUp = 13 * time.Second
	// defaultNoInput is how long the bot waits where the dialogue says nothing.
	defaultNoInput = 6 * time.Second
	// leastWait is the least that is left to a caller after a noise.
	leastWait = time.Second
)

// lateness says how late the first fillers come; later ones follow at the last distance.
var lateness = [...]time.Duration{800 * time.Millisecond, 4 * time.Second}

const lateAgain = 7 * time.Second

// fillerDue is how late the filler number n comes.
func fillerDue(n int) time.Duration {
	last := len(lateness) - 1
	if n <= last {
		return lateness[n]
	}
	return lateness[last] + time.Duration(n-last)*lateAgain
}
