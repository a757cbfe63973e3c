package webrtc

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"
)

// Bounds of what an offer may hold; a browser's is about 3 kB with one or two sections.
const (
	MaxOfferBytes = 64 << 10
	maxSections   = 8
	maxFormats    = 64
	maxCandidates = 64
	minUfrag      = 4 // RFC 8839 section 5.4
	minPassword   = 22
	maxCredential = 256
)

// Codec is a negotiated way to send sound, with the payload types that the offerer gave.
type Codec struct {
	Name      string // "opus", "PCMU" or "PCMA"
	Payload   uint8
	Clock     int    // RTP clock in hertz
	Rate      int    // frame rate in hertz: 16,000 for Opus, 8,000 for G.711
	Events    uint8  // payload type of telephone-event at the same clock; 0: not offered
	Format    string // the offer's fmtp line of the codec
	EventForm string // the offer's fmtp line of telephone-event
}

// Offer is an SDP offer that was found to be one voice call.
type Offer struct {
	SDP   string
	Mid   string
	Codec Codec
	// Hears says whether the far end wants to be sent sound (sendrecv); a sendonly offer does not.
	Hears bool
	Ufrag string
}

// ParseOffer checks an SDP offer (RFC 8829, RFC 9429) and chooses its codec: Opus, else PCMU, else PCMA. Errors wrap
// ErrMalformed, ErrUnsupported or ErrNoCommonCodec.
func ParseOffer(text string) (*Offer, error) {
	if len(text) > MaxOfferBytes {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrMalformed, len(text), MaxOfferBytes)
	}
	var desc sdp.SessionDescription
	if err := desc.UnmarshalString(text); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrMalformed, err)
	}
	if desc.Origin.AddressType == "" {
		return nil, fmt.Errorf("%w: it has no origin line", ErrMalformed)
	}
	audio, err := voiceSection(&desc)
	if err != nil {
		return nil, err
	}
	offer := &Offer{SDP: text}
	if offer.Mid, err = needAttribute(&desc, audio, sdp.AttrKeyMID); err != nil {
		return nil, err
	}
	if err := checkTransport(&desc, audio, offer); err != nil {
		return nil, err
	}
	if offer.Hears, err = hears(&desc, audio); err != nil {
		return nil, err
	}
	offer.Codec, err = chooseCodec(audio)
	if err != nil {
		return nil, err
	}
	return offer, nil
}

// voiceSection is the only live section of the offer, which must be audio.
func voiceSection(desc *sdp.SessionDescription) (*sdp.MediaDescription, error) {
	if len(desc.MediaDescriptions) > maxSections {
		return nil, fmt.Errorf("%w: %d media sections, at most %d", ErrMalformed, len(desc.MediaDescriptions), maxSections)
	}
	var audio *sdp.MediaDescription
	for _, section := range desc.MediaDescriptions {
		if section.MediaName.Port.Value == 0 {
			continue
		}
		if section.MediaName.Media != "audio" {
			return nil, fmt.Errorf("%w: it has a %q section", ErrUnsupported, section.MediaName.Media)
		}
		if audio != nil {
			return nil, fmt.Errorf("%w: it has two audio sections", ErrUnsupported)
		}
		audio = section
	}
	if audio == nil {
		return nil, fmt.Errorf("%w: it has no audio section", ErrUnsupported)
	}
	if len(audio.MediaName.Formats) > maxFormats {
		return nil, fmt.Errorf("%w: %d payload types, at most %d", ErrMalformed, len(audio.MediaName.Formats), maxFormats)
	}
	return audio, nil
}

// checkTransport wants what DTLS-SRTP with ICE needs: credentials, a fingerprint and rtcp-mux (RFC 8829 section 5.2.1).
func checkTransport(desc *sdp.SessionDescription, audio *sdp.MediaDescription, offer *Offer) error {
	if proto := strings.Join(audio.MediaName.Protos, "/"); proto != "UDP/TLS/RTP/SAVPF" && proto != "TCP/TLS/RTP/SAVPF" {
		return fmt.Errorf("%w: transport %q instead of UDP/TLS/RTP/SAVPF", ErrMalformed, proto)
	}
	for _, name := range []string{"fingerprint", "setup", "ice-pwd", "ice-ufrag"} {
		value, err := needAttribute(desc, audio, name)
		if err != nil {
			return err
		}
		switch name {
		case "ice-ufrag":
			offer.Ufrag = value
			err = checkCredential(value, minUfrag)
		case "ice-pwd":
			err = checkCredential(value, minPassword)
		case "setup":
			if value != "actpass" && value != "active" && value != "passive" {
				err = fmt.Errorf("%w: %q", ErrMalformed, value)
			}
		}
		if err != nil {
			return fmt.Errorf("%w in a=%s", err, name)
		}
	}
	if _, ok := audio.Attribute("rtcp-mux"); !ok {
		return fmt.Errorf("%w: a=rtcp-mux is missing", ErrMalformed)
	}
	count := 0
	for _, attribute := range audio.Attributes {
		if attribute.Key == sdp.AttrKeyCandidate {
			count++
		}
	}
	if count > maxCandidates {
		return fmt.Errorf("%w: %d candidates, at most %d", ErrMalformed, count, maxCandidates)
	}
	return nil
}

func checkCredential(value string, least int) error {
	if len(value) < least || len(value) > maxCredential {
		return fmt.Errorf("%w: %d characters", ErrMalformed, len(value))
	}
	for _, r := range value {
		if !isICEChar(r) {
			return fmt.Errorf("%w: character %q", ErrMalformed, r)
		}
	}
	return nil
}

// isICEChar is the ice-char of RFC 8839 section 5.1; Chromium's "-" and "_" appear in the wild too.
func isICEChar(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("+/-_=", r)
}

// needAttribute looks for a value in the section, then in the session.
func needAttribute(desc *sdp.SessionDescription, section *sdp.MediaDescription, name string) (string, error) {
	value, ok := section.Attribute(name)
	if !ok {
		value, ok = desc.Attribute(name)
	}
	if !ok || value == "" {
		return "", fmt.Errorf("%w: a=%s is missing", ErrMalformed, name)
	}
	return value, nil
}

// hears reads the direction, sendrecv where none is written (RFC 8866 section 6.7).
func hears(desc *sdp.SessionDescription, audio *sdp.MediaDescription) (bool, error) {
	for _, attributes := range [][]sdp.Attribute{audio.Attributes, desc.Attributes} {
		for _, attribute := range attributes {
			switch attribute.Key {
			case sdp.AttrKeySendRecv:
				return true, nil
			case sdp.AttrKeySendOnly:
				return false, nil
			case sdp.AttrKeyRecvOnly, sdp.AttrKeyInactive:
				return false, fmt.Errorf("%w: it is %s, so nobody would be heard", ErrUnsupported, attribute.Key)
			}
		}
	}
	return true, nil
}

// format is one payload type of a section.
type format struct {
	payload uint8
	name    string
	clock   int
	fmtp    string
}

func chooseCodec(audio *sdp.MediaDescription) (Codec, error) {
	formats := readFormats(audio)
	wanted := []Codec{
		{Name: "opus", Clock: 48000, Rate: 16000},
		{Name: "PCMU", Clock: 8000, Rate: 8000},
		{Name: "PCMA", Clock: 8000, Rate: 8000},
	}
	for _, codec := range wanted {
		found, ok := findFormat(formats, codec.Name, codec.Clock)
		if !ok {
			continue
		}
		codec.Payload, codec.Format = found.payload, found.fmtp
		if events, ok := findFormat(formats, "telephone-event", codec.Clock); ok {
			codec.Events, codec.EventForm = events.payload, events.fmtp
		}
		return codec, nil
	}
	return Codec{}, ErrNoCommonCodec
}

func findFormat(formats []format, name string, clock int) (format, bool) {
	for _, f := range formats {
		if strings.EqualFold(f.name, name) && f.clock == clock {
			return f, true
		}
	}
	return format{}, false
}

// readFormats gives the payload types of a section in its order; the static ones need no rtpmap (RFC 3551 table 4).
func readFormats(audio *sdp.MediaDescription) []format {
	static := map[uint8]string{0: "PCMU", 8: "PCMA"}
	formats := make([]format, 0, len(audio.MediaName.Formats))
	for _, text := range audio.MediaName.Formats {
		number, err := strconv.ParseUint(text, 10, 7)
		if err != nil {
			continue
		}
		f := format{payload: uint8(number), fmtp: parameter(audio, "fmtp", text)}
		if encoding := parameter(audio, "rtpmap", text); encoding != "" {
			name, rest, _ := strings.Cut(encoding, "/")
			clock, _, _ := strings.Cut(rest, "/")
			f.name = name
			f.clock, _ = strconv.Atoi(clock)
		} else if name, ok := static[f.payload]; ok {
			f.name, f.clock = name, 8000
		}
		formats = append(formats, f)
	}
	return formats
}

// parameter is the value of an attribute that names a payload type first: "a=rtpmap:111 opus/48000/2".
func parameter(audio *sdp.MediaDescription, key, payload string) string {
	for _, attribute := range audio.Attributes {
		if number, value, ok := strings.Cut(attribute.Value, " "); ok && attribute.Key == key && number == payload {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
