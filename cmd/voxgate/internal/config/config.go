// Package config is the one place that says what an operator can set: a struct, its defaults, its checks.
package config

import (
	"net/netip"
	"time"
)

// Config is the whole of voxgate.yaml. Every key has a default; Default returns them.
type Config struct {
	SIP  SIP  `yaml:"sip"`
	Web  Web  `yaml:"web"`
	ASR  ASR  `yaml:"asr"`
	TTS  TTS  `yaml:"tts"`
	Shop Shop `yaml:"shop"`
	SMS  SMS  `yaml:"sms"`
	// Knowledge is what callers may ask beside their orders.
	Knowledge Knowledge `yaml:"knowledge"`

	Dialog   Dialog   `yaml:"dialog"`
	Messages Messages `yaml:"messages"`
	LLM      LLM      `yaml:"llm"`

	Handoff Handoff `yaml:"handoff"`
	Records Records `yaml:"records"`
	Log     Log     `yaml:"log"`
	// Drain is how long calls in progress may go on after SIGTERM.
	Drain Duration `yaml:"drain"`
}

// SIP is the telephone edge.
type SIP struct {
	Listen     string    `yaml:"listen"`      // host:port for UDP and TCP
	Advertise  string    `yaml:"advertise"`   // address that peers reach; empty: the one that routes to each peer
	User       string    `yaml:"user"`        // user part that is printed to dial; any user part is answered
	Allow      []string  `yaml:"allow"`       // networks that may call without a password
	Users      []SIPUser `yaml:"users"`       // digest users that may call from anywhere
	MaxCalls   int       `yaml:"max_calls"`   // above it: 503 with Retry-After
	RTPPorts   string    `yaml:"rtp_ports"`   // "20000-29999"
	RTPTimeout Duration  `yaml:"rtp_timeout"` // a call without RTP for so long has died
	MaxCall    Duration  `yaml:"max_call"`    // longest call
}

// SIPUser is a digest user (RFC 3261 section 22, RFC 8760).
type SIPUser struct {
	Name     string `yaml:"name"`
	Password string `yaml:"password"`
}

// Web is the HTTP side: page, WHIP, API, metrics.
type Web struct {
	Listen  string   `yaml:"listen"`   // host:port; empty switches the web side off
	UDPPort int      `yaml:"udp_port"` // one port for all browser media; 0 takes free ports
	Origins []string `yaml:"origins"`  // sites that may use /whip from their own pages
	// Addresses are offered to browsers for their media; one that no interface has is offered as the outside address (NAT).
	Addresses []string `yaml:"addresses"`
	// Trusted networks may read /metrics and /v1/calls. Behind a proxy on this machine everybody comes from loopback: empty it there.
	Trusted []string `yaml:"trusted"`
	// Caller is the customer number that calls from the page carry; empty: unknown callers, the first customer in the demo shop.
	Caller string `yaml:"caller"`
}

// ASR is the recogniser.
type ASR struct {
	Models     string   `yaml:"models"`     // folder that overrides the built-in model files
	Recogniser string   `yaml:"recogniser"` // public model that hears the words: a name of "voxgate models list", or a folder; empty: the built-in one
	Runtime    string   `yaml:"runtime"`    // ONNX Runtime library; empty: searched
	Words      WordFile `yaml:"words"`      // the operator's own words: products, stores, names; followed while the program runs
}

// Shop is where facts about orders come from: a JSON file or the shop's own service.
type Shop struct {
	File string `yaml:"file"` // empty and no URL: the demo shop
	// Database is the SQLite file that keeps what callers change in the shop of File or the demo shop; empty: until the program ends.
	Database string   `yaml:"database"`
	URL      string   `yaml:"url"`     // order service, see dialog/shop/openapi.yaml
	Token    string   `yaml:"token"`   // its bearer token; $NAME reads the environment
	Timeout  Duration `yaml:"timeout"` // one request
	Records  string   `yaml:"records"` // facts of a business that is no shop, see dialog/records
}

// Demo says whether the built-in demo shop answers.
func (s Shop) Demo() bool { return s.File == "" && s.URL == "" && s.Records == "" }

// SMS is how messages reach callers: one-time codes, and links to the shop's pages.
type SMS struct {
	URL     string   `yaml:"url"`      // takes each message by POST; empty: none are sent (the demo shop's go to stderr)
	Token   string   `yaml:"token"`    // its bearer token; $NAME reads the environment
	Timeout Duration `yaml:"timeout"`  // one request
	Sign    string   `yaml:"sign"`     // name in front of a message
	Links   string   `yaml:"links"`    // where the shop's pages for links are; empty: no links are sent
	LinkKey string   `yaml:"link_key"` // shared with these pages, 16 characters or more; $NAME reads the environment
}

// Handoff says where callers go who want a human.
type Handoff struct {
	Agent string   `yaml:"agent"` // SIP URI; empty: the demonstration agent of this server answers
	Mode  string   `yaml:"mode"`  // auto: REFER, a bridged call where that is refused; refer; bridge
	Ring  Duration `yaml:"ring"`  // how long an agent rings

	Whisper bool   `yaml:"whisper"` // a bridged agent hears what the call is about before the caller is put through
	Cases   string `yaml:"cases"`   // file of closed calls that agents are shown similar ones of; empty: they end with the process
}

// Records is what is kept of a call.
type Records struct {
	Dir   string `yaml:"dir"`   // empty: nothing is kept
	Audio bool   `yaml:"audio"` // stereo WAV beside the JSON record
}

// Log is the diary on stderr.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn, error
	Format string `yaml:"format"` // text or json
}

// Default is the configuration of an empty file.
func Default() Config {
	return Config{
		SIP: SIP{
			Listen: "0.0.0.0:5060", User: "hotline", MaxCalls: 200, RTPPorts: "20000-29999",
			Allow:      []string{"127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"},
			RTPTimeout: Duration(time.Minute), MaxCall: Duration(30 * time.Minute),
		},
		Web:      Web{Listen: "127.0.0.1:8080", Trusted: []string{"127.0.0.0/8", "::1/128"}},
		TTS:      defaultTTS(),
		Shop:     Shop{Timeout: Duration(3 * time.Second)},
		SMS:      SMS{Timeout: Duration(3 * time.Second), Sign: "Voxgate"},
		Dialog:   Dialog{Builtin: true},
		Messages: Messages{Idle: Duration(15 * time.Minute), PerMinute: 30},
		LLM:      LLM{Timeout: Duration(1500 * time.Millisecond)},
		Handoff:  Handoff{Mode: "auto", Ring: Duration(25 * time.Second)},
		Records:  Records{Dir: "recordings", Audio: true},
		Log:      Log{Level: "info", Format: "text"},
		Drain:    Duration(30 * time.Second),
	}
}

// Networks are the parsed Allow prefixes; Validate has checked them.
func (s SIP) Networks() []netip.Prefix { return networks(s.Allow) }

// TrustedNetworks are the parsed Trusted prefixes; Validate has checked them.
func (w Web) TrustedNetworks() []netip.Prefix { return networks(w.Trusted) }

// MediaAddresses are the parsed Addresses; Validate has checked them.
func (w Web) MediaAddresses() []netip.Addr {
	var addresses []netip.Addr
	for _, text := range w.Addresses {
		if a, err := netip.ParseAddr(text); err == nil {
			addresses = append(addresses, a)
		}
	}
	return addresses
}

func networks(texts []string) []netip.Prefix {
	nets := make([]netip.Prefix, 0, len(texts))
	for _, text := range texts {
		if p, err := parseNetwork(text); err == nil {
			nets = append(nets, p)
		}
	}
	return nets
}
