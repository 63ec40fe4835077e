package people

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"

	"codeberg.org/manypots/manypots/models/store"
)

// Handle stands for a member towards one thing at another collective (pots:for, DESIGN 3.5): 43 characters, always the same for
// the same two, and telling nobody that two handles are one person.
func Handle(v *store.View, member MemberID, offerIRI string) (string, error) {
	c, err := FindCollective(v)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(c.mac(string(member), offerIRI)), nil
}

// newNodeSecret is the key of every handle, 32 bytes in hex.
func newNodeSecret() Secret {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return Secret(hex.EncodeToString(b[:]))
}

// mac is HMAC-SHA256(node secret, what ‖ 0x00 ‖ about).
func (c Collective) mac(what, about string) []byte {
	h := hmac.New(sha256.New, []byte(c.Secret))
	_, _ = io.WriteString(h, what+"\x00"+about)
	return h.Sum(nil)
}
