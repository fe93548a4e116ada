package bridged

import (
	"context"
	"fmt"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/middleware/cancel"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Config handles the provider's own configuration.
type Config struct {
	// Validate reports wrong configuration; a preview shows it before anything is configured.
	Validate func(args property.Map) []p.CheckFailure
	// Apply takes the configuration into use.
	Apply func(args property.Map) error
}

// Provider serves the resource types.
func Provider(types map[tokens.Type]Resource, config Config) p.Provider {
	provider := p.Provider{
		CheckConfig: func(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
			response := p.CheckResponse{Inputs: req.Inputs}
			if config.Validate != nil {
				response.Failures = config.Validate(req.Inputs)
			}
			return response, nil
		},
		DiffConfig: func(_ context.Context, req p.DiffRequest) (p.DiffResponse, error) {
			old, given := withoutInternals(req.OldInputs), withoutInternals(req.Inputs)
			return p.DiffResponse{HasChanges: !property.New(old).Equals(property.New(given))}, nil
		},
		Configure: func(_ context.Context, req p.ConfigureRequest) error {
			if config.Apply == nil {
				return nil
			}
			return config.Apply(req.Args)
		},
	}
	serve(&provider, types)
	return cancel.Wrap(provider)
}

// serve wires the resource operations to the type that each request is for.
func serve(provider *p.Provider, types map[tokens.Type]Resource) {
	typeOf := func(urn resource.URN) (Resource, error) {
		if found, ok := types[urn.Type()]; ok {
			return found, nil
		}
		return Resource{}, fmt.Errorf("the sandbox's offline plugin does not serve %s", urn.Type())
	}
	provider.Check = func(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
		r, err := typeOf(req.Urn)
		if err != nil {
			return p.CheckResponse{}, err
		}
		return r.check(ctx, req)
	}
	provider.Diff = func(ctx context.Context, req p.DiffRequest) (p.DiffResponse, error) {
		r, err := typeOf(req.Urn)
		if err != nil {
			return p.DiffResponse{}, err
		}
		return r.diff(ctx, req)
	}
	provider.Create = func(ctx context.Context, req p.CreateRequest) (p.CreateResponse, error) {
		r, err := typeOf(req.Urn)
		if err != nil {
			return p.CreateResponse{}, err
		}
		return r.create(ctx, req)
	}
	provider.Update = func(ctx context.Context, req p.UpdateRequest) (p.UpdateResponse, error) {
		r, err := typeOf(req.Urn)
		if err != nil {
			return p.UpdateResponse{}, err
		}
		return r.update(ctx, req)
	}
	provider.Read = func(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error) {
		r, err := typeOf(req.Urn)
		if err != nil {
			return p.ReadResponse{}, err
		}
		return r.read(ctx, req)
	}
	provider.Delete = func(ctx context.Context, req p.DeleteRequest) error {
		r, err := typeOf(req.Urn)
		if err != nil || r.Delete == nil {
			return err
		}
		return r.Delete(ctx, req.ID, req.Properties)
	}
}

func (r Resource) create(ctx context.Context, req p.CreateRequest) (p.CreateResponse, error) {
	if req.DryRun {
		return p.CreateResponse{Properties: r.stateOf("", req.Properties, r.unknownOutputs(req.Properties))}, nil
	}
	id, outputs, err := r.Create(ctx, r.stateOf("", req.Properties, nil))
	if err != nil {
		return p.CreateResponse{}, err
	}
	return p.CreateResponse{ID: id, Properties: r.stateOf(id, req.Properties, outputs)}, nil
}

// update keeps the old outputs where the resource reports no newer ones.
func (r Resource) update(ctx context.Context, req p.UpdateRequest) (p.UpdateResponse, error) {
	outputs := map[string]property.Value{}
	for _, key := range r.Computed {
		if value, ok := req.State.GetOk(key); ok {
			outputs[key] = value
		}
	}
	if !req.DryRun && r.Update != nil {
		changed, err := r.Update(ctx, req.ID, r.stateOf(req.ID, req.Inputs, nil))
		if err != nil {
			return p.UpdateResponse{}, err
		}
		for key, value := range changed {
			outputs[key] = value
		}
	}
	return p.UpdateResponse{Properties: r.stateOf(req.ID, req.Inputs, outputs)}, nil
}

// read brings what earlier builds of this plugin recorded into the official form.
func (r Resource) read(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error) {
	response := p.ReadResponse{ID: req.ID, Properties: req.Properties, Inputs: req.Inputs}
	if r.Read != nil {
		var err error
		if response, err = r.Read(ctx, req); err != nil || response.ID == "" {
			return response, err
		}
	}
	response.Properties = r.stateOf(response.ID, response.Inputs, response.Properties.AsMap())
	if !property.New(response.Properties).Equals(property.New(req.Properties)) {
		response.Properties = response.Properties.Delete(deltaKey)
	}
	return response, nil
}
