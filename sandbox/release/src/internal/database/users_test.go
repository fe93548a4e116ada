package database

import "testing"

func TestHash(t *testing.T) {
	// Reference value: python3 -c 'import hashlib; print(hashlib.pbkdf2_hmac("sha1", b"Harbor12345", b"salt", 4096, 16).hex())'
	const want = "cdf4652167a77d58b3b45ca0e2f7096d"
	got, err := hash("Harbor12345", "salt")
	if err != nil || got != want {
		t.Errorf("hash = %q, %v; want %q", got, err, want)
	}
	if other, _ := hash("Harbor12345", "other"); other == got {
		t.Error("the salt must matter")
	}
}
