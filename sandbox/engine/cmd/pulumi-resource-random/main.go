// Command pulumi-resource-random serves the random provider to the Pulumi engine, offline.
package main

import (
	"context"
	"fmt"
	"os"

	p "github.com/pulumi/pulumi-go-provider"

	"harbor-ha/engine/internal/random"
)

// version is set by the linker to the release of the official plugin that this one stands in for.
var version = "0.0.0"

func main() {
	if err := p.RunProvider(context.Background(), "random", version, random.New()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
