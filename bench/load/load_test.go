package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// pushThenPull gives how the push of an image ends and, if it ends well, its pull.
func pushThenPull(t *testing.T, l *load) (push, pull ended) {
	t.Helper()
	ctx := context.Background()
	push = l.push(ctx, l.newImage("0", 0))
	if push.err == nil {
		pull = l.operation(ctx, "pull", func(ctx context.Context, s *session) error { return s.pull(ctx, l.catalog.images[0]) })
	}
	return push, pull
}

func TestRunUntilASignal(t *testing.T) {
	r := newRegistry(t, false)
	o := optionsFor(t, r, "127.0.0.1")
	o.json = filepath.Join(t.TempDir(), "report.json")
	signals := make(chan os.Signal, 1)
	r.before = func(http.ResponseWriter, *http.Request) bool {
		if len(r.asked) == 300 {
			signals <- syscall.SIGTERM
		}
		return false
	}
	var out, errors strings.Builder
	if code := run(o, signals, &out, &errors); code != 0 {
		t.Fatalf("exit %d: %s%s", code, out.String(), errors.String())
	}
	text, err := os.ReadFile(o.json)
	if err != nil {
		t.Fatal(err)
	}
	var told report
	if err := json.Unmarshal(text, &told); err != nil {
		t.Fatal(err)
	}
	if told.Pushes == 0 || told.Pulls == 0 || told.Operations != told.Pushes+told.Pulls || told.Failed != 0 {
		t.Errorf("%+v", told)
	}
	if len(told.Nodes) != 1 || told.Nodes[0].Node != "127.0.0.1" || told.Nodes[0].Operations != told.Operations {
		t.Errorf("nodes: %s", text)
	}
	if !strings.Contains(out.String(), "failed             0\n") {
		t.Error(out.String())
	}
}

func TestAsAClientDoes(t *testing.T) {
	r := newRegistry(t, false)
	connections := map[string]bool{}
	r.before = func(_ http.ResponseWriter, q *http.Request) bool {
		connections[q.RemoteAddr] = true
		return false
	}
	push, pull := pushThenPull(t, newLoad(optionsFor(t, r, "127.0.0.1")))
	if push.err != nil || pull.err != nil {
		t.Fatal(push.err, pull.err)
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	if len(connections) != 2 {
		t.Errorf("%d connections for two operations", len(connections))
	}
	methods := []string{}
	for _, asked := range r.asked {
		method, _, _ := strings.Cut(asked, " ")
		methods = append(methods, method)
	}
	// 1000 bytes by 300; the configuration is 200 long.
	want := strings.Fields("GET GET POST PATCH PATCH PATCH PATCH PUT POST PATCH PUT PUT GET GET GET GET GET")
	if !slices.Equal(methods, want) {
		t.Errorf("%v", r.asked)
	}
}

func TestTLS(t *testing.T) {
	r := newRegistry(t, true)
	o := optionsFor(t, r, "127.0.0.1")
	o.roots = x509.NewCertPool()
	if push, _ := pushThenPull(t, newLoad(o)); push.err == nil || !strings.Contains(push.err.Error(), "GET /v2/: the certificate isn't accepted") {
		t.Errorf("an unknown authority: %v", push.err)
	}
	o.roots.AddCert(r.Certificate())
	if push, pull := pushThenPull(t, newLoad(o)); push.err != nil || pull.err != nil {
		t.Error(push.err, pull.err)
	}
}

func TestTheNextAddressIsTriedWhenOneRefuses(t *testing.T) {
	l := newLoad(optionsFor(t, newRegistry(t, false), "127.0.0.9", "127.0.0.1"))
	push, pull := pushThenPull(t, l)
	for _, e := range []ended{push, pull} {
		if e.err != nil || e.node != "127.0.0.1" || !slices.Equal(e.refused, []string{"127.0.0.9"}) {
			t.Errorf("%+v", e)
		}
	}
	l = newLoad(optionsFor(t, newRegistry(t, false), "127.0.0.9", "127.0.0.8"))
	push, _ = pushThenPull(t, l)
	if cause, _ := causeOf(push.err); cause != "GET /v2/: no address takes a connection" || push.node != "" || len(push.refused) != 2 {
		t.Errorf("%+v", push)
	}
}

func TestEachOperationAsksForTheNameAnew(t *testing.T) {
	r := newRegistry(t, false)
	o := optionsFor(t, r)
	o.dns = dnsServer(t, func(n int) []string { return [][]string{{"127.0.0.1", "127.0.0.9"}, {"127.0.0.9", "127.0.0.1"}}[n%2] })
	push, pull := pushThenPull(t, newLoad(o))
	if push.err != nil || pull.err != nil || len(push.refused) != 0 || len(pull.refused) != 1 {
		t.Errorf("%+v %+v", push, pull)
	}
}

func TestFailures(t *testing.T) {
	on := func(method, part string, do func(http.ResponseWriter)) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, q *http.Request) bool {
			if q.Method != method || !strings.Contains(q.URL.Path, part) {
				return false
			}
			do(w)
			return true
		}
	}
	status := func(code int) func(http.ResponseWriter) { return func(w http.ResponseWriter) { w.WriteHeader(code) } }
	say := func(text string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { io.WriteString(w, text) }
	}
	for name, each := range map[string]struct {
		before func(http.ResponseWriter, *http.Request) bool
		cause  string
	}{
		"502":                              {on("GET", "/manifests/", status(502)), "GET manifest answers 502 instead of 200"},
		"502 at a push":                    {on("POST", "/uploads/", status(502)), "POST layer answers 502 instead of 202"},
		"no rights":                        {on("GET", "/token", status(401)), "GET token answers 401 instead of 200"},
		"no token":                         {on("GET", "/token", say(`{}`)), "GET token answers without a token"},
		"an open registry":                 {on("GET", "/v2/", status(200)), "GET /v2/ answers 200 instead of 401"},
		"a challenge that names nobody":    {on("GET", "/v2/", status(401)), "GET /v2/ names no token service"},
		"a redirect":                       {on("GET", "/blobs/", status(307)), "GET config answers 307 instead of 200"},
		"closed under a push":              {on("PATCH", "/", hangUp), "PATCH layer: connection closed under a request"},
		"closed under the first request":   {on("GET", "/v2/", hangUp), "GET /v2/: connection closed under a request"},
		"closed under a GET on a kept one": {on("GET", "/manifests/", hangUp), "GET manifest: connection closed under a request"},
		"another manifest":                 {on("GET", "/manifests/", say(`{}`)), "GET manifest answers another content"},
		"a wrong blob":                     {on("GET", "/blobs/", say("x")), "GET config answers another content"},
		"too much":                         {on("GET", "/blobs/", say(strings.Repeat("x", 4096))), "GET config answers with more than was pushed"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRegistry(t, false)
			r.before = each.before
			push, pull := pushThenPull(t, newLoad(optionsFor(t, r, "127.0.0.1")))
			err := push.err
			node := push.node
			if err == nil {
				err, node = pull.err, pull.node
			}
			if err == nil {
				t.Fatal("nothing failed")
			}
			if cause, _ := causeOf(err); cause != each.cause || node != "127.0.0.1" {
				t.Errorf("%s at %s", err, node)
			}
		})
	}
}

// A GET on a kept connection isn't sent a second time.
func TestNothingIsSentAgain(t *testing.T) {
	r := newRegistry(t, false)
	times := 0
	r.before = func(w http.ResponseWriter, q *http.Request) bool {
		if strings.Contains(q.URL.Path, "/manifests/") && q.Method == "GET" {
			times++
			hangUp(w)
		}
		return false
	}
	_, pull := pushThenPull(t, newLoad(optionsFor(t, r, "127.0.0.1")))
	r.lock.Lock()
	defer r.lock.Unlock()
	if pull.err == nil || times != 1 {
		t.Errorf("%d times: %v", times, pull.err)
	}
}

func TestARunWithFailures(t *testing.T) {
	r := newRegistry(t, false)
	signals := make(chan os.Signal, 1)
	r.before = func(w http.ResponseWriter, q *http.Request) bool {
		if len(r.asked) == 60 {
			signals <- syscall.SIGINT
		}
		// The seed is let through.
		if len(r.asked) < 20 || !strings.Contains(q.URL.Path, "/manifests/") {
			return false
		}
		w.WriteHeader(http.StatusBadGateway)
		return true
	}
	var out strings.Builder
	if code := run(optionsFor(t, r, "127.0.0.1"), signals, &out, io.Discard); code != 1 {
		t.Errorf("exit %d", code)
	}
	for _, part := range []string{" manifest answers 502 instead of 20", " times at 127.0.0.1, first at second ", "failed by second   "} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("no %q in:\n%s", part, out.String())
		}
	}
}

func TestASeedThatFailsEndsTheRun(t *testing.T) {
	r := newRegistry(t, false)
	o := optionsFor(t, r, "127.0.0.1")
	o.password = "wrong"
	var errors strings.Builder
	if code := run(o, nil, io.Discard, &errors); code != 1 || !strings.Contains(errors.String(), "can't be pushed: GET token answers 401") {
		t.Errorf("exit %d: %s", code, errors.String())
	}
}
