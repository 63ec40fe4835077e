package signature

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strconv"
)

// Sizes of RSA keys, in bits. Below the floor a key can be broken; above the ceiling it only costs us time.
const (
	minRSA = 2048
	maxRSA = 8192
)

// GenerateKey makes a key that every server on the fediverse can verify: RSA with 2048 bits. It takes a while.
func GenerateKey() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, minRSA) }

// ParsePublicKey reads a public key in PEM: SPKI, or PKCS#1 as a few old servers publish it. A key that Verify would refuse
// is refused here.
func ParsePublicKey(text string) (crypto.PublicKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, refuse(BadKey, "the public key is not PEM")
	}
	var key crypto.PublicKey
	var err error
	switch block.Type {
	case "PUBLIC KEY":
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	default:
		err = errors.New("another kind of block")
	}
	if err != nil {
		return nil, refuse(BadKey, "the PEM block holds no public key")
	}
	if err := usable(key); err != nil {
		return nil, err
	}
	return key, nil
}

// EncodePublicKey writes a public key as SPKI in PEM.
func EncodePublicKey(key crypto.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return "", fmt.Errorf("signature: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), nil
}

// ParsePrivateKey reads a private key as EncodePrivateKey writes it.
func ParsePrivateKey(text string) (crypto.Signer, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, errors.New("signature: no private key in PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("signature: the PEM block holds no private key")
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, errors.New("signature: the private key cannot sign")
	}
	return signer, nil
}

// EncodePrivateKey writes a private key as PKCS#8 in PEM. The text is a secret.
func EncodePrivateKey(key crypto.Signer) (string, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", fmt.Errorf("signature: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), nil
}

// usable refuses keys of other kinds and of sizes that prove nothing.
func usable(key crypto.PublicKey) error {
	switch key := key.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < minRSA || bits > maxRSA {
			return refuse(BadKey, "an RSA key must have 2048 to 8192 bits, not "+strconv.Itoa(bits))
		}
		return nil
	case ed25519.PublicKey:
		if len(key) != ed25519.PublicKeySize {
			return refuse(BadKey, "the Ed25519 key has the wrong length")
		}
		return nil
	}
	return refuse(BadKey, "the key must be RSA or Ed25519")
}

// algorithmOf is what RFC 9421 calls signing with a key of this kind; empty for kinds that usable refuses.
func algorithmOf(key crypto.PublicKey) string {
	switch key.(type) {
	case *rsa.PublicKey:
		return algRSA
	case ed25519.PublicKey:
		return algEd25519
	}
	return ""
}

// verifies tries what a key of its kind can mean. In the draft RSA is used with SHA-256 by nearly all and with SHA-512 by a few,
// and no header tells reliably which.
func verifies(scheme Scheme, key crypto.PublicKey, text, sig []byte) bool {
	switch key := key.(type) {
	case *rsa.PublicKey:
		short := sha256.Sum256(text)
		if rsa.VerifyPKCS1v15(key, crypto.SHA256, short[:], sig) == nil {
			return true
		}
		if scheme == RFC9421 {
			return false
		}
		long := sha512.Sum512(text)
		return rsa.VerifyPKCS1v15(key, crypto.SHA512, long[:], sig) == nil
	case ed25519.PublicKey:
		return ed25519.Verify(key, text, sig)
	}
	return false
}
