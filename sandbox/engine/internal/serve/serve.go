// Package serve runs a provider as a plugin process of the engine.
package serve

import (
	"context"
	"fmt"
	"os"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
)

// Run serves the provider until the engine is done with it, and ends the process.
func Run(name, version string, provider p.Provider) {
	go endWithParent(os.Getppid())
	if err := p.RunProvider(context.Background(), name, version, provider); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// endWithParent ends the process when its parent has gone: an engine that was killed can't stop its plugins, and a
// plugin that lives on would finish the step that was interrupted while the next update begins.
func endWithParent(parent int) {
	for os.Getppid() == parent {
		time.Sleep(500 * time.Millisecond)
	}
	os.Exit(1)
}
