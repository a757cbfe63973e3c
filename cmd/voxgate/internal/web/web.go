// Package web is the browser's edge: the page that calls the hotline, WHIP (RFC 9725), captions, health and metrics.
// It answers calls and carries their audio; what is said in them is the business of the handler that is given each Call.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"voxgate/dialog/knowledge"
	"voxgate/media/webrtc"
)

// ErrShutdown: the server is closing, so the call ends or does not come about.
var ErrShutdown = errors.New("the server is shutting down")

// Limits of the HTTP side. A slow client must not hold a connection for long; only the captions' stream may last.
const (
	headerTimeout  = 5 * time.Second
	readTimeout    = 15 * time.Second
	writeTimeout   = 20 * time.Second
	idleTimeout    = 60 * time.Second
	maxHeaderBytes = 16 << 10
	shutdownGrace  = 3 * time.Second
)

// Defaults of Config.
const (
	DefaultMaxCalls       = 100
	DefaultCallsPerMinute = 20
)

// Config is what the server needs; Endpoint and OnCall must be set.
type Config struct {
	Endpoint *webrtc.Endpoint
	// OnCall owns each call until it returns; whatever is left of the call is then ended.
	OnCall func(ctx context.Context, call *Call)
	// MaxCalls is how many browser calls may run at once, above it 503; 0: DefaultMaxCalls.
	MaxCalls int
	// CallsPerMinute is how many calls one source outside Trusted may start; 0: DefaultCallsPerMinute.
	CallsPerMinute int
	// Origins are the sites that may use /whip from their own pages ("https://shop.example"); the server's own page always may.
	Origins []string
	// Trusted are the networks that may read /metrics and /v1/calls and name a caller's number by ?caller=.
	// Nil: loopback only. Behind a proxy on the same machine give an empty list: everybody comes from loopback there.
	Trusted []netip.Prefix
	// Caller is the customer number of calls that bring no token; empty: unknown caller.
	Caller string
	// Verify turns a bearer token into the customer's number; nil: tokens are refused.
	Verify func(ctx context.Context, token string) (number string, err error)
	// Ready says whether calls can be served now; nil: always.
	Ready func() error
	// Calls gives the running and recent calls of every leg for /v1/calls; nil: an empty list.
	Calls func(ctx context.Context) ([]CallRecord, error)
	// Knowledge is read and edited at /v1/knowledge by the trusted networks; nil: there is none.
	Knowledge *knowledge.Knowledge
	// Messages answers POST /v1/messages; trusted says whether a request may come without a key. Nil: there is no text channel.
	Messages func(trusted func(*http.Request) bool) http.Handler
	// Metrics is what /metrics shows, the server's own figures among it; nil: these alone.
	Metrics *prometheus.Registry
	Logger  *slog.Logger // nil: slog.Default
}

// Server serves the web address.
type Server struct {
	cfg     Config
	log     *slog.Logger
	page    *page
	limiter *limiter
	metrics *metrics
	ctx     context.Context // of all calls
	end     context.CancelCauseFunc

	mu       sync.Mutex
	draining bool
	calls    map[string]*Call // by session token
	tasks    sync.WaitGroup   // handlers of calls and what watches them
}

// New checks the configuration and makes a server; Serve runs it.
func New(cfg Config) (*Server, error) {
	if cfg.Endpoint == nil || cfg.OnCall == nil {
		return nil, errors.New("web: Endpoint and OnCall must be set")
	}
	if cfg.MaxCalls <= 0 {
		cfg.MaxCalls = DefaultMaxCalls
	}
	if cfg.CallsPerMinute <= 0 {
		cfg.CallsPerMinute = DefaultCallsPerMinute
	}
	if cfg.Trusted == nil {
		cfg.Trusted = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.Metrics == nil {
		cfg.Metrics = prometheus.NewRegistry()
	}
	files, err := loadPage()
	if err != nil {
		return nil, err
	}
	ctx, end := context.WithCancelCause(context.Background())
	s := &Server{
		cfg: cfg, log: cfg.Logger, page: files, limiter: newLimiter(cfg.CallsPerMinute, time.Now),
		ctx: ctx, end: end, calls: make(map[string]*Call),
	}
	if s.metrics, err = newMetrics(cfg.Metrics, s.Active); err != nil {
		end(err)
		return nil, err
	}
	return s, nil
}

// Handler is every path of the web address, with the security headers.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", s.page)
	mux.Handle("GET /assets/{name}", s.page)
	mux.HandleFunc("GET /healthz", s.serveHealth)
	mux.HandleFunc("GET /readyz", s.serveReady)
	mux.Handle("GET /metrics", s.trustedOnly(s.metricsHandler()))
	mux.Handle("GET /v1/calls", s.trustedOnly(http.HandlerFunc(s.serveCalls)))
	s.knowledgeRoutes(mux)
	if s.cfg.Messages != nil {
		mux.Handle("POST /v1/messages", s.cfg.Messages(s.trusts))
	}
	mux.Handle("GET /v1/events/{call}", s.sameSite(http.HandlerFunc(s.serveEvents)))
	mux.Handle("/whip", s.sameSite(http.HandlerFunc(s.serveWHIP)))
	mux.Handle("/whip/{call}", s.sameSite(http.HandlerFunc(s.serveSession)))
	return secured(mux)
}

// Serve answers HTTP on the listener until ctx ends; then it takes no new call, ends the running ones and joins everything.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	var fault error
	select {
	case fault = <-served:
		served <- nil
	case <-ctx.Done():
	}
	s.Close()
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	if err := server.Shutdown(limit); err != nil {
		s.log.Debug("close connections that are still open", "error", err)
		err = server.Close()
		fault = errors.Join(fault, err)
	}
	<-served
	if fault != nil && !errors.Is(fault, http.ErrServerClosed) {
		return fmt.Errorf("serve the web address: %w", fault)
	}
	return nil
}

// Drain stops new calls (503, /readyz not ready); running ones go on.
func (s *Server) Drain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.draining = true
}

// Close ends every call and waits for their handlers. Serve calls it; without Serve it is the caller's to call.
func (s *Server) Close() {
	s.Drain()
	s.end(ErrShutdown)
	s.tasks.Wait()
}

// Active is the number of browser calls that run now.
func (s *Server) Active() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.calls)
}

// find is the call of a session token, nil if there is none.
func (s *Server) find(token string) *Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[token]
}

// admit takes a new call in and starts its handler; false when the server is full or closing.
func (s *Server) admit(call *Call) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining || len(s.calls) >= s.cfg.MaxCalls {
		return false
	}
	s.calls[call.token] = call
	s.tasks.Go(func() { s.handle(call) })
	return true
}

// handle gives the call to its handler and clears up after it.
func (s *Server) handle(call *Call) {
	stop := context.AfterFunc(s.ctx, func() { call.end(ErrShutdown) })
	defer stop()
	s.cfg.OnCall(s.ctx, call)
	call.end(webrtc.ErrClosed)
	call.release()
	s.metrics.ended(call)
	s.mu.Lock()
	delete(s.calls, call.token)
	s.mu.Unlock()
}
