// Package local serves command:local:Command.
package local

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"harbor-ha/engine/internal/command/lifecycle"
)

// Command runs commands on the machine of the engine.
type Command struct{}

// Inputs are the arguments of a Command.
type Inputs struct {
	lifecycle.Inputs
	Interpreter            *[]string          `pulumi:"interpreter,optional"`
	Dir                    *string            `pulumi:"dir,optional"`
	Environment            map[string]string  `pulumi:"environment,optional"`
	Stdin                  *string            `pulumi:"stdin,optional"`
	Logging                *lifecycle.Logging `pulumi:"logging,optional"`
	AssetPaths             *[]string          `pulumi:"assetPaths,optional"`
	ArchivePaths           *[]string          `pulumi:"archivePaths,optional"`
	AddPreviousOutputInEnv *bool              `pulumi:"addPreviousOutputInEnv,optional"`
}

// State is what the engine records.
type State struct {
	Inputs
	lifecycle.Outputs
}

var (
	_ infer.CustomResource[Inputs, State] = Command{}
	_ infer.CustomCheck[Inputs]           = Command{}
	_ infer.CustomUpdate[Inputs, State]   = Command{}
	_ infer.CustomDelete[State]           = Command{}
)

// Check refuses what only the official plugin can do.
func (Command) Check(ctx context.Context, req infer.CheckRequest) (infer.CheckResponse[Inputs], error) {
	inputs, failures, err := infer.DefaultCheck[Inputs](ctx, req.NewInputs)
	for name, paths := range map[string]*[]string{"assetPaths": inputs.AssetPaths, "archivePaths": inputs.ArchivePaths} {
		if paths != nil {
			failures = append(failures, p.CheckFailure{
				Property: name,
				Reason:   "the sandbox's offline command plugin does not collect files; use the official plugin for this",
			})
		}
	}
	return infer.CheckResponse[Inputs]{Inputs: inputs, Failures: failures}, err
}

// Create runs the create command, if there is one.
func (Command) Create(ctx context.Context, req infer.CreateRequest[Inputs]) (infer.CreateResponse[State], error) {
	state := State{Inputs: req.Inputs}
	id, err := resource.NewUniqueHex(req.Name, 8, 0)
	if err == nil && !req.DryRun && state.Create != nil {
		state.Outputs, err = run(ctx, *state.Create, state)
	}
	return infer.CreateResponse[State]{ID: id, Output: state}, err
}

// Update runs the update command, else the create command.
func (Command) Update(
	ctx context.Context, req infer.UpdateRequest[Inputs, State],
) (infer.UpdateResponse[State], error) {
	state := State{Inputs: req.Inputs, Outputs: req.State.Outputs}
	var err error
	if command := state.OnUpdate(); command != nil && !req.DryRun {
		state.Outputs, err = run(ctx, *command, state)
	}
	return infer.UpdateResponse[State]{Output: state}, err
}

// Delete runs the delete command, if there is one.
func (Command) Delete(ctx context.Context, req infer.DeleteRequest[State]) (infer.DeleteResponse, error) {
	if req.State.Delete == nil {
		return infer.DeleteResponse{}, nil
	}
	_, err := run(ctx, *req.State.Delete, req.State)
	return infer.DeleteResponse{}, err
}
