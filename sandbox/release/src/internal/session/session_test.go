package session

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestParseRedisURL(t *testing.T) {
	for text, want := range map[string]redisURL{
		"redis:6379":                  {"redis:6379", 100, "", 0},
		"10.0.0.1:6379,50,s3cret,2":   {"10.0.0.1:6379", 50, "s3cret", 2},
		"redis:6379,100,,1":           {"redis:6379", 100, "", 1},
		"redis:6379,many,s3cret,last": {"redis:6379", 100, "s3cret", 0},
	} {
		if got := parseRedisURL(text); got != want {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}

func signIn(m *Manager, user int) *http.Request {
	recorder := httptest.NewRecorder()
	m.Begin(recorder, user)
	request := httptest.NewRequest(http.MethodGet, "/", nil)
	for _, cookie := range recorder.Result().Cookies() {
		request.AddCookie(cookie)
	}
	return request
}

func TestMemorySessions(t *testing.T) {
	m, err := New("")
	if err != nil {
		t.Fatal(err)
	}
	request := signIn(m, 7)
	if user, ok := m.User(request); !ok || user != 7 {
		t.Errorf("User = %d, %v", user, ok)
	}
	m.End(httptest.NewRecorder(), request)
	if _, ok := m.User(request); ok {
		t.Error("the session must be gone")
	}
}

type broken struct{}

func (broken) set(string, int) error         { return errors.New("down") }
func (broken) get(string) (int, bool, error) { return 0, false, errors.New("down") }
func (broken) remove(string) error           { return errors.New("down") }

func TestStoreDownStillSendsACookieThatNobodyAccepts(t *testing.T) {
	m := &Manager{store: broken{}, cookie: cookieName}
	request := signIn(m, 7)
	if len(request.Cookies()) != 1 {
		t.Error("want a cookie")
	}
	if _, ok := m.User(request); ok {
		t.Error("the cookie must not be accepted")
	}
}

func TestStartNeedsRedis(t *testing.T) {
	if _, err := New("127.0.0.1:1,10,x,0"); err == nil {
		t.Error("want an error")
	}
}

func TestParseAddress(t *testing.T) {
	for text, want := range map[string]redisURL{
		"redis://10.0.0.1:6379?idle_timeout_seconds=30":             {"10.0.0.1:6379", 100, "", 0},
		"redis://:s3cret@10.0.0.1:6379/2?idle_timeout_seconds=30":   {"10.0.0.1:6379", 100, "s3cret", 2},
		"redis://anybody:s%2F3@redis:6379/1?idle_timeout_seconds=3": {"redis:6379", 100, "s/3", 1},
	} {
		if got, err := parseAddress(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "redis:6379,100,x,0", "rediss://redis:6379", "redis://redis:6379/one"} {
		if got, err := parseAddress(text); err == nil {
			t.Errorf("%s: %+v, want an error", text, got)
		}
	}
}

func TestTheCookieOfTheLine(t *testing.T) {
	m := &Manager{store: &memory{sessions: map[string]entry{}}, cookie: cookieName2, secure: true}
	request := signIn(m, 7)
	if cookie, err := request.Cookie("sid"); err != nil || len(cookie.Value) != 32 {
		t.Errorf("cookies = %v", request.Cookies())
	}
	if user, ok := m.User(request); !ok || user != 7 || !m.Carried(request) {
		t.Errorf("User = %d, %v", user, ok)
	}
}
