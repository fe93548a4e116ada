// Package settings is what the adminserver keeps and what ui and jobservice
// ask it for.
package settings

import (
	"fmt"
	"strconv"
)

// Settings maps keys of config.json to a string, an int or a bool.
type Settings map[string]any

type kind int

const (
	text kind = iota
	number
	boolean
)

type field struct {
	key, env string
	kind     kind
	// secret fields lie encrypted in config.json and never leave through the ui.
	secret bool
	// reread fields follow the environment at every start; all others keep what
	// the first start found until RESET=true.
	reread bool
}

var fields = []field{
	{key: "ext_endpoint", env: "EXT_ENDPOINT", reread: true},
	{key: "auth_mode", env: "AUTH_MODE"},
	{key: "self_registration", env: "SELF_REGISTRATION", kind: boolean},
	{key: "ldap_url", env: "LDAP_URL"},
	{key: "ldap_search_dn", env: "LDAP_SEARCH_DN"},
	{key: "ldap_search_password", env: "LDAP_SEARCH_PWD", secret: true},
	{key: "ldap_base_dn", env: "LDAP_BASE_DN"},
	{key: "ldap_filter", env: "LDAP_FILTER"},
	{key: "ldap_uid", env: "LDAP_UID"},
	{key: "ldap_scope", env: "LDAP_SCOPE", kind: number},
	{key: "ldap_timeout", env: "LDAP_TIMEOUT", kind: number},
	{key: "database_type", env: "DATABASE_TYPE"},
	{key: "mysql_host", env: "MYSQL_HOST"},
	{key: "mysql_port", env: "MYSQL_PORT", kind: number},
	{key: "mysql_username", env: "MYSQL_USR"},
	{key: "mysql_password", env: "MYSQL_PWD", secret: true, reread: true},
	{key: "mysql_database", env: "MYSQL_DATABASE"},
	{key: "registry_url", env: "REGISTRY_URL"},
	{key: "token_service_url", env: "TOKEN_SERVICE_URL"},
	{key: "email_host", env: "EMAIL_HOST"},
	{key: "email_port", env: "EMAIL_PORT", kind: number},
	{key: "email_username", env: "EMAIL_USR"},
	{key: "email_password", env: "EMAIL_PWD", secret: true},
	{key: "email_ssl", env: "EMAIL_SSL", kind: boolean},
	{key: "email_from", env: "EMAIL_FROM"},
	{key: "email_identity", env: "EMAIL_IDENTITY"},
	{key: "admin_initial_password", env: "HARBOR_ADMIN_PASSWORD", secret: true},
	{key: "project_creation_restriction", env: "PROJECT_CREATION_RESTRICTION"},
	{key: "verify_remote_cert", env: "VERIFY_REMOTE_CERT", kind: boolean},
	{key: "max_job_workers", env: "MAX_JOB_WORKERS", kind: number, reread: true},
	{key: "token_expiration", env: "TOKEN_EXPIRATION", kind: number},
	{key: "cfg_expiration", env: "CFG_EXPIRATION", kind: number, reread: true},
	{key: "admiral_url", env: "ADMIRAL_URL", reread: true},
	{key: "with_notary", env: "WITH_NOTARY", kind: boolean, reread: true},
}

func (f field) parse(value string) (any, error) {
	switch {
	case f.kind == number && value == "":
		return 0, nil
	case f.kind == number:
		n, err := strconv.Atoi(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %q is not a number", f.env, value)
		}
		return n, nil
	case f.kind == boolean:
		return value == "true" || value == "on", nil
	}
	return value, nil
}

// Text returns a setting as a string, empty when it isn't set.
func (s Settings) Text(key string) string {
	value, _ := s[key].(string)
	return value
}

// Number returns a setting as an int. After a trip through JSON numbers are
// floats, after one through a form they may be strings.
func (s Settings) Number(key string) int {
	switch value := s[key].(type) {
	case int:
		return value
	case float64:
		return int(value)
	case string:
		n, _ := strconv.Atoi(value)
		return n
	}
	return 0
}

// Flag returns a setting as a bool.
func (s Settings) Flag(key string) bool {
	switch value := s[key].(type) {
	case bool:
		return value
	case float64:
		return value != 0
	case string:
		return value == "true" || value == "1"
	}
	return false
}

// Public returns the settings without passwords.
func (s Settings) Public() Settings {
	public := Settings{}
	for _, f := range fields {
		if value, ok := s[f.key]; ok && !f.secret {
			public[f.key] = value
		}
	}
	return public
}

// Merge takes over the known keys of changes and names the first unknown one.
func (s Settings) Merge(changes Settings) error {
	known := map[string]bool{}
	for _, f := range fields {
		known[f.key] = true
	}
	for key, value := range changes {
		if !known[key] {
			return fmt.Errorf("unknown setting %q", key)
		}
		s[key] = value
	}
	return nil
}
