package people

import (
	"crypto/rand"
	"encoding/binary"
	"strings"
)

// Words are recovery words: six that can be said aloud, written by hand and read back in any language that knows Latin letters.
// They are proquints (arXiv 0901.4016): two syllables and a closing consonant for each 16 bits, 96 bits in all.
type Words []string

const (
	wordCount  = 6
	consonants = "bdfghjklmnprstvz"
	vowels     = "aiou"
)

func newWords() Words {
	words := make(Words, wordCount)
	for i := range words {
		var b [2]byte
		_, _ = rand.Read(b[:])
		words[i] = quint(binary.BigEndian.Uint16(b[:]))
	}
	return words
}

func quint(n uint16) string {
	return string([]byte{
		consonants[n>>12], vowels[n>>10&3], consonants[n>>6&15], vowels[n>>4&3], consonants[n&15],
	})
}

// readWords takes words as somebody typed them: capitals, commas, dashes and line ends do not matter.
func readWords(text string) Words {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r < 'a' || r > 'z' })
}

// hash is what the database holds. 96 random bits need no slow hash.
func (w Words) hash() string { return Secret(strings.Join(w, " ")).hash() }
