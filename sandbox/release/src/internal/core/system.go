package core

import (
	"net/http"
	"os"
	"strings"
	"time"
)

// systemInfo tells a stranger how to sign in, and users more: the version, above all.
func (s *server) systemInfo(w http.ResponseWriter, r *http.Request) {
	mode, err := s.db.Property("auth_mode", "db_auth")
	if err != nil {
		fail(w, err)
		return
	}
	info := map[string]any{
		"auth_mode": mode, "primary_auth_mode": false, "self_registration": false, "banner_message": "", "oidc_provider_name": "",
	}
	who, err := s.who(r)
	if err != nil {
		fail(w, err)
		return
	}
	if who != nil {
		readOnly, err := s.db.Property("read_only", "false")
		if err != nil {
			fail(w, err)
			return
		}
		_, address, _ := strings.Cut(s.external, "://")
		_, noCA := os.Stat(rootCAPath)
		info["harbor_version"] = s.version + "-sandbox"
		info["external_url"] = s.external
		info["registry_url"] = address
		info["has_ca_root"] = noCA == nil && strings.HasPrefix(s.external, "https://")
		info["project_creation_restriction"] = "everyone"
		info["registry_storage_provider_name"] = os.Getenv("REGISTRY_STORAGE_PROVIDER_NAME")
		info["read_only"] = readOnly == "true"
		info["notification_enable"] = true
		info["current_time"] = time.Now().UTC().Format(time.RFC3339)
	}
	reply(w, info)
}

// configurations that this core knows; all lie in the database, so they hold for every node at once.
var defaults = map[string]any{
	"auth_mode": "db_auth", "project_creation_restriction": "everyone", "self_registration": false, "read_only": false,
	"token_expiration": 30, "robot_token_duration": 30, "session_timeout": 60,
}

func (s *server) getConfigurations(w http.ResponseWriter, _ *http.Request, _ *identity) {
	found := map[string]any{}
	for key, value := range defaults {
		if key == "read_only" {
			text, err := s.db.Property(key, "false")
			if err != nil {
				fail(w, err)
				return
			}
			value = text == "true"
		}
		found[key] = map[string]any{"value": value, "editable": key == "read_only"}
	}
	reply(w, found)
}

// putConfigurations keeps read_only, the one setting that anything here depends on, and refuses to pretend about others.
func (s *server) putConfigurations(w http.ResponseWriter, r *http.Request, _ *identity) {
	var body map[string]any
	if !decode(w, r, &body) {
		return
	}
	for key, value := range body {
		flag, isFlag := value.(bool)
		if key != "read_only" || !isFlag {
			bad(w, key+": only read_only (true or false) can be set in this release")
			return
		}
		if err := s.db.SetProperty(key, map[bool]string{true: "true", false: "false"}[flag]); err != nil {
			fail(w, err)
			return
		}
	}
}

func (s *server) listLabels(w http.ResponseWriter, _ *http.Request, _ *identity) {
	found, err := s.db.Labels()
	list(w, found, err)
}

func (s *server) addLabel(w http.ResponseWriter, r *http.Request, _ *identity) {
	var body struct {
		Name  string `json:"name"`
		Scope string `json:"scope"`
	}
	if !decode(w, r, &body) {
		return
	}
	if body.Name == "" || body.Scope != "g" {
		bad(w, "name, and scope g, are needed")
		return
	}
	id, err := s.db.AddLabel(body.Name)
	if err != nil {
		fail(w, err)
		return
	}
	created(w, r, id)
}

func (s *server) deleteLabel(w http.ResponseWriter, r *http.Request, _ *identity) {
	done(w, s.db.DeleteLabel(number(r, "id")))
}
