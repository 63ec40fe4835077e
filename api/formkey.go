package api

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
)

// A form key is made when a page is rendered: its time, random bytes, and a seal that binds both to the reader. It is as good
// for a day, which is how long results are remembered; after that nobody could tell a second submit from a first one.
const (
	formKeyLife = 24 * time.Hour
	formKeyOpen = 8 + 12 // time and random bytes
	formKeySeal = 16
)

func (c *call) newFormKey() string {
	key := binary.BigEndian.AppendUint64(nil, uint64(c.s.Now().Unix())) //nolint:gosec // a time after 1970
	key = append(key, make([]byte, 12)...)
	_, _ = rand.Read(key[8:])
	return base64.RawURLEncoding.EncodeToString(append(key, c.seal(c.formSecret(), c.reader(), key)...))
}

// formKey reads the key of a submitted form and says for whom the page was made: the member, or nobody at a door that is open
// to anyone (between the two submits of joining the person has become a member).
func (c *call) formKey() (key, reader string, err error) {
	key = c.form.Get("form_key")
	raw, err := rawKey(key)
	if err != nil {
		return "", "", err
	}
	made := time.Unix(int64(binary.BigEndian.Uint64(raw)), 0) //nolint:gosec // checked by its seal
	readers := []string{c.reader()}
	if c.route.who == anyone {
		readers = append(readers, "")
	}
	for _, reader := range readers {
		if age := c.s.Now().Sub(made); c.sealed(raw, reader) && age < formKeyLife {
			return key, reader, nil
		}
	}
	return "", "", formKeyMissing()
}

// madeFor reports that a key is of a page that was made for who is signed in, however long ago.
func (c *call) madeFor(key string) bool {
	raw, err := rawKey(key)
	return err == nil && c.member != nil && c.sealed(raw, c.reader())
}

func rawKey(key string) ([]byte, error) {
	raw, err := base64.RawURLEncoding.DecodeString(key)
	if err != nil || len(raw) != formKeyOpen+formKeySeal {
		return nil, formKeyMissing()
	}
	return raw, nil
}

func (c *call) sealed(raw []byte, reader string) bool {
	ok := false
	for _, secret := range []string{c.formSecret(), c.s.once.secret} {
		ok = ok || hmac.Equal(c.seal(secret, reader, raw[:formKeyOpen]), raw[formKeyOpen:])
	}
	return ok
}

func (c *call) reader() string {
	if c.member == nil {
		return ""
	}
	return string(c.member.ID)
}

// formSecret is the node's, so that every process knows the forms of the others; before set-up it is this process's.
func (c *call) formSecret() string {
	if c.collective.Secret == "" {
		return c.s.once.secret
	}
	return string(c.collective.Secret)
}

func (c *call) seal(secret, reader string, key []byte) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte("form key\x00" + reader + "\x00"))
	h.Write(key)
	return h.Sum(nil)[:formKeySeal]
}

func formKeyMissing() error { return fault.New(fault.Invalid, "form.key.missing") }
