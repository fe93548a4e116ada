package core

import (
	"crypto/rsa"
	"log"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"harborsandbox/internal/token"
)

const tokenLife = 30 * time.Minute

// token answers registry clients. The key is read for every request, so one that was overwritten in place counts at once.
func (s *server) token(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if service := query.Get("service"); service != token.Service {
		bad(w, "Unable to handle service: "+service)
		return
	}
	who, err := s.who(r)
	if err != nil {
		fail(w, err)
		return
	}
	wanted := token.ParseScopes(query["scope"])
	// With a scope a stranger gets a token too: for what is public.
	if who == nil && len(wanted) == 0 {
		unauthorized(w)
		return
	}
	granted := token.Grant(wanted, who.admin(), func(project string) token.Rights { return s.rights(who, project) })
	key, err := token.LoadKey(privateKeyPath)
	if err == nil {
		var signed *token.Token
		if signed, err = token.Sign(key, who.name(), granted, time.Now(), tokenLife); err == nil {
			reply(w, signed)
			return
		}
	}
	log.Printf("Unexpected error when creating the token, error: %v", err)
	problem(w, http.StatusInternalServerError, "UNKNOWN", "internal server error")
}

type claims struct {
	jwt.RegisteredClaims
	Access []token.Access `json:"access"`
}

// bearer returns what a request's token allows; nil without a token or with one that isn't signed with this node's key.
// The latter is only logged, so that its bearer is a stranger like any other.
func bearer(r *http.Request, load func() (*rsa.PrivateKey, error)) *claims {
	text, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return nil
	}
	found := &claims{}
	_, err := jwt.ParseWithClaims(text, found, func(*jwt.Token) (any, error) {
		key, err := load()
		if err != nil {
			return nil, err
		}
		return &key.PublicKey, nil
	}, jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(token.Issuer), jwt.WithAudience(token.Service), jwt.WithLeeway(time.Minute))
	if err != nil {
		log.Printf("failed to decode bearer token: %v", err)
		return nil
	}
	return found
}

func (c *claims) allows(repository, action string) bool {
	for _, access := range c.Access {
		if access.Type != "repository" || access.Name != repository {
			continue
		}
		for _, given := range access.Actions {
			if given == action || given == "*" {
				return true
			}
		}
	}
	return false
}
