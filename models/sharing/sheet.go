package sharing

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"codeberg.org/manypots/manypots/models/fault"
)

const (
	sheetBytes = 1 << 20 // seven thousand claims
	sheetDepth = 3       // the sheet, its claims, one claim
)

// ReadSheet reads a sheet from a file or from another node. It refuses what two readers could understand differently: unknown names, a name
// that comes twice, capitals, anything behind the end.
func ReadSheet(r io.Reader) (Sheet, error) {
	data, err := io.ReadAll(io.LimitReader(r, sheetBytes+1))
	if err != nil {
		return Sheet{}, err
	}
	if len(data) > sheetBytes {
		return Sheet{}, unreadable(fmt.Errorf("more than %d bytes", sheetBytes))
	}
	if err := checkNames(json.NewDecoder(bytes.NewReader(data)), sheetDepth); err != nil {
		return Sheet{}, unreadable(err)
	}
	strict := json.NewDecoder(bytes.NewReader(data))
	strict.DisallowUnknownFields()
	var s Sheet
	if err := strict.Decode(&s); err != nil {
		return Sheet{}, unreadable(err)
	}
	if _, err := strict.Token(); err != io.EOF {
		return Sheet{}, unreadable(errors.New("something follows the sheet"))
	}
	return s, nil
}

// checkNames walks one value and refuses names that encoding/json would silently take for others.
func checkNames(tokens *json.Decoder, depth int) error {
	token, err := tokens.Token()
	if err != nil {
		return err
	}
	if _, opens := token.(json.Delim); !opens {
		return nil
	}
	if depth == 0 {
		return errors.New("nested too deep")
	}
	seen := map[string]bool{}
	for tokens.More() {
		if token == json.Delim('{') {
			t, err := tokens.Token()
			if err != nil {
				return err
			}
			name := t.(string)
			if seen[name] || strings.ContainsFunc(name, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') }) {
				return errors.New("a name comes twice or is not in small letters")
			}
			seen[name] = true
		}
		if err := checkNames(tokens, depth-1); err != nil {
			return err
		}
	}
	_, err = tokens.Token()
	return err
}

// Check draws again from what the sheet says, and refuses with a sentence about the first thing that is not as it must be:
//
//	draw.round     the round, or the number of secrets
//	draw.claims    a ticket, a quantity, their order, the offer's id, or what was left
//	draw.commit    s₁ is not what was committed to
//	draw.chain     a secret does not belong to the one before it
//	draw.order     drawn otherwise
//	draw.promised  promised otherwise
//
// That the commitment is the one that was published with the offer is for the reader to compare.
func (s Sheet) Check() error {
	if s.Round < 1 || s.Round > Rounds || len(s.Secrets) != s.Round {
		return wrongRound()
	}
	if err := s.checkClaims(); err != nil {
		return err
	}
	if s.Commit != commitTo(s.Secrets[0]) {
		return wrong("draw.commit", "the commitment is not the SHA-256 of the first secret")
	}
	for i, secret := range s.Secrets[1:] {
		if secret.before() != s.Secrets[i] {
			return wrong("draw.chain", "secret %d is not the SHA-256 of secret %d", i+1, i+2)
		}
	}
	if order := s.order(); !slices.Equal(s.Order, order) {
		return wrong("draw.order", "the order is another from place %d on", differ(s.Order, order))
	}
	if promised := s.promise(); !slices.Equal(s.Promised, promised) {
		return wrong("draw.promised", "the promises are others from number %d on", differ(s.Promised, promised))
	}
	return nil
}

// checkClaims is what must hold before anything is drawn. Causes name claims by their place, since a ticket must not reach a log.
func (s Sheet) checkClaims() error {
	if s.Offer == "" || strings.Contains(s.Offer, "\x00") {
		return wrong("draw.claims", "the offer has no usable id")
	}
	if s.Left < 1 {
		return wrong("draw.claims", "nothing was left to promise")
	}
	for i, e := range s.Claims {
		if _, ok := unhex(e.Ticket, ticketBytes); !ok {
			return wrong("draw.claims", "the ticket of claim %d is not %d lower-case hex digits", i+1, 2*ticketBytes)
		}
		if e.Quantity < 1 {
			return wrong("draw.claims", "claim %d asks for nothing", i+1)
		}
		if i == 0 {
			continue
		}
		switch before := s.Claims[i-1].Ticket; {
		case before == e.Ticket:
			return wrong("draw.claims", "claims %d and %d have the same ticket", i, i+1)
		case before > e.Ticket:
			return wrong("draw.claims", "claims %d and %d are not sorted by ticket", i, i+1)
		}
	}
	return nil
}

func wrongRound() error {
	return wrong("draw.round", "a draw has a round from 1 to %d and as many secrets", Rounds)
}

// differ is the first place, counted from one, at which two lists part.
func differ(a, b []string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return i + 1
}

func wrong(key, sentence string, args ...any) error {
	return fault.New(fault.Invalid, key).Because(fmt.Errorf(sentence, args...))
}

func unreadable(cause error) error { return fault.New(fault.Invalid, "draw.unreadable").Because(cause) }
