// Package serve runs a provider as a plugin process of the engine.
package serve

import (
	"context"
	"fmt"
	"os"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	pprovider "github.com/pulumi/pulumi/pkg/v3/resource/provider"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Run serves the provider until the engine is done with it, and ends the process.
func Run(name, version string, provider p.Provider) {
	run(name, p.RawServer(name, version, provider))
}

// RunBridged does so for a provider that stands in for one made with Pulumi's Terraform bridge: what this framework
// records of itself would be a change of configuration for the official plugin.
func RunBridged(name, version string, provider p.Provider) {
	run(name, func(host *pprovider.HostClient) (rpc.ResourceProviderServer, error) {
		server, err := p.RawServer(name, version, provider)(host)
		return Anonymous(server), err
	})
}

func run(name string, server func(*pprovider.HostClient) (rpc.ResourceProviderServer, error)) {
	go endWithParent(os.Getppid())
	if err := pprovider.MainContext(context.Background(), name, server); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Anonymous is the server, leaving the framework's version out of the provider's configuration.
func Anonymous(server rpc.ResourceProviderServer) rpc.ResourceProviderServer {
	return anonymous{server}
}

type anonymous struct{ rpc.ResourceProviderServer }

func (a anonymous) CheckConfig(ctx context.Context, req *rpc.CheckRequest) (*rpc.CheckResponse, error) {
	response, err := a.ResourceProviderServer.CheckConfig(ctx, req)
	if err == nil {
		delete(response.GetInputs().GetFields(), "__pulumi-go-provider-version")
	}
	return response, err
}

// endWithParent ends the process when its parent has gone: an engine that was killed can't stop its plugins, and a
// plugin that lives on would finish the step that was interrupted while the next update begins.
func endWithParent(parent int) {
	for os.Getppid() == parent {
		time.Sleep(500 * time.Millisecond)
	}
	os.Exit(1)
}
