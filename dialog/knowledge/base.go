package knowledge

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
)

// Entry is one matter of the base: how it is asked for and what is answered.
type Entry struct {
	ID        string   `json:"id" yaml:"id"`
	Questions []string `json:"questions" yaml:"questions"` // several wordings, in either language
	Answer    Text     `json:"answer" yaml:"answer"`       // full stops where a speaker may pause for "shall I go on?"
	Tags      []string `json:"tags,omitempty" yaml:"tags,omitempty"`
	From      string   `json:"from,omitempty" yaml:"from,omitempty"` // first day that it holds, 2006-01-02; empty: always
	To        string   `json:"to,omitempty" yaml:"to,omitempty"`     // last day that it holds
	Origin    string   `json:"origin,omitempty" yaml:"-"`            // where the valid version comes from
}

// Origin is where an entry comes from. Of entries with one id the later in this list holds.
type Origin int

// The origins of entries.
const (
	General Origin = iota + 1 // what ships and holds for any shop: law, postal rules, how the hotline works
	Shop                      // the shop's file
	File                      // the operator's files of questions
	Desk                      // edits by the API; the only ones that a database on disk keeps
)

var origins = map[Origin]string{General: "general", Shop: "shop", File: "file", Desk: "desk"}

func (o Origin) String() string { return origins[o] }

// baseSchema: entries are all versions, valid ones are the answers that hold, wordings the index of their questions.
const baseSchema = `
CREATE TABLE IF NOT EXISTS entries (
	id TEXT NOT NULL, origin INTEGER NOT NULL, withdrawn INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (id, origin));
CREATE TABLE IF NOT EXISTS valid (
	id TEXT PRIMARY KEY, first TEXT NOT NULL, last TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL,
	ask_zh TEXT NOT NULL, ask_en TEXT NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS wordings USING fts5 (
	id UNINDEXED, sounds UNINDEXED, units, pairs, chimes, senses, tokenize = "unicode61 tokenchars '_.'");
`

// Base is the editable base of questions and answers.
type Base struct {
	db       *sql.DB
	profiles atomic.Pointer[profiles]
}

// NewBase is the base in a database of OpenDatabase, with what the API put there before.
func NewBase(ctx context.Context, db *sql.DB) (*Base, error) {
	b := &Base{db: db}
	// Only edits survive a restart: what files say now is loaded anew.
	if _, err := db.ExecContext(ctx, `DELETE FROM entries WHERE origin <> ?`, Desk); err != nil {
		return nil, unavailable("clear entries of files", err)
	}
	return b, b.change(ctx, func(*sql.Tx) error { return nil })
}

// Load replaces all entries of an origin. Entries that are wrong are refused together, and nothing is changed.
func (b *Base) Load(ctx context.Context, origin Origin, entries []Entry) error {
	var faults []error
	seen := map[string]bool{}
	for _, e := range entries {
		faults = append(faults, e.Check())
		if seen[e.ID] {
			faults = append(faults, fmt.Errorf("%w: two entries have the id %s: rename one", ErrInvalid, e.ID))
		}
		seen[e.ID] = true
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	return b.change(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM entries WHERE origin = ?`, origin); err != nil {
			return err
		}
		for _, e := range entries {
			if err := store(ctx, tx, e, origin); err != nil {
				return err
			}
		}
		return nil
	})
}

// Put adds an entry, or replaces the one of its id, as the desk's edit.
func (b *Base) Put(ctx context.Context, e Entry) error {
	if err := e.Check(); err != nil {
		return err
	}
	return b.change(ctx, func(tx *sql.Tx) error { return store(ctx, tx, e, Desk) })
}

// Remove takes an entry out, those of files too; false where there is none. Putting it again brings it back.
func (b *Base) Remove(ctx context.Context, id string) (bool, error) {
	_, known, err := b.Entry(ctx, id)
	if err != nil || !known {
		return false, err
	}
	return true, b.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO entries VALUES (?, ?, 1, '')`, id, Desk)
		return err
	})
}

func store(ctx context.Context, tx *sql.Tx, e Entry, origin Origin) error {
	e.Origin = ""
	doc, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO entries VALUES (?, ?, 0, ?)`, e.ID, origin, string(doc))
	return err
}

// Entries are the entries that hold, in the order of their ids, those of another time too.
func (b *Base) Entries(ctx context.Context) ([]Entry, error) {
	return holding(ctx, b.db, "")
}

// Entry is the entry of an id that holds; false where there is none.
func (b *Base) Entry(ctx context.Context, id string) (Entry, bool, error) {
	found, err := holding(ctx, b.db, id)
	if err != nil || len(found) == 0 {
		return Entry{}, false, err
	}
	return found[0], true, nil
}

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// holding are the entries of the last origin of each id (of one id where it is given) that are not withdrawn.
func holding(ctx context.Context, db querier, id string) (_ []Entry, err error) {
	rows, err := db.QueryContext(ctx, `SELECT origin, withdrawn, doc FROM entries e WHERE (? = '' OR id = ?)
		AND origin = (SELECT max(origin) FROM entries WHERE id = e.id) ORDER BY id`, id, id)
	if err != nil {
		return nil, unavailable("read entries", err)
	}
	defer func() { err = errors.Join(err, unavailable("read entries", rows.Close())) }()
	out := []Entry{}
	for rows.Next() {
		var origin Origin
		var withdrawn bool
		var doc string
		if err := rows.Scan(&origin, &withdrawn, &doc); err != nil {
			return nil, unavailable("read entries", err)
		}
		if withdrawn {
			continue
		}
		e := Entry{Origin: origin.String()}
		if err := json.Unmarshal([]byte(doc), &e); err != nil {
			return nil, unavailable("read entries", err)
		}
		out = append(out, e)
	}
	return out, unavailable("read entries", rows.Err())
}

// change edits the entries and makes the index of what holds anew, in one transaction.
func (b *Base) change(ctx context.Context, edit func(*sql.Tx) error) error {
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return unavailable("change entries", err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := edit(tx); err != nil {
		return unavailable("change entries", err)
	}
	now, err := holding(ctx, tx, "")
	if err != nil {
		return err
	}
	counted, err := index(ctx, tx, now)
	if err != nil {
		return unavailable("index entries", err)
	}
	if err := tx.Commit(); err != nil {
		return unavailable("change entries", err)
	}
	b.profiles.Store(counted)
	return nil
}

// index fills the tables that questions are answered from and weighs what each entry says.
func index(ctx context.Context, tx *sql.Tx, entries []Entry) (*profiles, error) {
	p := newProfiles()
	if _, err := tx.ExecContext(ctx, `DELETE FROM valid; DELETE FROM wordings`); err != nil {
		return nil, err
	}
	for _, e := range entries {
		var ask Text
		for _, question := range e.Questions {
			own := inOwnLanguage(question)
			ask.ZH, ask.EN = either(ask.ZH, own.ZH), either(ask.EN, own.EN)
			t := analyse(question, "")
			p.count(e.ID, t)
			if _, err := tx.ExecContext(ctx, `INSERT INTO wordings (id, units, sounds, pairs, chimes, senses) VALUES (?, ?, ?, ?, ?, ?)`, e.ID,
				strings.Join(t.units, " "), strings.Join(t.sounds, " "), strings.Join(t.pairs, " "), strings.Join(t.chimes, " "), strings.Join(t.senses, " ")); err != nil {
				return nil, err
			}
		}
		for _, text := range append([]string{e.Answer.ZH, e.Answer.EN}, e.Tags...) {
			p.mention(e.ID, analyse(text, ""))
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO valid VALUES (?, ?, ?, ?, ?, ?, ?)`, e.ID, e.From, e.To, e.Answer.ZH, e.Answer.EN, ask.ZH, ask.EN); err != nil {
			return nil, err
		}
	}
	p.weigh()
	return p, nil
}

// says reports whether a rune belongs to a word.
func says(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// Check says what is wrong with an entry.
func (e Entry) Check() error {
	wrong := func(field, advice string, args ...any) error {
		return fmt.Errorf("%w: entry %q: %s: %s", ErrInvalid, e.ID, field, fmt.Sprintf(advice, args...))
	}
	switch {
	case !idPattern.MatchString(e.ID):
		return wrong("id", "write 1 to 64 letters, digits, hanzi and the marks . _ -")
	case len(e.Questions) == 0 || len(e.Questions) > maxQuestions:
		return wrong("questions", "write 1 to %d wordings", maxQuestions)
	case e.Answer.ZH == "" && e.Answer.EN == "":
		return wrong("answer", "is empty: write what is said, zh, en or both")
	case len([]rune(e.Answer.ZH)) > maxAnswer || len([]rune(e.Answer.EN)) > maxAnswer:
		return wrong("answer", "is over %d characters: nobody listens that long; split the entry", maxAnswer)
	}
	for _, q := range e.Questions {
		if !strings.ContainsFunc(q, says) || len([]rune(q)) > longestQuestion {
			return wrong("questions", "%q says nothing or is over %d characters", q, longestQuestion)
		}
	}
	for field, day := range map[string]string{"from": e.From, "to": e.To} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return wrong(field, "%q is no day: write 2026-03-21", day)
		}
	}
	if e.From != "" && e.To != "" && e.From > e.To {
		return wrong("to", "lies before from: the entry would never hold")
	}
	return nil
}
