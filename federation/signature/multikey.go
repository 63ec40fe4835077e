package signature

import (
	"bytes"
	"crypto/ed25519"
	"math/big"
	"strings"
)

// Of a Multikey (FEP-521a) this is read: z for base58btc, and in it the code of Ed25519 public keys before the key itself.
const (
	base58     = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	codeOfKeys = "\xed\x01"
)

// ParseMultikey reads the publicKeyMultibase of an Ed25519 key: z6Mk and 44 more characters. Other kinds of key are a *Refusal.
func ParseMultikey(text string) (ed25519.PublicKey, error) {
	digits, ok := strings.CutPrefix(text, "z")
	if !ok || len(digits) > 64 {
		return nil, refuse(BadKey, "the Multikey is not in base58")
	}
	n, base := new(big.Int), big.NewInt(int64(len(base58)))
	for _, digit := range digits {
		value := strings.IndexRune(base58, digit)
		if value < 0 {
			return nil, refuse(BadKey, "the Multikey is not in base58")
		}
		n.Add(n.Mul(n, base), big.NewInt(int64(value)))
	}
	key, ok := bytes.CutPrefix(n.Bytes(), []byte(codeOfKeys))
	if !ok || len(key) != ed25519.PublicKeySize || EncodeMultikey(key) != text {
		return nil, refuse(BadKey, "the Multikey is not an Ed25519 key")
	}
	return key, nil
}

// EncodeMultikey writes an Ed25519 key as the publicKeyMultibase of a Multikey.
func EncodeMultikey(key ed25519.PublicKey) string {
	n, base, digit := new(big.Int).SetBytes(append([]byte(codeOfKeys), key...)), big.NewInt(int64(len(base58))), new(big.Int)
	var digits []byte // the last one first
	for n.Sign() > 0 {
		n.DivMod(n, base, digit)
		digits = append(digits, base58[digit.Int64()])
	}
	text := []byte("z")
	for i := range digits {
		text = append(text, digits[len(digits)-1-i])
	}
	return string(text)
}
