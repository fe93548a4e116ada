package command_test

import (
	"fmt"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"harbor-ha/engine/internal/sshtest"
)

func TestConnectionErrors(t *testing.T) {
	server, other := sshtest.Start(t), sshtest.Start(t)
	for name, test := range map[string]struct {
		changes props
		want    []string
	}{
		"wrong host key": {
			props{"hostKey": text(other.HostKey)}, []string{"ssh: handshake failed: ssh: host key mismatch"},
		},
		"unreadable host key": {props{"hostKey": text("nonsense")}, []string{"failed to parse the host key"}},
		"wrong private key": {
			props{"privateKey": text(other.ClientKey)}, []string{"ssh: unable to authenticate"},
		},
		"refused port, with retries": {
			props{"port": number(1), "dialErrorLimit": number(2)},
			[]string{"after 2 failed attempts: dial tcp 127.0.0.1:1: connect: connection refused"},
		},
		"dead agent, although there is a key": {
			props{"agentSocketPath": text("/nonexistent/agent")}, []string{"dial unix /nonexistent/agent"},
		},
		"agent without a path": {props{"agentSocketPath": text("")}, []string{"dial unix: missing address"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := remoteSubject(t)
			err := s.create(merge(props{"create": text("true")}, connection(server, test.changes)))
			wantError(t, err, test.want...)
			if strings.Contains(err.Error(), "PRIVATE KEY") {
				t.Error("the error shows the private key")
			}
		})
	}
}

func TestConnectionRetriesAndPassword(t *testing.T) {
	server := sshtest.Start(t)
	server.Refuse.Store(2)
	s := remoteSubject(t)
	s.mustCreate(merge(props{"create": text("echo there")}, props{"connection": object(props{
		"host":     text("127.0.0.1"),
		"port":     number(float64(server.Address.Port)),
		"password": text(server.Password),
	})}))
	s.wantOutput("stdout", "there")
}

func TestConnectionOverProxy(t *testing.T) {
	server, proxy, other := sshtest.Start(t), sshtest.Start(t), sshtest.Start(t)
	over := func(proxyChanges props) props {
		hop := with(endpoint(proxy), proxyChanges)
		return merge(props{"create": text("echo over")}, connection(server, props{"proxy": object(hop)}))
	}
	s := remoteSubject(t)
	s.mustCreate(over(nil))
	s.wantOutput("stdout", "over")
	if proxy.Logins.Load() != 1 {
		t.Errorf("%d logins at the proxy, want 1", proxy.Logins.Load())
	}
	server.WaitClosed()
	proxy.WaitClosed()
	wantError(t, s.create(over(props{"hostKey": text(other.HostKey)})), "proxy: ", "host key mismatch")
}

func TestCheckFillsDefaultsAndHidesTheConnection(t *testing.T) {
	s := remoteSubject(t)
	checked := s.check(props{"connection": object(props{"host": text("h")})})
	settings := checked.Get("connection")
	if !settings.Secret() {
		t.Error("the connection is not secret")
	}
	defaults := props{
		"user": text("root"), "port": number(22), "dialErrorLimit": number(10), "perDialTimeout": number(15),
	}
	for key, want := range defaults {
		if got := settings.AsMap().Get(key); !got.Equals(want) {
			t.Errorf("%s is %v, want %v", key, got.GoString(), want.GoString())
		}
	}
	response := s.checkOnly(props{"connection": object(props{
		"host": text("h"), "privateKey": text("top-secret-key"), "stray": text("x"),
	})})
	if len(response.Failures) != 1 || response.Failures[0].Property != "" ||
		strings.Contains(fmt.Sprint(response.Failures), "top-secret-key") {
		t.Errorf("failures %v", response.Failures)
	}
}

// TestDiff shows the provider's part of the rules. That a changed element of triggers replaces is the other part:
// the SDK asks the engine for it with replaceOnChanges of "triggers[*]".
func TestDiff(t *testing.T) {
	server := sshtest.Start(t)
	base := merge(
		props{"create": text("true"), "triggers": property.New([]property.Value{text("1")})}, connection(server, nil))
	s := remoteSubject(t)
	s.mustCreate(base)
	without := newSubject(t.Context(), t, "command:remote:Command")
	without.mustCreate(merge(props{"create": text("true")}, connection(server, nil)))
	if got := without.diff(base).DetailedDiff["triggers"].Kind; got != p.AddReplace {
		t.Errorf("triggers added: %q, want a replacement", got)
	}
	for name, test := range map[string]struct {
		changes  props
		key      string
		want     p.DiffKind
		wantSame bool
	}{
		"nothing":            {changes: nil, wantSame: true},
		"trigger changed":    {props{"triggers": property.New([]property.Value{text("2")})}, "triggers[0]", p.Update, false},
		"stdin added":        {props{"stdin": text("x")}, "stdin", p.Add, false},
		"create changed":     {props{"create": text("false")}, "create", p.Update, false},
		"delete added":       {props{"delete": text("true")}, "delete", p.Add, false},
		"connection changed": {connection(server, props{"host": text("::1")}), "connection", p.Update, false},
	} {
		t.Run(name, func(t *testing.T) {
			diff := s.diff(with(base, test.changes))
			if diff.HasChanges == test.wantSame {
				t.Fatalf("changes: %v", diff.HasChanges)
			}
			if diff.DeleteBeforeReplace {
				t.Error("the official provider leaves the order to the program")
			}
			if got := diff.DetailedDiff[test.key].Kind; got != test.want {
				t.Errorf("%s: %q, want %q; all: %v", test.key, got, test.want, diff.DetailedDiff)
			}
		})
	}
}

func TestPreviewContactsNobody(t *testing.T) {
	s := remoteSubject(t)
	inputs := s.check(merge(props{"create": text("true")}, props{"connection": object(props{"host": text("192.0.2.1")})}))
	created, err := s.server.Create(p.CreateRequest{Urn: s.urn, Properties: inputs, DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	if !created.Properties.Get("stdout").IsComputed() {
		t.Errorf("stdout is %v in a preview", created.Properties.Get("stdout").GoString())
	}
}

func TestSecretsStaySecret(t *testing.T) {
	server := sshtest.Start(t)
	s := remoteSubject(t)
	s.mustCreate(merge(props{"create": text("cat >/dev/null"), "stdin": text("pw").WithSecret(true)}, connection(server, nil)))
	for _, name := range []string{"stdin", "connection"} {
		if !s.state.Get(name).Secret() {
			t.Errorf("%s is not secret in the state", name)
		}
	}
}
