package signature

import (
	"net/http"
	"strconv"
	"strings"
)

// message is a request as its signer saw it: whatever a proxy made of it since, the server has its public name, and the target
// stands in one of its spellings.
type message struct {
	*http.Request
	scheme    string
	authority string // in lower case, without the scheme's own port
	host      string // as the signer wrote it
	target    string // path and query
}

// sent is an outgoing request.
func sent(r *http.Request) message {
	m := message{Request: r, scheme: r.URL.Scheme, host: r.Host, target: r.URL.RequestURI()}
	if m.host == "" {
		m.host = r.URL.Host
	}
	m.authority = plain(m.scheme, m.host)
	return m
}

// received is an incoming one. The signer must have meant this server, in the spelling that it used for it if that is ours.
func received(r *http.Request, scheme, host, target string) message {
	m := message{Request: r, scheme: scheme, authority: plain(scheme, host), host: host, target: target}
	if plain(scheme, r.Host) == m.authority {
		m.host = r.Host
	}
	return m
}

// targets are the spellings of the request line that the peer may have signed: old Mastodon and GoToSocial leave the
// query out of a GET.
func targets(r *http.Request) []string {
	sent := r.RequestURI
	if !strings.HasPrefix(sent, "/") { // absolute form, or a request that never crossed a socket
		sent = r.URL.RequestURI()
	}
	path, _, query := strings.Cut(sent, "?")
	if query && !hasBody(r, nil) {
		return []string{sent, path}
	}
	return []string{sent}
}

func hasBody(r *http.Request, body []byte) bool {
	return len(body) > 0 || r.Method != http.MethodGet && r.Method != http.MethodHead
}

// plain drops what does not tell two hosts apart: case and the scheme's own port.
func plain(scheme, host string) string {
	port := map[string]string{"https": ":443", "http": ":80"}[scheme]
	return strings.TrimSuffix(strings.ToLower(host), port)
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
