package core

import (
	"crypto/subtle"
	"errors"
	"log"
	"net/http"
	"os"
	"strings"

	"harborsandbox/internal/store"
	"harborsandbox/internal/token"
)

const robotPrefix = "robot$"

// identity is who sends a request: a user, a robot or a job. Nobody is a nil identity.
type identity struct {
	user  *store.User
	robot *store.Robot
	// job is what knows the JOBSERVICE_SECRET of this node.
	job bool
}

func (i *identity) name() string {
	switch {
	case i == nil || i.job:
		return ""
	case i.robot != nil:
		return i.robot.Name
	}
	return i.user.Name
}

func (i *identity) admin() bool { return i != nil && i.user != nil && i.user.Admin }

// password returns nil for a wrong password and for a database that doesn't answer alike: callers can't tell them apart,
// which is what the release line does.
func (s *server) password(name, password string) *identity {
	if strings.HasPrefix(name, robotPrefix) {
		robot, err := s.db.AuthenticateRobot(name, password)
		if err != nil || robot == nil {
			log.Printf("robot %q: %v", name, cause(err))
			return nil
		}
		return &identity{robot: robot}
	}
	user, err := s.db.Authenticate(name, password)
	if err != nil || user == nil {
		log.Printf("sign-in of %q: %v", name, cause(err))
		return nil
	}
	return &identity{user: user}
}

func cause(err error) error {
	if err == nil {
		return errors.New("wrong name or password")
	}
	return err
}

// jobSecret says whether a request comes from a job that was submitted with this node's JOBSERVICE_SECRET.
func jobSecret(r *http.Request) bool {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Harbor-Secret ")
	own := os.Getenv("JOBSERVICE_SECRET")
	return ok && own != "" && subtle.ConstantTimeCompare([]byte(given), []byte(own)) == 1
}

// who is behind a request: a job, a name with its password, or a session. An error is a database that doesn't know the
// session's user.
func (s *server) who(r *http.Request) (*identity, error) {
	if r.Header.Get("Authorization") != "" {
		if jobSecret(r) {
			return &identity{job: true}, nil
		}
		if name, password, ok := r.BasicAuth(); ok {
			return s.password(name, password), nil
		}
		return nil, nil
	}
	id, ok := s.sessions.User(r)
	if !ok {
		return nil, nil
	}
	user, err := s.db.User(id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &identity{user: user}, nil
}

type userHandler func(http.ResponseWriter, *http.Request, *identity)

// signedIn lets users only on: robots and jobs have nothing to do with the API.
func (s *server) signedIn(next userHandler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, err := s.who(r)
		switch {
		case err != nil:
			fail(w, err)
		case who == nil || who.user == nil:
			unauthorized(w)
		default:
			next(w, r, who)
		}
	}
}

func (s *server) adminOnly(next userHandler) http.HandlerFunc {
	return s.signedIn(func(w http.ResponseWriter, r *http.Request, who *identity) {
		if !who.admin() {
			forbidden(w)
			return
		}
		next(w, r, who)
	})
}

func (s *server) login(w http.ResponseWriter, r *http.Request) {
	who := s.password(r.PostFormValue("principal"), r.PostFormValue("password"))
	if who == nil || who.user == nil {
		unauthorized(w)
		return
	}
	s.sessions.Begin(w, who.user.ID)
}

func (s *server) logout(w http.ResponseWriter, r *http.Request) { s.sessions.End(w, r) }

// rights of somebody in a project. Nobody has any in a project that doesn't exist, or while the database is away.
func (s *server) rights(who *identity, name string) token.Rights {
	project, err := s.db.Project(0, name)
	if err != nil {
		if !errors.Is(err, store.ErrNotFound) {
			log.Printf("rights in %q: %v", name, err)
		}
		return token.Rights{}
	}
	role := 0
	if who != nil && who.user != nil {
		if role, err = s.db.Role(project.ID, who.user.ID); err != nil {
			log.Printf("rights in %q: %v", name, err)
		}
	}
	return rightsOf(who, role, project)
}

func rightsOf(who *identity, role int, project *store.Project) token.Rights {
	switch {
	case who.admin() || role == store.ProjectAdmin:
		return token.Rights{All: true}
	case who != nil && who.robot != nil && (who.robot.ProjectID == 0 || who.robot.ProjectID == project.ID):
		return token.Rights{Pull: true, Push: who.robot.Push}
	case role == store.Developer:
		return token.Rights{Pull: true, Push: true}
	case role == store.Guest || project.Public || (who != nil && who.job):
		return token.Rights{Pull: true}
	}
	return token.Rights{}
}
