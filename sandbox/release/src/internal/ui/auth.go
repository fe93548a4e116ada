package ui

import (
	"log"
	"net/http"
	"time"

	"harborsandbox/internal/database"
)

// authenticate returns nil for a wrong password, a locked name and an
// unreachable database alike: callers can't tell them apart, which is what the
// release line does.
func (s *server) authenticate(name, password string) *database.User {
	if s.locks.locked(name) {
		log.Printf("%q is locked for a moment", name)
		return nil
	}
	user, err := s.db.Authenticate(name, password)
	if err != nil {
		log.Printf("sign-in of %q: %v", name, err)
		return nil
	}
	if user == nil {
		log.Printf("sign-in of %q: wrong name or password", name)
		s.locks.lock(name)
		time.Sleep(frozen)
	}
	return user
}

// user returns who sends a request: by its Basic credentials, else its cookie.
func (s *server) user(r *http.Request) *database.User {
	if name, password, ok := r.BasicAuth(); ok {
		return s.authenticate(name, password)
	}
	id, ok := s.sessions.User(r)
	if !ok {
		return nil
	}
	user, err := s.db.User(id)
	if err != nil {
		log.Printf("user %d: %v", id, err)
		return nil
	}
	return user
}

type userHandler func(http.ResponseWriter, *http.Request, *database.User)

func (s *server) signedIn(next userHandler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		user := s.user(r)
		if user == nil {
			refuse(w, http.StatusUnauthorized)
			return
		}
		next(w, r, user)
	}
}

func (s *server) adminOnly(next userHandler) http.HandlerFunc {
	return s.signedIn(func(w http.ResponseWriter, r *http.Request, user *database.User) {
		if !user.Admin {
			refuse(w, http.StatusForbidden)
			return
		}
		next(w, r, user)
	})
}

func (s *server) login(w http.ResponseWriter, r *http.Request) {
	user := s.authenticate(r.PostFormValue("principal"), r.PostFormValue("password"))
	if user == nil {
		refuse(w, http.StatusUnauthorized)
		return
	}
	s.sessions.Begin(w, user.ID)
}

func (s *server) logout(w http.ResponseWriter, r *http.Request) { s.sessions.End(w, r) }
