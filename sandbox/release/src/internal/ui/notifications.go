package ui

import (
	"log"
	"net/http"
	"strings"
)

type event struct {
	Action string `json:"action"`
	Target struct {
		Repository string `json:"repository"`
		Tag        string `json:"tag"`
		MediaType  string `json:"mediaType"`
	} `json:"target"`
	Actor struct {
		Name string `json:"name"`
	} `json:"actor"`
	Request struct {
		UserAgent string `json:"useragent"`
	} `json:"request"`
}

// counts keeps the events of clients that people use, and of manifests only: a
// push reports its layers as well.
func (e event) counts() bool {
	agent := strings.ToLower(e.Request.UserAgent)
	known := strings.HasPrefix(agent, "docker") || strings.HasPrefix(agent, "vic/") || agent == registryClient
	return known && strings.Contains(e.Target.MediaType, "manifest") && (e.Action == "push" || e.Action == "pull")
}

// notifications always answers 200: the registry would repeat an event that
// was refused, for ever.
func (s *server) notifications(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Events []event `json:"events"`
	}
	if !decode(w, r, &body) {
		return
	}
	for _, e := range body.Events {
		if !e.counts() {
			continue
		}
		if err := s.record(e); err != nil {
			log.Printf("notification of %s %s: %v", e.Action, e.Target.Repository, err)
		}
	}
}

func (s *server) record(e event) error {
	name, _, _ := strings.Cut(e.Target.Repository, "/")
	project, err := s.db.ProjectNamed(name)
	if err != nil {
		return err
	}
	// A pull without a name is a stranger's; the log books it on the owner.
	actor := project.OwnerID
	if user, err := s.db.UserNamed(e.Actor.Name); err == nil {
		actor = user.ID
	}
	if e.Action == "push" {
		err = s.db.Pushed(e.Target.Repository, project.ID, actor)
	} else {
		err = s.db.Pulled(e.Target.Repository)
	}
	if err != nil {
		return err
	}
	return s.db.Log(actor, project.ID, e.Target.Repository, e.Target.Tag, e.Action)
}
