package remote

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"harbor-ha/engine/internal/command/lifecycle"
)

// Command runs commands on a host over SSH.
type Command struct{}

// CommandInputs are the arguments of a Command.
type CommandInputs struct {
	lifecycle.Inputs
	Stdin                  *string            `pulumi:"stdin,optional"`
	Logging                *lifecycle.Logging `pulumi:"logging,optional"`
	Connection             *Connection        `pulumi:"connection" provider:"secret"`
	Environment            map[string]string  `pulumi:"environment,optional"`
	AddPreviousOutputInEnv *bool              `pulumi:"addPreviousOutputInEnv,optional"`
}

// CommandState is what the engine records.
type CommandState struct {
	CommandInputs
	lifecycle.Outputs
}

var (
	_ infer.CustomResource[CommandInputs, CommandState] = Command{}
	_ infer.CustomCheck[CommandInputs]                  = Command{}
	_ infer.CustomUpdate[CommandInputs, CommandState]   = Command{}
	_ infer.CustomDelete[CommandState]                  = Command{}
)

// Check validates the inputs and keeps the connection out of the messages.
func (Command) Check(ctx context.Context, req infer.CheckRequest) (infer.CheckResponse[CommandInputs], error) {
	inputs, failures, err := infer.DefaultCheck[CommandInputs](ctx, req.NewInputs)
	return infer.CheckResponse[CommandInputs]{Inputs: inputs, Failures: hideConnection(failures)}, err
}

// Create runs the create command, if there is one.
func (Command) Create(
	ctx context.Context, req infer.CreateRequest[CommandInputs],
) (infer.CreateResponse[CommandState], error) {
	state := CommandState{CommandInputs: req.Inputs}
	id, err := resource.NewUniqueHex(req.Name, 8, 0)
	if err == nil && !req.DryRun && state.Create != nil {
		state.Outputs, err = run(ctx, *state.Create, state)
	}
	return infer.CreateResponse[CommandState]{ID: id, Output: state}, err
}

// Update runs the update command, else the create command, over the new connection.
func (Command) Update(
	ctx context.Context, req infer.UpdateRequest[CommandInputs, CommandState],
) (infer.UpdateResponse[CommandState], error) {
	state := CommandState{CommandInputs: req.Inputs, Outputs: req.State.Outputs}
	var err error
	if command := state.OnUpdate(); command != nil && !req.DryRun {
		state.Outputs, err = run(ctx, *command, state)
	}
	return infer.UpdateResponse[CommandState]{Output: state}, err
}

// Delete runs the delete command over the connection in the state. Without one the host is not contacted.
func (Command) Delete(ctx context.Context, req infer.DeleteRequest[CommandState]) (infer.DeleteResponse, error) {
	if req.State.Delete == nil {
		return infer.DeleteResponse{}, nil
	}
	_, err := run(ctx, *req.State.Delete, req.State)
	return infer.DeleteResponse{}, err
}
