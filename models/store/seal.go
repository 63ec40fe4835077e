package store

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"filippo.io/age"
)

// SealKey opens backups. It is shown once, to be printed, and kept nowhere: whoever takes the machine gets no backup with it
// (security 5.2).
type SealKey string

// LogValue keeps the key out of every log.
func (SealKey) LogValue() slog.Value { return slog.StringValue("key") }

// Recipient is the public half of a SealKey: it closes backups and opens none.
type Recipient string

// NewSealKey makes a key (age, X25519).
func NewSealKey() (SealKey, Recipient, error) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return "", "", err
	}
	return SealKey(identity.String()), Recipient(identity.Recipient().String()), nil
}

// Seal encrypts what is written for the recipient. Close it, or what was written cannot be opened.
func Seal(w io.Writer, to Recipient) (io.WriteCloser, error) {
	recipient, err := age.ParseX25519Recipient(string(to))
	if err != nil {
		return nil, err
	}
	return age.Encrypt(w, recipient)
}

// Unseal opens a backup. The key is taken as somebody typed it from paper, or as age-keygen writes it to a file.
func Unseal(r io.Reader, key SealKey) (io.Reader, error) {
	var typed strings.Builder
	for line := range strings.Lines(string(key)) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			typed.WriteString(strings.Join(strings.Fields(line), ""))
		}
	}
	identity, err := age.ParseX25519Identity(strings.ToUpper(typed.String()))
	if err != nil {
		return nil, errors.New("that is no backup key: it begins with AGE-SECRET-KEY-1 and has 74 letters and digits; look for a slip of the pen")
	}
	opened, err := age.Decrypt(r, identity)
	if _, wrong := errors.AsType[*age.NoIdentityMatchError](err); wrong {
		return nil, errors.New("this key does not open this backup: it was sealed with another one")
	}
	if err != nil {
		return nil, fmt.Errorf("this is no backup: %w", err)
	}
	return opened, nil
}
