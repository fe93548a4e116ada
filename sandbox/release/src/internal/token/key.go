// Package token signs what the registry lets clients in with.
package token

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base32"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
)

// LoadKey reads the private key. Only PKCS#1 is taken, like the key library of
// the release line that this stands in for: the "PRIVATE KEY" that openssl 3
// writes by default is refused with that library's words.
func LoadKey(path string) (*rsa.PrivateKey, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parseKey(data)
}

func parseKey(data []byte) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New("unable to find PEM encoded data")
	}
	if block.Type != "RSA PRIVATE KEY" {
		return nil, fmt.Errorf("unable to get PrivateKey from PEM type: %s", block.Type)
	}
	return x509.ParsePKCS1PrivateKey(block.Bytes)
}

// KeyID is the fingerprint by which the registry finds the certificate that a
// token was signed for: 240 bits of the SHA-256 of the public key, in base32,
// as 12 groups of 4.
func KeyID(public *rsa.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(der)
	text := base32.StdEncoding.EncodeToString(sum[:30])
	groups := make([]string, 0, len(text)/4)
	for i := 0; i < len(text); i += 4 {
		groups = append(groups, text[i:i+4])
	}
	return strings.Join(groups, ":"), nil
}
