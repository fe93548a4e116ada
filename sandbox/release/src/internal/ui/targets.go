package ui

import (
	"net/http"
	"strings"

	"harborsandbox/internal/database"
	"harborsandbox/internal/replication"
	"harborsandbox/internal/secretbox"
)

func (s *server) listTargets(w http.ResponseWriter, _ *http.Request, _ *database.User) {
	targets, err := s.db.Targets()
	if err != nil {
		fail(w, err)
		return
	}
	for i := range targets {
		targets[i].Password = ""
	}
	reply(w, targets)
}

// addTarget encrypts the password with the secretkey of this node.
func (s *server) addTarget(w http.ResponseWriter, r *http.Request, _ *database.User) {
	var target database.Target
	if !decode(w, r, &target) {
		return
	}
	if target.Name == "" || !strings.HasPrefix(target.URL, "http") {
		http.Error(w, "name and endpoint (http or https) are needed", http.StatusBadRequest)
		return
	}
	box, err := secretbox.Open(secretKeyPath)
	if err == nil {
		target.Password, err = box.Seal(target.Password)
	}
	if err != nil {
		fail(w, err)
		return
	}
	id, err := s.db.AddTarget(target)
	if err != nil {
		fail(w, err)
		return
	}
	created(w, r, id)
}

func (s *server) deleteTarget(w http.ResponseWriter, r *http.Request, _ *database.User) {
	if err := s.db.DeleteTarget(pathID(r)); err != nil {
		fail(w, err)
	}
}

// pingTarget signs in at a stored target, by its id, or at the one that the
// body describes. A node with another secretkey sends garbage as the password
// and so gets the target's 401.
func (s *server) pingTarget(w http.ResponseWriter, r *http.Request, _ *database.User) {
	var target database.Target
	if !decode(w, r, &target) {
		return
	}
	if target.ID != 0 {
		stored, err := s.db.Target(target.ID)
		if err != nil {
			fail(w, err)
			return
		}
		box, err := secretbox.Open(secretKeyPath)
		if err == nil {
			stored.Password, err = box.Unseal(stored.Password)
		}
		if err != nil {
			fail(w, err)
			return
		}
		target = *stored
	}
	status, err := replication.Ping(target)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(status)
}
