package core

import (
	"log"
	"net/http"
	"os"
	"strings"

	"github.com/gorilla/csrf"
)

// tokenHeader carries the token of a form, both ways.
const tokenHeader = "X-Harbor-CSRF-Token"

const wrongKey = "invalid CSRF key length from the environment. Please ensure the key length is 32 characters"

// withCSRF asks for a token on whatever a browser may be made to send. Programs, which bring no session, aren't asked below
// /api, /service and /v2. The token is signed with CSRF_KEY, so cores with different keys refuse one another's.
func (s *server) withCSRF(next http.Handler) http.Handler {
	return protect(os.Getenv("CSRF_KEY"), !strings.HasPrefix(strings.ToLower(s.external), "http://"), s.sessions.Carried, next)
}

func protect(key string, secure bool, carried func(*http.Request) bool, next http.Handler) http.Handler {
	var guarded http.Handler
	if len(key) != 32 {
		log.Print(wrongKey)
		guarded = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			problem(w, http.StatusInternalServerError, "UNKNOWN", wrongKey)
		})
	} else {
		refused := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set(tokenHeader, csrf.Token(r))
			problem(w, http.StatusForbidden, "FORBIDDEN", csrf.FailureReason(r).Error())
		})
		attach := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set(tokenHeader, csrf.Token(r))
			next.ServeHTTP(w, r)
		})
		guarded = csrf.Protect([]byte(key), csrf.RequestHeader(tokenHeader), csrf.Secure(secure), csrf.ErrorHandler(refused),
			csrf.SameSite(csrf.SameSiteStrictMode), csrf.Path("/"))(attach)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		program := strings.HasPrefix(path, "/v2/") || strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/service/")
		if program && !carried(r) {
			next.ServeHTTP(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}
