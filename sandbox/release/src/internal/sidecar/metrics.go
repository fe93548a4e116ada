package sidecar

import (
	"fmt"
	"log"
	"net/http"
)

// Metrics serves what a component tells Prometheus, on a port of its own. As with the original, one that can't listen there
// says so and goes on without.
func Metrics(port, path, text string) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		fmt.Fprintln(w, text)
	})
	log.Printf("metrics on port %s: %v", port, http.ListenAndServe(":"+port, mux))
}
