// Package enginetest drives a plugin inside a test over the messages that the engine sends, as values survive them.
package enginetest

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// Engine is the engine's end of the connection to a plugin, for one resource.
type Engine struct {
	t      *testing.T
	server rpc.ResourceProviderServer
	urn    string
}

// Resource is what the state records of the resource.
type Resource struct {
	ID             string
	Inputs, Output property.Map
}

// Start configures the provider as an engine of today does.
func Start(t *testing.T, name string, provider p.Provider, config property.Map, token string) *Engine {
	t.Helper()
	server, err := p.RawServer(name, "1.0.0", provider)(nil)
	if err != nil {
		t.Fatal(err)
	}
	e := &Engine{t, server, string(resource.NewURN("stack", "project", "", tokens.Type(token), "subject"))}
	_, err = server.Configure(t.Context(), &rpc.ConfigureRequest{
		Args: e.send(config), AcceptSecrets: true, AcceptResources: true, SendsOldInputs: true, SendsOldInputsToDelete: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

var options = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true, SkipNulls: true}

func (e *Engine) send(values property.Map) *structpb.Struct {
	e.t.Helper()
	sent, err := plugin.MarshalProperties(resource.ToResourcePropertyMap(values), options)
	if err != nil {
		e.t.Fatal(err)
	}
	return sent
}

func (e *Engine) receive(sent *structpb.Struct, err error) property.Map {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
	received, err := plugin.UnmarshalProperties(sent, options)
	if err != nil {
		e.t.Fatal(err)
	}
	return resource.FromResourcePropertyMap(received)
}

// Check hands over what a program wrote and returns what gets recorded as inputs. Refused inputs fail the test.
func (e *Engine) Check(old, written property.Map) property.Map {
	e.t.Helper()
	response, err := e.server.Check(e.t.Context(), &rpc.CheckRequest{
		Urn: e.urn, Olds: e.send(old), News: e.send(written), RandomSeed: make([]byte, 32),
	})
	if len(response.GetFailures()) > 0 {
		e.t.Fatalf("refused: %v", response.GetFailures())
	}
	return e.receive(response.GetInputs(), err)
}

// Create makes the resource.
func (e *Engine) Create(inputs property.Map) Resource {
	e.t.Helper()
	response, err := e.server.Create(e.t.Context(), &rpc.CreateRequest{Urn: e.urn, Properties: e.send(inputs)})
	return Resource{response.GetId(), inputs, e.receive(response.GetProperties(), err)}
}

// Update changes the resource in place.
func (e *Engine) Update(old Resource, inputs property.Map) Resource {
	e.t.Helper()
	response, err := e.server.Update(e.t.Context(), &rpc.UpdateRequest{
		Urn: e.urn, Id: old.ID, Olds: e.send(old.Output), OldInputs: e.send(old.Inputs), News: e.send(inputs),
	})
	return Resource{old.ID, inputs, e.receive(response.GetProperties(), err)}
}

// Read refreshes the resource.
func (e *Engine) Read(old Resource) Resource {
	e.t.Helper()
	response, err := e.server.Read(e.t.Context(), &rpc.ReadRequest{
		Urn: e.urn, Id: old.ID, Properties: e.send(old.Output), Inputs: e.send(old.Inputs),
	})
	return Resource{response.GetId(), e.receive(response.GetInputs(), err), e.receive(response.GetProperties(), err)}
}

// Diff asks what the inputs would change, and returns each change as "path KIND", in the order of the paths.
func (e *Engine) Diff(old Resource, inputs property.Map) map[string]string {
	e.t.Helper()
	response, err := e.server.Diff(e.t.Context(), &rpc.DiffRequest{
		Urn: e.urn, Id: old.ID, Olds: e.send(old.Output), OldInputs: e.send(old.Inputs), News: e.send(inputs),
	})
	if err != nil {
		e.t.Fatal(err)
	}
	changes := map[string]string{}
	for path, change := range response.GetDetailedDiff() {
		changes[path] = change.GetKind().String()
	}
	if some := response.GetChanges() == rpc.DiffResponse_DIFF_SOME; some != (len(changes) > 0) {
		e.t.Errorf("changes: %v, but in detail %v", response.GetChanges(), changes)
	}
	return changes
}
