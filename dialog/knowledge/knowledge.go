// Package knowledge answers what no order can: the shop's rules, its products and what goes with them. It looks up and
// never composes facts: each answer names the entry, the attribute or the stock that it was read from.
package knowledge

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	_ "modernc.org/sqlite" // the driver registers itself as "sqlite"
)

// Languages of questions and answers.
const (
	Chinese = "zh"
	English = "en"
)

var (
	// ErrInvalid says that an entry or a product cannot be taken as it is; the text says which field and what to write.
	ErrInvalid = errors.New("knowledge: not taken")
	// ErrUnavailable says that the store did not answer: try again, or say that it cannot be looked up now.
	ErrUnavailable = errors.New("knowledge: the store does not answer")
)

// Text is one thing said in both languages; either may be empty.
type Text struct {
	ZH string `json:"zh,omitempty" yaml:"zh,omitempty"`
	EN string `json:"en,omitempty" yaml:"en,omitempty"`
}

// In is the text in a language ("zh" or "en"), empty where there is none.
func (t Text) In(lang string) string {
	if lang == English {
		return t.EN
	}
	return t.ZH
}

// Fact is one value that an answer speaks of and where it was read.
type Fact struct {
	Source string `json:"source"` // "faq:returns.window", "product:电饭煲/容量"
	Value  string `json:"value"`  // as it is said
}

// Answer is what is said to a question.
type Answer struct {
	ID       string   // "faq:ID" or "product:NAME"
	Pieces   []string // each is one spoken turn of at most MaxPiece characters; after one, ask whether to go on
	Score    float64  // 0..1: probability that this is what was asked
	Facts    []Fact   // where each value comes from
	Products []string // products spoken of, so that the next "it" is known
	Guess    *Guess   // nothing is sure, but this may be meant: ask
	Missing  string   // the product is known, what was asked about it is not: its name in the question's language
}

// Guess is an entry that may be meant. On yes, Base.Tell has the answer.
type Guess struct {
	ID       string
	Question string // how it is asked, such as 退货运费谁出
}

// Question is one thing that a caller asks.
type Question struct {
	Text     string    // as recognised
	Pinyin   string    // toned syllables with spaces as recognised; empty: read from the text
	Lang     string    // "zh" or "en"; empty: Chinese
	Products []string  // what "it" may be, likeliest first: the product just spoken of, those of the caller's orders
	Now      time.Time // for entries that hold for a time only; zero: now
}

// Bounds of a question: what is longer says nothing more about its matter.
const (
	longestQuestion = 160 // runes
	mostMeant       = 12  // products that "it" may be
)

// bounded is the question with its defaults, cut to what is looked at.
func (q Question) bounded() Question {
	if q.Lang == "" {
		q.Lang = Chinese
	}
	if q.Now.IsZero() {
		q.Now = time.Now()
	}
	q.Text = cut(q.Text, longestQuestion)
	q.Pinyin = cut(q.Pinyin, 7*longestQuestion)
	q.Products = slices.Clone(q.Products[:min(len(q.Products), mostMeant)])
	for i := range q.Products {
		q.Products[i] = cut(q.Products[i], maxName)
	}
	return q
}

// cut is at most the first n runes of a text.
func cut(text string, n int) string {
	for i := range text {
		if n--; n < 0 {
			return text[:i]
		}
	}
	return text
}

// Knowledge is the whole of it: the base of questions and answers and the graph of products. It is shared by all calls.
type Knowledge struct {
	Base    *Base
	Adviser *Adviser
}

// Ask answers a question from the products where it is about one, else from the base. Not knowing is false and no error.
func (k *Knowledge) Ask(ctx context.Context, q Question) (Answer, bool, error) {
	product, about, err := k.Adviser.Ask(ctx, q)
	if err != nil {
		return Answer{}, false, err
	}
	entry, known, err := k.Base.Ask(ctx, q)
	if err != nil {
		return Answer{}, false, err
	}
	switch {
	case about && (!known || product.Score >= entry.Score):
		return product, true, nil
	case known:
		return entry, true, nil
	}
	product.Guess, product.Score = entry.Guess, max(entry.Score, product.Score)
	return product, false, nil // Missing and Guess may be set
}

// Tell is the answer of an entry, after the caller has said yes to a Guess; false where there is none in the language.
func (k *Knowledge) Tell(ctx context.Context, id, lang string) (Answer, bool, error) {
	return k.Base.Tell(ctx, id, lang)
}

// Suggest finds one product to name to the caller, false where none is worth it.
func (k *Knowledge) Suggest(ctx context.Context, c Context) (Suggestion, bool, error) {
	return k.Adviser.Suggest(ctx, c)
}

// OpenDatabase opens or creates the SQLite database that base and products lie in; ":memory:" ends with the process.
func OpenDatabase(ctx context.Context, path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, fmt.Errorf("open the knowledge database %s: %w", path, err)
	}
	// One connection: an in-memory database lives in its connection, and a question takes a fraction of a millisecond.
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, baseSchema+graphSchema); err != nil {
		return nil, errors.Join(fmt.Errorf("knowledge database %s: %w; name another file or restore this one", path, err), db.Close())
	}
	return db, nil
}

// unavailable marks a fault of the store.
func unavailable(what string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%w: %s: %w", ErrUnavailable, what, err)
}
