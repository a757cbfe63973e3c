// Package messages is the hotline in text: the dialogue of the telephone behind POST /v1/messages, for an app, a
// mini-program, SMS or a social network. One request is one turn of the customer and its answer.
package messages

import (
	"container/list"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"log/slog"
	"sync"
	"time"

	"voxgate/cmd/voxgate/internal/signed"
	"voxgate/dialog"
)

// Conversation is what the dialogue opens for a customer; *dialog.Session is one.
type Conversation interface {
	dialog.Brain
	Slots() map[string]string
	Close()
}

// Key is an adapter that may send messages: by signature, by bearer token, or both.
type Key struct {
	ID       string
	Secret   string // signs requests, see package signed; empty: none may
	Token    string // Authorization: Bearer; empty: none
	Verified bool   // the adapter knows that its customers own the numbers that it names
}

// Config is what a service needs; Open must be set.
type Config struct {
	Open      func(dialog.CallInfo) Conversation
	Keys      []Key
	Idle      time.Duration    // a conversation without a message for so long is over; 0: DefaultIdle
	Most      int              // conversations at once, above it the one longest without a message is ended; 0: DefaultMost
	PerMinute int              // messages of one sender; 0: DefaultPerMinute
	Now       func() time.Time // nil: time.Now
	Log       *slog.Logger     // nil: slog.Default
	// Deliver is told each answer, for adapters with a webhook; nil: nobody is. It must not block.
	Deliver func(key, id string, body []byte)
}

// Defaults of Config.
const (
	DefaultIdle      = 15 * time.Minute
	DefaultMost      = 10_000
	DefaultPerMinute = 30
)

// turnFor bounds one turn: longer than the dialogue waits for the shop, shorter than the server waits for an answer.
const turnFor = 15 * time.Second

var (
	errBusy   = errors.New("the message before is still being answered: send one at a time")
	errSender = errors.New("this conversation belongs to another sender: begin one of its own")
)

// Service holds the conversations. Its methods may be used from any goroutine; Close ends all conversations.
type Service struct {
	cfg     Config
	log     *slog.Logger
	checker *signed.Checker
	rates   *rates

	mu     sync.Mutex
	talks  map[string]*list.Element // of *talk, by key, channel and conversation
	recent *list.List               // of *talk, the one longest without a message first
	closed bool
}

// talk is one conversation. Its fields below the line belong to who holds busy.
type talk struct {
	id    string
	from  string
	used  time.Time // guarded by Service.mu, as busy is
	busy  bool
	brain Conversation

	greeted bool
	keys    bool // the dialogue waits for digits
	last    string
	answer  *Answer
}

// New makes a service.
func New(cfg Config) *Service {
	if cfg.Idle <= 0 {
		cfg.Idle = DefaultIdle
	}
	if cfg.Most <= 0 {
		cfg.Most = DefaultMost
	}
	if cfg.PerMinute <= 0 {
		cfg.PerMinute = DefaultPerMinute
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	secrets := map[string]string{}
	for _, k := range cfg.Keys {
		secrets[k.ID] = k.Secret
	}
	return &Service{
		cfg: cfg, log: cfg.Log, checker: signed.NewChecker(secrets, cfg.Now), rates: newRates(cfg.PerMinute, cfg.Now),
		talks: map[string]*list.Element{}, recent: list.New(),
	}
}

// Run ends idle conversations until ctx ends, then all of them.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(max(time.Second, s.cfg.Idle/10))
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.sweep(s.cfg.Now().Add(-s.cfg.Idle))
		case <-ctx.Done():
			s.Close()
			return
		}
	}
}

// Close takes no more messages and ends all conversations; one that is being answered ends with its answer.
func (s *Service) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.sweep(s.cfg.Now().Add(time.Hour))
}

// Active is the number of conversations.
func (s *Service) Active() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.talks)
}

// sweep ends the conversations without a message since a moment.
func (s *Service) sweep(since time.Time) {
	var over []*talk
	s.mu.Lock()
	for e := s.recent.Front(); e != nil; {
		t, next := e.Value.(*talk), e.Next() //nolint:forcetypeassert // only talks are put in
		if !t.used.Before(since) {
			break
		}
		if !t.busy {
			over = append(over, t)
			s.forget(e)
		}
		e = next
	}
	s.mu.Unlock()
	for _, t := range over {
		t.brain.Close()
	}
}

// forget takes a conversation out of the lists; the caller holds the lock.
func (s *Service) forget(e *list.Element) {
	s.recent.Remove(e)
	delete(s.talks, e.Value.(*talk).id) //nolint:forcetypeassert // only talks are put in
}

// hold gives a message's conversation to its handler alone, a new one where there is none. Release must follow.
func (s *Service) hold(key Key, m Message) (*talk, error) {
	now := s.cfg.Now()
	s.sweep(now.Add(-s.cfg.Idle))
	id := key.ID + "\x00" + m.Channel + "\x00" + m.Conversation
	s.mu.Lock()
	if e, ok := s.talks[id]; ok {
		defer s.mu.Unlock()
		t := e.Value.(*talk) //nolint:forcetypeassert // only talks are put in
		switch {
		case t.from != m.From:
			return nil, errSender
		case t.busy:
			return nil, errBusy
		}
		t.busy, t.used = true, now
		s.recent.MoveToBack(e)
		return t, nil
	}
	if s.closed {
		s.mu.Unlock()
		return nil, context.Canceled
	}
	caller := ""
	if key.Verified {
		caller = m.From
	}
	t := &talk{id: id, from: m.From, used: now, busy: true}
	s.talks[id] = s.recent.PushBack(t)
	crowd := s.crowd()
	// The conversation is busy, so nobody else reads what is opened outside the lock.
	s.mu.Unlock()
	t.brain = s.cfg.Open(dialog.CallInfo{ID: "text-" + short(id), Caller: caller, Lang: m.Lang})
	if crowd != nil {
		crowd.brain.Close()
	}
	return t, nil
}

// crowd takes the conversation out that is longest without a message, where there are too many; the caller holds the lock.
func (s *Service) crowd() *talk {
	if len(s.talks) <= s.cfg.Most {
		return nil
	}
	for e := s.recent.Front(); e != nil; e = e.Next() {
		if t := e.Value.(*talk); !t.busy { //nolint:forcetypeassert // only talks are put in
			s.forget(e)
			return t
		}
	}
	return nil
}

// release gives a conversation back; one that is over is ended.
func (s *Service) release(t *talk, over bool) {
	s.mu.Lock()
	t.busy, t.used = false, s.cfg.Now()
	over = over || s.closed
	if e, ok := s.talks[t.id]; ok && over {
		s.forget(e)
	}
	s.mu.Unlock()
	if over {
		t.brain.Close()
	}
}

// byToken is the key of a bearer token. All keys are compared, so that the time tells nothing.
func (s *Service) byToken(token string) (found Key, ok bool) {
	given := sha256.Sum256([]byte(token))
	for _, k := range s.cfg.Keys {
		have := sha256.Sum256([]byte(k.Token))
		if k.Token != "" && subtle.ConstantTimeCompare(given[:], have[:]) == 1 {
			found, ok = k, true
		}
	}
	return found, ok
}
