package secretbox

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRoundTrip(t *testing.T) {
	box, err := New([]byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	for _, plain := range []string{"", "s3cret", strings.Repeat("long ", 100)} {
		sealed, err := box.Seal(plain)
		if err != nil {
			t.Fatal(err)
		}
		if plain != "" && strings.Contains(sealed, plain) {
			t.Errorf("%q is readable in %q", plain, sealed)
		}
		if got, err := box.Unseal(sealed); err != nil || got != plain {
			t.Errorf("Unseal(Seal(%q)) = %q, %v", plain, got, err)
		}
	}
}

func TestOtherKeyGivesGarbageWithoutAnError(t *testing.T) {
	one, _ := New([]byte("0123456789abcdef"))
	two, _ := New([]byte("fedcba9876543210"))
	sealed, _ := one.Seal("s3cret")
	got, err := two.Unseal(sealed)
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
	if got == "s3cret" {
		t.Error("another key must not decrypt")
	}
}

func TestKeyFileIsReadVerbatim(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte("0123456789abcdef\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(path)
	if err == nil || !strings.Contains(err.Error(), "invalid key size 17") {
		t.Errorf("want an error that names key size 17, got %v", err)
	}
}
