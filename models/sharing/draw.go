package sharing

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"codeberg.org/manypots/manypots/models/fault"
)

// Rounds is how many draws one commitment covers.
const Rounds = 64

// Secret is the key of one round: unknown to everybody until that round is drawn.
type Secret [32]byte

// MarshalText writes lower-case hex.
func (s Secret) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, s[:]), nil }

// UnmarshalText reads lower-case hex and nothing else.
func (s *Secret) UnmarshalText(text []byte) error {
	raw, ok := unhex(string(text), len(s))
	if !ok {
		return fault.New(fault.Invalid, "draw.unreadable").Because(fmt.Errorf("a secret is %d lower-case hex digits", 2*len(s)))
	}
	copy(s[:], raw)
	return nil
}

func (s Secret) before() Secret { return sha256.Sum256(s[:]) }

// Chain holds the secrets of all rounds of an offer (DESIGN 4): s₆₄ is random, s_r = SHA-256(s_{r+1}), and the hash of s₁ is published with the
// offer. Revealing a round's secret tells nothing of later ones, and none can be exchanged after the first claim.
type Chain struct{ last Secret }

// NewChain makes s₆₄ out of randomness.
func NewChain(random io.Reader) (c Chain, err error) {
	_, err = io.ReadFull(random, c.last[:])
	return c, err
}

// ParseChain reads what Hex wrote.
func ParseChain(s string) (c Chain, err error) {
	err = c.last.UnmarshalText([]byte(s))
	return c, err
}

// Hex is s₆₄, for the offer's own row and for nobody's eyes.
func (c Chain) Hex() string { return hex.EncodeToString(c.last[:]) }

// Commit is SHA-256(s₁) in lower-case hex: pots:drawCommit.
func (c Chain) Commit() string { return commitTo(c.secrets(1)[0]) }

// secrets are s₁ to s_round.
func (c Chain) secrets(round int) []Secret {
	all := make([]Secret, Rounds)
	for i, s := len(all)-1, c.last; i >= 0; i, s = i-1, s.before() {
		all[i] = s
	}
	return all[:round:round]
}

func commitTo(first Secret) string {
	hash := first.before()
	return hex.EncodeToString(hash[:])
}

// Entry is a claim as the draw sees it. Whose it is, when it came and from where are not in it.
type Entry struct {
	Ticket      string `json:"ticket"` // 16 random bytes in lower-case hex
	Quantity    int    `json:"quantity"`
	OthersFirst bool   `json:"others_first"` // "someone else may go first"
}

// Sheet is one round of a draw with everything that is needed to recheck it: the page, the JSON and the file of draw check.
//
// It proves that nothing was altered after the commitment. It does not prove that all claims are those of people: who runs the
// home node could add one.
type Sheet struct {
	Offer    string   `json:"offer"` // its id on the wire
	Round    int      `json:"round"` // from 1
	Commit   string   `json:"commit"`
	Secrets  []Secret `json:"secrets"`  // s₁ to that of this round
	Left     int      `json:"left"`     // how many there were to promise
	Claims   []Entry  `json:"claims"`   // by ticket, so that no order of arrival is in it
	Order    []string `json:"order"`    // all tickets, as drawn
	Promised []string `json:"promised"` // tickets, in that order
}

// Draw makes a round among claims. The same claims in any order make the same sheet.
func Draw(chain Chain, offer string, round, left int, claims []Entry) (Sheet, error) {
	if round < 1 || round > Rounds {
		return Sheet{}, wrongRound()
	}
	s := Sheet{Offer: offer, Round: round, Commit: chain.Commit(), Secrets: chain.secrets(round), Left: left}
	s.Claims = append([]Entry{}, claims...)
	slices.SortFunc(s.Claims, func(a, b Entry) int { return cmp.Compare(a.Ticket, b.Ticket) })
	if err := s.checkClaims(); err != nil {
		return Sheet{}, err
	}
	s.Order = s.order()
	s.Promised = s.promise()
	return s, nil
}

// Has reports whether a ticket took part.
func (s Sheet) Has(ticket string) bool {
	return slices.ContainsFunc(s.Claims, func(e Entry) bool { return e.Ticket == ticket })
}

// order sorts the tickets by lot, those who let others go first behind all others.
func (s Sheet) order() []string {
	lots := make(map[string][]byte, len(s.Claims))
	for _, e := range s.Claims {
		lots[e.Ticket] = s.lot(e.Ticket)
	}
	drawn := slices.SortedStableFunc(slices.Values(s.Claims), func(a, b Entry) int {
		if a.OthersFirst != b.OthersFirst {
			if a.OthersFirst {
				return 1
			}
			return -1
		}
		return bytes.Compare(lots[a.Ticket], lots[b.Ticket])
	})
	order := make([]string, len(drawn))
	for i, e := range drawn {
		order[i] = e.Ticket
	}
	return order
}

// lot is HMAC-SHA256(s_r, offer ‖ 0x00 ‖ r ‖ 0x00 ‖ ticket), the number that decides.
func (s Sheet) lot(ticket string) []byte {
	raw, _ := unhex(ticket, ticketBytes)
	mac := hmac.New(sha256.New, s.Secrets[s.Round-1][:])
	io.WriteString(mac, s.Offer+"\x00"+strconv.Itoa(s.Round)+"\x00")
	mac.Write(raw)
	return mac.Sum(nil)
}

// promise walks the order: a claim for no more than what is left gets all of it, a larger one is passed over.
func (s Sheet) promise() []string {
	quantity := make(map[string]int, len(s.Claims))
	for _, e := range s.Claims {
		quantity[e.Ticket] = e.Quantity
	}
	promised, left := []string{}, s.Left
	for _, ticket := range s.Order {
		if quantity[ticket] <= left {
			promised, left = append(promised, ticket), left-quantity[ticket]
		}
	}
	return promised
}

const ticketBytes = 16

// unhex reads exactly n bytes of lower-case hex.
func unhex(s string, n int) ([]byte, bool) {
	raw, err := hex.DecodeString(s)
	return raw, err == nil && len(raw) == n && s == strings.ToLower(s)
}
