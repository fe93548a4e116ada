// Package command serves the resources of the official command provider 1.2.1.
//
// It is written with the same framework (pulumi-go-provider's infer) as the official provider, so that
// defaults, diffs, secrets and unknown outputs follow the same rules without being restated here.
package command

import (
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"

	"harbor-ha/engine/internal/command/local"
	"harbor-ha/engine/internal/command/remote"
)

// New makes the provider. The packages' names are the modules of the tokens (command:remote:Command).
func New() p.Provider {
	return ignoringInnerMarks(infer.Provider(infer.Options{
		Resources: []infer.InferredResource{
			infer.Resource(local.Command{}),
			infer.Resource(remote.Command{}),
			infer.Resource(remote.CopyToRemote{}),
		},
	}))
}
