// Package bridged gives plugins the behaviour of providers that are made with Pulumi's Terraform bridge, as the
// official random and docker providers are: inputs are kept as the program wrote them, the state is the inputs
// with defaults and computed outputs added, names are generated where none is given, and a changed input
// replaces the resource unless it is listed as changeable in place.
package bridged

import (
	"context"
	"fmt"
	"maps"
	"slices"

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
	// ElementDefaults are added in the state to the object, or to each object of the list, that an input is.
	ElementDefaults map[string]map[string]property.Value
	// Complete gives further defaults, which follow from the inputs. Optional.
	Complete func(inputs property.Map) map[string]property.Value
	// Computed names the outputs that are unknown until the resource exists. Those that are inputs, too, stay as given.
	Computed []string
	// Secret names the outputs that are always secret.
	Secret []string
	// SchemaVersion is the version of the official resource's state. The official plugin would take a state without
	// one for an old one, and convert it. 0 is not recorded.
	SchemaVersion int
	// Framework says that the official resource is made with the newer of the bridge's two halves, which does not list
	// in the inputs what it filled in.
	Framework bool
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

// Where the bridge keeps its books: what it filled in, in every object of the inputs; the state's version; and how the
// state differs from Terraform's, which does without.
const (
	defaultsKey = "__defaults"
	metaKey     = "__meta"
	deltaKey    = "__pulumi_raw_state_delta"
)

// generatedName reports whether the bridge generated the name of these inputs.
func generatedName(inputs property.Map) bool { return lists(inputs.Get(defaultsKey), "name") }

// Observed is the inputs with a value as it was found. It counts even where the bridge had filled the input in.
func Observed(inputs property.Map, key string, found property.Value) property.Map {
	if filledIn, ok := inputs.GetOk(defaultsKey); ok && lists(filledIn, key) {
		rest := slices.DeleteFunc(filledIn.AsArray().AsSlice(), func(listed property.Value) bool {
			return listed.IsString() && listed.AsString() == key
		})
		inputs = inputs.Set(defaultsKey, property.New(rest))
	}
	return inputs.Set(key, found)
}

// lists reports whether the list of names has this one.
func lists(names property.Value, name string) bool {
	return names.IsArray() && slices.ContainsFunc(names.AsArray().AsSlice(), func(listed property.Value) bool {
		return listed.IsString() && listed.AsString() == name
	})
}

// stateOf is the recorded state: defaults and outputs where the inputs say nothing, and the inputs. The id is empty as
// long as the resource does not exist.
func (r Resource) stateOf(id string, inputs property.Map, outputs map[string]property.Value) property.Map {
	state := map[string]property.Value{}
	maps.Copy(state, r.Defaults)
	maps.Copy(state, outputs)
	if r.Complete != nil {
		maps.Copy(state, r.Complete(inputs))
	}
	for key, value := range inputs.All {
		if key != defaultsKey {
			state[key] = withDefaults(value, r.ElementDefaults[key])
		}
	}
	for _, key := range r.Secret {
		if value, ok := state[key]; ok {
			state[key] = value.WithSecret(true)
		}
	}
	if id != "" {
		state["id"] = property.New(id)
	}
	if _, known := state[metaKey]; !known && r.SchemaVersion > 0 {
		state[metaKey] = property.New(fmt.Sprintf(`{"schema_version":"%d"}`, r.SchemaVersion))
	}
	return property.NewMap(state)
}

// withDefaults adds what the object, or the objects of the list, leave out.
func withDefaults(value property.Value, defaults map[string]property.Value) property.Value {
	if len(defaults) == 0 {
		return value
	}
	completed := value
	switch {
	case value.IsMap():
		fields := maps.Clone(defaults)
		maps.Copy(fields, value.AsMap().AsMap())
		completed = property.New(fields)
	case value.IsArray():
		var elements []property.Value
		for _, element := range value.AsArray().AsSlice() {
			elements = append(elements, withDefaults(element, defaults))
		}
		completed = property.New(elements)
	}
	return completed.WithSecret(value.Secret()).WithDependencies(value.Dependencies())
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
