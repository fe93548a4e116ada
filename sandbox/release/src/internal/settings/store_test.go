package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harborsandbox/internal/secretbox"
)

func newStore(t *testing.T, path, key string) Store {
	t.Helper()
	box, err := secretbox.New([]byte(key))
	if err != nil {
		t.Fatal(err)
	}
	return Store{Path: path, Box: box}
}

func start(t *testing.T, s Store, env map[string]string) Settings {
	t.Helper()
	if err := s.Start(func(name string) string { return env[name] }); err != nil {
		t.Fatal(err)
	}
	read, err := s.Read()
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func TestStartsReadTheEnvironment(t *testing.T) {
	first := map[string]string{
		"MYSQL_HOST": "mysql", "MYSQL_PORT": "3306", "MYSQL_PWD": "one", "MAX_JOB_WORKERS": "3",
		"TOKEN_EXPIRATION": "30", "SELF_REGISTRATION": "on", "EXT_ENDPOINT": "http://one",
	}
	second := map[string]string{
		"MYSQL_HOST": "db.example.com", "MYSQL_PORT": "3307", "MYSQL_PWD": "two", "MAX_JOB_WORKERS": "5",
		"TOKEN_EXPIRATION": "60", "SELF_REGISTRATION": "off", "EXT_ENDPOINT": "http://two",
	}
	path := filepath.Join(t.TempDir(), "config", "config.json")
	store := newStore(t, path, "0123456789abcdef")

	got := start(t, store, first)
	if got.Text("mysql_host") != "mysql" || got.Number("mysql_port") != 3306 || !got.Flag("self_registration") {
		t.Errorf("the first start must take everything: %v", got)
	}

	got = start(t, store, second)
	for key, want := range map[string]string{"mysql_host": "mysql", "mysql_password": "two", "ext_endpoint": "http://two"} {
		if got.Text(key) != want {
			t.Errorf("%s after a later start = %q, want %q", key, got.Text(key), want)
		}
	}
	if got.Number("max_job_workers") != 5 || got.Number("token_expiration") != 30 || got.Number("mysql_port") != 3306 {
		t.Errorf("a later start must re-read only its few keys: %v", got)
	}

	second["RESET"] = "true"
	got = start(t, store, second)
	if got.Text("mysql_host") != "db.example.com" || got.Number("token_expiration") != 60 || got.Flag("self_registration") {
		t.Errorf("RESET=true must take everything: %v", got)
	}

	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), `"two"`) {
		t.Error("a password is readable in config.json")
	}
}

// A node with another secretkey re-encrypts the file at its start, and breaks
// the other nodes rather than itself.
func TestAnotherKeyBreaksTheOtherNode(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.json")
	env := map[string]string{"MYSQL_PWD": "dbpass", "HARBOR_ADMIN_PASSWORD": "admin"}
	one := newStore(t, path, "0123456789abcdef")
	two := newStore(t, path, "fedcba9876543210")
	start(t, one, env)
	if got := start(t, two, env); got.Text("mysql_password") != "dbpass" {
		t.Errorf("the re-read password must be right: %q", got.Text("mysql_password"))
	}
	got, err := one.Read()
	if err != nil {
		t.Fatal(err)
	}
	if got.Text("mysql_password") == "dbpass" {
		t.Error("the first node must now read garbage")
	}
}

func TestBadNumberIsNamed(t *testing.T) {
	store := newStore(t, filepath.Join(t.TempDir(), "config.json"), "0123456789abcdef")
	err := store.Start(func(name string) string { return map[string]string{"MYSQL_PORT": "x"}[name] })
	if err == nil || !strings.Contains(err.Error(), `MYSQL_PORT: "x"`) {
		t.Errorf("want an error with key and value, got %v", err)
	}
}

func TestPublicHidesPasswords(t *testing.T) {
	public := Settings{"mysql_password": "x", "auth_mode": "db_auth"}.Public()
	if len(public) != 1 || public.Text("auth_mode") != "db_auth" {
		t.Errorf("Public() = %v", public)
	}
}
