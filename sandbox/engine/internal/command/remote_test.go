package command_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"harbor-ha/engine/internal/sshtest"
)

func TestRemoteCommandOutputs(t *testing.T) {
	server := sshtest.Start(t)
	long := strings.Repeat("x", 300<<10)
	for name, test := range map[string]struct {
		inputs         props
		stdout, stderr string
	}{
		"one newline is trimmed":  {props{"create": text("printf 'a\\n\\n'; echo err >&2")}, "a\n", "err"},
		"stdin is passed":         {props{"create": text("cat"), "stdin": text("hello\n")}, "hello", ""},
		"no stdin ends at once":   {props{"create": text("cat; echo end")}, "end", ""},
		"no create runs nothing":  {props{}, "", ""},
		"a long line is no hang":  {props{"create": text("cat"), "stdin": text(long)}, long, ""},
		"logging does not filter": {props{"create": text("echo a"), "logging": text("none")}, "a", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := remoteSubject(t)
			s.mustCreate(merge(test.inputs, connection(server, nil)))
			s.wantOutput("stdout", test.stdout)
			s.wantOutput("stderr", test.stderr)
		})
	}
	server.WaitClosed()
}

func TestRemoteCommandFailure(t *testing.T) {
	server := sshtest.Start(t)
	s := remoteSubject(t)
	err := s.create(merge(props{"create": text("echo out; echo err >&2; exit 7")}, connection(server, nil)))
	wantError(t, err, `Process exited with status 7: running "echo out; echo err >&2; exit 7":`+"\n", "out\n", "err\n")
}

func TestRemoteCommandLifecycle(t *testing.T) {
	server := sshtest.Start(t)
	server.AcceptEnv = true
	log := filepath.Join(t.TempDir(), "log")
	say := func(what string) property.Value {
		return text("echo " + what + " $PULUMI_COMMAND_STDOUT | tee -a " + log)
	}
	base := merge(props{"create": say("create"), "delete": say("delete")}, connection(server, nil))
	s := remoteSubject(t)
	s.mustCreate(base)
	s.wantOutput("stdout", "create")

	t.Run("another input without update runs create again", func(t *testing.T) {
		if err := s.update(with(base, props{"stdin": text("x")})); err != nil {
			t.Fatal(err)
		}
		s.wantOutput("stdout", "create create")
	})
	t.Run("update is preferred and may do without the previous output", func(t *testing.T) {
		err := s.update(with(base, props{"update": say("update"), "addPreviousOutputInEnv": property.New(false)}))
		if err != nil {
			t.Fatal(err)
		}
		s.wantOutput("stdout", "update")
	})
	t.Run("a failed update is an error", func(t *testing.T) {
		wantError(t, s.update(with(base, props{"update": text("exit 3")})), "Process exited with status 3")
		s.wantOutput("stdout", "update")
	})
	t.Run("delete runs", func(t *testing.T) {
		if err := s.delete(); err != nil {
			t.Fatal(err)
		}
		written, _ := os.ReadFile(log)
		if !strings.HasSuffix(string(written), "delete\n") {
			t.Errorf("log is %q", written)
		}
	})
}

func TestRemoteCommandWithoutDeleteDialsNobody(t *testing.T) {
	server := sshtest.Start(t)
	s := remoteSubject(t)
	s.mustCreate(merge(props{"create": text("true")}, connection(server, nil)))
	before := server.Logins.Load()
	if err := s.delete(); err != nil {
		t.Fatal(err)
	}
	if after := server.Logins.Load(); after != before {
		t.Errorf("delete logged in %d times", after-before)
	}
}

func TestRemoteCommandEnvironment(t *testing.T) {
	for name, accept := range map[string]bool{"accepted": true, "refused by a stock sshd": false} {
		t.Run(name, func(t *testing.T) {
			server := sshtest.Start(t)
			server.AcceptEnv = accept
			s := remoteSubject(t)
			err := s.create(merge(props{
				"create":      text("echo $GREETING"),
				"environment": object(props{"GREETING": text("hello")}),
			}, connection(server, nil)))
			if !accept {
				wantError(t, err, `could not set environment variable "GREETING": ssh: setenv failed`)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			s.wantOutput("stdout", "hello")
		})
	}
}

func TestRemoteCommandPreviousOutputIsOnlyAWarning(t *testing.T) {
	server := sshtest.Start(t)
	base := merge(props{"create": text("echo one")}, connection(server, nil))
	s := remoteSubject(t)
	s.mustCreate(base)
	if err := s.update(with(base, props{"update": text("echo two")})); err != nil {
		t.Fatal(err)
	}
	s.wantOutput("stdout", "two")
}

func TestRemoteCommandCancelEndsTheSession(t *testing.T) {
	server := sshtest.Start(t)
	ctx, cancel := context.WithCancel(t.Context())
	s := newSubject(ctx, t, "command:remote:Command")
	time.AfterFunc(300*time.Millisecond, cancel)
	started := time.Now()
	err := s.create(merge(props{"create": text("exec sleep 60")}, connection(server, nil)))
	wantError(t, err, "sleep 60")
	if waited := time.Since(started); waited > 20*time.Second {
		t.Errorf("took %s", waited)
	}
	server.WaitClosed()
	if signals := server.Signals(); len(signals) != 1 || signals[0] != "TERM" {
		t.Errorf("signals %v, want TERM", signals)
	}
}
