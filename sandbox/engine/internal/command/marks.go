package command

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// ignoringInnerMarks compares without the marks inside of what is secret as a whole. They protect nothing, and builds of
// this plugin before the official form did not record them: each step of their stacks would run again. The official
// plugin does count them, which is why Check sets them; an update that changes nothing records the inputs with them.
func ignoringInnerMarks(provider p.Provider) p.Provider {
	diff := provider.Diff
	provider.Diff = func(ctx context.Context, req p.DiffRequest) (p.DiffResponse, error) {
		for _, values := range []*property.Map{&req.State, &req.OldInputs, &req.Inputs} {
			*values = withoutInnerMarks(property.New(*values), false).AsMap()
		}
		return diff(ctx, req)
	}
	return provider
}

// withoutInnerMarks is the value, not marked anywhere inside of a marked one.
func withoutInnerMarks(value property.Value, insideSecret bool) property.Value {
	marked := value.Secret() && !insideSecret
	insideSecret = insideSecret || value.Secret()
	stripped := value
	switch {
	case value.IsMap():
		fields := map[string]property.Value{}
		for key, field := range value.AsMap().All {
			fields[key] = withoutInnerMarks(field, insideSecret)
		}
		stripped = property.New(fields).WithDependencies(value.Dependencies())
	case value.IsArray():
		elements := []property.Value{}
		for _, element := range value.AsArray().AsSlice() {
			elements = append(elements, withoutInnerMarks(element, insideSecret))
		}
		stripped = property.New(elements).WithDependencies(value.Dependencies())
	}
	return stripped.WithSecret(marked)
}
