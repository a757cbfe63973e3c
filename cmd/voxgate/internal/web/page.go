package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
)

//go:embed page
var pageFiles embed.FS

// pageTypes are the files of the page and what they are.
var pageTypes = map[string]string{
	"index.html": "text/html; charset=utf-8",
	"app.css":    "text/css; charset=utf-8",
	"app.js":     "text/javascript; charset=utf-8",
	"call.js":    "text/javascript; charset=utf-8",
	"meter.js":   "text/javascript; charset=utf-8",
	"words.js":   "text/javascript; charset=utf-8",
	"icon.svg":   "image/svg+xml",
}

// page serves the browser's page from the program itself.
type page struct {
	files map[string]asset
}

type asset struct {
	body []byte
	kind string
	etag string
}

// loadPage reads the embedded files once.
func loadPage() (*page, error) {
	p := &page{files: make(map[string]asset, len(pageTypes))}
	for name, kind := range pageTypes {
		body, err := pageFiles.ReadFile(path.Join("page", name))
		if err != nil {
			return nil, fmt.Errorf("web: read the page: %w", err)
		}
		sum := sha256.Sum256(body)
		p.files[name] = asset{body: body, kind: kind, etag: `"` + hex.EncodeToString(sum[:8]) + `"`}
	}
	return p, nil
}

// ServeHTTP serves index.html for "/" and the named file below /assets/.
func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if name == "" {
		name = "index.html"
	}
	file, ok := p.files[name]
	if !ok {
		fail(w, http.StatusNotFound, "not_found", "no such file")
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", file.etag)
	h.Set("Content-Type", file.kind)
	if r.Header.Get("If-None-Match") == file.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if _, err := w.Write(file.body); err != nil {
		return // the client has gone; there is nobody to tell
	}
}
