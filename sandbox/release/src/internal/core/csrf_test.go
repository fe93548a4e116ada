package core

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const (
	oneKey   = "0123456789abcdef0123456789abcdef"
	otherKey = "fedcba9876543210fedcba9876543210"
)

func guarded(key string, session bool) http.Handler {
	return protect(key, false, func(*http.Request) bool { return session }, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusAccepted)
	}))
}

func send(h http.Handler, path string, header http.Header) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodPost, path, nil)
	for name, values := range header {
		request.Header[name] = values
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, request)
	return recorder
}

// invited is what a client sends that has read the token of a refusal.
func invited(refusal *httptest.ResponseRecorder) http.Header {
	header := http.Header{}
	header.Set(tokenHeader, refusal.Header().Get(tokenHeader))
	for _, cookie := range refusal.Result().Cookies() {
		header.Add("Cookie", cookie.Name+"="+cookie.Value)
	}
	return header
}

func TestSignInWantsTheToken(t *testing.T) {
	h := guarded(oneKey, false)
	refusal := send(h, "/c/login", nil)
	if refusal.Code != http.StatusForbidden || refusal.Header().Get("X-Harbor-Csrf-Token") == "" {
		t.Fatalf("%d %v", refusal.Code, refusal.Header())
	}
	if cookies := refusal.Result().Cookies(); len(cookies) != 1 || cookies[0].Name != "_gorilla_csrf" {
		t.Errorf("cookies = %v", cookies)
	}
	if again := send(h, "/c/login", invited(refusal)); again.Code != http.StatusAccepted {
		t.Errorf("with the token: %d %s", again.Code, again.Body)
	}
	if across := send(guarded(otherKey, false), "/c/login", invited(refusal)); across.Code != http.StatusForbidden {
		t.Errorf("another key: %d", across.Code)
	}
	if across := send(guarded(oneKey, false), "/c/login", invited(refusal)); across.Code != http.StatusAccepted {
		t.Errorf("another core with the same key: %d", across.Code)
	}
}

func TestOnlySessionsAreAskedInTheAPI(t *testing.T) {
	for _, path := range []string{"/api/v2.0/labels", "/service/token", "/v2/x/blobs/uploads/"} {
		if got := send(guarded(oneKey, false), path, nil); got.Code != http.StatusAccepted {
			t.Errorf("%s without a session: %d", path, got.Code)
		}
		if got := send(guarded(oneKey, true), path, nil); got.Code != http.StatusForbidden {
			t.Errorf("%s with a session: %d", path, got.Code)
		}
	}
}

func TestAKeyOfAnotherLength(t *testing.T) {
	h := guarded(oneKey+"x", false)
	if got := send(h, "/c/login", nil); got.Code != http.StatusInternalServerError || !strings.Contains(got.Body.String(), "32 characters") {
		t.Errorf("sign-in: %d %s", got.Code, got.Body)
	}
	if got := send(h, "/api/v2.0/labels", nil); got.Code != http.StatusAccepted {
		t.Errorf("API: %d", got.Code)
	}
}
