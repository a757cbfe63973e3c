package messages

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"voxgate/cmd/voxgate/internal/signed"
	"voxgate/dialog"
)

// Bounds of a request.
const (
	mostBody = 16 << 10
	mostText = 5000
)

// Message is one turn of a customer.
type Message struct {
	Conversation string `json:"conversation"`   // the adapter's own id of it
	From         string `json:"from"`           // the customer's number, or another id of his
	Text         string `json:"text"`           // empty in a first message: only the greeting is wanted
	Lang         string `json:"lang,omitempty"` // "zh" or "en": of the greeting; after it the customer's words decide
	Channel      string `json:"channel"`        // "app", "sms"...: conversations of different ones are apart
	ID           string `json:"id,omitempty"`   // of the message: sent again, it gets its answer again and is not a new turn
}

// Answer is what the hotline says to it.
type Answer struct {
	ID           string            `json:"id"`
	Conversation string            `json:"conversation"`
	Channel      string            `json:"channel"`
	Say          []string          `json:"say"`
	Acts         []string          `json:"acts"`
	Slots        map[string]string `json:"slots"`
	Done         bool              `json:"done"`
	*dialog.Outcome
}

// problem is the body of an error (RFC 9457).
type problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Code   string `json:"code"`
}

// refusal is why a request is not taken.
type refusal struct {
	status int
	code   string
	detail string
	wait   int // seconds to wait before the next try; 0: none that helps
}

func (r *refusal) Error() string { return r.detail }

var idShape = regexp.MustCompile(`^[\w.:@+-]{1,64}$`)

// check says what is wrong with a message.
func (m Message) check() error {
	wrong := func(format string, args ...any) error {
		return &refusal{status: http.StatusBadRequest, code: "invalid", detail: fmt.Sprintf(format, args...)}
	}
	switch {
	case !idShape.MatchString(m.Conversation):
		return wrong("conversation: 1 to 64 letters, digits and . : @ + - _ are wanted")
	case !idShape.MatchString(m.From):
		return wrong("from: the customer's number or id is wanted, 1 to 64 letters, digits and . : @ + - _")
	case !idShape.MatchString(m.Channel):
		return wrong("channel: a name such as app, sms or mini is wanted")
	case m.ID != "" && !idShape.MatchString(m.ID):
		return wrong("id: at most 64 letters, digits and . : @ + - _ are wanted")
	case m.Lang != "" && m.Lang != "zh" && m.Lang != "en":
		return wrong("lang %q: zh or en is wanted", m.Lang)
	case utf8.RuneCountInString(m.Text) > mostText:
		return wrong("text: at most %d characters are taken", mostText)
	}
	return nil
}

// Handler answers POST /v1/messages. Trusted says whether a request without signature or token may be answered, as one of
// no verified customer; nil: none may.
func (s *Service) Handler(trusted func(*http.Request) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, err := s.serve(r, trusted)
		var no *refusal
		switch {
		case err == nil:
			write(w, http.StatusOK, "application/json", answer)
			return
		case !errors.As(err, &no):
			s.log.Error("message not answered", "error", err)
			no = &refusal{status: http.StatusInternalServerError, code: "internal", detail: "the message cannot be answered now: try again", wait: 1}
		}
		if no.wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(no.wait))
		}
		write(w, no.status, "application/problem+json", problem{http.StatusText(no.status), no.status, no.detail, no.code})
	})
}

func write(w http.ResponseWriter, status int, kind string, body any) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	encode := json.NewEncoder(w)
	encode.SetEscapeHTML(false)
	_ = encode.Encode(body) // the sender has gone; there is nobody to tell
}

// serve takes one request.
func (s *Service) serve(r *http.Request, trusted func(*http.Request) bool) (Answer, error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return Answer{}, &refusal{status: http.StatusUnsupportedMediaType, code: "content_type", detail: "send Content-Type: application/json"}
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, mostBody+1))
	if err != nil {
		return Answer{}, &refusal{status: http.StatusBadRequest, code: "unread", detail: "the body could not be read"}
	}
	if len(body) > mostBody {
		return Answer{}, &refusal{status: http.StatusRequestEntityTooLarge, code: "too_large", detail: fmt.Sprintf("at most %d bytes are taken", mostBody)}
	}
	key, err := s.sender(r, body, trusted)
	if err != nil {
		return Answer{}, err
	}
	var m Message
	decode := json.NewDecoder(strings.NewReader(string(body)))
	decode.DisallowUnknownFields()
	if err := decode.Decode(&m); err != nil {
		return Answer{}, &refusal{status: http.StatusBadRequest, code: "invalid", detail: "the body is not one JSON object of conversation, from, text, lang, channel, id: " + err.Error()}
	}
	if err := m.check(); err != nil {
		return Answer{}, err
	}
	if wait, ok := s.rates.take(key.ID + "\x00" + m.From); !ok {
		return Answer{}, &refusal{http.StatusTooManyRequests, "rate", "too many messages of this sender", wait}
	}
	return s.turn(r.Context(), key, m)
}

// sender is the key that a request comes from.
func (s *Service) sender(r *http.Request, body []byte, trusted func(*http.Request) bool) (Key, error) {
	if header := r.Header.Get(signed.Header); header != "" {
		id, err := s.checker.Check(header, body)
		switch {
		case errors.Is(err, signed.ErrCrowded):
			return Key{}, &refusal{http.StatusServiceUnavailable, "crowded", err.Error(), 10}
		case err != nil:
			return Key{}, &refusal{status: http.StatusUnauthorized, code: "signature", detail: err.Error()}
		}
		for _, k := range s.cfg.Keys {
			if k.ID == id {
				return k, nil
			}
		}
	}
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		if key, ok := s.byToken(token); ok {
			return key, nil
		}
		return Key{}, &refusal{status: http.StatusUnauthorized, code: "token", detail: "this token is not that of a key in messages.keys"}
	}
	if trusted != nil && trusted(r) {
		return Key{}, nil
	}
	return Key{}, &refusal{status: http.StatusUnauthorized, code: "unsigned", detail: "sign the request with a key of messages.keys: " + signed.Header}
}

// turn gives a message to its conversation.
func (s *Service) turn(ctx context.Context, key Key, m Message) (Answer, error) {
	t, err := s.hold(key, m)
	switch {
	case errors.Is(err, errBusy):
		return Answer{}, &refusal{http.StatusConflict, "busy", err.Error(), 1}
	case errors.Is(err, errSender):
		return Answer{}, &refusal{status: http.StatusForbidden, code: "sender", detail: err.Error()}
	case err != nil:
		return Answer{}, &refusal{http.StatusServiceUnavailable, "closing", "the hotline is closing", 10}
	}
	if m.ID != "" && m.ID == t.last && t.answer != nil {
		answer := *t.answer
		s.release(t, false)
		return answer, nil
	}
	// A sender who hangs up does not leave the dialogue in the middle of a turn.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), turnFor)
	defer cancel()
	answer, err := t.take(ctx, m)
	if err == nil {
		t.last, t.answer = m.ID, &answer
	}
	s.release(t, err == nil && answer.Done)
	if err != nil {
		return Answer{}, err
	}
	if s.cfg.Deliver != nil {
		if raw, err := json.Marshal(answer); err == nil {
			s.cfg.Deliver(key.ID, answer.ID, raw)
		}
	}
	return answer, nil
}

// take gives the dialogue the greeting's turn, where there was none, and the customer's.
func (t *talk) take(ctx context.Context, m Message) (Answer, error) {
	answer := Answer{ID: newID(), Conversation: m.Conversation, Channel: m.Channel, Say: []string{}, Acts: []string{}}
	text := strings.TrimSpace(strings.ToValidUTF8(m.Text, " "))
	if !t.greeted {
		t.greeted = true
		only := 0 // all of it
		if text != "" {
			only = 1 // who speaks, without the question that has been answered already
		}
		if err := t.add(ctx, &answer, dialog.Turn{Kind: dialog.Start, Heard: 1}, only); err != nil || text == "" {
			return answer, err
		}
	}
	turn := dialog.Turn{Kind: dialog.Speech, Text: text, Heard: 1}
	switch {
	case text == "":
		turn.Kind = dialog.Silence
	case t.keys && allDigits.MatchString(text):
		turn.Kind, turn.Text, turn.Keys = dialog.Keys, "", strings.Trim(text, "#")
	}
	err := t.add(ctx, &answer, turn, 0)
	return answer, err
}

var allDigits = regexp.MustCompile(`^#?[0-9]{1,32}#?$`)

// add carries out a turn and adds what is said to an answer; of a turn with a limit only so many acts.
func (t *talk) add(ctx context.Context, answer *Answer, turn dialog.Turn, limit int) error {
	n := 0
	for act, err := range t.brain.Reply(ctx, turn) {
		if err != nil {
			return fmt.Errorf("dialogue: %w", err)
		}
		if act.Expect != nil {
			t.keys = act.Expect.KeyLength > 0 || act.Expect.Hints.Digits
		}
		if act.Outcome != nil {
			answer.Outcome, answer.Done = act.Outcome, true
		}
		if n++; limit > 0 && n > limit {
			continue
		}
		if act.Name != "" {
			answer.Acts = append(answer.Acts, act.Name)
		}
		if act.Say != "" {
			answer.Say = append(answer.Say, act.Say)
		}
	}
	answer.Slots = t.brain.Slots()
	return nil
}

func newID() string {
	raw := make([]byte, 12)
	_, _ = rand.Read(raw) // never fails (crypto/rand)
	return hex.EncodeToString(raw)
}

// short names a conversation in logs without telling its sender's id.
func short(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:6])
}
