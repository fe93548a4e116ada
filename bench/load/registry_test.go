package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const password = "Admin_12345"

// registry is one as Harbor shows it, as far as a client pushes and pulls.
type registry struct {
	*httptest.Server
	lock    sync.Mutex
	blobs   map[string][]byte
	tags    map[string][]byte
	uploads map[string][]byte
	// before may answer in its place, and tells whether it has.
	before func(http.ResponseWriter, *http.Request) bool
	asked  []string
}

// newRegistry listens on 127.0.0.1 under the name example.com, which the certificate of httptest has.
func newRegistry(t *testing.T, secure bool) *registry {
	t.Helper()
	r := &registry{blobs: map[string][]byte{}, tags: map[string][]byte{}, uploads: map[string][]byte{}}
	r.Server = httptest.NewUnstartedServer(http.HandlerFunc(r.serve))
	// Clients that hang up are part of the tests.
	r.Config.ErrorLog = log.New(io.Discard, "", 0)
	if secure {
		r.StartTLS()
	} else {
		r.Start()
	}
	t.Cleanup(r.Close)
	return r
}

func (r *registry) url() string {
	scheme, address, _ := strings.Cut(r.URL, "://")
	_, port, _ := net.SplitHostPort(address)
	return scheme + "://example.com:" + port
}

func (r *registry) serve(w http.ResponseWriter, q *http.Request) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.asked = append(r.asked, q.Method+" "+q.URL.Path)
	if r.before != nil && r.before(w, q) {
		return
	}
	path := q.URL.Path
	if path == "/service/token" {
		if _, given, _ := q.BasicAuth(); given != password || q.FormValue("service") != "harbor-registry" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		json.NewEncoder(w).Encode(map[string]string{"token": q.FormValue("scope")})
		return
	}
	repository, rest, found := strings.Cut(strings.TrimPrefix(path, "/v2/"), "/blobs/")
	if !found {
		repository, rest, _ = strings.Cut(repository, "/manifests/")
	}
	right := map[bool]string{true: "pull", false: "push"}[q.Method == "GET"]
	token := q.Header.Get("Authorization")
	if !strings.HasPrefix(token, "Bearer repository:"+repository+":") || !strings.Contains(token[strings.LastIndex(token, ":"):], right) {
		w.Header().Set("Www-Authenticate", fmt.Sprintf(`Bearer realm="%s/service/token",service="harbor-registry"`, r.url()))
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	body, _ := io.ReadAll(q.Body)
	switch {
	case !found && q.Method == "PUT":
		r.tags[path] = body
		w.Header().Set("Docker-Content-Digest", digestOf(body))
		w.WriteHeader(http.StatusCreated)
	case !found:
		give(w, r.tags[path])
	case q.Method == "POST":
		r.tell(w, path+fmt.Sprint(len(r.uploads)), nil)
	case q.Method == "PATCH":
		if have := len(r.uploads[path]); q.Header.Get("Content-Range") != fmt.Sprintf("%d-%d", have, have+len(body)-1) {
			w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
			return
		}
		r.tell(w, path, body)
	case q.Method == "PUT":
		if digest := digestOf(r.uploads[path]); q.FormValue("digest") == digest {
			r.blobs[digest] = r.uploads[path]
			w.WriteHeader(http.StatusCreated)
			return
		}
		w.WriteHeader(http.StatusBadRequest)
	default:
		give(w, r.blobs[rest])
	}
}

func (r *registry) tell(w http.ResponseWriter, path string, more []byte) {
	r.uploads[path] = append(r.uploads[path], more...)
	w.Header().Set("Location", r.url()+path+"?_state=x")
	w.WriteHeader(http.StatusAccepted)
}

func give(w http.ResponseWriter, content []byte) {
	if content == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Write(content)
}

// hangUp closes the connection without an answer.
func hangUp(w http.ResponseWriter) {
	panic(http.ErrAbortHandler)
}

// dnsServer answers each question with these addresses, the n-th one as told by n.
func dnsServer(t *testing.T, answers func(n int) []string) string {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	go func() {
		buffer := make([]byte, 512)
		for n := 0; ; n++ {
			size, from, err := socket.ReadFrom(buffer)
			if err != nil {
				return
			}
			socket.WriteTo(dnsAnswer(buffer[:size], 0, answers(n)...), from)
		}
	}()
	return socket.LocalAddr().String()
}

// dnsAnswer answers a question with a CNAME and these addresses behind it.
func dnsAnswer(query []byte, code byte, addresses ...string) []byte {
	answer := append([]byte{}, query...)
	answer[2] |= 0x80
	answer[3], answer[7] = code, byte(len(addresses)+1)
	answer = append(answer, 0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 1, 0, 6, 3, 'h', 'u', 'b', 0xc0, 12)
	for _, address := range addresses {
		ip := netip.MustParseAddr(address).As4()
		answer = append(answer, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4)
		answer = append(answer, ip[:]...)
	}
	return answer
}

func always(addresses ...string) func(int) []string { return func(int) []string { return addresses } }

// optionsFor are small ones for a registry that is found at these addresses.
func optionsFor(t *testing.T, r *registry, addresses ...string) *options {
	t.Helper()
	u, err := url.Parse(r.url())
	if err != nil {
		t.Fatal(err)
	}
	return &options{
		registry: u, dns: dnsServer(t, always(addresses...)), user: "admin", password: password, project: "library",
		clients: 2, pushes: 50, seeds: 1, size: 1000, chunk: 300, duration: time.Hour, timeout: time.Minute, dialWithin: time.Minute,
	}
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
