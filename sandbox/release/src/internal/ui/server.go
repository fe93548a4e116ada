// Package ui is the core service: the API, the sign-in page, the token service
// and the receiver of the registry's notifications.
package ui

import (
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"os"
	"strconv"

	"harborsandbox/internal/database"
	"harborsandbox/internal/secretbox"
	"harborsandbox/internal/session"
	"harborsandbox/internal/settings"
)

const (
	privateKeyPath = "/etc/ui/private_key.pem"
	secretKeyPath  = "/etc/ui/key"
	rootCAPath     = "/etc/ui/ca/ca.crt"
)

type server struct {
	settings *settings.Client
	db       *database.DB
	sessions *session.Manager
	locks    locks
	version  string
}

// Run serves until it fails. Whatever is missing at the start ends the
// process, so that its container's restart policy tries again.
func Run() error {
	client := &settings.Client{URL: adminserverURL(), Secret: os.Getenv("UI_SECRET")}
	start := client.Wait()
	if _, err := secretbox.Open(secretKeyPath); err != nil {
		return err
	}
	db, err := database.Open(start)
	if err != nil {
		return err
	}
	if err := db.SetInitialPassword(start.Text("admin_initial_password")); err != nil {
		return err
	}
	sessions, err := session.New(os.Getenv("_REDIS_URL"))
	if err != nil {
		return err
	}
	s := &server{settings: client, db: db, sessions: sessions, version: os.Getenv("HARBOR_VERSION")}
	log.Printf("version %s, external address %s", s.version, start.Text("ext_endpoint"))
	return http.ListenAndServe(":80", s.routes())
}

func adminserverURL() string {
	if url := os.Getenv("ADMIN_SERVER_URL"); url != "" {
		return url
	}
	return "http://adminserver"
}

func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.page)
	mux.HandleFunc("GET /harbor/sign-in", s.page)
	mux.HandleFunc("POST /login", s.login)
	mux.HandleFunc("GET /log_out", s.logout)

	mux.HandleFunc("GET /service/token", s.token)
	mux.HandleFunc("POST /service/notifications", s.notifications)

	mux.HandleFunc("GET /api/systeminfo", s.systemInfo)
	mux.HandleFunc("GET /api/users/current", s.signedIn(s.currentUser))
	mux.HandleFunc("GET /api/users", s.adminOnly(s.listUsers))
	mux.HandleFunc("POST /api/users", s.addUser)
	mux.HandleFunc("PUT /api/users/{id}/password", s.signedIn(s.putPassword))
	mux.HandleFunc("DELETE /api/users/{id}", s.adminOnly(s.deleteUser))
	mux.HandleFunc("GET /api/projects", s.listProjects)
	mux.HandleFunc("POST /api/projects", s.signedIn(s.addProject))
	mux.HandleFunc("DELETE /api/projects/{id}", s.signedIn(s.deleteProject))
	mux.HandleFunc("POST /api/projects/{id}/members", s.signedIn(s.addMember))
	mux.HandleFunc("GET /api/repositories", s.listRepositories)
	mux.HandleFunc("GET /api/repositories/{path...}", s.listTags)
	mux.HandleFunc("DELETE /api/repositories/{path...}", s.signedIn(s.deleteTags))
	mux.HandleFunc("GET /api/configurations", s.adminOnly(s.getConfigurations))
	mux.HandleFunc("PUT /api/configurations", s.adminOnly(s.putConfigurations))
	mux.HandleFunc("GET /api/targets", s.adminOnly(s.listTargets))
	mux.HandleFunc("POST /api/targets", s.adminOnly(s.addTarget))
	mux.HandleFunc("POST /api/targets/ping", s.adminOnly(s.pingTarget))
	mux.HandleFunc("DELETE /api/targets/{id}", s.adminOnly(s.deleteTarget))
	return mux
}

func reply(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if err := json.NewEncoder(w).Encode(value); err != nil {
		log.Print(err)
	}
}

func created(w http.ResponseWriter, r *http.Request, id int) {
	w.Header().Set("Location", r.URL.Path+"/"+strconv.Itoa(id))
	w.WriteHeader(http.StatusCreated)
}

// fail answers with what an error of the database means to a caller.
func fail(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, database.ErrConflict):
		http.Error(w, "exists already", http.StatusConflict)
	case errors.Is(err, database.ErrNotFound):
		http.Error(w, "not found", http.StatusNotFound)
	default:
		log.Print(err)
		http.Error(w, "internal error", http.StatusInternalServerError)
	}
}

func refuse(w http.ResponseWriter, status int) { http.Error(w, http.StatusText(status), status) }

func decode(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(into); err != nil {
		http.Error(w, "body: "+err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

// pathID reads {id}; zero never is an id.
func pathID(r *http.Request) int {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return 0
	}
	return id
}
