package ui

import (
	"errors"
	"log"
	"net/http"
	"time"

	"harborsandbox/internal/database"
	"harborsandbox/internal/token"
)

// token answers registry clients. The key is read for every request, so a key
// that was overwritten in place counts at once while the registry still holds
// the certificate of its start.
func (s *server) token(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if service := query.Get("service"); service != token.Service {
		http.Error(w, "unknown service "+service, http.StatusBadRequest)
		return
	}
	user := s.user(r)
	wanted := token.ParseScopes(query["scope"])
	// With a scope a stranger gets a token too: for what is public.
	if user == nil && len(wanted) == 0 {
		refuse(w, http.StatusUnauthorized)
		return
	}
	name, admin := "", false
	if user != nil {
		name, admin = user.Name, user.Admin
	}
	granted := token.Grant(wanted, admin, func(project string) token.Rights { return s.rights(user, project) })

	life := time.Duration(s.settings.Get().Number("token_expiration")) * time.Minute
	signed, err := sign(name, granted, life)
	if err != nil {
		log.Printf("token: %v", err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	reply(w, signed)
}

func sign(name string, granted []token.Access, life time.Duration) (*token.Token, error) {
	key, err := token.LoadKey(privateKeyPath)
	if err != nil {
		return nil, err
	}
	return token.Sign(key, name, granted, time.Now(), life)
}

// rights of a user (nil for a stranger) in a project. Nobody has any in a
// project that doesn't exist, or while the database is away.
func (s *server) rights(user *database.User, name string) token.Rights {
	project, err := s.db.ProjectNamed(name)
	if err != nil {
		if !errors.Is(err, database.ErrNotFound) {
			log.Printf("rights in %q: %v", name, err)
		}
		return token.Rights{}
	}
	role := 0
	if user != nil {
		if role, err = s.db.Role(project.ID, user.ID); err != nil {
			log.Printf("rights in %q: %v", name, err)
		}
	}
	return rightsOf(role, user != nil && user.Admin, project.Public == 1)
}

func rightsOf(role int, admin, public bool) token.Rights {
	switch {
	case admin || role == database.ProjectAdmin:
		return token.Rights{All: true}
	case role == database.Developer:
		return token.Rights{Pull: true, Push: true}
	case role == database.Guest || public:
		return token.Rights{Pull: true}
	}
	return token.Rights{}
}
