package ui

import (
	"net/http"
	"regexp"

	"harborsandbox/internal/database"
)

var userName = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,32}$`)

func (s *server) currentUser(w http.ResponseWriter, _ *http.Request, user *database.User) {
	reply(w, user)
}

func (s *server) listUsers(w http.ResponseWriter, _ *http.Request, _ *database.User) {
	users, err := s.db.Users()
	if err != nil {
		fail(w, err)
		return
	}
	reply(w, users)
}

// addUser is open to everybody while self registration is on.
func (s *server) addUser(w http.ResponseWriter, r *http.Request) {
	if !s.settings.Get().Flag("self_registration") {
		if user := s.user(r); user == nil || !user.Admin {
			refuse(w, http.StatusForbidden)
			return
		}
	}
	var body struct {
		database.User
		Password string `json:"password"`
	}
	if !decode(w, r, &body) {
		return
	}
	if !userName.MatchString(body.Name) || len(body.Password) < 8 {
		http.Error(w, "username (1-32 of letters, digits, . _ -) and password (8 or more) are needed", http.StatusBadRequest)
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
func (s *server) putPassword(w http.ResponseWriter, r *http.Request, user *database.User) {
	id := pathID(r)
	if id != user.ID && !user.Admin {
		refuse(w, http.StatusForbidden)
		return
	}
	var body struct {
		Old string `json:"old_password"`
		New string `json:"new_password"`
	}
	if !decode(w, r, &body) {
		return
	}
	if len(body.New) < 8 {
		http.Error(w, "new_password (8 or more) is needed", http.StatusBadRequest)
		return
	}
	if id == user.ID && s.authenticate(user.Name, body.Old) == nil {
		http.Error(w, "old_password is not correct", http.StatusForbidden)
		return
	}
	if err := s.db.SetPassword(id, body.New); err != nil {
		fail(w, err)
	}
}

func (s *server) deleteUser(w http.ResponseWriter, r *http.Request, _ *database.User) {
	if err := s.db.DeleteUser(pathID(r)); err != nil {
		fail(w, err)
	}
}
