package signature

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
)

// Bounds of a Signature header: an 8192-bit signature is 1368 characters.
const (
	maxParams  = 8 << 10
	maxCovered = 32
)

// parseParams reads the parameters of a Signature header (cavage-12 2.1). Spaces round commas and commas inside quotes
// are legal and occur.
func parseParams(header string) (Signature, error) {
	if len(header) > maxParams {
		return Signature{}, refuse(Malformed, "the header is too long")
	}
	params, ok := splitParams(header)
	if !ok {
		return Signature{}, refuse(Malformed, "the header is not a list of parameters")
	}
	s := Signature{
		keyID: params["keyid"], created: params["created"], expires: params["expires"],
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

// text is what was signed (cavage-12 2.3), for one spelling of the target.
func (s Signature) text(r *http.Request, target, host string) (string, error) {
	lines := make([]string, len(s.covered))
	for i, name := range s.covered {
		value, ok := "", true
		switch name {
		case "(request-target)":
			value = strings.ToLower(r.Method) + " " + target
		case "(created)":
			value, ok = s.created, s.created != ""
		case "(expires)":
			value, ok = s.expires, s.expires != ""
		case "host":
			value = host
		default:
			value, ok = headerValue(r, name)
		}
		if !ok {
			return "", refuse(Malformed, "the signature covers "+strconv.QuoteToASCII(name)+", which is not there")
		}
		lines[i] = name + ": " + value
	}
	return strings.Join(lines, "\n"), nil
}

// headerValue joins the lines of a header in the order received.
func headerValue(r *http.Request, name string) (string, bool) {
	values := r.Header.Values(name)
	if len(values) == 0 {
		if name == "content-length" && r.ContentLength >= 0 {
			return strconv.FormatInt(r.ContentLength, 10), true
		}
		return "", false
	}
	trimmed := make([]string, len(values))
	for i, v := range values {
		trimmed[i] = strings.TrimSpace(v)
	}
	return strings.Join(trimmed, ", "), true
}
