package shop

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"
)

// mostRequest bounds the body of a request to the order service.
const mostRequest = 64 << 10

// Handler serves any shop as an order service (openapi.yaml), for those who build their own to compare with and to try
// theirs against. An empty token lets everybody in.
func Handler(s Shop, token string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders", func(w http.ResponseWriter, r *http.Request) {
		orders, err := s.Orders(r.Context(), queryOf(r.URL.Query()))
		reply(w, map[string]any{"orders": list(orders)}, err)
	})
	mux.HandleFunc("GET /tickets", func(w http.ResponseWriter, r *http.Request) {
		tickets, err := s.Tickets(r.Context(), queryOf(r.URL.Query()))
		reply(w, map[string]any{"tickets": list(tickets)}, err)
	})
	mux.HandleFunc("POST /tickets", func(w http.ResponseWriter, r *http.Request) {
		var in Ticket
		if !body(w, r, &in) {
			return
		}
		in.Key = r.Header.Get("Idempotency-Key")
		out, err := s.OpenTicket(r.Context(), in)
		reply(w, out, err)
	})
	for kind, at := range routes {
		if spec := specs[kind]; spec.Write {
			mux.HandleFunc(at.method+" "+at.path, act(s, kind))
		} else {
			mux.HandleFunc(at.method+" "+at.path, ask(s, kind, at))
		}
	}
	want := sha256.Sum256([]byte("Bearer " + token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got := sha256.Sum256([]byte(r.Header.Get("Authorization")))
		if token != "" && subtle.ConstantTimeCompare(want[:], got[:]) != 1 {
			fail(w, http.StatusUnauthorized, "the bearer token is missing or wrong")
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// ask answers one kind of question.
func ask(s Shop, kind string, at route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in request
		if at.method == http.MethodGet {
			in = requestOf(r.URL.Query())
		} else if !body(w, r, &in) {
			return
		}
		when, ok := moment(in.At)
		if !ok {
			fail(w, http.StatusBadRequest, "at is no RFC 3339 time")
			return
		}
		facts, err := s.Ask(r.Context(), Question{Kind: kind, Order: r.PathValue("order_no"), Phone: in.Phone, Values: in.Values, At: when})
		if facts == nil {
			facts = Facts{}
		}
		reply(w, answers{facts}, err)
	}
}

// act carries out one kind of action.
func act(s Shop, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in request
		if !body(w, r, &in) {
			return
		}
		key := r.Header.Get("Idempotency-Key")
		when, ok := moment(in.At)
		if !ok || key == "" {
			fail(w, http.StatusBadRequest, "wanted: the header Idempotency-Key, and at as an RFC 3339 time or not at all")
			return
		}
		receipt, err := s.Act(r.Context(), Action{Kind: kind, Order: r.PathValue("order_no"), Phone: in.Phone, Values: in.Values, Key: key, Call: in.Call, At: when})
		if err == nil && receipt.Refused != "" {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusConflict)
			_ = json.NewEncoder(w).Encode(receipt)
			return
		}
		reply(w, receipt, err)
	}
}

// body reads a bounded JSON body and answers for itself where it cannot.
func body(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, mostRequest)).Decode(into); err != nil {
		fail(w, http.StatusBadRequest, "the body is no JSON as openapi.yaml says, or over 64 KB")
		return false
	}
	return true
}

// reply writes what the shop said: an invalid request is 422, a shop that cannot answer 503.
func reply(w http.ResponseWriter, value any, err error) {
	switch {
	case errors.Is(err, ErrInvalid):
		fail(w, http.StatusUnprocessableEntity, err.Error())
	case err != nil:
		fail(w, http.StatusServiceUnavailable, "the shop does not answer; try again")
	default:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(value)
	}
}

func fail(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": why})
}

func queryOf(v url.Values) Query {
	return Query{Phone: v.Get("phone"), Tail: v.Get("phone_tail"), Number: v.Get("number")}
}

// requestOf reads a question's values from a query.
func requestOf(v url.Values) request {
	in := request{Phone: v.Get("phone"), At: v.Get("at"), Values: map[string]string{}}
	for name := range v {
		if name != "phone" && name != "at" {
			in.Values[name] = v.Get(name)
		}
	}
	return in
}

func moment(text string) (time.Time, bool) {
	if text == "" {
		return time.Time{}, true
	}
	at, err := time.Parse(time.RFC3339, text)
	return at, err == nil
}

// list writes nothing found as [] and not as null.
func list[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}
