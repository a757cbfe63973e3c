package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"voxgate/cmd/voxgate/internal/config"
)

func sipPort(ctx context.Context, cfg config.Config) Finding {
	const name = "SIP port"
	var lc net.ListenConfig
	udp, err := lc.ListenPacket(ctx, "udp", cfg.SIP.Listen)
	if err == nil {
		udp.Close()
		var tcp net.Listener
		if tcp, err = lc.Listen(ctx, "tcp", cfg.SIP.Listen); err == nil {
			tcp.Close()
			return Finding{Check: name, Status: OK, Found: cfg.SIP.Listen + " is free (UDP and TCP)"}
		}
	}
	return taken(ctx, name, "sip.listen", cfg, err)
}

func webPort(ctx context.Context, cfg config.Config) Finding {
	const name = "web port"
	if cfg.Web.Listen == "" {
		return Finding{Check: name, Status: OK, Found: "switched off"}
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", cfg.Web.Listen)
	if err != nil {
		return taken(ctx, name, "web.listen", cfg, err)
	}
	listener.Close()
	return Finding{Check: name, Status: OK, Found: cfg.Web.Listen + " is free"}
}

// taken explains a port that cannot be had; that a voxgate is serving already is no fault.
func taken(ctx context.Context, name, key string, cfg config.Config, err error) Finding {
	if errors.Is(err, syscall.EADDRINUSE) && serving(ctx, cfg.Web.Listen) {
		return Finding{Check: name, Status: OK, Found: "in use by the voxgate that is serving"}
	}
	advice := "stop the other program (ss -lptun shows it), or set " + key
	switch {
	case errors.Is(err, syscall.EACCES):
		advice = "ports below 1024 need the capability CAP_NET_BIND_SERVICE; or set " + key + " to a higher one"
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		advice = "this machine has no such address; set " + key + " to one that it has, or to 0.0.0.0"
	}
	return Finding{Check: name, Status: Fail, Found: err.Error(), Advice: advice}
}

// serving reports whether a voxgate answers on the configured web address.
func serving(ctx context.Context, listen string) bool {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return false
	}
	client := &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// loopback sends one packet to itself: a firewall that eats it would make every call silent.
func loopback(ctx context.Context, _ config.Config) Finding {
	const name = "UDP on loopback"
	if err := echo(ctx); err != nil {
		return Finding{Check: name, Status: Fail, Found: err.Error(), Advice: "let UDP pass on the interface lo (firewall, container settings)"}
	}
	return Finding{Check: name, Status: OK, Found: "a packet came back"}
}

func echo(ctx context.Context) error {
	var lc net.ListenConfig
	conn, err := lc.ListenPacket(ctx, "udp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	const word = "voxgate"
	if _, err := conn.WriteTo([]byte(word), conn.LocalAddr()); err != nil {
		return err
	}
	buf := make([]byte, len(word))
	n, _, err := conn.ReadFrom(buf)
	if err != nil {
		return fmt.Errorf("a packet to itself did not come back: %w", err)
	}
	if string(buf[:n]) != word {
		return fmt.Errorf("a packet to itself came back as %q", buf[:n])
	}
	return nil
}

// rtpPorts tries some ports of the range; one that other programs use up leaves callers without sound.
func rtpPorts(ctx context.Context, cfg config.Config) Finding {
	const name = "RTP ports"
	first, last, err := cfg.SIP.PortRange()
	if err != nil {
		return Finding{Check: name, Status: Fail, Found: err.Error(), Advice: "write sip.rtp_ports as 20000-29999"}
	}
	const tries = 50
	step := max((last-first)/tries, 1)
	tried, free := 0, 0
	var lc net.ListenConfig
	for port := first; port <= last; port += step {
		tried++
		if conn, err := lc.ListenPacket(ctx, "udp", net.JoinHostPort("", strconv.Itoa(port))); err == nil {
			conn.Close()
			free++
		}
	}
	found := fmt.Sprintf("%s: %d of %d tried are free", cfg.SIP.RTPPorts, free, tried)
	if free < tried/2 {
		return Finding{Check: name, Status: Warn, Found: found, Advice: "set sip.rtp_ports to a range that other programs leave alone"}
	}
	return Finding{Check: name, Status: OK, Found: found}
}

// filesPerCall: RTP, RTCP, the recording, its record, and a margin for pipes to the voice.
const filesPerCall = 8

func openFiles(_ context.Context, cfg config.Config) Finding {
	const name = "open files"
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return Finding{Check: name, Status: Warn, Found: err.Error(), Advice: "ulimit -n 65536 before starting"}
	}
	wanted := uint64(cfg.SIP.MaxCalls*filesPerCall + 100)
	found := fmt.Sprintf("%d allowed, %d calls may want %d", limit.Max, cfg.SIP.MaxCalls, wanted)
	if limit.Max < wanted {
		return Finding{Check: name, Status: Warn, Found: found, Advice: "raise the limit (ulimit -n, LimitNOFILE in the unit) or lower sip.max_calls"}
	}
	return Finding{Check: name, Status: OK, Found: found}
}
