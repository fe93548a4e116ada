package token

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestOnlyPKCS1IsAccepted(t *testing.T) {
	key := newKey(t)
	pkcs1 := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	if _, err := parseKey(pkcs1); err != nil {
		t.Errorf("PKCS#1: %v", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	_, err = parseKey(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	if err == nil || err.Error() != "unable to get PrivateKey from PEM type: PRIVATE KEY" {
		t.Errorf("PKCS#8: %v", err)
	}
	if _, err := parseKey([]byte("nothing")); err == nil {
		t.Error("no PEM: want an error")
	}
}

// The fingerprint was computed with openssl and sha256sum from the certificate
// of the release's pair.
func TestKeyIDOfTheReleasePair(t *testing.T) {
	const want = "NDRP:FVFX:XKBN:CU5H:7AXQ:34B2:D2CQ:4WQV:VP2I:OAV4:RDCT:WP6A"
	key, err := LoadKey(filepath.Join("..", "..", "..", "installer", "common", "templates", "ui", "private_key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := KeyID(&key.PublicKey); err != nil || got != want {
		t.Errorf("kid = %q, %v; want %q", got, err, want)
	}
}

func TestSign(t *testing.T) {
	key := newKey(t)
	now := time.Now()
	made, err := Sign(key, "admin", []Access{{"repository", "library/x", []string{"pull"}}}, now, 30*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jwt.Parse(made.Token, func(*jwt.Token) (any, error) { return &key.PublicKey, nil },
		jwt.WithIssuer(Issuer), jwt.WithAudience(Service), jwt.WithSubject("admin"))
	if err != nil {
		t.Fatal(err)
	}
	kid, _ := KeyID(&key.PublicKey)
	if parsed.Header["kid"] != kid || parsed.Header["alg"] != "RS256" {
		t.Errorf("header = %v", parsed.Header)
	}
	if made.ExpiresIn != 1800 {
		t.Errorf("expires_in = %d", made.ExpiresIn)
	}
}

func TestParseScopes(t *testing.T) {
	got := ParseScopes([]string{"repository:hub:8070/lib/x:push,pull registry:catalog:*", "nonsense"})
	want := []Access{
		{"repository", "hub:8070/lib/x", []string{"push", "pull"}},
		{"registry", "catalog", []string{"*"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestGrant(t *testing.T) {
	rights := map[string]Rights{
		"admins": {All: true}, "members": {Pull: true, Push: true}, "public": {Pull: true},
	}
	lookup := func(project string) Rights { return rights[project] }
	for _, test := range []struct {
		scope string
		admin bool
		want  string
	}{
		{"repository:admins/x:push,pull,delete", true, "push,pull,delete"},
		{"repository:admins/x:*", true, "*"},
		{"repository:members/x:push,pull,delete", false, "push,pull"},
		{"repository:public/x:push,pull", false, "pull"},
		{"repository:private/x:push,pull", false, ""},
		{"repository:bare:pull", true, ""},
		{"registry:catalog:*", true, "*"},
		{"registry:catalog:*", false, ""},
	} {
		got := Grant(ParseScopes([]string{test.scope}), test.admin, lookup)
		if len(got) != 1 || strings.Join(got[0].Actions, ",") != test.want {
			t.Errorf("%s (admin %v): %v, want %q", test.scope, test.admin, got, test.want)
		}
	}
}
