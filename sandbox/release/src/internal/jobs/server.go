package jobs

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/gomodule/redigo/redis"

	"harborsandbox/internal/session"
	"harborsandbox/internal/sidecar"
)

var (
	jobID    = regexp.MustCompile(`^[a-z0-9]{26}$`)
	settings = regexp.MustCompile(`(?m)^\s*(redis_url|namespace|base_dir|workers):\s*"?([^"\s]+)"?\s*$`)
)

// metricSettings are the last ones of the file, where there are any.
var metricSettings = regexp.MustCompile(`(?m)^metric:\n +enabled: true\n +port: (\d+)\n +path: (\S+)$`)

type server struct {
	queue  *redis.Pool
	key    string
	folder string
	secret string
}

// Run serves until it fails; without Redis it doesn't start, and dies when Redis goes.
func Run(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	found := map[string]string{"base_dir": "/var/log/jobs"}
	for _, match := range settings.FindAllStringSubmatch(string(text), -1) {
		found[match[1]] = match[2]
	}
	queue, err := session.Pool(found["redis_url"])
	if err != nil {
		panic(err)
	}
	s := &server{queue: queue, key: found["namespace"] + ":jobs", folder: found["base_dir"], secret: os.Getenv("CORE_SECRET")}
	for range 2 {
		go s.work()
	}
	if metric := metricSettings.FindStringSubmatch(string(text)); metric != nil {
		go sidecar.Metrics(metric[1], metric[2], "harbor_jobservice_info 1")
	}
	log.Printf("jobservice: queue %s, logs in %s", s.key, s.folder)
	return http.ListenAndServe(":8080", s.handler())
}

func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/stats", s.stats)
	mux.HandleFunc("POST /api/v1/jobs", s.guard(s.submit))
	mux.HandleFunc("GET /api/v1/jobs/{id}/log", s.guard(s.log))
	return mux
}

// guard lets only the core of this node in, or another one with the same CORE_SECRET.
func (s *server) guard(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Harbor-Secret ")
		if !ok || s.secret == "" || subtle.ConstantTimeCompare([]byte(given), []byte(s.secret)) == 0 {
			http.Error(w, "unauthorized", http.StatusUnauthorized)
			return
		}
		next(w, r)
	}
}

func (s *server) stats(w http.ResponseWriter, _ *http.Request) {
	conn := s.queue.Get()
	defer conn.Close()
	waiting, err := redis.Int(conn.Do("LLEN", s.key))
	if err != nil {
		http.Error(w, "redis doesn't answer", http.StatusInternalServerError)
		return
	}
	fmt.Fprintf(w, "{\"waiting\": %d}\n", waiting)
}

func (s *server) submit(w http.ResponseWriter, r *http.Request) {
	var job Job
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&job); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	job.ID = strings.ToLower(rand.Text())
	raw, err := json.Marshal(job)
	if err == nil {
		conn := s.queue.Get()
		defer conn.Close()
		_, err = conn.Do("RPUSH", s.key, raw)
	}
	if err != nil {
		log.Print(err)
		http.Error(w, "the queue doesn't answer", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusAccepted)
	if err := json.NewEncoder(w).Encode(Taken{ID: job.ID}); err != nil {
		log.Print(err)
	}
}

// log serves what lies in this node's folder, which nodes may share.
func (s *server) log(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if !jobID.MatchString(id) {
		http.Error(w, "no such job", http.StatusNotFound)
		return
	}
	http.ServeFile(w, r, s.logPath(id))
}

func (s *server) logPath(id string) string { return filepath.Join(s.folder, id+".log") }

// work takes one job after the other. Without Redis there is nothing to wait for: the process ends, loudly.
func (s *server) work() {
	for {
		conn := s.queue.Get()
		raw, err := redis.ByteSlices(conn.Do("BLPOP", s.key, 1))
		conn.Close()
		if err == redis.ErrNil {
			continue
		}
		if err != nil {
			panic(fmt.Sprintf("redis: %v", err))
		}
		var job Job
		if err := json.Unmarshal(raw[1], &job); err != nil {
			log.Printf("a job in the queue can't be read: %v", err)
			continue
		}
		s.run(job)
	}
}

func (s *server) run(job Job) {
	tell(job, Change{Status: "Running"})
	err := do(job)
	change := Change{Status: "Success"}
	if err != nil {
		change = Change{Status: "Error", Message: err.Error()}
	}
	host, _ := os.Hostname() // Only a word in the log.
	line := fmt.Sprintf("%s [INFO] %s, execution %d, on %s: %s %s\n", time.Now().UTC().Format(time.RFC3339), job.Name, job.Execution,
		host, change.Status, change.Message)
	if err := os.WriteFile(s.logPath(job.ID), []byte(line), 0o644); err != nil {
		log.Printf("log of job %s: %v", job.ID, err)
	}
	log.Print(strings.TrimSpace(line))
	tell(job, change)
}

// tell says to the core of this node how far a job is; it goes on trying for a while, since a core may be starting anew.
func tell(job Job, change Change) {
	raw, err := json.Marshal(change)
	if err != nil {
		log.Print(err)
		return
	}
	for attempt := range 10 {
		time.Sleep(time.Duration(attempt) * 500 * time.Millisecond)
		request, err := http.NewRequest(http.MethodPost, fmt.Sprintf("%s/service/notifications/tasks/%d", os.Getenv("CORE_URL"), job.Execution),
			strings.NewReader(string(raw)))
		if err == nil {
			err = expect(request)
		}
		if err == nil {
			return
		}
		log.Printf("job %s: %v", job.ID, err)
	}
}

// do what a job is about. A replication copies nothing: it reads what there is at the core of this node, and signs in at its
// target. A garbage collection, which is always a dry run, wants the registryctl of this node.
func do(job Job) error {
	switch job.Name {
	case "REPLICATION":
		request, err := http.NewRequest(http.MethodGet, os.Getenv("CORE_URL")+"/api/v2.0/internal/artifacts", nil)
		if err != nil {
			return err
		}
		request.Header.Set("Authorization", "Harbor-Secret "+job.Secret)
		if err := expect(request); err != nil {
			return err
		}
		if job.Target == nil {
			return fmt.Errorf("no target")
		}
		return job.Target.Ping()
	case "GARBAGE_COLLECTION":
		request, err := http.NewRequest(http.MethodGet, os.Getenv("REGISTRY_CONTROLLER_URL")+"/api/health", nil)
		if err != nil {
			return err
		}
		return expect(request)
	}
	return fmt.Errorf("no job is called %q", job.Name)
}
