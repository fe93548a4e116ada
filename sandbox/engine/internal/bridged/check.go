package bridged

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// check validates the inputs and fills in a generated name, which later checks keep.
func (r Resource) check(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
	inputs := req.Inputs.Delete(defaultsKey)
	failures := r.namesAndValues(inputs)
	defaults := []property.Value{}
	if _, named := inputs.GetOk("name"); r.Autonamed && !named {
		name, err := r.generateName(req)
		if err != nil {
			return p.CheckResponse{}, err
		}
		inputs = inputs.Set("name", name)
		defaults = append(defaults, property.New("name"))
	}
	if !r.Framework {
		inputs = inputs.Set(defaultsKey, property.New(property.NewArray(defaults)))
	}
	return p.CheckResponse{Inputs: inputs, Failures: failures}, nil
}

func (r Resource) namesAndValues(inputs property.Map) []p.CheckFailure {
	var failures []p.CheckFailure
	for _, key := range r.Required {
		if _, ok := inputs.GetOk(key); !ok {
			failures = append(failures, p.CheckFailure{Property: key, Reason: "this property is required"})
		}
	}
	for key := range inputs.AllStable {
		if !slices.Contains(r.Required, key) && !slices.Contains(r.Optional, key) && !strings.HasPrefix(key, "__") {
			failures = append(failures, p.CheckFailure{
				Property: key,
				Reason:   "the sandbox's offline plugin does not support this property",
			})
		}
	}
	if len(failures) == 0 && r.Validate != nil && !property.New(inputs).HasComputed() {
		failures = r.Validate(inputs)
	}
	return failures
}

// generateName is the old generated name, else the resource's own name with seven random hex digits.
func (r Resource) generateName(req p.CheckRequest) (property.Value, error) {
	if old, ok := req.State.GetOk("name"); ok && generatedName(req.State) {
		return old, nil
	}
	random := make([]byte, 4)
	if _, err := rand.Read(random); err != nil {
		return property.Value{}, err
	}
	return property.New(fmt.Sprintf("%s-%s", req.Urn.Name(), hex.EncodeToString(random)[:7])), nil
}

// diff compares the old inputs with the new ones. The official plugin fills defaults into the inputs; those that the
// program leaves out are none of its wishes.
func (r Resource) diff(_ context.Context, req p.DiffRequest) (p.DiffResponse, error) {
	given := property.New(req.Inputs)
	oldInputs := withoutDefaults(property.New(req.OldInputs), given).AsMap()
	newInputs := withoutDefaults(given, given).AsMap()
	changes := resource.ToResourcePropertyMap(oldInputs).Diff(resource.ToResourcePropertyMap(newInputs))
	response := p.DiffResponse{HasChanges: changes.AnyChanges(), DetailedDiff: map[string]p.PropertyDiff{}}
	if !response.HasChanges {
		return response, nil
	}
	replaces := false
	for key, change := range plugin.NewDetailedDiffFromObjectDiff(changes, true) {
		kind := change.Kind
		if !slices.Contains(r.InPlace, topLevel(key)) {
			kind = kind.AsReplace()
			replaces = true
		}
		response.DetailedDiff[key] = p.PropertyDiff{Kind: diffKinds[kind], InputDiff: true}
	}
	oldName, hadName := oldInputs.GetOk("name")
	keepsName := r.Autonamed && hadName && !generatedName(req.Inputs) && oldName.Equals(newInputs.Get("name"))
	response.DeleteBeforeReplace = replaces && (r.DeleteFirst || keepsName)
	return response, nil
}

// withoutDefaults is the value without the bridge's bookkeeping and without what that says was filled in, except where
// the other value has it.
func withoutDefaults(value, other property.Value) property.Value {
	stripped := value
	switch {
	case value.IsMap():
		filledIn, _ := value.AsMap().GetOk(defaultsKey)
		var otherFields property.Map
		if other.IsMap() {
			otherFields = other.AsMap()
		}
		fields := map[string]property.Value{}
		for key, field := range value.AsMap().All {
			counterpart, there := otherFields.GetOk(key)
			if key != defaultsKey && (there || !lists(filledIn, key)) {
				fields[key] = withoutDefaults(field, counterpart)
			}
		}
		stripped = property.New(fields)
	case value.IsArray():
		var others []property.Value
		if other.IsArray() {
			others = other.AsArray().AsSlice()
		}
		elements := []property.Value{}
		for index, element := range value.AsArray().AsSlice() {
			var counterpart property.Value
			if index < len(others) {
				counterpart = others[index]
			}
			elements = append(elements, withoutDefaults(element, counterpart))
		}
		stripped = property.New(elements)
	}
	return stripped.WithSecret(value.Secret()).WithDependencies(value.Dependencies())
}

// withoutInternals is the configuration without what engine and framework add for themselves.
func withoutInternals(config property.Map) property.Map {
	for key := range config.All {
		if strings.HasPrefix(key, "__") {
			config = config.Delete(key)
		}
	}
	return config
}

var diffKinds = map[plugin.DiffKind]p.DiffKind{
	plugin.DiffAdd:           p.Add,
	plugin.DiffAddReplace:    p.AddReplace,
	plugin.DiffDelete:        p.Delete,
	plugin.DiffDeleteReplace: p.DeleteReplace,
	plugin.DiffUpdate:        p.Update,
	plugin.DiffUpdateReplace: p.UpdateReplace,
}

// topLevel is the input that a property path lies in.
func topLevel(path string) string {
	parsed, err := resource.ParsePropertyPath(path)
	if err != nil || len(parsed) == 0 {
		return path
	}
	name, _ := parsed[0].(string)
	return name
}
