package docker_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/blang/semver"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/integration"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"harbor-ha/engine/internal/docker"
)

type props = map[string]property.Value

const (
	container = "docker:index/container:Container"
	image     = "docker:index/remoteImage:RemoteImage"
)

// engine answers like a Docker Engine and writes down what it was asked.
type engine struct {
	mu     sync.Mutex
	calls  []string
	bodies map[string]map[string]any
	// answers maps "METHOD path" to the status and body; anything else is 404.
	answers map[string]string
}

func (e *engine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	call := r.Method + " " + r.URL.RequestURI()
	e.calls = append(e.calls, call)
	content, _ := io.ReadAll(r.Body)
	var body map[string]any
	if json.Unmarshal(content, &body) == nil {
		e.bodies[call] = body
	}
	answer, ok := e.answers[call]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		answer = `{"message":"no such thing"}`
	}
	_, _ = io.WriteString(w, answer)
}

func (e *engine) asked(t *testing.T, prefixes ...string) {
	t.Helper()
	if len(e.calls) != len(prefixes) {
		t.Fatalf("calls %q, want %q", e.calls, prefixes)
	}
	for i, prefix := range prefixes {
		if !strings.HasPrefix(e.calls[i], prefix) {
			t.Errorf("call %d is %q, want %q", i, e.calls[i], prefix)
		}
	}
}

func urn(token string) resource.URN {
	return resource.NewURN("stack", "project", "", tokens.Type(token), "subject")
}

// listen starts an engine with the answers, and tells the address that a provider is configured with.
func listen(t *testing.T, answers map[string]string) (*engine, string) {
	t.Helper()
	fake := &engine{answers: answers, bodies: map[string]map[string]any{}}
	listener := httptest.NewServer(fake)
	t.Cleanup(listener.Close)
	return fake, "tcp://" + listener.Listener.Addr().String()
}

// start serves the provider, configured for an engine with the answers.
func start(t *testing.T, answers map[string]string) (integration.Server, *engine) {
	t.Helper()
	fake, address := listen(t, answers)
	return configured(t, props{"host": property.New(address)}), fake
}

func configured(t *testing.T, config props) integration.Server {
	t.Helper()
	server, err := integration.NewServer(t.Context(), "docker", semver.MustParse("5.2.0"),
		integration.WithProvider(docker.New()))
	if err == nil {
		err = server.Configure(p.ConfigureRequest{Args: property.NewMap(config)})
	}
	if err != nil {
		t.Fatal(err)
	}
	return server
}

func create(t *testing.T, server integration.Server, token string, inputs props) (p.CreateResponse, error) {
	t.Helper()
	checked, err := server.Check(p.CheckRequest{Urn: urn(token), Inputs: property.NewMap(inputs)})
	if err != nil || len(checked.Failures) > 0 {
		t.Fatal(err, checked.Failures)
	}
	return server.Create(p.CreateRequest{Urn: urn(token), Properties: checked.Inputs})
}
