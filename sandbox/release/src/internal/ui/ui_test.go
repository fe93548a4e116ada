package ui

import (
	"testing"

	"harborsandbox/internal/database"
	"harborsandbox/internal/settings"
	"harborsandbox/internal/token"
)

func TestRights(t *testing.T) {
	for _, test := range []struct {
		role          int
		admin, public bool
		want          token.Rights
	}{
		{0, true, false, token.Rights{All: true}},
		{database.ProjectAdmin, false, false, token.Rights{All: true}},
		{database.Developer, false, false, token.Rights{Pull: true, Push: true}},
		{database.Developer, false, true, token.Rights{Pull: true, Push: true}},
		{database.Guest, false, false, token.Rights{Pull: true}},
		{0, false, true, token.Rights{Pull: true}},
		{0, false, false, token.Rights{}},
	} {
		if got := rightsOf(test.role, test.admin, test.public); got != test.want {
			t.Errorf("role %d, admin %v, public %v: %+v, want %+v", test.role, test.admin, test.public, got, test.want)
		}
	}
}

func TestSplitTags(t *testing.T) {
	for path, want := range map[string][3]string{
		"library/x/tags":        {"library/x", "", "ok"},
		"library/x/tags/1.0":    {"library/x", "1.0", "ok"},
		"library/tags/tags/1.0": {"library/tags", "1.0", "ok"},
		"library/x":             {"", "", ""},
		"x/tags/1.0":            {"x", "1.0", ""},
	} {
		repository, tag, ok := splitTags(path)
		if ok != (want[2] == "ok") || (ok && (repository != want[0] || tag != want[1])) {
			t.Errorf("%s: %q, %q, %v", path, repository, tag, ok)
		}
	}
}

func TestEventsThatCount(t *testing.T) {
	const manifest = "application/vnd.docker.distribution.manifest.v2+json"
	for _, test := range []struct {
		agent, media, action string
		want                 bool
	}{
		{"docker/20.10.24 go/go1.19", manifest, "push", true},
		{"harbor-registry-client", manifest, "push", true},
		{"vic/1.0", manifest, "pull", true},
		{"curl/7.88", manifest, "push", false},
		{"docker/20.10.24", "application/octet-stream", "push", false},
		{"docker/20.10.24", manifest, "mount", false},
	} {
		var e event
		e.Request.UserAgent, e.Target.MediaType, e.Action = test.agent, test.media, test.action
		if got := e.counts(); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
}

func TestDomain(t *testing.T) {
	if got := domain(settings.Settings{"ext_endpoint": "http://hub.example.com:8070"}); got != "hub.example.com:8070" {
		t.Errorf("domain = %q", got)
	}
}

func TestLockIsPerName(t *testing.T) {
	var l locks
	l.lock("a")
	if !l.locked("a") || l.locked("b") {
		t.Error("only a must be locked")
	}
}
