package web

import (
	"encoding/json"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// contentPolicy lets the page load its own files, talk to its own server and play the call's sound; nothing else.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// secured sets the headers that every answer has.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Permissions-Policy", "microphone=(self), camera=(), geolocation=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// problem is the body of an error (RFC 9457); Code is what the page chooses its words by.
type problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Code   string `json:"code"`
}

func fail(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	body, err := json.Marshal(problem{Title: http.StatusText(status), Status: status, Detail: detail, Code: code})
	if err == nil {
		_, err = w.Write(body)
	}
	if err != nil {
		return // the client has gone; there is nobody to tell
	}
}

// sameSite refuses other sites' pages that are not listed, and answers the browser's question (CORS) for those that are.
func (s *Server) sameSite(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Origin")
		origin := r.Header.Get("Origin")
		switch {
		case origin == "" || sameHost(origin, r.Host):
		case slices.Contains(s.cfg.Origins, origin):
			h := w.Header()
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Expose-Headers", "Location, ETag, Link, Retry-After, Accept-Patch")
			h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		default:
			fail(w, http.StatusForbidden, "origin", "this site is not on the list of web.origins")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sameHost compares without the scheme, which a server behind a TLS proxy does not know.
func sameHost(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, host)
}

// preflight answers OPTIONS (RFC 9725 section 4.2, Fetch standard).
func preflight(w http.ResponseWriter, methods, accept, types string) {
	h := w.Header()
	h.Set("Allow", methods)
	h.Set(accept, types)
	h.Set("Access-Control-Allow-Methods", methods)
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match")
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
}

// trustedOnly keeps what the operator may see from everybody else. The Host check stops a foreign page that has pointed
// its own name at this machine (DNS rebinding).
func (s *Server) trustedOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.trusts(r) {
			fail(w, http.StatusForbidden, "trusted_only", "only trusted networks may read this")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// trusts says whether a request comes from a trusted network and was meant for this machine.
func (s *Server) trusts(r *http.Request) bool {
	source := sourceOf(r)
	inside := slices.ContainsFunc(s.cfg.Trusted, func(network netip.Prefix) bool { return network.Contains(source) })
	return inside && plainHost(r.Host)
}

// plainHost is true for addresses and names that no public name server can point here.
func plainHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	_, err := netip.ParseAddr(host)
	return err == nil || strings.EqualFold(host, "localhost") || !strings.Contains(host, ".")
}

// sourceOf is the address that a request came from.
func sourceOf(r *http.Request) netip.Addr {
	source, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return source.Addr().Unmap()
}
