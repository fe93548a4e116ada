// Package bridged gives plugins the behaviour of providers that are made with Pulumi's Terraform bridge, as the
// official random and docker providers are: inputs are kept as the program wrote them, the state is the inputs
// with defaults and computed outputs added, names are generated where none is given, and a changed input
// replaces the resource unless it is listed as changeable in place.
package bridged

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Resource describes one resource type.
type Resource struct {
	// Required and Optional name the inputs. Any other input is refused.
	Required, Optional []string
	// InPlace names the inputs that may change without a replacement.
	InPlace []string
	// Autonamed generates an input "name" where the program gives none.
	Autonamed bool
	// DeleteFirst deletes the old resource before its replacement is created, also without a name of its own.
	DeleteFirst bool
	// Defaults are added to the state where the inputs leave them out.
	Defaults map[string]property.Value
	// Computed names the outputs that are unknown until the resource exists.
	Computed []string
	// Secret names the outputs that are always secret.
	Secret []string
	// Validate reports wrong inputs. It is not called while an input is unknown. Optional.
	Validate func(inputs property.Map) []p.CheckFailure
	// Create makes the resource and returns its id and computed outputs.
	Create func(ctx context.Context, inputs property.Map) (string, map[string]property.Value, error)
	// Update applies inputs of InPlace; returned outputs replace the old ones. Optional.
	Update func(ctx context.Context, id string, inputs property.Map) (map[string]property.Value, error)
	// Read refreshes the state and the inputs of an existing resource. Optional.
	Read func(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error)
	// Delete removes the resource. Optional.
	Delete func(ctx context.Context, id string, state property.Map) error
}

// defaultsKey is the input in which the bridge lists what it filled in by itself.
const defaultsKey = "__defaults"

// generatedName reports whether the bridge generated the name of these inputs.
func generatedName(inputs property.Map) bool {
	list, ok := inputs.GetOk(defaultsKey)
	if !ok || !list.IsArray() {
		return false
	}
	for _, key := range list.AsArray().AsSlice() {
		if key.IsString() && key.AsString() == "name" {
			return true
		}
	}
	return false
}

// stateOf is the recorded state: defaults, then inputs, then outputs.
func (r Resource) stateOf(inputs property.Map, outputs map[string]property.Value) property.Map {
	state := map[string]property.Value{}
	for key, value := range r.Defaults {
		state[key] = value
	}
	for key, value := range inputs.All {
		if key != defaultsKey {
			state[key] = value
		}
	}
	for key, value := range outputs {
		state[key] = value
	}
	for _, key := range r.Secret {
		if value, ok := state[key]; ok {
			state[key] = value.WithSecret(true)
		}
	}
	return property.NewMap(state)
}

// unknownOutputs are the outputs of a preview: what the inputs do not already say.
func (r Resource) unknownOutputs(inputs property.Map) map[string]property.Value {
	outputs := map[string]property.Value{}
	for _, key := range r.Computed {
		if _, given := inputs.GetOk(key); !given {
			outputs[key] = property.New(property.Computed)
		}
	}
	return outputs
}
