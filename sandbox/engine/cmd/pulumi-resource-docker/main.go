// Command pulumi-resource-docker serves the docker provider to the Pulumi engine, offline.
package main

import (
	"harbor-ha/engine/internal/docker"
	"harbor-ha/engine/internal/serve"
)

// version is set by the linker to the release of the official plugin that this one stands in for.
var version = "0.0.0"

func main() {
	serve.RunBridged("docker", version, docker.New())
}
