package token

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Issuer and Service are constants of the release line; the registry's
// configuration names the same.
const (
	Issuer  = "harbor-token-issuer"
	Service = "harbor-registry"
)

// Token is the answer of the token service.
type Token struct {
	Token     string `json:"token"`
	ExpiresIn int    `json:"expires_in"`
	IssuedAt  string `json:"issued_at"`
}

// Sign makes a token for a user (empty for nobody).
func Sign(key *rsa.PrivateKey, user string, access []Access, now time.Time, life time.Duration) (*Token, error) {
	kid, err := KeyID(&key.PublicKey)
	if err != nil {
		return nil, err
	}
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		return nil, err
	}
	unsigned := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"iss":    Issuer,
		"sub":    user,
		"aud":    Service,
		"exp":    now.Add(life).Unix(),
		"nbf":    now.Unix(),
		"iat":    now.Unix(),
		"jti":    hex.EncodeToString(id),
		"access": access,
	})
	unsigned.Header["kid"] = kid
	signed, err := unsigned.SignedString(key)
	if err != nil {
		return nil, err
	}
	return &Token{Token: signed, ExpiresIn: int(life.Seconds()), IssuedAt: now.UTC().Format(time.RFC3339)}, nil
}
