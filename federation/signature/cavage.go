package signature

import (
	"encoding/base64"
	"strings"
)

// Bounds of a signature's headers: an 8192-bit signature is 1368 characters.
const (
	maxHeader  = 8 << 10
	maxCovered = 32
)

// parseParams reads the parameters of a Signature header (cavage-12 2.1). Spaces round commas and commas inside quotes
// are legal and occur.
func parseParams(header string) (Signature, error) {
	if len(header) > maxHeader {
		return Signature{}, refuse(Malformed, "the header is too long")
	}
	params, ok := splitParams(header)
	if !ok {
		return Signature{}, refuse(Malformed, "the header is not a list of parameters")
	}
	s := Signature{
		scheme: Cavage, keyID: params["keyid"], created: params["created"], expires: params["expires"],
		covered: []string{"(created)"}, // cavage-12 2.1.6: the default
	}
	if s.keyID == "" {
		return Signature{}, refuse(Malformed, "keyId is missing")
	}
	// A public key is no secret, so a MAC keyed with one proves nothing.
	if strings.HasPrefix(strings.ToLower(params["algorithm"]), "hmac") {
		return Signature{}, refuse(Unsupported, "an hmac cannot say who signed")
	}
	if list, given := params["headers"]; given {
		s.covered = strings.Fields(strings.ToLower(list))
	}
	if len(s.covered) == 0 || len(s.covered) > maxCovered {
		return Signature{}, refuse(Malformed, "headers lists nothing or too much")
	}
	value, err := base64.StdEncoding.DecodeString(params["signature"])
	if err != nil || len(value) == 0 {
		return Signature{}, refuse(Malformed, "signature is missing or not base64")
	}
	s.value = value
	return s, nil
}

// splitParams cuts `a="1", b=2` into its parameters with lower-case names. A name that comes twice spoils the whole.
func splitParams(s string) (map[string]string, bool) {
	params := map[string]string{}
	for {
		name, rest, ok := strings.Cut(s, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := params[name]; !ok || twice || name == "" || strings.ContainsAny(name, `", `) {
			return nil, false
		}
		value, rest, ok := cutValue(strings.TrimLeft(rest, " \t"))
		if !ok {
			return nil, false
		}
		params[name] = value
		rest = strings.TrimLeft(rest, " \t")
		if rest == "" {
			return params, true
		}
		if s, ok = strings.CutPrefix(rest, ","); !ok {
			return nil, false
		}
	}
}

// cutValue takes a quoted string or a bare word from the front of s.
func cutValue(s string) (value, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, ", \t")
		if end < 0 {
			end = len(s)
		}
		return s[:end], s[end:], end > 0 && clean(s[:end])
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], clean(b.String())
		case '\\':
			i++
			if i == len(s) {
				return "", "", false
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}

// clean refuses control characters: a line feed in a value could forge a line of the signed text.
func clean(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool { return c < ' ' || c == 0x7f }) < 0
}

// signedHeader is the value of one line of what was signed (cavage-12 2.3).
func (s Signature) signedHeader(m message, name string) (string, bool) {
	switch name {
	case "(request-target)":
		return strings.ToLower(m.Method) + " " + m.target, true
	case "(created)":
		return s.created, s.created != ""
	case "(expires)":
		return s.expires, s.expires != ""
	case "host":
		return m.host, true
	}
	return headerValue(m.Request, name)
}
