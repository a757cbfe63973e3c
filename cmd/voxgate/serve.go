package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"syscall"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/cmd/voxgate/internal/engines"
	"voxgate/cmd/voxgate/internal/gateway"
	"voxgate/dialog/shop"
	"voxgate/sip"
)

// demoAgentUser is the user part at which the demonstration agent answers where no agent is configured.
const demoAgentUser = "agent"

// sentencesToTry lead through the demo shop: a fact, a follow-up, a human.
var sentencesToTry = []string{"帮我查一下我的快递到哪了", "那它什么时候能到", "转人工"}

func newServeCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "serve [--config FILE]",
		Short: "Run the hotline: SIP, WebRTC and HTTP. SIGTERM drains",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(file)
			if err != nil {
				return err
			}
			setLogger(cfg.Log)
			raisePriority()
			return serve(cmd.Context(), cmd.OutOrStdout(), cfg)
		},
	}
	cmd.Flags().StringVar(&file, "config", "", "configuration file (default: voxgate.yaml where there is one)")
	return cmd
}

// defaultConfigFile is read when it is there and no other is named.
const defaultConfigFile = "voxgate.yaml"

func loadConfig(file string) (config.Config, error) {
	if file != "" {
		return config.Load(file)
	}
	if _, err := os.Stat(defaultConfigFile); err == nil {
		return config.Load(defaultConfigFile)
	}
	return config.Default(), nil
}

func setLogger(cfg config.Log) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Level)); err != nil {
		level = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: level}
	var handler slog.Handler = slog.NewTextHandler(os.Stderr, options)
	if cfg.Format == "json" {
		handler = slog.NewJSONHandler(os.Stderr, options)
	}
	slog.SetDefault(slog.New(handler))
}

// serve runs everything until ctx ends, then drains.
func serve(ctx context.Context, out io.Writer, cfg config.Config) (err error) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	parts, err := engines.Open(ctx, cfg, slog.Default())
	if err != nil {
		return err
	}
	defer closing(&err, parts)
	gate := gateway.New(gateway.Parts{
		ASR: parts.ASR, TTS: parts.TTS, NewBrain: parts.NewBrain, Metrics: gateway.NewMetrics(registry), Log: slog.Default(),
	}, gatewayOptions(cfg))
	edge, err := sip.New(sipConfig(cfg), gate.HandleSIP)
	if err != nil {
		return err
	}
	defer edge.Close()
	gate.SetDialer(edge, dialable(edge.Addr()))
	text, err := openTextChannel(cfg.Messages, registry, parts)
	if err != nil {
		return err
	}
	pages, err := openBrowserSide(cfg, registry, gate, parts.Knowledge.Knowledge, text)
	if err != nil {
		return err
	}
	defer pages.close()
	if err := parts.Prewarm(ctx); err != nil {
		return err
	}
	announce(out, cfg, edge, pages)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return edge.Serve(ctx) })
	group.Go(func() error { return pages.serve(ctx) })
	group.Go(func() error { text.run(ctx); return nil })
	group.Go(func() error { reloadOnHangup(ctx, parts.Reload); return nil })
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// reloadOnHangup reads flows and prompts again at each SIGHUP, until ctx ends.
func reloadOnHangup(ctx context.Context, reload func()) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	for {
		select {
		case <-hangup:
			reload()
		case <-ctx.Done():
			return
		}
	}
}

func gatewayOptions(cfg config.Config) gateway.Options {
	options := gateway.Options{
		Agent: cfg.Handoff.Agent, Mode: gateway.HandoverMode(cfg.Handoff.Mode), Ring: cfg.Handoff.Ring.Std(), Whisper: cfg.Handoff.Whisper,
		MaxCall: cfg.SIP.MaxCall.Std(), Records: cfg.Records.Dir, Audio: cfg.Records.Audio,
	}
	if options.Agent == "" {
		options.DemoAgent = demoAgentUser
	}
	return options
}

func sipConfig(cfg config.Config) sip.Config {
	first, last, err := cfg.SIP.PortRange()
	if err != nil {
		first, last = 0, 0 // Validate has refused this; free ports are the safe reading
	}
	advertise, err := netip.ParseAddr(cfg.SIP.Advertise)
	if err != nil {
		advertise = netip.Addr{}
	}
	c := sip.Config{
		Listen: cfg.SIP.Listen, Advertise: advertise, Allow: cfg.SIP.Networks(), MaxCalls: cfg.SIP.MaxCalls,
		PortMin: first, PortMax: last, RTPTimeout: cfg.SIP.RTPTimeout.Std(), Drain: cfg.Drain.Std(), Logger: slog.Default(),
	}
	for _, user := range cfg.SIP.Users {
		c.Users = append(c.Users, sip.User{Name: user.Name, Password: user.Password})
	}
	return c
}

// announce prints how to call: the SIP address, the web address, and what to say.
func announce(out io.Writer, cfg config.Config, edge *sip.Server, pages *browserSide) {
	fmt.Fprintf(out, "\nVoxgate answers calls.\n\n  telephone   sip:%s@%s   (UDP and TCP, no registration needed)\n", cfg.SIP.User, dialable(edge.Addr()))
	if pages != nil {
		fmt.Fprintf(out, "  browser     http://%s/\n", dialable(pages.listener.Addr()))
	}
	fmt.Fprintf(out, "\nSay, for example:\n")
	for _, sentence := range sentencesToTry {
		fmt.Fprintf(out, "  「%s」\n", sentence)
	}
	if file, err := shop.Demo(); err == nil && cfg.Shop.Demo() {
		first := file.Orders[0]
		fmt.Fprintf(out, "\nThe demo shop answers. A telephone that it does not know is asked who calls: say 尾号%s, %s.\n", shop.Tail(first.Phone), first.Name)
	}
	fmt.Fprintf(out, "\nNo telephone at hand: bin/voxgate dial --say %s --say %s --say %s sip:%s@%s\nCtrl-C ends.\n\n",
		sentencesToTry[0], sentencesToTry[1], sentencesToTry[2], cfg.SIP.User, dialable(edge.Addr()))
}

// dialable is an address that works on this machine: loopback where we listen everywhere.
func dialable(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
