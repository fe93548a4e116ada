package command_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

func localSubject(t *testing.T) *subject { return newSubject(t.Context(), t, "command:local:Command") }

func TestLocalCommand(t *testing.T) {
	folder := t.TempDir()
	list := func(words ...string) property.Value {
		var values []property.Value
		for _, word := range words {
			values = append(values, text(word))
		}
		return property.New(values)
	}
	for name, test := range map[string]struct {
		inputs props
		want   string
	}{
		"stdin":       {props{"create": text("cat"), "stdin": text("in")}, "in"},
		"environment": {props{"create": text("echo $A"), "environment": object(props{"A": text("b")})}, "b"},
		"dir":         {props{"create": text("pwd -P"), "dir": text(folder)}, folder},
		"interpreter": {props{"create": text("x y"), "interpreter": list("printf", "<%s>")}, "<x y>"},
	} {
		t.Run(name, func(t *testing.T) {
			s := localSubject(t)
			s.mustCreate(test.inputs)
			s.wantOutput("stdout", test.want)
		})
	}
	t.Run("files are not collected", func(t *testing.T) {
		response := localSubject(t).checkOnly(props{"create": text("true"), "assetPaths": list("*")})
		if len(response.Failures) != 1 || response.Failures[0].Property != "assetPaths" {
			t.Errorf("failures %v", response.Failures)
		}
	})
}

func TestLocalCommandLifecycle(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "mark")
	base := props{"create": text("echo c"), "update": text("echo u-$PULUMI_COMMAND_STDOUT"), "delete": text("touch " + mark)}
	s := localSubject(t)
	s.mustCreate(base)
	if err := s.update(with(base, props{"stdin": text("x")})); err != nil {
		t.Fatal(err)
	}
	s.wantOutput("stdout", "u-c")
	if err := s.delete(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(mark); err != nil {
		t.Error("delete did not run")
	}
	wantError(t, s.create(props{"create": text("echo no >&2; exit 4")}), `exit status 4: running "echo no`, "no\n")
}

func TestLocalCommandCancelKillsItsChildren(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(200*time.Millisecond, cancel)
	started := time.Now()
	err := newSubject(ctx, t, "command:local:Command").create(props{"create": text("sleep 60; true")})
	wantError(t, err, "killed")
	if waited := time.Since(started); waited > 15*time.Second {
		t.Errorf("took %s", waited)
	}
}
