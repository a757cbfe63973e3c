package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"voxgate/dialog/knowledge"
)

// maxEntry bounds the body of an entry.
const maxEntry = 64 << 10

// tried is what the knowledge makes of a question, for those who edit it.
type tried struct {
	Known  bool             `json:"known"`
	ID     string           `json:"id,omitempty"`    // of the answer: "faq:ID" or "product:NAME"
	Guess  string           `json:"guess,omitempty"` // entry that the caller would be asked back about
	Score  float64          `json:"score"`           // 0..1
	Pieces []string         `json:"pieces,omitempty"`
	Facts  []knowledge.Fact `json:"facts,omitempty"`
}

// knowledgeRoutes are the paths by which the base of questions and answers is read, edited and tried.
func (s *Server) knowledgeRoutes(mux *http.ServeMux) {
	for pattern, handler := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /v1/knowledge": s.listEntries, "GET /v1/knowledge/{id}": s.getEntry,
		"PUT /v1/knowledge/{id}": s.putEntry, "DELETE /v1/knowledge/{id}": s.removeEntry,
	} {
		mux.Handle(pattern, s.trustedOnly(s.ownPages(s.knowing(handler))))
	}
}

// ownPages refuses pages of other sites, whatever network their visitor is in: what is edited here is said to callers.
func (s *Server) ownPages(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if origin := r.Header.Get("Origin"); origin != "" && !sameHost(origin, r.Host) {
			fail(w, http.StatusForbidden, "origin", "only this server's own pages may use this path")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// knowing answers errors of the knowledge.
func (s *Server) knowing(handler func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.cfg.Knowledge == nil {
			fail(w, http.StatusNotFound, "no_knowledge", "this server has no base of questions and answers")
			return
		}
		err := handler(w, r)
		switch {
		case err == nil:
		case errors.Is(err, knowledge.ErrInvalid):
			fail(w, http.StatusUnprocessableEntity, "invalid_entry", err.Error())
		default:
			s.log.Error("knowledge", "path", r.URL.Path, "error", err)
			fail(w, http.StatusInternalServerError, "internal", "the base does not answer now; try again")
		}
	})
}

// listEntries lists all entries, or, with ?ask=TEXT, says what a caller would hear.
func (s *Server) listEntries(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	if text := query.Get("ask"); text != "" {
		return s.try(w, r, knowledge.Question{Text: text, Lang: query.Get("lang"), Now: time.Now()})
	}
	entries, err := s.cfg.Knowledge.Base.Entries(r.Context())
	if err == nil {
		writeJSON(w, http.StatusOK, map[string]any{"entries": entries})
	}
	return err
}

func (s *Server) try(w http.ResponseWriter, r *http.Request, q knowledge.Question) error {
	a, known, err := s.cfg.Knowledge.Ask(r.Context(), q)
	if err != nil {
		return err
	}
	out := tried{Known: known, ID: a.ID, Score: a.Score, Pieces: a.Pieces, Facts: a.Facts}
	if a.Guess != nil {
		out.Guess = a.Guess.ID
	}
	writeJSON(w, http.StatusOK, out)
	return nil
}

func (s *Server) getEntry(w http.ResponseWriter, r *http.Request) error {
	entry, known, err := s.cfg.Knowledge.Base.Entry(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !known {
		fail(w, http.StatusNotFound, "unknown_entry", "there is no entry of this id; GET /v1/knowledge lists them")
		return nil
	}
	writeJSON(w, http.StatusOK, entry)
	return nil
}

// putEntry adds an entry or replaces it; callers hear it from the next question on.
func (s *Server) putEntry(w http.ResponseWriter, r *http.Request) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		fail(w, http.StatusUnsupportedMediaType, "media_type", "send the entry as application/json")
		return nil
	}
	var entry knowledge.Entry
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxEntry))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&entry); err != nil {
		fail(w, http.StatusBadRequest, "bad_json", fmt.Sprintf("the body is no entry: %v; write id, questions, answer {zh, en}, tags, from, to", err))
		return nil
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		fail(w, http.StatusBadRequest, "bad_json", "text after the entry: send one")
		return nil
	}
	id := r.PathValue("id")
	if entry.ID != "" && entry.ID != id {
		fail(w, http.StatusBadRequest, "other_id", "the id of the body is not that of the path: leave it out")
		return nil
	}
	entry.ID = id
	_, known, err := s.cfg.Knowledge.Base.Entry(r.Context(), id)
	if err == nil {
		err = s.cfg.Knowledge.Base.Put(r.Context(), entry)
	}
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if known {
		status = http.StatusOK
	}
	entry.Origin = knowledge.Desk.String()
	s.log.Info("knowledge entry put", "id", id, "from", sourceOf(r))
	writeJSON(w, status, entry)
	return nil
}

func (s *Server) removeEntry(w http.ResponseWriter, r *http.Request) error {
	known, err := s.cfg.Knowledge.Base.Remove(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !known {
		fail(w, http.StatusNotFound, "unknown_entry", "there is no entry of this id")
		return nil
	}
	s.log.Info("knowledge entry removed", "id", r.PathValue("id"), "from", sourceOf(r))
	w.WriteHeader(http.StatusNoContent)
	return nil
}
