package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/cmd/voxgate/internal/gateway"
	"voxgate/cmd/voxgate/internal/web"
	"voxgate/dialog/knowledge"
	"voxgate/media/webrtc"
)

// browserSide is the web address with its media endpoint; nil when the configuration switches it off.
type browserSide struct {
	server   *web.Server
	endpoint *webrtc.Endpoint
	listener net.Listener
}

func openBrowserSide(cfg config.Config, registry *prometheus.Registry, gate *gateway.Gateway, known *knowledge.Knowledge, text *textChannel) (*browserSide, error) {
	if cfg.Web.Listen == "" {
		return nil, nil
	}
	listener, err := net.Listen("tcp", cfg.Web.Listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("web address: %w; another program, perhaps a second voxgate, has the port: end it or set web.listen", err)
	}
	if err != nil {
		return nil, fmt.Errorf("web address: %w", err)
	}
	b := &browserSide{listener: listener}
	if b.endpoint, err = webrtc.NewEndpoint(webrtc.Config{Port: cfg.Web.UDPPort, Addresses: cfg.Web.MediaAddresses(), Logger: slog.Default()}); err != nil {
		b.close()
		return nil, err
	}
	caller, err := pageCaller(cfg)
	if err != nil {
		b.close()
		return nil, err
	}
	b.server, err = web.New(web.Config{
		Endpoint: b.endpoint, MaxCalls: cfg.SIP.MaxCalls, Origins: cfg.Web.Origins, Trusted: cfg.Web.TrustedNetworks(), Caller: caller,
		Metrics: registry, Logger: slog.Default(), Knowledge: known, Messages: text.service.Handler,
		OnCall: func(ctx context.Context, call *web.Call) {
			gate.Handle(ctx, call, "web", &pageCaptions{call: call, turns: map[web.Speaker]int{}})
		},
		Calls: func(context.Context) ([]web.CallRecord, error) { return callRecords(gate.Calls()), nil },
	})
	if err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

// pageCaller is the number that calls from the page carry. The demo shop's page calls as its first customer, so that
// there is something to ask about; a real shop's visitors are unknown until they say who they are.
func pageCaller(cfg config.Config) (string, error) {
	if cfg.Web.Caller != "" || !cfg.Shop.Demo() {
		return cfg.Web.Caller, nil
	}
	return callerNumber("")
}

func (b *browserSide) serve(ctx context.Context) error {
	if b == nil {
		return nil
	}
	return b.server.Serve(ctx, b.listener)
}

// close releases what serve has not.
func (b *browserSide) close() {
	if b == nil {
		return
	}
	if err := b.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		slog.Warn("closing the web address", "error", err)
	}
	if b.endpoint == nil {
		return
	}
	if err := b.endpoint.Close(); err != nil {
		slog.Warn("closing browser media", "error", err)
	}
}

// pageCaptions numbers a call's captions for the page, which replaces partial lines of the same number.
type pageCaptions struct {
	call  *web.Call
	turns map[web.Speaker]int
}

func (p *pageCaptions) Caption(who, text string, final bool) {
	speaker := web.Speaker(who)
	p.call.Caption(web.Caption{Speaker: speaker, Turn: p.turns[speaker], Text: text, Final: final})
	if final {
		p.turns[speaker]++
	}
}

func callRecords(calls []gateway.Summary) []web.CallRecord {
	records := make([]web.CallRecord, len(calls))
	for i, c := range calls {
		records[i] = web.CallRecord{
			ID: c.ID, Leg: c.Via, From: c.Caller, Started: c.Started, Turns: c.Turns, Outcome: c.Outcome, Duration: c.Seconds,
		}
		if c.Outcome != "" {
			ended := c.Started.Add(time.Duration(c.Seconds * float64(time.Second)))
			records[i].Ended = &ended
		}
	}
	return records
}
