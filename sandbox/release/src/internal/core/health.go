package core

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sort"
	"strings"
	"sync"
	"time"
)

// interval between two looks at a component: what health says may be that much late, both ways.
const interval = 10 * time.Second

type component struct {
	Name   string `json:"name"`
	Status string `json:"status"`
	Error  string `json:"error,omitempty"`
}

// errUnknown is how a component is before the first look at it.
var errUnknown = errors.New("unknown status")

// health remembers what the last look at each component has found.
type health struct {
	mu    sync.Mutex
	found map[string]error
}

func watch(checks map[string]func() error) *health {
	h := &health{found: map[string]error{}}
	for name, check := range checks {
		h.set(name, errUnknown)
		go func() {
			for {
				h.set(name, check())
				time.Sleep(interval)
			}
		}()
	}
	return h
}

func (h *health) set(name string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.found[name] = err
}

func (h *health) report() (string, []component) {
	h.mu.Lock()
	defer h.mu.Unlock()
	status, components := "healthy", []component{}
	for name, err := range h.found {
		one := component{Name: name, Status: "healthy"}
		if err != nil {
			status = "unhealthy"
			one.Status, one.Error = "unhealthy", err.Error()
		}
		components = append(components, one)
	}
	sort.Slice(components, func(i, j int) bool { return components[i].Name < components[j].Name })
	return status, components
}

// getHealth always answers 200.
func (s *server) getHealth(w http.ResponseWriter, _ *http.Request) {
	status, components := s.health.report()
	reply(w, struct {
		Status     string      `json:"status"`
		Components []component `json:"components"`
	}{status, components})
}

// checks are shallow on purpose: a service with a wrong secret, key or password passes them.
func (s *server) checks() map[string]func() error {
	checks := map[string]func() error{
		"core":        func() error { return nil },
		"database":    s.db.Ping,
		"redis":       s.sessions.Check,
		"portal":      answers(os.Getenv("PORTAL_URL")),
		"registry":    listens(os.Getenv("REGISTRY_URL")),
		"registryctl": answers(os.Getenv("REGISTRY_CONTROLLER_URL") + "/api/health"),
		"jobservice":  answers(os.Getenv("JOBSERVICE_URL") + "/api/v1/stats"),
	}
	if strings.EqualFold(os.Getenv("WITH_TRIVY"), "true") {
		checks["trivy"] = answers(os.Getenv("TRIVY_ADAPTER_URL") + "/probe/healthy")
	}
	return checks
}

var checker = &http.Client{Timeout: 8 * time.Second}

func answers(url string) func() error {
	return func() error {
		response, err := checker.Get(url)
		if err != nil {
			return err
		}
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("received unexpected status code: %d", response.StatusCode)
		}
		return nil
	}
}

func listens(url string) func() error {
	return func() error {
		conn, err := net.DialTimeout("tcp", strings.TrimPrefix(url, "http://"), checker.Timeout)
		if err != nil {
			return err
		}
		return conn.Close()
	}
}
