package ui

import (
	"net/http"
	"os"
	"strings"

	"harborsandbox/internal/database"
	"harborsandbox/internal/settings"
)

func (s *server) systemInfo(w http.ResponseWriter, _ *http.Request) {
	current := s.settings.Get()
	_, noRootCA := os.Stat(rootCAPath)
	reply(w, map[string]any{
		"harbor_version":               s.version,
		"registry_url":                 domain(current),
		"auth_mode":                    current.Text("auth_mode"),
		"self_registration":            current.Flag("self_registration"),
		"project_creation_restriction": current.Text("project_creation_restriction"),
		"has_ca_root":                  noRootCA == nil,
		"with_notary":                  current.Flag("with_notary"),
		"with_admiral":                 current.Text("admiral_url") != "",
		"admiral_endpoint":             current.Text("admiral_url"),
	})
}

// domain is the address that clients use, with its port and without a scheme.
func domain(current settings.Settings) string {
	_, rest, _ := strings.Cut(current.Text("ext_endpoint"), "://")
	return rest
}

func (s *server) getConfigurations(w http.ResponseWriter, _ *http.Request, _ *database.User) {
	type setting struct {
		Value    any  `json:"value"`
		Editable bool `json:"editable"`
	}
	shown := map[string]setting{}
	for key, value := range s.settings.Get().Public() {
		shown[key] = setting{value, true}
	}
	reply(w, shown)
}

func (s *server) putConfigurations(w http.ResponseWriter, r *http.Request, _ *database.User) {
	changes := settings.Settings{}
	if !decode(w, r, &changes) {
		return
	}
	if err := s.settings.Put(changes); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}
