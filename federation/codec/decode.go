package codec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of a document (security brief S9). Real ones have a depth under 10 and a few hundred tokens.
const (
	MaxBytes  = 1 << 20
	maxDepth  = 32
	maxTokens = 20_000
	maxKey    = 256
)

// ErrMalformed is what every refusal to read a document wraps: the sender's mistake, status 400.
var ErrMalformed = errors.New("malformed document")

func malformed(why string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(why, args...))
}

// Decode reads one JSON object from the bytes whose digest was verified, in one pass. A byte order mark is dropped. Refused
// are: more than the bounds above, a key that comes twice in one object (readers differ on which counts), NUL (Postgres
// cannot store it) and invalid UTF-8. Numbers come as json.Number, so that none is rounded or too large; half a surrogate
// pair becomes U+FFFD.
func Decode(raw []byte) (map[string]any, error) {
	if len(raw) > MaxBytes {
		return nil, malformed("more than %d bytes", MaxBytes)
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(raw) {
		return nil, malformed("not UTF-8")
	}
	if !json.Valid(raw) { // what follows relies on it: it only cuts, and never asks whether a bracket is closed
		return nil, malformed("not JSON")
	}
	s := scan{rest: raw}
	v, err := s.value(0)
	if err != nil {
		return nil, err
	}
	doc, ok := v.(map[string]any)
	if !ok {
		return nil, malformed("not an object")
	}
	return doc, nil
}

// scan cuts valid JSON into values and counts. encoding/json's own tokens cost four times the allocations.
type scan struct {
	rest []byte
	seen int
}

// peek skips what separates tokens and shows the next one's first byte.
func (s *scan) peek() byte {
	s.rest = bytes.TrimLeft(s.rest, " \t\r\n,:")
	return s.rest[0]
}

// cut takes n bytes as one token.
func (s *scan) cut(n int) ([]byte, error) {
	if s.seen++; s.seen > maxTokens {
		return nil, malformed("more than %d tokens", maxTokens)
	}
	token := s.rest[:n]
	s.rest = s.rest[n:]
	return token, nil
}

func (s *scan) value(depth int) (any, error) {
	switch s.peek() {
	case '{':
		return s.object(depth + 1)
	case '[':
		return s.array(depth + 1)
	case '"':
		return s.text()
	}
	end := bytes.IndexAny(s.rest, " \t\r\n,:]}")
	if end < 0 {
		end = len(s.rest)
	}
	token, err := s.cut(end)
	if err != nil {
		return nil, err
	}
	switch word := string(token); word {
	case "null":
		return nil, nil
	case "true", "false":
		return word == "true", nil
	default:
		return json.Number(word), nil
	}
}

func (s *scan) text() (string, error) {
	end, escaped := 1, false
	for s.rest[end] != '"' {
		if s.rest[end] == '\\' {
			escaped = true
			end++
		}
		end++
	}
	token, err := s.cut(end + 1)
	if err != nil {
		return "", err
	}
	if !escaped { // and so without NUL, which JSON must escape
		return string(token[1:end]), nil
	}
	var text string
	if err := json.Unmarshal(token, &text); err != nil {
		return "", malformed("not JSON")
	}
	if strings.IndexByte(text, 0) >= 0 {
		return "", malformed("a NUL in a string")
	}
	return text, nil
}

// open enters an array or object.
func (s *scan) open(depth int) error {
	if depth > maxDepth {
		return malformed("nested deeper than %d", maxDepth)
	}
	_, err := s.cut(1)
	return err
}

func (s *scan) array(depth int) (any, error) {
	if err := s.open(depth); err != nil {
		return nil, err
	}
	list := []any{}
	for s.peek() != ']' {
		v, err := s.value(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := s.cut(1)
	return list, err
}

func (s *scan) object(depth int) (any, error) {
	if err := s.open(depth); err != nil {
		return nil, err
	}
	object := map[string]any{}
	for s.peek() != '}' {
		key, err := s.text()
		if err != nil {
			return nil, err
		}
		if len(key) > maxKey {
			return nil, malformed("a key longer than %d bytes", maxKey)
		}
		if _, twice := object[key]; twice {
			return nil, malformed("a key twice in one object")
		}
		if object[key], err = s.value(depth); err != nil {
			return nil, err
		}
	}
	_, err := s.cut(1)
	return object, err
}
