package ui

import (
	"net/http"
	"regexp"

	"harborsandbox/internal/database"
)

var projectName = regexp.MustCompile(`^[a-z0-9]+(?:[._-][a-z0-9]+)*$`)

func (s *server) listProjects(w http.ResponseWriter, r *http.Request) {
	projects, err := s.db.Projects(s.user(r))
	if err != nil {
		fail(w, err)
		return
	}
	reply(w, projects)
}

func (s *server) addProject(w http.ResponseWriter, r *http.Request, user *database.User) {
	if s.settings.Get().Text("project_creation_restriction") == "adminonly" && !user.Admin {
		refuse(w, http.StatusForbidden)
		return
	}
	var body struct {
		Name   string `json:"project_name"`
		Public int    `json:"public"`
	}
	if !decode(w, r, &body) {
		return
	}
	if len(body.Name) < 2 || len(body.Name) > 30 || !projectName.MatchString(body.Name) {
		http.Error(w, "project_name: 2-30 of a-z, 0-9, single . _ - between them", http.StatusBadRequest)
		return
	}
	id, err := s.db.AddProject(user.ID, body.Name, body.Public == 1)
	if err != nil {
		fail(w, err)
		return
	}
	created(w, r, id)
}

// ownProject finds the project of a path and lets only its administrators on.
func (s *server) ownProject(w http.ResponseWriter, r *http.Request, user *database.User) *database.Project {
	project, err := s.db.Project(pathID(r))
	if err != nil {
		fail(w, err)
		return nil
	}
	role, err := s.db.Role(project.ID, user.ID)
	if err != nil {
		fail(w, err)
		return nil
	}
	if !user.Admin && role != database.ProjectAdmin {
		refuse(w, http.StatusForbidden)
		return nil
	}
	return project
}

func (s *server) deleteProject(w http.ResponseWriter, r *http.Request, user *database.User) {
	project := s.ownProject(w, r, user)
	if project == nil {
		return
	}
	if project.Repositories > 0 {
		http.Error(w, "the project has repositories", http.StatusPreconditionFailed)
		return
	}
	if err := s.db.DeleteProject(project.ID); err != nil {
		fail(w, err)
	}
}

func (s *server) addMember(w http.ResponseWriter, r *http.Request, user *database.User) {
	project := s.ownProject(w, r, user)
	if project == nil {
		return
	}
	var body struct {
		Username string `json:"username"`
		Roles    []int  `json:"roles"`
	}
	if !decode(w, r, &body) {
		return
	}
	if len(body.Roles) != 1 || body.Roles[0] < database.ProjectAdmin || body.Roles[0] > database.Guest {
		http.Error(w, "roles: one of 1 (admin), 2 (developer), 3 (guest)", http.StatusBadRequest)
		return
	}
	member, err := s.db.UserNamed(body.Username)
	if err != nil {
		fail(w, err)
		return
	}
	if err := s.db.SetMember(project.ID, member.ID, body.Roles[0]); err != nil {
		fail(w, err)
	}
}
