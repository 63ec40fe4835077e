package signature

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dunglas/httpsfv"
)

// The algorithms of RFC 9421 3.3 that are spoken here. Its others need keys that no actor publishes.
const (
	algRSA     = "rsa-v1_5-sha256"
	algEd25519 = "ed25519"
)

// parseInput reads the headers Signature-Input and Signature (RFC 9421 4.1, 4.2). The label is the sender's affair. There must be
// one signature and no more: which of two counts would be a guess.
func parseInput(input, signature string) (Signature, error) {
	if len(input) > maxHeader || len(signature) > maxHeader {
		return Signature{}, refuse(Malformed, "a header of the signature is too long")
	}
	inputs, err := httpsfv.UnmarshalDictionary([]string{input})
	if err != nil {
		return Signature{}, refuse(Malformed, "Signature-Input is not a dictionary")
	}
	values, err := httpsfv.UnmarshalDictionary([]string{signature})
	if err != nil {
		return Signature{}, refuse(Malformed, "Signature is not a dictionary")
	}
	if len(inputs.Names()) != 1 || !slices.Equal(inputs.Names(), values.Names()) {
		return Signature{}, refuse(Malformed, "there must be one signature, under one label in both headers")
	}
	label := inputs.Names()[0]
	member, _ := inputs.Get(label)
	list, ok := member.(httpsfv.InnerList)
	if !ok {
		return Signature{}, refuse(Malformed, "Signature-Input holds no list of components")
	}
	member, _ = values.Get(label)
	item, _ := member.(httpsfv.Item)
	value, _ := item.Value.([]byte)
	if len(value) == 0 {
		return Signature{}, refuse(Malformed, "Signature holds no bytes")
	}
	return readInput(list, value)
}

// readInput reads what is covered, and the parameters. Those that mean nothing to us, such as tag and nonce, are signed and so
// pass as they are.
func readInput(list httpsfv.InnerList, value []byte) (Signature, error) {
	s := Signature{scheme: RFC9421, value: value}
	var err error
	if s.covered, err = components(list.Items); err != nil {
		return Signature{}, err
	}
	if s.keyID, _ = param[string](list, "keyid"); s.keyID == "" {
		return Signature{}, refuse(Malformed, "keyid is missing")
	}
	created, ok := param[int64](list, "created")
	if !ok {
		return Signature{}, refuse(Uncovered, "created is missing or not a number")
	}
	s.created = strconv.FormatInt(created, 10)
	if _, given := list.Params.Get("expires"); given {
		expires, ok := param[int64](list, "expires")
		if !ok {
			return Signature{}, refuse(Malformed, "expires is not a number")
		}
		s.expires = strconv.FormatInt(expires, 10)
	}
	if _, given := list.Params.Get("alg"); given {
		s.algorithm, _ = param[string](list, "alg")
		if s.algorithm != algRSA && s.algorithm != algEd25519 {
			return Signature{}, refuse(Unsupported, "alg must be "+algRSA+" or "+algEd25519)
		}
	}
	if s.input, err = httpsfv.Marshal(list); err != nil {
		return Signature{}, refuse(Malformed, "Signature-Input cannot be written down again")
	}
	return s, nil
}

func param[T string | int64](list httpsfv.InnerList, name string) (T, bool) {
	given, _ := list.Params.Get(name)
	value, ok := given.(T)
	return value, ok
}

// components are the names of what is covered. What a parameter makes of one (sf, key, bs, req, tr) is refused: nobody in the
// fediverse sends it, and to guess would be worse than to say no.
func components(items []httpsfv.Item) (covered []string, err error) {
	if len(items) == 0 || len(items) > maxCovered {
		return nil, refuse(Malformed, "the signature covers nothing or too much")
	}
	for _, item := range items {
		name, _ := item.Value.(string)
		switch {
		case name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_@") != "":
			return nil, refuse(Malformed, "a covered component has no name in lower case")
		case len(item.Params.Names()) > 0:
			return nil, refuse(Unsupported, "the component "+name+" has a parameter, which is not understood here")
		case slices.Contains(covered, name): // RFC 9421 2.5
			return nil, refuse(Malformed, "the component "+name+" is covered twice")
		}
		covered = append(covered, name)
	}
	return covered, nil
}

// derived is the value of a component (RFC 9421 2.1, 2.2).
func (m message) derived(name string) (string, bool) {
	path, query, _ := strings.Cut(m.target, "?")
	switch name {
	case "@method":
		return m.Method, true
	case "@target-uri":
		return m.scheme + "://" + m.authority + m.target, true
	case "@authority":
		return m.authority, true
	case "@scheme":
		return m.scheme, true
	case "@request-target":
		return m.target, true
	case "@path":
		return path, true
	case "@query":
		return "?" + query, true
	case "host":
		return m.host, true
	}
	if strings.HasPrefix(name, "@") {
		return "", false
	}
	return headerValue(m.Request, name)
}
