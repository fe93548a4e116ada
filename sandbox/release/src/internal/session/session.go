// Package session remembers who is signed in: in this process, or in Redis
// when several nodes must know.
package session

import (
	"crypto/rand"
	"encoding/hex"
	"log"
	"net/http"
	"sync"
	"time"
)

const (
	cookieName = "beegosessionID"
	lifetime   = time.Hour
)

// cookieName2 is that of the 2.x line.
const cookieName2 = "sid"

// store keeps the id of a user under the id of a session.
type store interface {
	set(id string, user int) error
	get(id string) (user int, found bool, err error)
	remove(id string) error
}

// Manager ties sessions to cookies.
type Manager struct {
	store  store
	cookie string
	secure bool
}

// New connects to Redis when a _REDIS_URL is given. Without it sessions die
// with the process.
func New(redisURL string) (*Manager, error) {
	if redisURL == "" {
		return &Manager{store: &memory{sessions: map[string]entry{}}, cookie: cookieName}, nil
	}
	connected, err := connect(parseRedisURL(redisURL))
	if err != nil {
		return nil, err
	}
	return &Manager{store: connected, cookie: cookieName}, nil
}

// New2 connects to Redis by an address of the 2.x line, redis://user:password@host:port/database. Sessions without Redis
// don't exist there. secure keeps the cookie from going over http.
func New2(address string, secure bool) (*Manager, error) {
	parsed, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	connected, err := connect(parsed)
	if err != nil {
		return nil, err
	}
	return &Manager{store: connected, cookie: cookieName2, secure: secure}, nil
}

// Check asks the store whether it answers.
func (m *Manager) Check() error {
	_, _, err := m.store.get("health")
	return err
}

// Carried says whether a request brings the cookie of a session, valid or not.
func (m *Manager) Carried(r *http.Request) bool {
	_, err := r.Cookie(m.cookie)
	return err == nil
}

// Begin signs a user in. A store that doesn't answer is only logged: the
// cookie goes out and will not be accepted, as in the release line that this
// stands in for.
func (m *Manager) Begin(w http.ResponseWriter, user int) {
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		log.Printf("session: %v", err)
		return
	}
	id := hex.EncodeToString(raw)
	if err := m.store.set(id, user); err != nil {
		log.Printf("session is not kept: %v", err)
	}
	http.SetCookie(w, &http.Cookie{
		Name: m.cookie, Value: id, Path: "/", HttpOnly: true, Secure: m.secure,
		MaxAge: int(lifetime.Seconds()), SameSite: http.SameSiteLaxMode,
	})
}

// User returns the id of the user that a request's cookie stands for.
func (m *Manager) User(r *http.Request) (int, bool) {
	cookie, err := r.Cookie(m.cookie)
	if err != nil || len(cookie.Value) != 32 {
		return 0, false
	}
	user, found, err := m.store.get(cookie.Value)
	if err != nil {
		log.Printf("session: %v", err)
		return 0, false
	}
	return user, found
}

// End signs out.
func (m *Manager) End(w http.ResponseWriter, r *http.Request) {
	if cookie, err := r.Cookie(m.cookie); err == nil && len(cookie.Value) == 32 {
		if err := m.store.remove(cookie.Value); err != nil {
			log.Printf("session: %v", err)
		}
	}
	http.SetCookie(w, &http.Cookie{Name: m.cookie, Path: "/", MaxAge: -1})
}

type entry struct {
	user    int
	expires time.Time
}

type memory struct {
	mu       sync.Mutex
	sessions map[string]entry
}

func (m *memory) set(id string, user int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	for old, e := range m.sessions {
		if now.After(e.expires) {
			delete(m.sessions, old)
		}
	}
	m.sessions[id] = entry{user, now.Add(lifetime)}
	return nil
}

func (m *memory) get(id string) (int, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, found := m.sessions[id]
	return e.user, found && time.Now().Before(e.expires), nil
}

func (m *memory) remove(id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, id)
	return nil
}
