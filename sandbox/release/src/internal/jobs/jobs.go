// Package jobs is the jobservice of the 2.x line. All jobservices share one queue in Redis, so a job runs on any node; what it
// needs of Harbor it asks of the services of the node that it runs on.
package jobs

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Job is what core submits and what lies in the queue, secret and password included.
type Job struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Execution int    `json:"execution"`
	// Secret is the JOBSERVICE_SECRET of the node whose core submitted a replication.
	Secret string  `json:"secret,omitempty"`
	Target *Target `json:"target,omitempty"`
}

// Taken is the answer to a submitted job.
type Taken struct {
	ID string `json:"id"`
}

// Change is what core hears of a job.
type Change struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

// Target is another registry.
type Target struct {
	URL      string `json:"url"`
	Name     string `json:"name"`
	Password string `json:"password"`
}

var client = &http.Client{Timeout: 10 * time.Second}

// Ping asks the target for a token.
func (t Target) Ping() error {
	request, err := http.NewRequest(http.MethodGet, strings.TrimSuffix(t.URL, "/")+"/service/token?service=harbor-registry", nil)
	if err != nil {
		return err
	}
	if t.Name != "" {
		request.SetBasicAuth(t.Name, t.Password)
	}
	return expect(request)
}

// expect sends a request and wants 200.
func expect(request *http.Request) error {
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: http error: code %d", request.Method, request.URL.Redacted(), response.StatusCode)
	}
	return nil
}
