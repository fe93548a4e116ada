package core

import (
	"crypto/rand"
	"net/http"
	"regexp"
	"time"

	"harborsandbox/internal/store"
)

var (
	userName = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,255}$`)
	upper    = regexp.MustCompile(`[A-Z]`)
	lower    = regexp.MustCompile(`[a-z]`)
	digit    = regexp.MustCompile(`[0-9]`)
)

// strong is what this line asks of a password.
func strong(password string) bool {
	return len(password) >= 8 && len(password) <= 128 && upper.MatchString(password) && lower.MatchString(password) && digit.MatchString(password)
}

const weak = "the password or secret must be longer than 8 chars with at least 1 uppercase letter, 1 lowercase letter and 1 number"

func (s *server) listUsers(w http.ResponseWriter, _ *http.Request, _ *identity) {
	found, err := s.db.Users()
	list(w, found, err)
}

func (s *server) addUser(w http.ResponseWriter, r *http.Request, _ *identity) {
	var body struct {
		store.User
		Password string `json:"password"`
	}
	if !decode(w, r, &body) {
		return
	}
	if !userName.MatchString(body.Name) || !strong(body.Password) {
		bad(w, "username (letters, digits, . _ -) is needed, and "+weak)
		return
	}
	id, err := s.db.AddUser(body.User, body.Password)
	if err != nil {
		fail(w, err)
		return
	}
	created(w, r, id)
}

// putPassword wants the old password from everybody who changes an own one.
func (s *server) putPassword(w http.ResponseWriter, r *http.Request, who *identity) {
	id := number(r, "id")
	if id != who.user.ID && !who.admin() {
		forbidden(w)
		return
	}
	var body struct {
		Old string `json:"old_password"`
		New string `json:"new_password"`
	}
	if !decode(w, r, &body) {
		return
	}
	if !strong(body.New) {
		bad(w, weak)
		return
	}
	if id == who.user.ID && s.password(who.user.Name, body.Old) == nil {
		problem(w, http.StatusForbidden, "FORBIDDEN", "Current password is incorrect")
		return
	}
	if body.New == body.Old {
		bad(w, "the new password can not be same with the old one")
		return
	}
	done(w, s.db.SetPassword(id, body.New))
}

func (s *server) deleteUser(w http.ResponseWriter, r *http.Request, _ *identity) {
	done(w, s.db.DeleteUser(number(r, "id")))
}

func (s *server) listRobots(w http.ResponseWriter, _ *http.Request, _ *identity) {
	found, err := s.db.Robots()
	list(w, found, err)
}

// addRobot makes a robot of the system, or of one project, which that project's administrators may do, too. Of its
// permissions only push counts.
func (s *server) addRobot(w http.ResponseWriter, r *http.Request, who *identity) {
	var body struct {
		Name        string `json:"name"`
		Level       string `json:"level"`
		Duration    int    `json:"duration"`
		Permissions []struct {
			Namespace string `json:"namespace"`
			Access    []struct {
				Resource string `json:"resource"`
				Action   string `json:"action"`
			} `json:"access"`
		} `json:"permissions"`
	}
	if !decode(w, r, &body) {
		return
	}
	if !userName.MatchString(body.Name) || len(body.Permissions) == 0 || (body.Duration < 1 && body.Duration != -1) {
		bad(w, "name, duration (days, or -1) and permissions are needed")
		return
	}
	robot := store.Robot{Name: robotPrefix + body.Name, Expires: -1, Created: time.Now().UTC()}
	if body.Duration > 0 {
		robot.Expires = time.Now().AddDate(0, 0, body.Duration).Unix()
	}
	switch body.Level {
	case "system":
		if !who.admin() {
			forbidden(w)
			return
		}
	case "project":
		name := body.Permissions[0].Namespace
		if !s.rights(who, name).All {
			forbidden(w)
			return
		}
		project, err := s.db.Project(0, name)
		if err != nil {
			fail(w, err)
			return
		}
		robot.ProjectID = project.ID
		robot.Name = robotPrefix + name + "+" + body.Name
	default:
		bad(w, "level is system or project")
		return
	}
	for _, permission := range body.Permissions {
		for _, access := range permission.Access {
			robot.Push = robot.Push || (access.Resource == "repository" && access.Action == "push")
		}
	}
	secret := rand.Text()
	id, err := s.db.AddRobot(robot, secret)
	if err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	created(w, r, id)
	reply(w, map[string]any{"id": id, "name": robot.Name, "secret": secret, "creation_time": robot.Created, "expires_at": robot.Expires})
}

func (s *server) deleteRobot(w http.ResponseWriter, r *http.Request, _ *identity) {
	done(w, s.db.DeleteRobot(number(r, "id")))
}
