package adminserver

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"harborsandbox/internal/secretbox"
	"harborsandbox/internal/settings"
)

func TestSecretsGuardTheSettings(t *testing.T) {
	box, err := secretbox.New([]byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	store := settings.Store{Path: filepath.Join(t.TempDir(), "config.json"), Box: box}
	if err := store.Start(func(string) string { return "" }); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(New(store, "ui", "jobs", ""))
	defer server.Close()

	for secret, want := range map[string]int{"ui": 200, "jobs": 200, "other": 401, "": 401} {
		request, _ := http.NewRequest(http.MethodGet, server.URL+"/api/configurations", nil)
		request.AddCookie(&http.Cookie{Name: "secret", Value: secret})
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("secret %q: %d, want %d", secret, response.StatusCode, want)
		}
	}

	client := &settings.Client{URL: server.URL, Secret: "ui"}
	if err := client.Put(settings.Settings{"token_expiration": 45}); err != nil {
		t.Fatal(err)
	}
	if got := client.Get().Number("token_expiration"); got != 45 {
		t.Errorf("token_expiration = %d, want 45", got)
	}
	if err := client.Put(settings.Settings{"nonsense": 1}); err == nil {
		t.Error("an unknown setting must be refused")
	}
}
