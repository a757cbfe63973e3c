package webrtc

import (
	"fmt"
	"strings"
)

// MaxFragmentBytes bounds a trickle fragment.
const MaxFragmentBytes = 16 << 10

// Fragment is what a client adds to its offer later: candidates, or new ICE credentials for a restart
// (RFC 8840 section 9, as RFC 9725 section 4.3 uses it).
type Fragment struct {
	Ufrag    string
	Password string
	Mid      string
	// Candidates are the values of the a=candidate lines: "candidate:1 1 UDP 2130706431 192.0.2.1 9 typ host".
	Candidates []string
	End        bool // a=end-of-candidates
}

// ParseFragment reads an application/trickle-ice-sdpfrag body. Unknown lines are passed over, as RFC 8840 wants;
// errors wrap ErrMalformed.
func ParseFragment(text string) (Fragment, error) {
	var fragment Fragment
	if len(text) > MaxFragmentBytes {
		return fragment, fmt.Errorf("%w: fragment of %d bytes, at most %d", ErrMalformed, len(text), MaxFragmentBytes)
	}
	for number, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if line == "" {
			continue
		}
		if len(line) < 2 || line[1] != '=' {
			return fragment, fmt.Errorf("%w: line %d of the fragment is no SDP line", ErrMalformed, number+1)
		}
		if line[0] != 'a' {
			continue
		}
		if err := fragment.read(line[2:]); err != nil {
			return fragment, fmt.Errorf("line %d of the fragment: %w", number+1, err)
		}
	}
	if fragment.Ufrag == "" || fragment.Password == "" {
		return fragment, fmt.Errorf("%w: a fragment needs a=ice-ufrag and a=ice-pwd", ErrMalformed)
	}
	return fragment, nil
}

func (f *Fragment) read(attribute string) error {
	key, value, _ := strings.Cut(attribute, ":")
	switch key {
	case "ice-ufrag":
		return once(&f.Ufrag, value, minUfrag)
	case "ice-pwd":
		return once(&f.Password, value, minPassword)
	case "mid":
		f.Mid = value
	case "candidate":
		if len(f.Candidates) == maxCandidates {
			return fmt.Errorf("%w: more than %d candidates", ErrMalformed, maxCandidates)
		}
		f.Candidates = append(f.Candidates, attribute)
	case "end-of-candidates":
		f.End = true
	}
	return nil
}

// once takes a credential, which a bundled session may repeat but not change.
func once(field *string, value string, least int) error {
	if *field != "" && *field != value {
		return fmt.Errorf("%w: two different ICE credentials", ErrMalformed)
	}
	if err := checkCredential(value, least); err != nil {
		return err
	}
	*field = value
	return nil
}

// String writes the fragment as a body, for the answer to an ICE restart.
func (f Fragment) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:%s\r\n", f.Ufrag, f.Password, f.Mid)
	for _, candidate := range f.Candidates {
		fmt.Fprintf(&b, "a=%s\r\n", candidate)
	}
	if f.End {
		b.WriteString("a=end-of-candidates\r\n")
	}
	return b.String()
}

// restarted is the offer with the fragment's credentials and candidates in place of its own.
func restarted(offer *Offer, fragment Fragment) (*Offer, error) {
	var b strings.Builder
	for line := range strings.Lines(offer.SDP) {
		line = strings.TrimRight(line, "\r\n")
		switch key, _, _ := strings.Cut(line, ":"); key {
		case "a=ice-ufrag":
			line = "a=ice-ufrag:" + fragment.Ufrag
		case "a=ice-pwd":
			line = "a=ice-pwd:" + fragment.Password
		case "a=candidate", "a=end-of-candidates":
			continue
		case "a=mid":
			for _, candidate := range fragment.Candidates {
				fmt.Fprintf(&b, "a=%s\r\n", candidate)
			}
		}
		b.WriteString(line + "\r\n")
	}
	return ParseOffer(b.String())
}

// answerFragment takes from an SDP answer what the far end needs after a restart.
func answerFragment(answer, mid string) (Fragment, error) {
	fragment := Fragment{Mid: mid, End: true}
	for line := range strings.Lines(answer) {
		attribute, ok := strings.CutPrefix(strings.TrimRight(line, "\r\n"), "a=")
		if !ok {
			continue
		}
		if err := fragment.read(attribute); err != nil {
			return fragment, fmt.Errorf("read our own answer: %w", err)
		}
	}
	fragment.Mid = mid
	return fragment, nil
}
