// Package header reads and writes the header values of call transfer: User-to-User (RFC 7433), Refer-To (RFC 3515) and
// the message/sipfrag bodies (RFC 3420) that report on a transfer. It also masks what must not reach a log.
package header

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// ErrMalformed says that a value does not follow its RFC.
var ErrMalformed = errors.New("malformed header value")

// UserToUserName is the header of RFC 7433.
const UserToUserName = "User-to-User"

// maxUserToUser bounds the content that we send or take, in bytes; it must fit a request over UDP when in hex.
const maxUserToUser = 2048

// EncodeUserToUser writes content as RFC 7433 section 4.1 wants arbitrary bytes: hex digits with ;encoding=hex. Purpose
// names the application ("" for none) and must be a token.
func EncodeUserToUser(content, purpose string) (string, error) {
	if len(content) > maxUserToUser {
		return "", fmt.Errorf("%w: User-to-User of %d bytes, at most %d", ErrMalformed, len(content), maxUserToUser)
	}
	if !token(purpose) && purpose != "" {
		return "", fmt.Errorf("%w: purpose %q is not a token", ErrMalformed, purpose)
	}
	value := hex.EncodeToString([]byte(content)) + ";encoding=hex"
	if purpose != "" {
		value += ";purpose=" + purpose
	}
	return value, nil
}

// DecodeUserToUser reads a User-to-User value: hex with ;encoding=hex or without a parameter (the default of RFC 7433
// section 4.1), else text as it stands.
func DecodeUserToUser(value string) (string, error) {
	data, params, _ := strings.Cut(value, ";")
	data = strings.TrimSpace(data)
	if len(data) > 2*maxUserToUser {
		return "", fmt.Errorf("%w: User-to-User is too long", ErrMalformed)
	}
	encoding := ""
	for p := range strings.SplitSeq(params, ";") {
		name, v, _ := strings.Cut(p, "=")
		if strings.EqualFold(strings.TrimSpace(name), "encoding") {
			encoding = strings.ToLower(strings.Trim(strings.TrimSpace(v), `"`))
		}
	}
	if n := len(data); n >= 2 && data[0] == '"' && data[n-1] == '"' {
		data = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(data[1 : n-1])
	}
	if encoding != "" && encoding != "hex" {
		return data, nil
	}
	raw, err := hex.DecodeString(data)
	if err != nil {
		return "", fmt.Errorf("%w: User-to-User is not hex: %w", ErrMalformed, err)
	}
	return string(raw), nil
}

// ReferTo is whom to call and what to tell them.
type ReferTo struct {
	URI        string // sip:user@host;params, without headers
	UserToUser string // decoded content, "" for none
}

// EncodeReferTo writes a Refer-To value whose URI carries User-to-User as an escaped header (RFC 3261 section 19.1.1).
func EncodeReferTo(target, userToUser string) (string, error) {
	if err := CheckURI(target); err != nil {
		return "", err
	}
	if userToUser == "" {
		return "<" + target + ">", nil
	}
	value, err := EncodeUserToUser(userToUser, "")
	if err != nil {
		return "", err
	}
	return "<" + target + "?" + UserToUserName + "=" + url.QueryEscape(value) + ">", nil
}

// DecodeReferTo reads a Refer-To value: name-addr or addr-spec, sip or tel.
func DecodeReferTo(value string) (ReferTo, error) {
	uri := strings.TrimSpace(value)
	if i := strings.LastIndexByte(uri, '<'); i >= 0 {
		var ok bool
		if uri, _, ok = strings.Cut(uri[i+1:], ">"); !ok {
			return ReferTo{}, fmt.Errorf("%w: Refer-To lacks >", ErrMalformed)
		}
	}
	uri, headers, _ := strings.Cut(uri, "?")
	if err := CheckURI(uri); err != nil {
		return ReferTo{}, err
	}
	out := ReferTo{URI: uri}
	for pair := range strings.SplitSeq(headers, "&") {
		name, v, ok := strings.Cut(pair, "=")
		if !ok || !strings.EqualFold(name, UserToUserName) {
			continue
		}
		unescaped, err := url.PathUnescape(v)
		if err != nil {
			return ReferTo{}, fmt.Errorf("%w: escaped User-to-User: %w", ErrMalformed, err)
		}
		if out.UserToUser, err = DecodeUserToUser(unescaped); err != nil {
			return ReferTo{}, err
		}
	}
	return out, nil
}

// CheckURI refuses what would not stay one URI within a message: other schemes than sip, sips and tel, spaces, quotes,
// angle brackets, headers and control characters.
func CheckURI(uri string) error {
	scheme, rest, ok := strings.Cut(uri, ":")
	scheme = strings.ToLower(scheme)
	if !ok || rest == "" || (scheme != "sip" && scheme != "sips" && scheme != "tel") {
		return fmt.Errorf("%w: %.60q is no sip:, sips: or tel: URI", ErrMalformed, uri)
	}
	if len(uri) > 512 {
		return fmt.Errorf("%w: URI of %d bytes", ErrMalformed, len(uri))
	}
	for i := range len(uri) {
		if c := uri[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`<>"?\`, c) >= 0 {
			return fmt.Errorf("%w: character %q in URI", ErrMalformed, c)
		}
	}
	return nil
}

// CheckLine refuses a header value that would not stay one line (header injection).
func CheckLine(value string) error {
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return fmt.Errorf("%w: control character %q in header", ErrMalformed, c)
		}
	}
	return nil
}

// Token tells whether a name can be a header or parameter name (RFC 3261 section 25.1).
func Token(name string) bool { return token(name) }

func token(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && strings.IndexByte("-.!%*_+`'~", c) < 0 {
			return false
		}
	}
	return s != ""
}

// DecodeSipfrag reads the status of a message/sipfrag body: "SIP/2.0 200 OK".
func DecodeSipfrag(body []byte) (status int, reason string, err error) {
	line, _, _ := strings.Cut(string(body), "\n")
	version, rest, ok := strings.Cut(strings.TrimSpace(line), " ")
	if !ok || !strings.EqualFold(version, "SIP/2.0") {
		return 0, "", fmt.Errorf("%w: sipfrag does not begin with a status line", ErrMalformed)
	}
	code, reason, _ := strings.Cut(strings.TrimSpace(rest), " ")
	status, err = strconv.Atoi(code)
	if err != nil || len(code) != 3 || status < 100 || status > 699 {
		return 0, "", fmt.Errorf("%w: sipfrag status %.10q", ErrMalformed, code)
	}
	if err := CheckLine(reason); err != nil {
		return 0, "", err
	}
	return status, reason, nil
}

// EncodeSipfrag writes a status line as a message/sipfrag body.
func EncodeSipfrag(status int, reason string) []byte {
	return []byte("SIP/2.0 " + strconv.Itoa(status) + " " + reason + "\r\n")
}

// Mask hides the middle of a number for logs: 138****3721. Short ones and names are hidden but for one character.
func Mask(number string) string {
	r := []rune(number)
	switch {
	case len(r) >= 8:
		return string(r[:3]) + "****" + string(r[len(r)-4:])
	case len(r) > 1:
		return string(r[:1]) + "***"
	}
	return number
}
