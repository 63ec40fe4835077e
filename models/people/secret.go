package people

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
	"strings"
)

// Secret opens a door: a session, a token, the code in a link. It is shown once; the database holds its hash only, by which it
// is found. How long a look-up takes tells about the hash and nothing about the secret (security A13).
type Secret string

// LogValue keeps a secret out of every log.
func (Secret) LogValue() slog.Value { return slog.StringValue("secret") }

// newSecret is 256 random bits for machines to hold.
func newSecret(prefix string) Secret {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return Secret(prefix + base64.RawURLEncoding.EncodeToString(b[:]))
}

// newCode is 128 random bits or more for people to carry (security A2): crypto/rand.Text is 26 letters and digits of base32,
// among which there is no 0, 1 or 8 to be misread.
func newCode() Secret { return Secret(strings.ToLower(rand.Text())) }

// code takes a code as somebody typed it from a flyer.
func (s Secret) code() Secret {
	drop := strings.NewReplacer(" ", "", "-", "", "0", "o", "1", "l", "8", "b")
	return Secret(drop.Replace(strings.ToLower(string(s))))
}

// hash is what the database holds. The secrets are long and random, so a fast hash is enough.
func (s Secret) hash() string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
