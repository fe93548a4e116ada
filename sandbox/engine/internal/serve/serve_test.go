package serve_test

import (
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"harbor-ha/engine/internal/docker"
	"harbor-ha/engine/internal/serve"
)

// TestAnonymous: what CheckConfig returns is recorded as the provider's inputs.
func TestAnonymous(t *testing.T) {
	server, err := p.RawServer("docker", "5.2.0", docker.New())(nil)
	if err != nil {
		t.Fatal(err)
	}
	given, err := plugin.MarshalProperties(resource.PropertyMap{"host": resource.NewProperty("tcp://192.0.2.1:1")}, plugin.MarshalOptions{})
	if err != nil {
		t.Fatal(err)
	}
	request := &rpc.CheckRequest{Urn: "urn:pulumi:stack::project::pulumi:providers:docker::subject", News: given}
	response, err := serve.Anonymous(server).CheckConfig(t.Context(), request)
	if err != nil || response.GetInputs().GetFields()["host"].GetStringValue() != "tcp://192.0.2.1:1" {
		t.Fatalf("%v: %v", err, response)
	}
	for key := range response.GetInputs().GetFields() {
		if strings.HasPrefix(key, "__") {
			t.Errorf("%s is recorded", key)
		}
	}

	// An earlier build recorded it; that it goes is no change.
	recorded, err := server.CheckConfig(t.Context(), request)
	if err != nil || len(recorded.GetInputs().GetFields()) < 2 {
		t.Fatalf("the framework records nothing of itself any more: %v, %v", err, recorded)
	}
	diff, err := server.DiffConfig(t.Context(), &rpc.DiffRequest{
		Urn: request.Urn, OldInputs: recorded.GetInputs(), News: response.GetInputs(),
	})
	if err != nil || diff.GetChanges() == rpc.DiffResponse_DIFF_SOME {
		t.Errorf("%v: %v", err, diff)
	}
}
