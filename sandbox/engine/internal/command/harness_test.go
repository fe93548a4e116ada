package command_test

import (
	"context"
	"strings"
	"testing"

	"github.com/blang/semver"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/integration"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"harbor-ha/engine/internal/command"
	"harbor-ha/engine/internal/sshtest"
)

// props is a short way to write inputs.
type props = map[string]property.Value

func text(value string) property.Value     { return property.New(value) }
func number(value float64) property.Value  { return property.New(value) }
func object(fields props) property.Value   { return property.New(fields) }
func with(base props, changes props) props { return merge(base, changes) }

func merge(parts ...props) props {
	all := props{}
	for _, part := range parts {
		for key, value := range part {
			all[key] = value
		}
	}
	return all
}

// subject is one resource as the engine would drive it.
type subject struct {
	t      *testing.T
	server integration.Server
	urn    resource.URN
	inputs property.Map
	id     string
	state  property.Map
}

func newSubject(ctx context.Context, t *testing.T, token string) *subject {
	t.Helper()
	t.Setenv("SSH_AUTH_SOCK", "")
	server, err := integration.NewServer(ctx, "command", semver.MustParse("1.2.1"),
		integration.WithProvider(command.New()))
	if err != nil {
		t.Fatal(err)
	}
	return &subject{t: t, server: server, urn: resource.NewURN("stack", "project", "", tokens.Type(token), "subject")}
}

func remoteSubject(t *testing.T) *subject {
	return newSubject(t.Context(), t, "command:remote:Command")
}

// check runs the inputs through Check and fails the test on a refusal.
func (s *subject) check(inputs props) property.Map {
	s.t.Helper()
	response := s.checkOnly(inputs)
	if len(response.Failures) > 0 {
		s.t.Fatalf("check failures: %v", response.Failures)
	}
	return s.overTheWire(response.Inputs)
}

// overTheWire is what arrives at the other end of the connection between engine and plugin.
func (s *subject) overTheWire(properties property.Map) property.Map {
	s.t.Helper()
	options := plugin.MarshalOptions{KeepUnknowns: true, SkipNulls: true, KeepSecrets: true}
	sent, err := plugin.MarshalProperties(resource.ToResourcePropertyMap(properties), options)
	if err != nil {
		s.t.Fatal(err)
	}
	received, err := plugin.UnmarshalProperties(sent, options)
	if err != nil {
		s.t.Fatal(err)
	}
	return resource.FromResourcePropertyMap(received)
}

func (s *subject) checkOnly(inputs props) p.CheckResponse {
	s.t.Helper()
	response, err := s.server.Check(p.CheckRequest{Urn: s.urn, State: s.inputs, Inputs: property.NewMap(inputs)})
	if err != nil {
		s.t.Fatal(err)
	}
	return response
}

func (s *subject) create(inputs props) error {
	s.t.Helper()
	checked := s.check(inputs)
	response, err := s.server.Create(p.CreateRequest{Urn: s.urn, Properties: checked})
	if err == nil {
		s.inputs, s.state, s.id = checked, s.overTheWire(response.Properties), response.ID
	}
	return err
}

func (s *subject) mustCreate(inputs props) {
	s.t.Helper()
	if err := s.create(inputs); err != nil {
		s.t.Fatal(err)
	}
}

func (s *subject) diff(inputs props) p.DiffResponse {
	s.t.Helper()
	response, err := s.server.Diff(p.DiffRequest{
		Urn: s.urn, ID: s.id, State: s.state, OldInputs: s.inputs, Inputs: s.check(inputs),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return response
}

func (s *subject) update(inputs props) error {
	s.t.Helper()
	checked := s.check(inputs)
	response, err := s.server.Update(p.UpdateRequest{
		Urn: s.urn, ID: s.id, State: s.state, OldInputs: s.inputs, Inputs: checked,
	})
	if err == nil {
		s.inputs, s.state = checked, s.overTheWire(response.Properties)
	}
	return err
}

func (s *subject) delete() error {
	return s.server.Delete(p.DeleteRequest{Urn: s.urn, ID: s.id, Properties: s.state, OldInputs: s.inputs})
}

// output is a text of the state.
func (s *subject) output(name string) string {
	s.t.Helper()
	value := s.state.Get(name)
	if !value.IsString() {
		s.t.Fatalf("%s is %v, not a text", name, value.GoString())
	}
	return value.AsString()
}

func (s *subject) wantOutput(name, want string) {
	s.t.Helper()
	if got := s.output(name); got != want {
		s.t.Errorf("%s is %q, want %q", name, got, want)
	}
}

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not contain %q", err, part)
		}
	}
}

// connection logs in at the server with its key, and changes what the test wants changed.
func connection(server *sshtest.Server, changes props) props {
	return props{"connection": object(with(endpoint(server), changes))}
}

func endpoint(server *sshtest.Server) props {
	return props{
		"host":           text(server.Address.IP.String()),
		"port":           number(float64(server.Address.Port)),
		"user":           text("tester"),
		"privateKey":     text(server.ClientKey),
		"hostKey":        text(server.HostKey),
		"dialErrorLimit": number(0),
	}
}
