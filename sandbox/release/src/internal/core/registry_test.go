package core

import (
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"harborsandbox/internal/store"
	"harborsandbox/internal/token"
)

func TestTargetOf(t *testing.T) {
	for _, test := range []struct {
		method, path string
		want         target
	}{
		{"GET", "/v2/", target{}},
		{"GET", "/v2/_catalog", target{}},
		{"HEAD", "/v2/library/x/manifests/1", target{"library/x", "1", "pull", ""}},
		{"PUT", "/v2/library/a/b/manifests/sha256:00", target{"library/a/b", "sha256:00", "push", ""}},
		{"POST", "/v2/library/x/blobs/uploads/?mount=sha256:00&from=team/y", target{"library/x", "", "push", "team/y"}},
		{"DELETE", "/v2/library/x/manifests/1", target{"library/x", "1", "delete", ""}},
		{"GET", "/v2/library/x/tags/list", target{"library/x", "", "pull", ""}},
	} {
		if got := targetOf(httptest.NewRequest(test.method, test.path, nil)); got != test.want {
			t.Errorf("%s %s: %+v", test.method, test.path, got)
		}
	}
}

func TestChallenge(t *testing.T) {
	s := &server{external: "http://hub.example.com:8070"}
	request := httptest.NewRequest(http.MethodPost, "/v2/library/x/blobs/uploads/", nil)
	request.Host = "other.example.com"
	want := `Bearer realm="http://other.example.com/service/token",service="harbor-registry",scope="repository:library/x:pull,push"`
	if got := s.challenge(request, targetOf(request)); got != want {
		t.Errorf("the realm follows the Host header: %s", got)
	}
	request.Header.Set("Authorization", "Bearer x")
	if got := s.challenge(request, targetOf(request)); got != `Basic realm="harbor"` {
		t.Errorf("who has brought a token: %s", got)
	}
}

func TestBearer(t *testing.T) {
	one, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	request := func(age time.Duration) *http.Request {
		access := []token.Access{{Type: "repository", Name: "library/x", Actions: []string{"push"}}}
		signed, err := token.Sign(one, "admin", access, time.Now().Add(-age), tokenLife)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodGet, "/v2/", nil)
		r.Header.Set("Authorization", "Bearer "+signed.Token)
		return r
	}
	load := func(key *rsa.PrivateKey) func() (*rsa.PrivateKey, error) {
		return func() (*rsa.PrivateKey, error) { return key, nil }
	}
	found := bearer(request(0), load(one))
	if found == nil || !found.allows("library/x", "push") || found.allows("library/x", "pull") || found.allows("library/y", "push") {
		t.Errorf("own key: %+v", found)
	}
	if bearer(request(0), load(other)) != nil {
		t.Error("another node's key must not count")
	}
	if bearer(request(time.Hour), load(one)) != nil {
		t.Error("a token of an hour ago must not count")
	}
	if bearer(request(0), func() (*rsa.PrivateKey, error) { return nil, errors.New("PKCS#8") }) != nil {
		t.Error("without a key nothing counts")
	}
}

func TestRightsOf(t *testing.T) {
	private, public := &store.Project{ID: 2}, &store.Project{ID: 1, Public: true}
	admin := &identity{user: &store.User{Admin: true}}
	user := &identity{user: &store.User{ID: 7}}
	for _, test := range []struct {
		who     *identity
		role    int
		project *store.Project
		want    token.Rights
	}{
		{nil, 0, private, token.Rights{}},
		{nil, 0, public, token.Rights{Pull: true}},
		{admin, 0, private, token.Rights{All: true}},
		{user, 0, private, token.Rights{}},
		{user, store.Developer, private, token.Rights{Pull: true, Push: true}},
		{user, store.ProjectAdmin, private, token.Rights{All: true}},
		{&identity{robot: &store.Robot{ProjectID: 2, Push: true}}, 0, private, token.Rights{Pull: true, Push: true}},
		{&identity{robot: &store.Robot{ProjectID: 3, Push: true}}, 0, private, token.Rights{}},
		{&identity{job: true}, 0, private, token.Rights{Pull: true}},
	} {
		if got := rightsOf(test.who, test.role, test.project); got != test.want {
			t.Errorf("%+v: %+v", test, got)
		}
	}
}

func TestHealthStartsUnknownAndIsAlwaysWhatTheLastLookFound(t *testing.T) {
	h := &health{found: map[string]error{}}
	h.set("core", nil)
	h.set("redis", errUnknown)
	status, components := h.report()
	if status != "unhealthy" || len(components) != 2 || components[1].Error != "unknown status" {
		t.Errorf("%s %+v", status, components)
	}
	h.set("redis", nil)
	if status, _ := h.report(); status != "healthy" {
		t.Errorf("%s", status)
	}
}
