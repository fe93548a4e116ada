package command_test

import (
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"harbor-ha/engine/internal/command"
	"harbor-ha/engine/internal/enginetest"
	"harbor-ha/engine/internal/sshtest"
)

// everyField logs in at the server over the proxy, with every field of a connection set.
func everyField(t *testing.T) property.Value {
	socket := agentSocket(t)
	hop := func(server *sshtest.Server) props {
		t.Helper()
		return merge(endpoint(server), props{
			"agentSocketPath": text(socket), "password": text(server.Password), "perDialTimeout": number(5),
			"privateKey": text(sealed(t, server.ClientKey, "sesame")), "privateKeyPassword": text("sesame"),
		})
	}
	return object(merge(hop(sshtest.Start(t)), props{"proxy": object(hop(sshtest.Start(t)))}))
}

// agentSocket is where an SSH agent without keys listens until the test ends.
func agentSocket(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "agent") // t.TempDir can be longer than a socket's path may be
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	path := filepath.Join(folder, "socket")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for conn, err := listener.Accept(); err == nil; conn, err = listener.Accept() {
			go func() { _ = agent.ServeAgent(agent.NewKeyring(), conn) }()
		}
	}()
	return path
}

// sealed is the private key, encrypted.
func sealed(t *testing.T, key, password string) string {
	t.Helper()
	raw, err := ssh.ParseRawPrivateKey([]byte(key))
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKeyWithPassphrase(raw, "", []byte(password))
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(block))
}

// written is what a program gives to each type that has a form in the golden file.
func written(t *testing.T) map[string]props {
	return map[string]props{
		"remote:Command": {
			"connection": everyField(t), "delete": text("true"), "environment": object(props{"LANG": text("C")}),
			"logging": text("none"), "stdin": text("pw").WithSecret(true),
			"triggers": property.New([]property.Value{text("1"), number(2)}),
		},
		"remote:CopyToRemote": {
			"connection": everyField(t), "source": textAsset(t, "content"),
			"remotePath": text(filepath.Join(t.TempDir(), "file")),
		},
		"local:Command": {"stdin": text("in"), "interpreter": property.New([]property.Value{text("/bin/sh"), text("-c")})},
	}
}

func engineFor(t *testing.T, kind string) *enginetest.Engine {
	t.Helper()
	t.Setenv("SSH_AUTH_SOCK", "")
	return enginetest.Start(t, "command", command.New(), property.Map{}, "command:"+kind)
}

// TestStateHasTheOfficialForm: a stack can move between this plugin and the official one only if both record the same.
func TestStateHasTheOfficialForm(t *testing.T) {
	seen := map[string][]string{}
	record := func(step, kind string, values property.Map) {
		seen[step] = append(seen[step], enginetest.Marks(kind, values.Delete("stdout", "stderr"))...)
	}
	for kind, inputs := range written(t) {
		engine := engineFor(t, kind)
		checked := engine.Check(property.Map{}, property.NewMap(inputs))
		created := engine.Create(checked)
		updated := engine.Update(created, engine.Check(checked, property.NewMap(inputs)))
		read := engine.Read(updated)
		record("checked inputs", kind, checked)
		record("created", kind, created.Output)
		record("updated", kind, updated.Output)
		record("read", kind, read.Output)
		record("inputs read", kind, read.Inputs)
	}
	for step, marks := range seen {
		t.Run(step, func(t *testing.T) { enginetest.Golden(t, filepath.Join("testdata", "state.txt"), marks) })
	}
}

// onlyOutermost is the value without the marks inside of what is secret anyway: the form that earlier builds of this
// plugin recorded.
func onlyOutermost(value property.Value) property.Value {
	var strip func(value property.Value, inside bool) property.Value
	strip = func(value property.Value, inside bool) property.Value {
		stripped := value
		if value.IsMap() {
			fields := props{}
			for key, field := range value.AsMap().All {
				fields[key] = strip(field, inside || value.Secret())
			}
			stripped = object(fields)
		}
		return stripped.WithSecret(value.Secret() && !inside)
	}
	return strip(value, false)
}

// TestMarksInsideOfASecretAreNoChange: else each step of a stack that an earlier build deployed would run again.
func TestMarksInsideOfASecretAreNoChange(t *testing.T) {
	for kind, inputs := range written(t) {
		t.Run(kind, func(t *testing.T) {
			engine := engineFor(t, kind)
			checked := engine.Check(property.Map{}, property.NewMap(inputs))
			now := engine.Create(checked)
			before := enginetest.Resource{
				ID:     now.ID,
				Inputs: onlyOutermost(property.New(now.Inputs)).AsMap(),
				Output: onlyOutermost(property.New(now.Output)).AsMap(),
			}
			if changes := engine.Diff(before, checked); len(changes) > 0 {
				t.Errorf("from the earlier form to the official one: %v", changes)
			}
			if changes := engine.Diff(now, before.Inputs); len(changes) > 0 {
				t.Errorf("from the official form to the earlier one: %v", changes)
			}
			updated := engine.Update(before, checked)
			if got, want := enginetest.Marks("", updated.Output), enginetest.Marks("", now.Output); !equal(got, want) {
				t.Errorf("an update of the earlier form records\n%v, want\n%v", got, want)
			}
		})
	}
}

func equal(a, b []string) bool { return strings.Join(a, "\n") == strings.Join(b, "\n") }

// TestRealChangesOfSecretsAreSeen in whichever form the old state is, and as the official plugin sees them.
func TestRealChangesOfSecretsAreSeen(t *testing.T) {
	inputs := written(t)["remote:Command"]
	connectionWith := func(changes props) props {
		return props{"connection": object(merge(inputs["connection"].AsMap().AsMap(), changes))}
	}
	proxyWith := func(changes props) props {
		proxy := inputs["connection"].AsMap().Get("proxy").AsMap().AsMap()
		return connectionWith(props{"proxy": object(merge(proxy, changes))})
	}
	engine := engineFor(t, "remote:Command")
	now := engine.Create(engine.Check(property.Map{}, property.NewMap(inputs)))
	earlier := now
	earlier.Inputs = onlyOutermost(property.New(now.Inputs)).AsMap()
	for name, test := range map[string]struct {
		changes props
		path    string
		kind    string
	}{
		"private key":          {connectionWith(props{"privateKey": text("another")}), "connection", "UPDATE"},
		"password of proxy":    {proxyWith(props{"password": text("another")}), "connection", "UPDATE"},
		"host":                 {connectionWith(props{"host": text("192.0.2.1")}), "connection", "UPDATE"},
		"stdin no more secret": {props{"stdin": text("pw")}, "stdin", "UPDATE"},
		"environment secret":   {props{"environment": object(props{"LANG": text("C").WithSecret(true)})}, "environment.LANG", "UPDATE"},
		"trigger secret": {props{"triggers": property.New([]property.Value{
			text("1").WithSecret(true), number(2),
		})}, "triggers[0]", "UPDATE"},
	} {
		t.Run(name, func(t *testing.T) {
			for form, old := range map[string]enginetest.Resource{"official": now, "earlier": earlier} {
				changes := engine.Diff(old, engine.Check(old.Inputs, property.NewMap(merge(inputs, test.changes))))
				if len(changes) != 1 || changes[test.path] != test.kind {
					t.Errorf("%s form: %v, want %s of %s", form, changes, test.kind, test.path)
				}
			}
		})
	}
}
