package core

import (
	"crypto/rsa"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"

	"harborsandbox/internal/store"
	"harborsandbox/internal/token"
)

var repositoryPath = regexp.MustCompile(`^/v2/(.+)/(tags/list|manifests/([^/]+)|blobs/.+)$`)

// target is what a request below /v2 is about.
type target struct {
	repository string
	// manifest is a tag or digest, where it is about one.
	manifest string
	action   string
	// source is the repository that a layer is taken over from.
	source string
}

func targetOf(r *http.Request) target {
	match := repositoryPath.FindStringSubmatch(r.URL.Path)
	if match == nil {
		return target{}
	}
	t := target{repository: match[1], manifest: match[3], action: "push"}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		t.action = "pull"
	case http.MethodDelete:
		t.action = "delete"
	case http.MethodPost:
		t.source = r.URL.Query().Get("from")
	}
	return t
}

func privateKey() (*rsa.PrivateKey, error) { return token.LoadKey(privateKeyPath) }

// registry checks what is wanted, and hands it on to the registry with the one name and password that the registry knows.
func (s *server) registry(w http.ResponseWriter, r *http.Request) {
	t := targetOf(r)
	if !s.admitted(r, t) {
		w.Header().Set("Docker-Distribution-Api-Version", "registry/2.0")
		w.Header().Set("Www-Authenticate", s.challenge(r, t))
		problem(w, http.StatusUnauthorized, "UNAUTHORIZED", fmt.Sprintf("unauthorized to access repository: %s, action: %s", t.repository, t.action))
		return
	}
	if t.repository != "" && t.action != "pull" && s.readOnly(w) {
		return
	}
	if t.manifest != "" && t.action == "pull" && !strings.Contains(t.manifest, ":") {
		// The database knows the tags.
		digest, err := s.db.Digest(t.repository, t.manifest)
		if err != nil {
			fail(w, err)
			return
		}
		r.URL.Path = "/v2/" + t.repository + "/manifests/" + digest
	}
	s.forward(t).ServeHTTP(w, r)
}

func (s *server) readOnly(w http.ResponseWriter) bool {
	value, err := s.db.Property("read_only", "false")
	if err != nil {
		fail(w, err)
		return true
	}
	if value == "true" {
		problem(w, http.StatusForbidden, "DENIED", "The system is in read only mode. Any modification is prohibited.")
	}
	return value == "true"
}

// admitted says whether the bearer of a token, or somebody with name and password or a session, may do it.
func (s *server) admitted(r *http.Request, t target) bool {
	if found := bearer(r, privateKey); found != nil {
		if t.repository == "" {
			return !strings.HasPrefix(r.URL.Path, "/v2/_catalog")
		}
		return found.allows(t.repository, t.action) && (t.source == "" || found.allows(t.source, "pull"))
	}
	who, err := s.who(r)
	if err != nil {
		log.Print(err)
		return false
	}
	if t.repository == "" {
		return who != nil && (who.admin() || !strings.HasPrefix(r.URL.Path, "/v2/_catalog"))
	}
	// Clients only send their credentials when they are asked for them.
	if t.action == "pull" && r.Header.Get("Authorization") == "" {
		return false
	}
	return s.may(who, t.repository, t.action) && (t.source == "" || s.may(who, t.source, "pull"))
}

func (s *server) may(who *identity, repository, action string) bool {
	project, _, _ := strings.Cut(repository, "/")
	rights := s.rights(who, project)
	return rights.All || (action == "pull" && rights.Pull) || (action == "push" && rights.Push)
}

// challenge sends a client without credentials to the token service at the address that it called; one that has brought any
// is told that they don't count.
func (s *server) challenge(r *http.Request, t target) string {
	if r.Header.Get("Authorization") != "" || strings.HasPrefix(r.URL.Path, "/v2/_catalog") {
		return `Basic realm="harbor"`
	}
	scheme, host, _ := strings.Cut(s.external, "://")
	if r.Host != "" {
		host = r.Host
	}
	text := fmt.Sprintf(`Bearer realm="%s://%s/service/token",service="%s"`, scheme, host, token.Service)
	if t.repository != "" {
		text += fmt.Sprintf(`,scope="repository:%s:%s"`, t.repository, map[string]string{"pull": "pull", "push": "pull,push", "delete": "delete"}[t.action])
	}
	return text
}

// forward books manifests that were taken.
func (s *server) forward(t target) http.Handler {
	address, err := url.Parse(os.Getenv("REGISTRY_URL"))
	if err != nil || address.Host == "" {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			problem(w, http.StatusInternalServerError, "UNKNOWN", "REGISTRY_URL is no address")
		})
	}
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(address)
			r.Out.Host = r.In.Host
			// The registry makes addresses of them.
			r.Out.Header["X-Forwarded-Proto"] = r.In.Header["X-Forwarded-Proto"]
			r.Out.Header["X-Forwarded-For"] = r.In.Header["X-Forwarded-For"]
			r.Out.SetBasicAuth(os.Getenv("REGISTRY_CREDENTIAL_USERNAME"), os.Getenv("REGISTRY_CREDENTIAL_PASSWORD"))
		},
		ModifyResponse: func(response *http.Response) error {
			if t.manifest == "" || response.Request.Method != http.MethodPut || response.StatusCode != http.StatusCreated {
				return nil
			}
			return s.book(t, response)
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			log.Printf("registry: %v", err)
			problem(w, http.StatusBadGateway, "BAD_GATEWAY", "the registry doesn't answer")
		},
	}
}

func (s *server) book(t target, response *http.Response) error {
	name, _, _ := strings.Cut(t.repository, "/")
	project, err := s.db.Project(0, name)
	if err == nil {
		tag := t.manifest
		if strings.Contains(tag, ":") {
			tag = ""
		}
		sent := response.Request.Header
		size, convErr := strconv.ParseInt(sent.Get("Content-Length"), 10, 64)
		if convErr != nil {
			size = max(response.Request.ContentLength, 0)
		}
		err = s.db.Pushed(project.ID, t.repository, tag, store.Artifact{
			Digest: response.Header.Get("Docker-Content-Digest"), MediaType: sent.Get("Content-Type"), Size: size,
		})
	}
	if err == nil {
		return nil
	}
	log.Printf("manifest of %s: %v", t.repository, err)
	response.Body.Close()
	body := `{"errors":[{"code":"UNKNOWN","message":"internal server error"}]}` + "\n"
	response.StatusCode, response.Status = http.StatusInternalServerError, ""
	response.Header = http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	response.Body, response.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	return nil
}
