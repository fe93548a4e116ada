// Package sidecar holds the services of the 2.x line that have next to nothing to do here.
package sidecar

import (
	"fmt"
	"net/http"
	"os"
	"time"
)

// Registryctl says that it is there, as long as it finds the registry's storage.
func Registryctl() error {
	http.HandleFunc("GET /api/health", func(w http.ResponseWriter, _ *http.Request) {
		if _, err := os.Stat("/storage"); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprintln(w, `"healthy"`)
	})
	return http.ListenAndServe(":8080", nil)
}

// Exporter has one number.
func Exporter() error {
	http.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "harbor_up 1") })
	return http.ListenAndServe(":8080", nil)
}

// Scanner finds nothing, in nothing.
func Scanner() error {
	alive := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") }
	http.HandleFunc("GET /probe/healthy", alive)
	http.HandleFunc("GET /probe/ready", alive)
	return http.ListenAndServe(":8080", nil)
}

// Healthcheck asks an address once; it is what docker runs inside a container.
func Healthcheck(url string) error {
	client := http.Client{Timeout: 10 * time.Second}
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %d", url, response.StatusCode)
	}
	return nil
}
