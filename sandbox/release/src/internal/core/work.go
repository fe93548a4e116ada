package core

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"

	"harborsandbox/internal/jobs"
	"harborsandbox/internal/store"
)

var toJobs = &http.Client{Timeout: 15 * time.Second}

// askJobs talks to the jobservice of this node, as whoever knows the CORE_SECRET.
func askJobs(method, path string, body any) (*http.Response, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest(method, os.Getenv("JOBSERVICE_URL")+path, bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Harbor-Secret "+os.Getenv("CORE_SECRET"))
	return toJobs.Do(request)
}

// start books an execution and submits its job. The execution stays, as an error, when the jobservice doesn't take it.
func (s *server) start(w http.ResponseWriter, r *http.Request, vendor string, vendorID int, parameters string, job jobs.Job, location string) {
	id, err := s.db.AddExecution(vendor, vendorID, parameters)
	if err != nil {
		fail(w, err)
		return
	}
	job.Execution = id
	response, err := askJobs(http.MethodPost, "/api/v1/jobs", job)
	if err == nil {
		defer response.Body.Close()
		var taken jobs.Taken
		if response.StatusCode != http.StatusAccepted {
			err = fmt.Errorf("jobservice: http error: code %d", response.StatusCode)
		} else if err = json.NewDecoder(response.Body).Decode(&taken); err == nil {
			err = s.db.SetJob(id, taken.ID)
		}
	}
	if err != nil {
		log.Printf("execution %d: %v", id, err)
		if err := s.db.SetStatus(id, "Error", err.Error()); err != nil {
			log.Print(err)
		}
		problem(w, http.StatusInternalServerError, "UNKNOWN", err.Error())
		return
	}
	w.Header().Set("Location", location+"/"+strconv.Itoa(id))
	w.WriteHeader(http.StatusCreated)
}

// jobChanged hears of a job from the jobservice that runs it, which may be on another node than the one that took it. nginx
// lets nobody from outside come here.
func (s *server) jobChanged(w http.ResponseWriter, r *http.Request) {
	var body jobs.Change
	if !decode(w, r, &body) {
		return
	}
	done(w, s.db.SetStatus(number(r, "id"), body.Status, body.Message))
}

func (s *server) startGC(w http.ResponseWriter, r *http.Request, _ *identity) {
	var body struct {
		Schedule struct {
			Type string `json:"type"`
		} `json:"schedule"`
		Parameters map[string]any `json:"parameters"`
	}
	if !decode(w, r, &body) {
		return
	}
	dry, _ := body.Parameters["dry_run"].(bool)
	if body.Schedule.Type != "Manual" || !dry {
		bad(w, "this release knows only a schedule of type Manual with the parameter dry_run: true")
		return
	}
	parameters, err := json.Marshal(body.Parameters)
	if err != nil {
		bad(w, err.Error())
		return
	}
	s.start(w, r, store.GC, 0, string(parameters), jobs.Job{Name: store.GC}, api+"/system/gc")
}

func gcHistory(e *store.Execution) map[string]any {
	return map[string]any{
		"id": e.ID, "job_name": store.GC, "job_kind": e.Trigger, "job_parameters": e.Parameters, "job_status": e.Status,
		"schedule": map[string]string{"type": "Manual"}, "deleted": false, "creation_time": e.Started, "update_time": e.Updated,
	}
}

func (s *server) listGC(w http.ResponseWriter, _ *http.Request, _ *identity) {
	found, err := s.db.Executions(store.GC, 0)
	list(w, each(found, gcHistory), err)
}

func (s *server) getGC(w http.ResponseWriter, r *http.Request, _ *identity) {
	found, err := s.db.Execution(store.GC, number(r, "id"))
	if err != nil {
		fail(w, err)
		return
	}
	reply(w, gcHistory(found))
}

// each makes answers of rows.
func each[T, A any](found []T, make func(*T) A) []A {
	answers := []A{}
	for i := range found {
		answers = append(answers, make(&found[i]))
	}
	return answers
}

// jobLog gets a log through the jobservice of this node, which finds it when the nodes share their folder of logs, or when
// the job ran here.
func (s *server) jobLog(vendor string) userHandler {
	return func(w http.ResponseWriter, r *http.Request, _ *identity) {
		found, err := s.db.Execution(vendor, number(r, "id"))
		if err != nil {
			fail(w, err)
			return
		}
		response, err := askJobs(http.MethodGet, "/api/v1/jobs/"+found.JobID+"/log", nil)
		if err != nil {
			fail(w, err)
			return
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			fail(w, fmt.Errorf("log of job %s: http error: code %d", found.JobID, response.StatusCode))
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		if _, err := io.Copy(w, response.Body); err != nil {
			log.Print(err)
		}
	}
}
