package core

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"harborsandbox/internal/store"
)

var projectName = regexp.MustCompile(`^[a-z0-9]+(?:[._-][a-z0-9]+)*$`)

func (s *server) listProjects(w http.ResponseWriter, r *http.Request) {
	who, err := s.who(r)
	if err != nil {
		fail(w, err)
		return
	}
	id := 0
	if who != nil && who.user != nil {
		id = who.user.ID
	}
	found, err := s.db.Projects(id, who.admin(), r.URL.Query().Get("name"))
	list(w, found, err)
}

func (s *server) hasProject(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("project_name")
	if _, err := s.db.Project(0, name); name == "" || err != nil {
		w.WriteHeader(http.StatusNotFound)
	}
}

func (s *server) addProject(w http.ResponseWriter, r *http.Request, who *identity) {
	var body struct {
		Name     string `json:"project_name"`
		Public   *bool  `json:"public"`
		Metadata struct {
			Public string `json:"public"`
		} `json:"metadata"`
	}
	if !decode(w, r, &body) {
		return
	}
	if len(body.Name) > 255 || !projectName.MatchString(body.Name) {
		bad(w, "project_name: a-z, 0-9, single . _ - between them")
		return
	}
	public := body.Metadata.Public == "true" || (body.Public != nil && *body.Public)
	id, err := s.db.AddProject(who.user.ID, body.Name, public)
	if err != nil {
		fail(w, err)
		return
	}
	created(w, r, id)
}

// project finds the one of a path, by its id or name.
func (s *server) project(w http.ResponseWriter, r *http.Request) *store.Project {
	text := r.PathValue("project")
	id, err := strconv.Atoi(text)
	if err != nil || r.Header.Get("X-Is-Resource-Name") == "true" {
		id = 0
	}
	project, err := s.db.Project(id, text)
	if err != nil {
		fail(w, err)
		return nil
	}
	return project
}

// allowed finds the project of a path for somebody who may do what enough says.
func (s *server) allowed(w http.ResponseWriter, r *http.Request, who *identity, all bool) *store.Project {
	project := s.project(w, r)
	if project == nil {
		return nil
	}
	rights := s.rights(who, project.Name)
	if rights.All || (!all && rights.Pull) {
		return project
	}
	if who == nil {
		unauthorized(w)
	} else {
		forbidden(w)
	}
	return nil
}

func (s *server) getProject(w http.ResponseWriter, r *http.Request, who *identity) {
	if project := s.allowed(w, r, who, false); project != nil {
		reply(w, project)
	}
}

func (s *server) deleteProject(w http.ResponseWriter, r *http.Request, who *identity) {
	project := s.allowed(w, r, who, true)
	if project == nil {
		return
	}
	if project.Repositories > 0 {
		problem(w, http.StatusPreconditionFailed, "PRECONDITION", "the project contains repositories, can not be deleted")
		return
	}
	done(w, s.db.DeleteProject(project.ID))
}

func (s *server) addMember(w http.ResponseWriter, r *http.Request, who *identity) {
	project := s.allowed(w, r, who, true)
	if project == nil {
		return
	}
	var body struct {
		Role   int `json:"role_id"`
		Member struct {
			Name string `json:"username"`
		} `json:"member_user"`
	}
	if !decode(w, r, &body) {
		return
	}
	if body.Role < store.ProjectAdmin || body.Role > store.Guest {
		bad(w, "role_id: one of 1 (admin), 2 (developer), 3 (guest)")
		return
	}
	member, err := s.db.UserNamed(body.Member.Name)
	if err != nil {
		fail(w, err)
		return
	}
	if err := s.db.SetMember(project.ID, member.ID, body.Role); err != nil {
		fail(w, err)
		return
	}
	created(w, r, member.ID)
}

func (s *server) reader(w http.ResponseWriter, r *http.Request) *store.Project {
	who, err := s.who(r)
	if err != nil {
		fail(w, err)
		return nil
	}
	return s.allowed(w, r, who, false)
}

func (s *server) listRepositories(w http.ResponseWriter, r *http.Request) {
	if project := s.reader(w, r); project != nil {
		found, err := s.db.Repositories(project.ID)
		list(w, found, err)
	}
}

// repository is the full name of the one of a path; a slash in it comes encoded twice.
func repository(r *http.Request, project *store.Project) string {
	name, err := url.PathUnescape(r.PathValue("repository"))
	if err != nil {
		name = r.PathValue("repository")
	}
	return project.Name + "/" + strings.Trim(name, "/")
}

func (s *server) deleteRepository(w http.ResponseWriter, r *http.Request, who *identity) {
	if project := s.allowed(w, r, who, true); project != nil {
		done(w, s.db.DeleteRepository(repository(r, project)))
	}
}

func (s *server) listArtifacts(w http.ResponseWriter, r *http.Request) {
	if project := s.reader(w, r); project != nil {
		found, err := s.db.Artifacts(repository(r, project))
		list(w, found, err)
	}
}

func (s *server) deleteArtifact(w http.ResponseWriter, r *http.Request, who *identity) {
	if project := s.allowed(w, r, who, true); project != nil {
		done(w, s.db.DeleteArtifact(repository(r, project), r.PathValue("reference")))
	}
}

// internalArtifacts is what a replication job asks the core of the node that it runs on for, with the secret that it has
// carried here.
func (s *server) internalArtifacts(w http.ResponseWriter, r *http.Request) {
	if !jobSecret(r) {
		unauthorized(w)
		return
	}
	projects, err := s.db.Projects(0, true, "")
	list(w, projects, err)
}
