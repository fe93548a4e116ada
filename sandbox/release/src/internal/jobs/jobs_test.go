package jobs

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func request(s *server, method, path, secret, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if secret != "" {
		r.Header.Set("Authorization", "Harbor-Secret "+secret)
	}
	recorder := httptest.NewRecorder()
	s.handler().ServeHTTP(recorder, r)
	return recorder
}

func TestOnlyTheCoreSecretGetsIn(t *testing.T) {
	s := &server{secret: "right", folder: t.TempDir()}
	for _, secret := range []string{"", "wrong"} {
		if got := request(s, http.MethodPost, "/api/v1/jobs", secret, "{}"); got.Code != http.StatusUnauthorized {
			t.Errorf("%q: %d", secret, got.Code)
		}
	}
	if got := request(s, http.MethodPost, "/api/v1/jobs", "right", "no json"); got.Code != http.StatusBadRequest {
		t.Errorf("right: %d", got.Code)
	}
}

func TestLogComesFromTheSharedFolder(t *testing.T) {
	s := &server{secret: "right", folder: t.TempDir()}
	id := strings.Repeat("a", 26)
	path := "/api/v1/jobs/" + id + "/log"
	if got := request(s, http.MethodGet, path, "right", ""); got.Code != http.StatusNotFound {
		t.Errorf("not here: %d", got.Code)
	}
	if err := os.WriteFile(filepath.Join(s.folder, id+".log"), []byte("done\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := request(s, http.MethodGet, path, "right", ""); got.Code != http.StatusOK || got.Body.String() != "done\n" {
		t.Errorf("%d %q", got.Code, got.Body)
	}
	if got := request(s, http.MethodGet, "/api/v1/jobs/..%2fpasswd/log", "right", ""); got.Code != http.StatusNotFound {
		t.Errorf("another file: %d", got.Code)
	}
}

// The job brings the secret of the node that submitted it; the core that it meets knows its own.
func TestReplicationShowsItsSecretToTheCoreThatItMeets(t *testing.T) {
	core := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Harbor-Secret right" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	defer core.Close()
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, password, _ := r.BasicAuth(); password != "s3cret" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	defer target.Close()
	t.Setenv("CORE_URL", core.URL)
	for _, test := range []struct {
		secret, password string
		works            bool
	}{{"right", "s3cret", true}, {"wrong", "s3cret", false}, {"right", "wrong", false}} {
		err := do(Job{Name: "REPLICATION", Secret: test.secret, Target: &Target{URL: target.URL, Name: "admin", Password: test.password}})
		if (err == nil) != test.works || (err != nil && !strings.Contains(err.Error(), "code 401")) {
			t.Errorf("%+v: %v", test, err)
		}
	}
}

func TestSettingsOfTheGeneratedFile(t *testing.T) {
	const text = "worker_pool:\n  redis_pool:\n    namespace: harbor_job_service_namespace\n    redis_url: redis://:p@h:1/2?idle_timeout_seconds=30\n    idle_timeout_second: 3600\n"
	found := map[string]string{}
	for _, match := range settings.FindAllStringSubmatch(text, -1) {
		found[match[1]] = match[2]
	}
	if found["redis_url"] != "redis://:p@h:1/2?idle_timeout_seconds=30" || found["namespace"] != "harbor_job_service_namespace" {
		t.Errorf("%v", found)
	}
}

func TestMetricsStandAtTheEndOfItsFile(t *testing.T) {
	with := "port: 8080\nworker_pool:\n  workers: 10\n\nmetric:\n  enabled: true\n  port: 9091\n  path: /metrics\n"
	if got := metricSettings.FindStringSubmatch(with); len(got) != 3 || got[1] != "9091" || got[2] != "/metrics" {
		t.Errorf("with: %q", got)
	}
	if got := metricSettings.FindStringSubmatch(strings.Split(with, "\nmetric:")[0]); got != nil {
		t.Errorf("without: %q", got)
	}
}
