// Package secretbox encrypts the passwords that the registry keeps: those in
// config.json and those of replication targets.
//
// The cipher is unauthenticated on purpose: the release line that this sandbox
// stands in for decrypts with a wrong key to garbage and says nothing, and a
// cluster whose nodes disagree about the key must show that here as well.
package secretbox

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
)

const prefix = "<enc-v1>"

// Box holds one key.
type Box struct{ block cipher.Block }

// Open reads the key file. Its bytes are the key, verbatim: a trailing newline
// makes 17 of them, which AES refuses.
func Open(path string) (*Box, error) {
	key, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("secret key: %w", err)
	}
	return New(key)
}

// New makes a Box of a 16-byte key.
func New(key []byte) (*Box, error) {
	if len(key) != 16 {
		return nil, fmt.Errorf("secret key: %w", aes.KeySizeError(len(key)))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("secret key: %w", err)
	}
	return &Box{block: block}, nil
}

// Seal encrypts a text; the empty text stays empty.
func (b *Box) Seal(plain string) (string, error) {
	if plain == "" {
		return "", nil
	}
	sealed := make([]byte, aes.BlockSize+len(plain))
	if _, err := rand.Read(sealed[:aes.BlockSize]); err != nil {
		return "", err
	}
	b.stream(sealed).XORKeyStream(sealed[aes.BlockSize:], []byte(plain))
	return prefix + base64.StdEncoding.EncodeToString(sealed), nil
}

// Unseal decrypts what Seal made. With another key the result is garbage, not
// an error.
func (b *Box) Unseal(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	encoded, ok := strings.CutPrefix(text, prefix)
	if !ok {
		return "", fmt.Errorf("not an encrypted text")
	}
	sealed, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return "", err
	}
	if len(sealed) < aes.BlockSize {
		return "", fmt.Errorf("encrypted text is too short")
	}
	plain := make([]byte, len(sealed)-aes.BlockSize)
	b.stream(sealed).XORKeyStream(plain, sealed[aes.BlockSize:])
	return string(plain), nil
}

func (b *Box) stream(sealed []byte) cipher.Stream {
	return cipher.NewCTR(b.block, sealed[:aes.BlockSize])
}
