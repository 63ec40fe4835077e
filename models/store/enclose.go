package store

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// NodeKeyFile is the name of the node key: 32 random bytes in hex. It lies in the data folder and in no database and no backup, so that
// what is enclosed cannot be read in a copy of the database alone (security 5.2).
const NodeKeyFile = "node-key"

const (
	enclosed      = "enclosed:1:" // the way it was done; another way gets another number
	nodeKeyBytes  = 32
	enclosedLabel = "manypots: secrets in the database" // what HKDF makes of the node key for this use and no other
)

// nodeKey is the node key, read when it is first needed. Processes that share a data folder share it.
type nodeKey struct {
	mu   sync.Mutex
	path string
	seal cipher.AEAD
}

// Enclosed tells a secret as it is kept from one in clear, which an older program or a restore has left.
func Enclosed(kept string) bool { return strings.HasPrefix(kept, enclosed) }

// Enclose closes a secret for its place in the database: AES-256-GCM under a key that HKDF derives from the node key, with a nonce of its
// own. what names the place; from there it cannot be moved to another. The node key is made where there is none.
func (v *View) Enclose(what, secret string) (string, error) {
	aead, err := v.key.open((*nodeKey).create)
	if err != nil {
		return "", err
	}
	return enclosed + base64.StdEncoding.EncodeToString(aead.Seal(nil, nil, []byte(secret), []byte(what))), nil
}

// Disclose opens what Enclose closed. It fails with a sentence when the node key is missing or is that of another node, or when what is
// kept is not what was enclosed for this place.
func (v *View) Disclose(what, kept string) (string, error) {
	aead, err := v.key.open((*nodeKey).read)
	if err != nil {
		return "", err
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(kept, enclosed))
	if err != nil {
		return "", fmt.Errorf("what is kept in %s is damaged: %w", what, err)
	}
	secret, err := aead.Open(nil, nil, raw, []byte(what))
	if err != nil {
		return "", fmt.Errorf("%s does not open what is kept in %s: it is another node's, or the row was changed", v.key.path, what)
	}
	return string(secret), nil
}

// MakeNodeKey makes the node key where there is none: before a transaction that encloses, so that none waits for the disk.
func (s *Store) MakeNodeKey() error {
	_, err := s.key.open((*nodeKey).create)
	return err
}

func (k *nodeKey) open(find func(*nodeKey) ([]byte, error)) (cipher.AEAD, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.seal != nil {
		return k.seal, nil
	}
	key, err := find(k)
	if err != nil {
		return nil, err
	}
	derived, err := hkdf.Key(sha256.New, key, nil, enclosedLabel, nodeKeyBytes)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	k.seal, err = cipher.NewGCMWithRandomNonce(block)
	return k.seal, err
}

func (k *nodeKey) read() ([]byte, error) {
	text, err := os.ReadFile(k.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no %s, with which secrets in the database are closed: put it back, or restore a backup", k.path)
	}
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(key) != nodeKeyBytes {
		return nil, fmt.Errorf("%s is not a node key: %d hex digits, as from openssl rand -hex %d", k.path, 2*nodeKeyBytes, nodeKeyBytes)
	}
	return key, nil
}

// create makes the key unless there is one. It is on the disk, whole, before anything is closed with it; of two processes that make
// one at once, the key of one holds.
func (k *nodeKey) create() ([]byte, error) {
	if _, err := os.Stat(k.path); !errors.Is(err, fs.ErrNotExist) {
		return k.read()
	}
	key := make([]byte, nodeKeyBytes)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(k.path), NodeKeyFile+"-*") // readable by its owner alone
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	err = os.Link(f.Name(), k.path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = os.Rename(f.Name(), k.path) // some file systems have no links
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	dir, err := os.Open(filepath.Dir(k.path))
	if err != nil {
		return nil, err
	}
	if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
		return nil, err
	}
	return k.read()
}
