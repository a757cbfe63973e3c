package sip

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"golang.org/x/sync/errgroup"

	"voxgate/media/rtp"
)

var (
	_ Dialer   = (*Server)(nil)
	_ Incoming = (*call)(nil)
)

// watchInterval is how often calls are looked at for RTP silence.
const watchInterval = time.Second

// farewell is how long BYEs may take when the server stops.
const farewell = 2 * time.Second

// Server is a SIP user agent: it answers calls to its address and places calls from it.
type Server struct {
	cfg     Config
	handler Handler
	log     *slog.Logger
	auth    *authenticator
	ports   *rtp.PortRange

	ua      *sipgo.UserAgent
	client  *sipgo.Client
	streams *streams

	maxSources int           // see defaultSources
	ready      chan struct{} // closed when requests can be sent
	started    func()
	udp        *net.UDPConn
	tcp        net.Listener

	malformed atomic.Int64 // messages refused or dropped by the screen
	strangers atomic.Int64 // requests refused by admission

	calls sync.WaitGroup // handlers, media and transactions of calls

	mu       sync.Mutex
	table    map[dialogID]*call
	initial  map[transactionID]dialogID // INVITEs being answered, to tell a merged request (RFC 3261 section 8.2.2.2)
	draining bool                       // new calls get 503
	ending   bool                       // nothing new is started
	serving  bool                       // Serve has begun
	closed   bool
	active   context.Context // ends when calls must
	stop     context.CancelFunc
}

// New binds the listening addresses. A nil handler makes a phone that only places calls: it answers 480. Serve must run
// for calls to work; Close releases the sockets where Serve is never called.
func New(cfg Config, handler Handler) (*Server, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	quietLibrary()
	s := &Server{
		cfg: cfg, handler: handler, log: cfg.Logger.With("part", "sip"), auth: newAuthenticator(cfg),
		table: map[dialogID]*call{}, initial: map[transactionID]dialogID{},
	}
	var err error
	if s.ports, err = rtp.NewPortRange(cfg.PortMin, cfg.PortMax); err != nil {
		return nil, fmt.Errorf("sip: %w", err)
	}
	s.streams, s.maxSources = newStreams(s), defaultSources
	s.ready = make(chan struct{})
	s.started = sync.OnceFunc(func() { close(s.ready) })
	s.active, s.stop = context.WithCancel(context.Background())
	if s.udp, s.tcp, err = bind(cfg.Listen); err != nil {
		s.stop()
		return nil, err
	}
	if err := s.assemble(); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// assemble joins sipgo's transports and transactions with our dispatch.
func (s *Server) assemble() error {
	var err error
	s.ua, err = sipgo.NewUA(
		sipgo.WithUserAgent(s.cfg.UserAgent),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(discard)),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(discard),
			sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {})),
	)
	if err != nil {
		return fmt.Errorf("sip: user agent: %w", err)
	}
	srv, err := sipgo.NewServer(s.ua, sipgo.WithServerLogger(discard))
	if err != nil {
		return fmt.Errorf("sip: server: %w", err)
	}
	srv.OnNoRoute(s.onRequest)
	if s.client, err = sipgo.NewClient(s.ua, sipgo.WithClientLogger(discard)); err != nil {
		return fmt.Errorf("sip: client: %w", err)
	}
	return nil
}

// Addr is the UDP address that is listened on; TCP has the same port.
func (s *Server) Addr() net.Addr { return s.udp.LocalAddr() }

// Serve answers until ctx ends. Then new calls get 503, calls in progress go on for Config.Drain, and what is left is
// ended with BYE. It returns nil after such an end, and when everything that it started has stopped.
func (s *Server) Serve(ctx context.Context) error {
	s.mu.Lock()
	s.serving = true
	s.mu.Unlock()
	tp := s.ua.TransportLayer()
	listening, quit := context.WithCancel(context.WithoutCancel(ctx))
	group, listening := errgroup.WithContext(listening)
	group.Go(func() error { return s.serveUDP(listening, tp) })
	group.Go(func() error { return s.serveTCP(listening, tp) })
	group.Go(func() error { s.streams.listen(); return nil })
	group.Go(func() error { s.watch(listening); return nil })
	select {
	case <-ctx.Done():
		s.drain()
	case <-listening.Done():
	}
	s.endCalls()
	quit()
	s.closeSockets()
	err := group.Wait()
	s.dismantle()
	return err
}

// Close releases the sockets. Calls in progress are cut without BYE; Serve's context is the polite way.
func (s *Server) Close() {
	s.closeSockets()
	s.mu.Lock()
	serving := s.serving
	s.mu.Unlock()
	if !serving && s.ua != nil {
		s.dismantle()
	}
}

func (s *Server) closeSockets() {
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	s.mu.Unlock()
	if first {
		s.stop()
		s.udp.Close()
		s.tcp.Close()
	}
}

// dismantle ends the library's transports, and again what a request that was still in its hands may have opened meanwhile.
func (s *Server) dismantle() {
	for range 2 {
		if err := s.ua.Close(); err != nil {
			s.log.Debug("closing transports", "error", err)
		}
		time.Sleep(changeover)
	}
}

// drain refuses new calls and waits until there are none or the grace is over.
func (s *Server) drain() {
	s.mu.Lock()
	s.draining = true
	left := len(s.table)
	s.mu.Unlock()
	if left > 0 {
		s.log.Info("draining", "calls", left, "grace", s.cfg.Drain)
	}
	deadline := time.NewTimer(s.cfg.Drain)
	defer deadline.Stop()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for s.Calls() > 0 {
		select {
		case <-deadline.C:
			return
		case <-tick.C:
		}
	}
}

// endCalls says BYE to what is left and waits for handlers and media.
func (s *Server) endCalls() {
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	var byes sync.WaitGroup
	for _, c := range s.snapshot() {
		byes.Go(func() {
			if err := c.Hangup(ctx); err != nil {
				c.log.Warn("call ended without an orderly BYE", "error", err)
			}
		})
	}
	byes.Wait()
	s.stop()
	s.mu.Lock()
	s.ending = true
	s.mu.Unlock()
	s.calls.Wait()
}

// spawn runs f as part of the server, which waits for it at its end; past that end nothing is started any more.
func (s *Server) spawn(f func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending {
		return false
	}
	s.calls.Go(f)
	return true
}

// Calls is the number of calls now, both ways.
func (s *Server) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.table)
}

func (s *Server) snapshot() []*call {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*call, 0, len(s.table))
	for _, c := range s.table {
		all = append(all, c)
	}
	return all
}

// add enters a call into the table. It fails with the status and reason to answer when there is no room.
func (s *Server) add(c *call) (status int, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed, s.draining && c.incoming():
		return sip.StatusServiceUnavailable, "Shutting Down"
	case len(s.table) >= s.cfg.MaxCalls:
		return sip.StatusServiceUnavailable, "All Lines Busy"
	}
	s.table[c.dlg.id] = c
	return 0, ""
}

func (s *Server) remove(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.table, c.dlg.id)
}

func (s *Server) lookup(id dialogID) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.table[id]
}

// Refused counts what was turned away since the start: messages that were malformed, and requests of strangers.
func (s *Server) Refused() (malformed, strangers int64) {
	return s.malformed.Load(), s.strangers.Load()
}

// watch ends calls whose far end has gone silent, and tells of refusals, a line a second however many there are.
func (s *Server) watch(ctx context.Context) {
	tick := time.NewTicker(watchInterval)
	defer tick.Stop()
	var told [2]int64
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			if malformed, strangers := s.Refused(); told != [2]int64{malformed, strangers} {
				s.log.Warn("messages refused", "malformed", malformed-told[0], "strangers", strangers-told[1])
				told = [2]int64{malformed, strangers}
			}
			for _, c := range s.snapshot() {
				if reason := c.dead(now); reason != "" {
					c.log.Warn("call ended", "reason", reason)
					s.spawn(c.abandon)
				}
			}
		}
	}
}
