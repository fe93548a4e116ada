// Command pulumi-resource-docker serves the docker provider to the Pulumi engine, offline.
package main

import (
	"context"
	"fmt"
	"os"

	p "github.com/pulumi/pulumi-go-provider"

	"harbor-ha/engine/internal/docker"
)

// version is set by the linker to the release of the official plugin that this one stands in for.
var version = "0.0.0"

func main() {
	if err := p.RunProvider(context.Background(), "docker", version, docker.New()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
