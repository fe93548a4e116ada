package command_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/archive"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/asset"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"harbor-ha/engine/internal/sshtest"
)

func copySubject(t *testing.T) *subject {
	return newSubject(t.Context(), t, "command:remote:CopyToRemote")
}

func textAsset(t *testing.T, content string) property.Value {
	t.Helper()
	made, err := asset.FromText(content)
	if err != nil {
		t.Fatal(err)
	}
	return property.New(made)
}

func wantFile(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s holds %q (%v), want %q", path, got, err, want)
	}
}

func TestCopyText(t *testing.T) {
	server := sshtest.Start(t)
	target := filepath.Join(t.TempDir(), "made", "file")
	base := merge(props{"source": textAsset(t, "one"), "remotePath": text(target)}, connection(server, nil))
	s := copySubject(t)
	s.mustCreate(base)
	wantFile(t, target, "one")

	before := server.Logins.Load()
	if err := s.update(with(base, connection(server, props{"perDialTimeout": number(3)}))); err != nil {
		t.Fatal(err)
	}
	if server.Logins.Load() != before {
		t.Error("copied again although neither content nor path changed")
	}
	if err := s.update(with(base, props{"source": textAsset(t, "2")})); err != nil {
		t.Fatal(err)
	}
	wantFile(t, target, "2")
	if err := s.delete(); err != nil {
		t.Fatal(err)
	}
	wantFile(t, target, "2")
	wantError(t, s.create(with(base, props{"remotePath": text(t.TempDir())})), "remotePath must be a file path")
}

func TestCopyPaths(t *testing.T) {
	server := sshtest.Start(t)
	source := filepath.Join(t.TempDir(), "tree")
	if err := os.MkdirAll(filepath.Join(source, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(source, "sub", "leaf"), []byte("leaf"), 0o600); err != nil {
		t.Fatal(err)
	}
	leaf, err := asset.FromPath(filepath.Join(source, "sub", "leaf"))
	if err != nil {
		t.Fatal(err)
	}
	folder := func(path string) property.Value {
		made, err := archive.FromPath(path)
		if err != nil {
			t.Fatal(err)
		}
		return property.New(made)
	}
	for name, test := range map[string]struct {
		source       property.Value
		target, want string
	}{
		"file to a new path":        {property.New(leaf), "new", "new"},
		"file into a directory":     {property.New(leaf), ".", "leaf"},
		"directory into a new path": {folder(source), "new", "new/tree/sub/leaf"},
		"content of a directory":    {folder(source + "/"), "new", "new/sub/leaf"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			copySubject(t).mustCreate(merge(props{
				"source": test.source, "remotePath": text(filepath.Join(root, test.target)),
			}, connection(server, nil)))
			wantFile(t, filepath.Join(root, test.want), "leaf")
		})
	}
}

func TestCopyOfAnUnknownSourceIsRefusedAsOfficially(t *testing.T) {
	response := copySubject(t).checkOnly(merge(
		props{"source": property.New(property.Computed), "remotePath": text("/x")}, props{"connection": object(props{"host": text("h")})}))
	if len(response.Failures) != 1 || response.Failures[0].Reason != "either asset or archive must be set" {
		t.Errorf("failures %v", response.Failures)
	}
}
