package webrtc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	pion "github.com/pion/webrtc/v4"
)

// Endpoint holds the UDP sockets that all browser calls of the process share.
type Endpoint struct {
	log            *slog.Logger
	mux            ice.UDPMux
	settings       pion.SettingEngine
	connectTimeout time.Duration

	mu     sync.Mutex
	closed bool
	peers  map[*Peer]struct{}
}

// NewEndpoint binds the media port. The error names the address that could not be bound.
func NewEndpoint(cfg Config) (*Endpoint, error) {
	log := cfg.Logger
	if log == nil {
		log = slog.Default()
	}
	local, outside, err := splitAddresses(cfg.Addresses)
	if err != nil {
		return nil, err
	}
	mux, err := listen(local, cfg.Port, log)
	if err != nil {
		return nil, err
	}
	e := &Endpoint{
		log: log, mux: mux, peers: make(map[*Peer]struct{}),
		connectTimeout: orDefault(cfg.ConnectTimeout, defaultConnectTimeout),
	}
	if err := e.configure(cfg, local, outside); err != nil {
		return nil, errors.Join(err, mux.Close())
	}
	return e, nil
}

func orDefault(value, fallback time.Duration) time.Duration {
	if value > 0 {
		return value
	}
	return fallback
}

// configure sets what every connection shares. A browser's ".local" names (mDNS candidates) are not looked up: the
// browser checks our candidates, and its checks tell where it is (peer-reflexive candidates, RFC 8445 section 7.3.1.3).
func (e *Endpoint) configure(cfg Config, local, outside []netip.Addr) error {
	e.settings.LoggerFactory = pionLogs{e.log}
	e.settings.SetICEUDPMux(e.mux)
	e.settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	e.settings.SetIncludeLoopbackCandidate(true)
	e.settings.SetNetworkTypes([]pion.NetworkType{pion.NetworkTypeUDP4, pion.NetworkTypeUDP6})
	e.settings.SetLite(cfg.Lite)
	e.settings.SetFireOnTrackBeforeFirstRTP(true)
	lost := orDefault(cfg.LostTimeout, defaultLostTimeout)
	disconnected := min(disconnectedAfter, lost/2)
	e.settings.SetICETimeouts(disconnected, lost-disconnected, min(keepAliveEvery, disconnected/2))
	if len(outside) == 0 {
		return nil
	}
	rules, err := outsideRules(local, outside)
	if err != nil {
		return err
	}
	if err := e.settings.SetICEAddressRewriteRules(rules...); err != nil {
		return fmt.Errorf("offer outside addresses %v: %w", outside, err)
	}
	return nil
}

// outsideRules offers each outside address in addition to the local one that is behind it: the first of its family.
func outsideRules(local, outside []netip.Addr) ([]pion.ICEAddressRewriteRule, error) {
	rules := make([]pion.ICEAddressRewriteRule, 0, len(outside))
	for _, addr := range outside {
		at := slices.IndexFunc(local, func(a netip.Addr) bool { return !a.IsLoopback() && a.Is4() == addr.Is4() })
		if at < 0 {
			return nil, fmt.Errorf("address %v is not on this machine, and no address of this machine can be behind it", addr)
		}
		rules = append(rules, pion.ICEAddressRewriteRule{
			Local: local[at].String(), External: []string{addr.String()},
			AsCandidateType: pion.ICECandidateTypeHost, Mode: pion.ICEAddressRewriteAppend,
		})
	}
	return rules, nil
}

// listen binds every address on the port.
func listen(addrs []netip.Addr, port int, log *slog.Logger) (ice.UDPMux, error) {
	muxes := make([]ice.UDPMux, 0, len(addrs))
	var faults []error
	for _, addr := range addrs {
		conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, uint16(port))))
		if err != nil {
			faults = append(faults, fmt.Errorf("listen for browsers' media: %w; choose another web.udp_port, or 0 for free ones", err))
			continue
		}
		muxes = append(muxes, pion.NewICEUDPMux(pionLog{log, "mux"}, conn))
	}
	mux := ice.NewMultiUDPMuxDefault(muxes...)
	if len(faults) > 0 {
		return nil, errors.Join(append(faults, mux.Close())...)
	}
	return mux, nil
}

// splitAddresses tells addresses that this machine has from those by which the outside knows it.
func splitAddresses(wanted []netip.Addr) (local, outside []netip.Addr, err error) {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil, nil, fmt.Errorf("list this machine's addresses: %w", err)
	}
	var usual []netip.Addr
	for _, item := range all {
		prefix, err := netip.ParsePrefix(item.String())
		if err != nil {
			continue
		}
		addr := prefix.Addr().Unmap()
		if slices.Contains(wanted, addr) {
			local = append(local, addr)
		}
		if addr.IsLoopback() || addr.IsPrivate() {
			usual = append(usual, addr)
		}
	}
	for _, addr := range wanted {
		if !slices.Contains(local, addr) {
			outside = append(outside, addr)
		}
	}
	if len(local) == 0 {
		local = usual
	}
	if len(local) == 0 {
		return nil, nil, errors.New("this machine has no private or loopback address for browsers' media; name its address")
	}
	return local, outside, nil
}

// Ports are the UDP addresses that media arrives on.
func (e *Endpoint) Ports() []net.Addr { return e.mux.GetListenAddresses() }

// Accept answers an offer. The call's audio runs from the moment ICE and DTLS are up (Connected) until the far end
// hangs up or is lost, or Close is called. The caller must Close the Peer.
func (e *Endpoint) Accept(ctx context.Context, offer *Offer, opts Options) (*Peer, error) {
	pc, err := e.connection(offer.Codec)
	if err != nil {
		return nil, err
	}
	peer, err := newPeer(e, pc, offer, opts)
	if err != nil {
		return nil, errors.Join(err, pc.GracefulClose())
	}
	if err := peer.negotiate(ctx, offer.SDP); err != nil {
		return nil, peer.abandon(err)
	}
	if !e.keep(peer) {
		return nil, peer.abandon(fmt.Errorf("accept a browser's call: %w", ErrClosed))
	}
	return peer, nil
}

// keep starts a peer and remembers it for Close; false once the endpoint is closed.
func (e *Endpoint) keep(p *Peer) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return false
	}
	e.peers[p] = struct{}{}
	p.start()
	return true
}

// connection makes a peer connection that can speak the chosen codec and nothing else.
func (e *Endpoint) connection(codec Codec) (*pion.PeerConnection, error) {
	media := &pion.MediaEngine{}
	if err := registerCodec(media, codec); err != nil {
		return nil, fmt.Errorf("offer %s: %w", codec.Name, err)
	}
	interceptors := &interceptor.Registry{}
	if err := pion.ConfigureRTCPReports(interceptors); err != nil {
		return nil, fmt.Errorf("set up RTCP reports: %w", err)
	}
	api := pion.NewAPI(pion.WithMediaEngine(media), pion.WithInterceptorRegistry(interceptors), pion.WithSettingEngine(e.settings))
	pc, err := api.NewPeerConnection(pion.Configuration{})
	if err != nil {
		return nil, fmt.Errorf("make a peer connection: %w", err)
	}
	return pc, nil
}

func registerCodec(media *pion.MediaEngine, codec Codec) error {
	capability := pion.RTPCodecCapability{
		MimeType: "audio/" + codec.Name, ClockRate: uint32(codec.Clock), Channels: channels(codec), SDPFmtpLine: codec.Format,
	}
	parameters := pion.RTPCodecParameters{RTPCodecCapability: capability, PayloadType: pion.PayloadType(codec.Payload)}
	if err := media.RegisterCodec(parameters, pion.RTPCodecTypeAudio); err != nil {
		return err
	}
	if codec.Events == 0 {
		return nil
	}
	events := pion.RTPCodecCapability{MimeType: "audio/telephone-event", ClockRate: uint32(codec.Clock), SDPFmtpLine: codec.EventForm}
	return media.RegisterCodec(pion.RTPCodecParameters{RTPCodecCapability: events, PayloadType: pion.PayloadType(codec.Events)}, pion.RTPCodecTypeAudio)
}

// channels is what rtpmap says: always two for Opus, whatever is sent (RFC 7587 section 7).
func channels(codec Codec) uint16 {
	if codec.Name == "opus" {
		return 2
	}
	return 0
}

func (e *Endpoint) forget(p *Peer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.peers, p)
}

// Close ends every call and frees the port.
func (e *Endpoint) Close() error {
	e.mu.Lock()
	e.closed = true
	peers := make([]*Peer, 0, len(e.peers))
	for peer := range e.peers {
		peers = append(peers, peer)
	}
	e.mu.Unlock()
	for _, peer := range peers {
		peer.Close()
	}
	if err := e.mux.Close(); err != nil {
		return fmt.Errorf("close the media port: %w", err)
	}
	return nil
}
