package core

import (
	"fmt"
	"net/http"
	"os"
	"strings"

	"harborsandbox/internal/jobs"
	"harborsandbox/internal/secretbox"
	"harborsandbox/internal/store"
)

type registryBody struct {
	ID         int    `json:"id,omitempty"`
	Name       string `json:"name"`
	URL        string `json:"url"`
	Type       string `json:"type"`
	Insecure   bool   `json:"insecure"`
	Status     string `json:"status,omitempty"`
	Credential struct {
		Type   string `json:"type"`
		Key    string `json:"access_key"`
		Secret string `json:"access_secret"`
	} `json:"credential"`
}

func shown(r *store.Registry) registryBody {
	body := registryBody{ID: r.ID, Name: r.Name, URL: r.URL, Type: r.Type, Insecure: r.Insecure, Status: "healthy"}
	body.Credential.Type, body.Credential.Key = "basic", r.Key
	if r.Secret != "" {
		body.Credential.Secret = "*****"
	}
	return body
}

func (s *server) listRegistries(w http.ResponseWriter, _ *http.Request, _ *identity) {
	found, err := s.db.Registries()
	list(w, each(found, shown), err)
}

// addRegistry encrypts the password with the secretkey of this node.
func (s *server) addRegistry(w http.ResponseWriter, r *http.Request, _ *identity) {
	var body registryBody
	if !decode(w, r, &body) {
		return
	}
	if body.Name == "" || !strings.HasPrefix(body.URL, "http") {
		bad(w, "name and url (http or https) are needed")
		return
	}
	box, err := secretbox.Open(secretKeyPath)
	secret := ""
	if err == nil {
		secret, err = box.Seal(body.Credential.Secret)
	}
	if err != nil {
		fail(w, err)
		return
	}
	id, err := s.db.AddRegistry(store.Registry{
		Name: body.Name, URL: body.URL, Type: body.Type, Key: body.Credential.Key, Secret: secret, Insecure: body.Insecure,
	})
	if err != nil {
		fail(w, err)
		return
	}
	created(w, r, id)
}

func (s *server) getRegistry(w http.ResponseWriter, r *http.Request, _ *identity) {
	found, err := s.db.Registry(number(r, "id"))
	if err != nil {
		fail(w, err)
		return
	}
	reply(w, shown(found))
}

func (s *server) registryInfo(w http.ResponseWriter, r *http.Request, _ *identity) {
	found, err := s.db.Registry(number(r, "id"))
	if err != nil {
		fail(w, err)
		return
	}
	reply(w, map[string]any{"type": found.Type, "supported_triggers": []string{"manual"}})
}

func (s *server) deleteRegistry(w http.ResponseWriter, r *http.Request, _ *identity) {
	done(w, s.db.DeleteRegistry(number(r, "id")))
}

// pingRegistry signs in at a stored registry, by its id, or at the one that the body describes. A node with another
// secretkey sends garbage as the password, which the other side refuses.
func (s *server) pingRegistry(w http.ResponseWriter, r *http.Request, _ *identity) {
	var body registryBody
	if !decode(w, r, &body) {
		return
	}
	target := jobs.Target{URL: body.URL, Name: body.Credential.Key, Password: body.Credential.Secret}
	if body.ID != 0 {
		found, err := s.db.Registry(body.ID)
		if err != nil {
			fail(w, err)
			return
		}
		if target, err = plain(found); err != nil {
			fail(w, err)
			return
		}
	}
	if err := target.Ping(); err != nil {
		bad(w, fmt.Sprintf("the registry is unhealthy: %v", err))
	}
}

// plain decrypts with the secretkey of this node.
func plain(r *store.Registry) (jobs.Target, error) {
	target := jobs.Target{URL: r.URL, Name: r.Key}
	box, err := secretbox.Open(secretKeyPath)
	if err == nil {
		target.Password, err = box.Unseal(r.Secret)
	}
	return target, err
}

type policyBody struct {
	ID      int    `json:"id,omitempty"`
	Name    string `json:"name"`
	Enabled bool   `json:"enabled"`
	Dest    struct {
		ID int `json:"id"`
	} `json:"dest_registry"`
}

func (s *server) listPolicies(w http.ResponseWriter, _ *http.Request, _ *identity) {
	found, err := s.db.Policies(0)
	list(w, each(found, func(p *store.Policy) policyBody {
		body := policyBody{ID: p.ID, Name: p.Name, Enabled: true}
		body.Dest.ID = p.Registry
		return body
	}), err)
}

func (s *server) addPolicy(w http.ResponseWriter, r *http.Request, _ *identity) {
	var body policyBody
	if !decode(w, r, &body) {
		return
	}
	if _, err := s.db.Registry(body.Dest.ID); body.Name == "" || err != nil {
		bad(w, "name and dest_registry.id of a registry are needed")
		return
	}
	id, err := s.db.AddPolicy(store.Policy{Name: body.Name, Registry: body.Dest.ID})
	if err != nil {
		fail(w, err)
		return
	}
	created(w, r, id)
}

func (s *server) deletePolicy(w http.ResponseWriter, r *http.Request, _ *identity) {
	done(w, s.db.DeletePolicy(number(r, "id")))
}

// startReplication puts this node's JOBSERVICE_SECRET into the job: wherever it runs, it shows that to the core it finds
// there.
func (s *server) startReplication(w http.ResponseWriter, r *http.Request, _ *identity) {
	var body struct {
		Policy int `json:"policy_id"`
	}
	if !decode(w, r, &body) {
		return
	}
	policies, err := s.db.Policies(body.Policy)
	if err == nil && (body.Policy == 0 || len(policies) == 0) {
		err = store.ErrNotFound
	}
	var found *store.Registry
	if err == nil {
		found, err = s.db.Registry(policies[0].Registry)
	}
	var target jobs.Target
	if err == nil {
		target, err = plain(found)
	}
	if err != nil {
		fail(w, err)
		return
	}
	job := jobs.Job{Name: store.Replication, Secret: os.Getenv("JOBSERVICE_SECRET"), Target: &target}
	s.start(w, r, store.Replication, body.Policy, "{}", job, api+"/replication/executions")
}

func replicationBody(e *store.Execution) map[string]any {
	status := map[string]string{"Success": "Succeed", "Error": "Failed", "Pending": "InProgress", "Running": "InProgress"}[e.Status]
	failed, succeed := 0, 0
	switch status {
	case "Failed":
		failed = 1
	case "Succeed":
		succeed = 1
	}
	return map[string]any{
		"id": e.ID, "policy_id": e.VendorID, "status": status, "status_text": e.Message, "trigger": "manual", "total": 1,
		"failed": failed, "succeed": succeed, "start_time": e.Started, "end_time": e.Updated,
	}
}

func (s *server) listReplications(w http.ResponseWriter, r *http.Request, _ *identity) {
	policy := 0
	if text := r.URL.Query().Get("policy_id"); text != "" {
		if _, err := fmt.Sscan(text, &policy); err != nil {
			bad(w, "policy_id is a number")
			return
		}
	}
	found, err := s.db.Executions(store.Replication, policy)
	list(w, each(found, replicationBody), err)
}

func (s *server) getReplication(w http.ResponseWriter, r *http.Request, _ *identity) {
	found, err := s.db.Execution(store.Replication, number(r, "id"))
	if err != nil {
		fail(w, err)
		return
	}
	reply(w, replicationBody(found))
}

// replicationTasks: an execution here is one task, of the same number.
func (s *server) replicationTasks(w http.ResponseWriter, r *http.Request, _ *identity) {
	found, err := s.db.Execution(store.Replication, number(r, "id"))
	if err != nil {
		fail(w, err)
		return
	}
	body := replicationBody(found)
	list(w, []map[string]any{{"id": found.ID, "execution_id": found.ID, "status": body["status"], "job_id": found.JobID,
		"start_time": found.Started, "end_time": found.Updated}}, nil)
}
