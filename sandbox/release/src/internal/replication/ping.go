// Package replication talks to the targets of replication.
package replication

import (
	"net/http"
	"strings"
	"time"

	"harborsandbox/internal/database"
)

var client = &http.Client{Timeout: 10 * time.Second}

// Ping asks a registry of this kind for a token, with the target's plain
// password, and returns the status of the answer.
func Ping(target database.Target) (int, error) {
	request, err := http.NewRequest(http.MethodGet, strings.TrimSuffix(target.URL, "/")+"/service/token?service=harbor-registry", nil)
	if err != nil {
		return 0, err
	}
	request.SetBasicAuth(target.Username, target.Password)
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	response.Body.Close()
	return response.StatusCode, nil
}
