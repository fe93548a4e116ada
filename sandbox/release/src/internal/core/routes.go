package core

import (
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"strconv"
	"strings"

	"harborsandbox/internal/store"
)

const api = "/api/v2.0"

func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /c/login", s.login)
	mux.HandleFunc("GET /c/log_out", s.logout)
	mux.HandleFunc("GET /service/token", s.token)
	mux.HandleFunc("POST /service/notifications/tasks/{id}", s.jobChanged)
	mux.HandleFunc("/v2/", s.registry)
	mux.HandleFunc("/v2", s.registry)

	open := func(path string, next http.HandlerFunc) {
		method, path, _ := strings.Cut(path, " ")
		mux.HandleFunc(method+" "+api+path, next)
	}
	signed := func(path string, next userHandler) { open(path, s.signedIn(next)) }
	admin := func(path string, next userHandler) { open(path, s.adminOnly(next)) }

	open("GET /ping", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("Pong")) })
	open("GET /health", s.getHealth)
	open("GET /systeminfo", s.systemInfo)
	open("GET /systeminfo/getcert", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, rootCAPath) })
	signed("GET /users/current", func(w http.ResponseWriter, _ *http.Request, who *identity) { reply(w, who.user) })
	admin("GET /users", s.listUsers)
	admin("POST /users", s.addUser)
	signed("PUT /users/{id}/password", s.putPassword)
	admin("DELETE /users/{id}", s.deleteUser)

	open("GET /projects", s.listProjects)
	open("HEAD /projects", s.hasProject)
	signed("POST /projects", s.addProject)
	signed("GET /projects/{project}", s.getProject)
	signed("DELETE /projects/{project}", s.deleteProject)
	signed("POST /projects/{project}/members", s.addMember)
	open("GET /projects/{project}/repositories", s.listRepositories)
	signed("DELETE /projects/{project}/repositories/{repository}", s.deleteRepository)
	open("GET /projects/{project}/repositories/{repository}/artifacts", s.listArtifacts)
	signed("DELETE /projects/{project}/repositories/{repository}/artifacts/{reference}", s.deleteArtifact)

	signed("GET /labels", s.listLabels)
	admin("POST /labels", s.addLabel)
	admin("DELETE /labels/{id}", s.deleteLabel)
	admin("GET /configurations", s.getConfigurations)
	admin("PUT /configurations", s.putConfigurations)
	admin("GET /robots", s.listRobots)
	signed("POST /robots", s.addRobot)
	admin("DELETE /robots/{id}", s.deleteRobot)

	admin("GET /registries", s.listRegistries)
	admin("POST /registries", s.addRegistry)
	admin("POST /registries/ping", s.pingRegistry)
	admin("GET /registries/{id}", s.getRegistry)
	admin("GET /registries/{id}/info", s.registryInfo)
	admin("DELETE /registries/{id}", s.deleteRegistry)
	admin("GET /replication/policies", s.listPolicies)
	admin("POST /replication/policies", s.addPolicy)
	admin("DELETE /replication/policies/{id}", s.deletePolicy)
	admin("GET /replication/executions", s.listReplications)
	admin("POST /replication/executions", s.startReplication)
	admin("GET /replication/executions/{id}", s.getReplication)
	admin("GET /replication/executions/{id}/tasks", s.replicationTasks)
	admin("GET /replication/executions/{id}/tasks/{task}/log", s.jobLog(store.Replication))
	admin("GET /system/gc", s.listGC)
	admin("POST /system/gc/schedule", s.startGC)
	admin("GET /system/gc/{id}", s.getGC)
	admin("GET /system/gc/{id}/log", s.jobLog(store.GC))
	// Only for the jobs of the nodes
	open("GET /internal/artifacts", s.internalArtifacts)
	return s.withCSRF(mux)
}

// problem is how this API says what is wrong.
func problem(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	body := map[string]any{"errors": []map[string]string{{"code": code, "message": message}}}
	if err := json.NewEncoder(w).Encode(body); err != nil {
		log.Print(err)
	}
}

func unauthorized(w http.ResponseWriter) {
	problem(w, http.StatusUnauthorized, "UNAUTHORIZED", "unauthorized")
}

func forbidden(w http.ResponseWriter) { problem(w, http.StatusForbidden, "FORBIDDEN", "forbidden") }

func bad(w http.ResponseWriter, message string) {
	problem(w, http.StatusBadRequest, "BAD_REQUEST", message)
}

// fail answers with what an error of the database means to a caller.
func fail(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, store.ErrConflict):
		problem(w, http.StatusConflict, "CONFLICT", "exists already")
	case errors.Is(err, store.ErrNotFound):
		problem(w, http.StatusNotFound, "NOT_FOUND", "not found")
	default:
		log.Print(err)
		problem(w, http.StatusInternalServerError, "UNKNOWN", "internal server error")
	}
}

// done answers a change that has nothing to tell.
func done(w http.ResponseWriter, err error) {
	if err != nil {
		fail(w, err)
	}
}

func reply(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if err := json.NewEncoder(w).Encode(value); err != nil {
		log.Print(err)
	}
}

// list answers with what a query found.
func list[T any](w http.ResponseWriter, found []T, err error) {
	if err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("X-Total-Count", strconv.Itoa(len(found)))
	reply(w, found)
}

func created(w http.ResponseWriter, r *http.Request, id int) {
	w.Header().Set("Location", strings.TrimSuffix(r.URL.Path, "/")+"/"+strconv.Itoa(id))
	w.WriteHeader(http.StatusCreated)
}

func decode(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(into); err != nil {
		bad(w, "body: "+err.Error())
		return false
	}
	return true
}

// number reads a part of the path; zero never is an id.
func number(r *http.Request, name string) int {
	id, err := strconv.Atoi(r.PathValue(name))
	if err != nil {
		return 0
	}
	return id
}
