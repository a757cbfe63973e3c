package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"voxgate/dialog/knowledge"
)

// knowing is a server with a base of its own.
func knowing(t *testing.T, cfg Config) (*hotline, *knowledge.Opened) {
	t.Helper()
	k, err := knowledge.Open(context.Background(), knowledge.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
	cfg.Knowledge = k.Knowledge
	return open(t, cfg), k
}

const parking = `{"questions": ["你们那儿好停车吗", "is there parking"], "answer": {"zh": "院子里可以免费停车。", "en": "You may park in the yard for free."}}`

func jsonBody() map[string]string { return map[string]string{"Content-Type": "application/json"} }

// An entry is heard from the next question on, and no more after it was removed.
func TestKnowledgeIsEditedLive(t *testing.T) {
	h, _ := knowing(t, Config{})
	ask := func(text string) (out tried) {
		t.Helper()
		response, body := request(t, "GET", h.address+"/v1/knowledge?ask="+text, "", nil)
		if err := json.Unmarshal([]byte(body), &out); err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("%d %s %v", response.StatusCode, body, err)
		}
		return out
	}
	if before := ask("%E5%81%9C%E8%BD%A6%E5%A5%BD%E5%81%9C%E5%90%97"); before.Known {
		t.Fatalf("known before it was put: %+v", before)
	}
	if response, body := request(t, "PUT", h.address+"/v1/knowledge/parking", parking, jsonBody()); response.StatusCode != http.StatusCreated {
		t.Fatalf("put: %d %s", response.StatusCode, body)
	}
	after := ask("%E5%81%9C%E8%BD%A6%E5%A5%BD%E5%81%9C%E5%90%97")
	if !after.Known || after.ID != "faq:parking" || strings.Join(after.Pieces, "") != "院子里可以免费停车。" || len(after.Facts) != 1 {
		t.Errorf("after: %+v", after)
	}
	if response, body := request(t, "PUT", h.address+"/v1/knowledge/parking", strings.ReplaceAll(parking, "免费", "凭票"), jsonBody()); response.StatusCode != http.StatusOK {
		t.Errorf("put again: %d %s", response.StatusCode, body)
	}
	if changed := ask("is+there+parking&lang=en"); !changed.Known {
		t.Errorf("changed: %+v", changed)
	}
	if response, body := request(t, "GET", h.address+"/v1/knowledge/parking", "", nil); response.StatusCode != http.StatusOK || !strings.Contains(body, "凭票") || !strings.Contains(body, `"origin":"desk"`) {
		t.Errorf("get: %d %s", response.StatusCode, body)
	}
	if response, body := request(t, "GET", h.address+"/v1/knowledge", "", nil); response.StatusCode != http.StatusOK || !strings.Contains(body, "parking") || !strings.Contains(body, "send.battery") {
		t.Errorf("list: %d %.200s", response.StatusCode, body)
	}
	for _, id := range []string{"parking", "send.battery"} {
		if response, body := request(t, "DELETE", h.address+"/v1/knowledge/"+id, "", nil); response.StatusCode != http.StatusNoContent {
			t.Errorf("delete %s: %d %s", id, response.StatusCode, body)
		}
		if response, _ := request(t, "GET", h.address+"/v1/knowledge/"+id, "", nil); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s is still there: %d", id, response.StatusCode)
		}
	}
	if gone := ask("%E5%81%9C%E8%BD%A6%E5%A5%BD%E5%81%9C%E5%90%97"); gone.Known {
		t.Errorf("known after it was removed: %+v", gone)
	}
}

func TestKnowledgeRefusesWithAdvice(t *testing.T) {
	h, _ := knowing(t, Config{})
	for _, c := range []struct {
		method, path, body string
		headers            map[string]string
		status             int
		want               string
	}{
		{"PUT", "/v1/knowledge/a", `{"questions": ["q"]}`, jsonBody(), 422, "answer"},
		{"PUT", "/v1/knowledge/a", `{"questions": [], "answer": {"zh": "x"}}`, jsonBody(), 422, "questions"},
		{"PUT", "/v1/knowledge/a%20b", parking, jsonBody(), 422, "id"},
		{"PUT", "/v1/knowledge/a", `{"answers": {}}`, jsonBody(), 400, "unknown field"},
		{"PUT", "/v1/knowledge/a", parking + parking, jsonBody(), 400, "send one"},
		{"PUT", "/v1/knowledge/a", strings.Replace(parking, "{", `{"id": "b", `, 1), jsonBody(), 400, "leave it out"},
		{"PUT", "/v1/knowledge/a", parking, map[string]string{"Content-Type": "text/plain"}, 415, "application/json"},
		{"PUT", "/v1/knowledge/a", parking, map[string]string{"Content-Type": "application/json", "Origin": "https://evil.example"}, 403, "own pages"},
		{"PUT", "/v1/knowledge/a", `{"questions": ["` + strings.Repeat("q", maxEntry) + `"]}`, jsonBody(), 400, "too large"},
		{"DELETE", "/v1/knowledge/none", "", nil, 404, "no entry"},
	} {
		response, body := request(t, c.method, h.address+c.path, c.body, c.headers)
		if response.StatusCode != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s %s %.60s: %d %s, want %d %q", c.method, c.path, c.body, response.StatusCode, body, c.status, c.want)
		}
	}
	strangers, _ := knowing(t, Config{Trusted: []netip.Prefix{}})
	for _, method := range []string{"GET", "DELETE"} {
		if response, _ := request(t, method, strangers.address+"/v1/knowledge/send.battery", "", nil); response.StatusCode != http.StatusForbidden {
			t.Errorf("%s from an untrusted network: %d", method, response.StatusCode)
		}
	}
	if response, body := request(t, "GET", open(t, Config{}).address+"/v1/knowledge", "", nil); response.StatusCode != http.StatusNotFound || !strings.Contains(body, "no_knowledge") {
		t.Errorf("without knowledge: %d %s", response.StatusCode, body)
	}
}
