package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"

	"voxgate/media/webrtc"
	"voxgate/media/webrtc/webrtctest"
)

// offer is what a browser would post; answering it starts a call that never connects.
func offer(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../../../media/webrtc/testdata/chromium.sdp")
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\n", "\r\n")
}

func TestWHIPRefusesBadRequests(t *testing.T) {
	h := open(t, Config{OnCall: func(context.Context, *Call) { t.Error("a bad request became a call") }})
	sdp := map[string]string{"Content-Type": "application/sdp"}
	with := func(key, value string) map[string]string {
		return map[string]string{"Content-Type": "application/sdp", key: value}
	}
	good := offer(t)
	tests := map[string]struct {
		method, path, body string
		header             map[string]string
		want               int
	}{
		"malformed SDP":     {"POST", "/whip", "v=0\r\nnonsense", sdp, 400},
		"empty":             {"POST", "/whip", "", sdp, 400},
		"one megabyte":      {"POST", "/whip", strings.Repeat("a=x\r\n", 200_000), sdp, 413},
		"wrong type":        {"POST", "/whip", good, map[string]string{"Content-Type": "text/plain"}, 415},
		"no type":           {"POST", "/whip", good, nil, 415},
		"wants HTML":        {"POST", "/whip", good, with("Accept", "text/html"), 406},
		"wants no SDP":      {"POST", "/whip", good, with("Accept", "application/sdp;q=0"), 406},
		"only listens":      {"POST", "/whip", strings.Replace(good, "a=sendrecv", "a=recvonly", 1), sdp, 406},
		"video":             {"POST", "/whip", strings.Replace(good, "m=audio", "m=video", 1), sdp, 406},
		"no common codec":   {"POST", "/whip", strings.Replace(good, "SAVPF 111 63 9 0 8 13 110 126", "SAVPF 9", 1), sdp, 406},
		"foreign page":      {"POST", "/whip", good, with("Origin", "https://evil.example"), 403},
		"null origin":       {"POST", "/whip", good, with("Origin", "null"), 403},
		"token":             {"POST", "/whip", good, with("Authorization", "Bearer abc"), 401},
		"no number":         {"POST", "/whip?caller=%3Cscript%3E", good, sdp, 400},
		"GET":               {"GET", "/whip", "", nil, 405},
		"PUT":               {"PUT", "/whip", good, sdp, 405},
		"GET of a session":  {"GET", "/whip/unknown", "", nil, 405},
		"unknown PATCH":     {"PATCH", "/whip/unknown", "", nil, 404},
		"unknown DELETE":    {"DELETE", "/whip/unknown", "", nil, 404},
		"unknown captions":  {"GET", "/v1/events/unknown", "", nil, 404},
		"unknown path":      {"GET", "/desk", "", nil, 404},
		"no asset":          {"GET", "/assets/page.go", "", nil, 404},
		"climbing an asset": {"GET", "/assets/..%2fpage.go", "", nil, 404},
	}
	for name, test := range tests {
		response, body := request(t, test.method, h.address+test.path, test.body, test.header)
		if response.StatusCode != test.want {
			t.Errorf("%s: %d %s, want %d", name, response.StatusCode, body, test.want)
		}
		if test.want == http.StatusMethodNotAllowed && response.Header.Get("Allow") == "" {
			t.Errorf("%s: 405 without Allow", name)
		}
		if kind := response.Header.Get("Content-Type"); strings.HasPrefix(kind, "text/html") {
			t.Errorf("%s: an error in HTML", name)
		}
	}
}

func TestWHIPAnswersOffer(t *testing.T) {
	h := open(t, Config{})
	response, answer := request(t, "POST", h.address+"/whip", offer(t), map[string]string{"Content-Type": "application/sdp; charset=utf-8"})
	if response.StatusCode != http.StatusCreated || response.Header.Get("Content-Type") != "application/sdp" {
		t.Fatalf("%d %s: %s", response.StatusCode, response.Header, answer)
	}
	if response.Header.Get("ETag") == "" || !strings.HasPrefix(response.Header.Get("Location"), "/whip/") {
		t.Errorf("headers %v", response.Header)
	}
	for _, want := range []string{"a=candidate:", "127.0.0.1", "a=fingerprint:sha-256", "a=rtcp-mux", "telephone-event"} {
		if !strings.Contains(answer, want) {
			t.Errorf("the answer has no %s:\n%s", want, answer)
		}
	}
	if strings.Contains(answer, "a=crypto") {
		t.Error("the answer offers SDES")
	}
}

func TestTrickleAndRestart(t *testing.T) {
	h := open(t, Config{})
	caller := mustDial(t, h, "", webrtctest.Options{})
	session := caller.Session.String()
	fragment := caller.Fragment()
	patch := func(match, kind, body string, want int) (*http.Response, string) {
		t.Helper()
		header := map[string]string{"Content-Type": kind}
		if match != "" {
			header["If-Match"] = match
		}
		response, text := request(t, "PATCH", session, body, header)
		if response.StatusCode != want {
			t.Errorf("PATCH of %.30q with If-Match %s: %d %s, want %d", body, match, response.StatusCode, text, want)
		}
		return response, text
	}
	patch(caller.ETag, typeFragment, fragment, http.StatusNoContent)
	patch(caller.ETag, "text/plain", fragment, http.StatusUnsupportedMediaType)
	patch("", typeFragment, fragment, http.StatusPreconditionRequired)
	patch(`"other"`, typeFragment, fragment, http.StatusPreconditionFailed)
	patch(caller.ETag, typeFragment, "nonsense", http.StatusBadRequest)
	patch(caller.ETag, typeFragment, strings.Repeat("a=x\r\n", webrtc.MaxFragmentBytes), http.StatusRequestEntityTooLarge)
	patch(caller.ETag, typeFragment, "a=ice-ufrag:other\r\na=ice-pwd:0123456789012345678901\r\n", http.StatusConflict)
	patch(caller.ETag, typeFragment, fragment+"a=candidate:nonsense\r\n", http.StatusBadRequest)
	patch("*", typeFragment, fragment, http.StatusConflict)

	response, text := patch("*", typeFragment, "a=ice-ufrag:fresh\r\na=ice-pwd:0123456789012345678901\r\n", http.StatusOK)
	if tag := response.Header.Get("ETag"); tag == "" || tag == caller.ETag {
		t.Errorf("ETag %s after a restart, was %s", tag, caller.ETag)
	}
	answer, err := webrtc.ParseFragment(text)
	if err != nil || len(answer.Candidates) == 0 || strings.Contains(caller.Answer, answer.Ufrag) {
		t.Errorf("answer to a restart: %v\n%s", err, text)
	}
	patch(caller.ETag, typeFragment, fragment, http.StatusPreconditionFailed)
}

func TestPreflightAndListedOrigins(t *testing.T) {
	const shop = "https://shop.example"
	h := open(t, Config{Origins: []string{shop}})
	response, _ := request(t, "OPTIONS", h.address+"/whip", "", map[string]string{"Origin": shop})
	if response.StatusCode != http.StatusNoContent || response.Header.Get("Access-Control-Allow-Origin") != shop ||
		response.Header.Get("Accept-Post") != typeSDP || !strings.Contains(response.Header.Get("Access-Control-Allow-Headers"), "If-Match") {
		t.Errorf("OPTIONS: %d %v", response.StatusCode, response.Header)
	}
	response, _ = request(t, "OPTIONS", h.address+"/whip/any", "", map[string]string{"Origin": shop})
	if response.Header.Get("Accept-Patch") != typeFragment || !strings.Contains(response.Header.Get("Access-Control-Allow-Methods"), "DELETE") {
		t.Errorf("OPTIONS of a session: %d %v", response.StatusCode, response.Header)
	}
	response, _ = request(t, "POST", h.address+"/whip", "", map[string]string{"Origin": shop, "Content-Type": typeSDP})
	if response.StatusCode != http.StatusBadRequest || !strings.Contains(response.Header.Get("Access-Control-Expose-Headers"), "Location") {
		t.Errorf("POST from a listed site: %d %v", response.StatusCode, response.Header)
	}
	response, _ = request(t, "POST", h.address+"/whip", "", map[string]string{"Origin": h.address, "Content-Type": typeSDP})
	if response.StatusCode != http.StatusBadRequest {
		t.Errorf("POST from the server's own page: %d", response.StatusCode)
	}
}

func TestWhoCalls(t *testing.T) {
	calls := make(chan *Call, 1)
	h := open(t, Config{
		OnCall: answer(t, calls), Caller: "10000",
		Verify: func(_ context.Context, token string) (string, error) {
			if token != "good" {
				return "", errors.New("forged")
			}
			return "13912345678", nil
		},
	})
	bearer := func(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }
	for _, test := range []struct {
		query  string
		header http.Header
		want   string
	}{
		{"", nil, "10000"}, {"?caller=13800003721", nil, "13800003721"}, {"?caller=13800003721", bearer("good"), "13912345678"},
	} {
		mustDial(t, h, test.query, webrtctest.Options{Header: test.header})
		if got := next(t, calls).Info().From; got != test.want {
			t.Errorf("caller %q, want %q", got, test.want)
		}
	}
	_, err := dial(t, h, "", webrtctest.Options{Header: bearer("forged")})
	var answered *webrtctest.StatusError
	if !errors.As(err, &answered) || answered.Status != http.StatusUnauthorized {
		t.Errorf("forged token: %v", err)
	}
	var told problem
	if err := json.Unmarshal([]byte(answered.Body), &told); err != nil || told.Code != "caller" || strings.Contains(answered.Body, "forged") {
		t.Errorf("told %s, %v", answered.Body, err)
	}
}
