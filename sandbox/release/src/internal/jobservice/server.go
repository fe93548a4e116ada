// Package jobservice runs replication jobs. A job here proves that the target
// takes the stored credentials; it copies nothing.
package jobservice

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"harborsandbox/internal/database"
	"harborsandbox/internal/replication"
	"harborsandbox/internal/secretbox"
	"harborsandbox/internal/settings"
)

const (
	logDir  = "/var/log/jobs"
	keyPath = "/etc/jobservice/key"
)

type server struct {
	db     *database.DB
	box    *secretbox.Box
	secret string
	wake   chan struct{}
}

// Run serves until it fails.
func Run() error {
	url := os.Getenv("ADMIN_SERVER_URL")
	if url == "" {
		url = "http://adminserver"
	}
	client := &settings.Client{URL: url, Secret: os.Getenv("JOBSERVICE_SECRET")}
	start := client.Wait()
	box, err := secretbox.Open(keyPath)
	if err != nil {
		return err
	}
	db, err := database.Open(start)
	if err != nil {
		return err
	}
	reset, err := db.ResetRunningJobs()
	if err != nil {
		return err
	}
	log.Printf("%d running jobs are pending again", reset)
	s := &server{db: db, box: box, secret: os.Getenv("UI_SECRET"), wake: make(chan struct{}, 1)}
	s.wake <- struct{}{}
	go s.work()
	return http.ListenAndServe(":80", s.routes())
}

func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/jobs/replication/actions", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "{}")
	})
	mux.HandleFunc("POST /api/jobs/replication", s.submit)
	mux.HandleFunc("GET /api/jobs/replication/{id}/log", s.log)
	return s.guard(mux)
}

func (s *server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie("secret")
		if err != nil || s.secret == "" || subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(s.secret)) == 0 {
			http.Error(w, "unauthorized", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *server) submit(w http.ResponseWriter, r *http.Request) {
	var body struct {
		PolicyID int `json:"policy_id"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	added, err := s.db.AddJobs(body.PolicyID)
	if err != nil {
		log.Print(err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	select {
	case s.wake <- struct{}{}:
	default: // The worker is about to look anyway.
	}
	w.WriteHeader(http.StatusAccepted)
	fmt.Fprintf(w, "{\"jobs\": %d}\n", added)
}

// log serves the file of this node's disk, or of shared storage.
func (s *server) log(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		http.Error(w, "no such job", http.StatusNotFound)
		return
	}
	http.ServeFile(w, r, logPath(id))
}

func logPath(id int) string { return filepath.Join(logDir, fmt.Sprintf("job_%d.log", id)) }

func (s *server) work() {
	for range s.wake {
		jobs, err := s.db.PendingJobs()
		if err != nil {
			log.Printf("pending jobs: %v", err)
			continue
		}
		for _, job := range jobs {
			if err := s.run(job); err != nil {
				log.Printf("job %d: %v", job.ID, err)
			}
		}
	}
}

func (s *server) run(job database.Job) error {
	if err := s.db.SetJobStatus(job.ID, "running"); err != nil {
		return err
	}
	failure, status := s.try(job), "finished"
	if failure != nil {
		status = "error"
	}
	entry := fmt.Sprintf("%s %s of %s to %s: %s", time.Now().UTC().Format(time.RFC3339), job.Operation, job.Repository, job.Target.URL, status)
	if failure != nil {
		entry += ": " + failure.Error()
	}
	if err := os.WriteFile(logPath(job.ID), []byte(entry+"\n"), 0o644); err != nil {
		log.Print(err)
	}
	return s.db.SetJobStatus(job.ID, status)
}

func (s *server) try(job database.Job) error {
	password, err := s.box.Unseal(job.Target.Password)
	if err != nil {
		return err
	}
	job.Target.Password = password
	status, err := replication.Ping(job.Target)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("target answers %d", status)
	}
	return err
}
