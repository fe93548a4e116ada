// Package core is the middle of the 2.x line: API, pages' sign-in, tokens, and the way to the registry.
package core

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"harborsandbox/internal/schema"
	"harborsandbox/internal/secretbox"
	"harborsandbox/internal/session"
	"harborsandbox/internal/sidecar"
	"harborsandbox/internal/store"
)

const (
	privateKeyPath = "/etc/core/private_key.pem"
	secretKeyPath  = "/etc/core/key"
	rootCAPath     = "/etc/core/ca/ca.crt"
	scripts        = "migrations/postgresql"
	// patience is how long a core waits for Redis at its start before it gives up.
	patience = time.Minute
)

type server struct {
	db       *store.Store
	sessions *session.Manager
	health   *health
	external string
	version  string
}

// Run serves until it fails. Whatever is missing at the start ends the process, so that its container's restart policy tries
// again.
func Run() error {
	mode := flag.String("mode", "normal", "normal, migrate (bring the schema up to this release and end) or skip-migrate")
	flag.Parse()
	external := os.Getenv("EXT_ENDPOINT")
	// Redis comes first also when only the schema is asked for.
	sessions, err := waitForRedis(func() (*session.Manager, error) {
		return session.New2(os.Getenv("_REDIS_URL_CORE"), !strings.HasPrefix(strings.ToLower(external), "http://"))
	}, patience)
	if err != nil {
		return err
	}
	db, err := store.Open()
	if err != nil {
		return err
	}
	switch *mode {
	case "skip-migrate":
		log.Print("skip the database migrate")
	case "normal", "migrate":
		if err := schema.Upgrade(db.SQL, os.Getenv("POSTGRESQL_DATABASE"), scripts); err != nil {
			return fmt.Errorf("failed to migrate the database, error: %w", err)
		}
	default:
		return fmt.Errorf("-mode is %q; it must be normal, migrate or skip-migrate", *mode)
	}
	if *mode == "migrate" {
		log.Print("the database migrate success")
		os.Exit(0)
	}
	if _, err := secretbox.Open(secretKeyPath); err != nil {
		return err
	}
	if err := db.SetInitialPassword(os.Getenv("HARBOR_ADMIN_PASSWORD")); err != nil {
		return err
	}
	s := &server{db: db, sessions: sessions, external: external, version: os.Getenv("HARBOR_VERSION")}
	s.health = watch(s.checks())
	if os.Getenv("METRIC_ENABLE") == "true" {
		go sidecar.Metrics(os.Getenv("METRIC_PORT"), os.Getenv("METRIC_PATH"), "harbor_core_http_inflight_requests 0")
	}
	log.Printf("version %s, external address %s", s.version, s.external)
	return http.ListenAndServe(":"+os.Getenv("PORT"), s.handler())
}

func waitForRedis[T any](connect func() (T, error), patience time.Duration) (T, error) {
	end := time.Now().Add(patience)
	for {
		made, err := connect()
		if err == nil || time.Now().After(end) {
			return made, err
		}
		log.Print(err)
		time.Sleep(2 * time.Second)
	}
}
