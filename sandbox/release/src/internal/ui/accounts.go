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

func (s *server) deleteUser(w http.ResponseWriter, r *http.Request, _ *database.User) {
	if err := s.db.DeleteUser(pathID(r)); err != nil {
		fail(w, err)
	}
}
