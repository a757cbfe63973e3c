package dtmf

import (
	"errors"
	"fmt"
	"mime"
	"strconv"
	"strings"
	"time"
)

var (
	// ErrInfoType says that a SIP INFO request carries something other than keys (answer 415).
	ErrInfoType = errors.New("INFO body is not of a key type")
	// ErrInfoBody says that a SIP INFO body names no key (answer 400).
	ErrInfoBody = errors.New("INFO body names no key")
)

// Longest body that is looked at; real ones have about 30 octets.
const maxInfo = 512

// ParseInfo reads the key of a SIP INFO body. Application/dtmf-relay has lines `Signal=5` and `Duration=160` (in
// milliseconds); application/dtmf has the bare key. Star and hash may come as 10 and 11. Duration is 0 where none is given.
func ParseInfo(contentType string, body []byte) (key rune, duration time.Duration, err error) {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "application/dtmf-relay" && kind != "application/dtmf" {
		return 0, 0, fmt.Errorf("%w: %.60q", ErrInfoType, contentType)
	}
	if len(body) > maxInfo {
		return 0, 0, fmt.Errorf("%w: %d octets long", ErrInfoBody, len(body))
	}
	for line := range strings.FieldsFuncSeq(string(body), func(r rune) bool { return r == '\r' || r == '\n' }) {
		name, value, assigned := strings.Cut(line, "=")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		switch {
		case !assigned && key == 0:
			key, err = infoKey(strings.TrimSpace(line))
		case assigned && name == "signal":
			key, err = infoKey(value)
		case assigned && name == "duration":
			var ms uint64
			if ms, err = strconv.ParseUint(value, 10, 16); err != nil {
				err = fmt.Errorf("%w: duration %.20q", ErrInfoBody, value)
			}
			duration = time.Duration(ms) * time.Millisecond
		}
		if err != nil {
			return 0, 0, err
		}
	}
	if key == 0 {
		return 0, 0, ErrInfoBody
	}
	return key, duration, nil
}

func infoKey(text string) (rune, error) {
	if n, err := strconv.ParseUint(text, 10, 8); err == nil && n < uint64(len(keys)) && len(text) <= 2 {
		return rune(keys[n]), nil
	}
	if len(text) == 1 {
		if c, ok := code(rune(text[0])); ok {
			return rune(keys[c]), nil
		}
	}
	return 0, fmt.Errorf("%w: %.20q", ErrInfoBody, text)
}
