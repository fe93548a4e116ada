// Command pulumi-resource-random serves the random provider to the Pulumi engine, offline.
package main

import (
	"harbor-ha/engine/internal/random"
	"harbor-ha/engine/internal/serve"
)

// version is set by the linker to the release of the official plugin that this one stands in for.
var version = "0.0.0"

func main() {
	serve.RunBridged("random", version, random.New())
}
