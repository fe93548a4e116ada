// Package adminserver keeps the settings of one node's services.
package adminserver

import (
	"crypto/subtle"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"

	"harborsandbox/internal/secretbox"
	"harborsandbox/internal/settings"
)

// Run serves until it fails.
func Run() error {
	box, err := secretbox.Open("/etc/adminserver/key")
	if err != nil {
		return err
	}
	store := settings.Store{Path: "/etc/adminserver/config/config.json", Box: box}
	if err := store.Start(os.Getenv); err != nil {
		return err
	}
	log.Print("settings are ready")
	handler := New(store, os.Getenv("UI_SECRET"), os.Getenv("JOBSERVICE_SECRET"))
	return http.ListenAndServe(":80", handler)
}

type server struct {
	store   settings.Store
	secrets []string
	// mu orders the writers of this process; those of other nodes it can't see.
	mu sync.Mutex
}

// New makes the HTTP side; every request must carry one of the secrets.
func New(store settings.Store, secrets ...string) http.Handler {
	s := &server{store: store, secrets: secrets}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/configurations", s.get)
	mux.HandleFunc("PUT /api/configurations", s.put)
	return s.guard(mux)
}

func (s *server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given := strings.TrimPrefix(r.Header.Get("Authorization"), "Harbor-Secret ")
		if cookie, err := r.Cookie("secret"); err == nil {
			given = cookie.Value
		}
		for _, secret := range s.secrets {
			if secret != "" && subtle.ConstantTimeCompare([]byte(given), []byte(secret)) == 1 {
				next.ServeHTTP(w, r)
				return
			}
		}
		http.Error(w, "unauthorized", http.StatusUnauthorized)
	})
}

func (s *server) get(w http.ResponseWriter, _ *http.Request) {
	read, err := s.store.Read()
	if err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(read); err != nil {
		log.Print(err)
	}
}

func (s *server) put(w http.ResponseWriter, r *http.Request) {
	changes := settings.Settings{}
	if err := json.NewDecoder(r.Body).Decode(&changes); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	current, err := s.store.Read()
	if err != nil {
		fail(w, err)
		return
	}
	if err := current.Merge(changes); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := s.store.Write(current); err != nil {
		fail(w, err)
	}
}

func fail(w http.ResponseWriter, err error) {
	log.Print(err)
	http.Error(w, "internal error", http.StatusInternalServerError)
}
