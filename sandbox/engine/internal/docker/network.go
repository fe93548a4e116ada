package docker

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"harbor-ha/engine/internal/bridged"
)

type networkInputs struct {
	Name        string            `json:"name"`
	Driver      string            `json:"driver"`
	Attachable  bool              `json:"attachable"`
	Internal    bool              `json:"internal"`
	IPv6        bool              `json:"ipv6"`
	IpamDriver  string            `json:"ipamDriver"`
	IpamConfigs []ipamConfig      `json:"ipamConfigs"`
	Options     map[string]string `json:"options"`
	Labels      []label           `json:"labels"`
}

// ipamConfig reads the provider's spelling and is sent in the engine's.
type ipamConfig struct {
	Subnet     string            `json:"subnet"`
	IPRange    string            `json:"ipRange"`
	Gateway    string            `json:"gateway"`
	AuxAddress map[string]string `json:"auxAddress"`
}

func networkResource(h *host) bridged.Resource {
	return bridged.Resource{
		Optional: []string{
			"name", "driver", "attachable", "internal", "ipv6", "ipamDriver", "ipamConfigs", "options", "labels",
		},
		Autonamed: true,
		Defaults: map[string]property.Value{
			"driver":     property.New("bridge"),
			"ipamDriver": property.New("default"),
		},
		Computed: []string{"scope"},
		Create:   h.createNetwork,
		Read:     h.readNetwork,
		Delete: func(ctx context.Context, id string, _ property.Map) error {
			err := h.call(ctx, http.MethodDelete, "/networks/"+url.PathEscape(id), nil, nil)
			if err != nil && !isNotFound(err) {
				return fmt.Errorf("removing the network: %w", err)
			}
			return nil
		},
	}
}

func (h *host) createNetwork(ctx context.Context, inputs property.Map) (string, map[string]property.Value, error) {
	var in networkInputs
	if err := decode(inputs, &in); err != nil {
		return "", nil, err
	}
	configs := []map[string]any{}
	for _, config := range in.IpamConfigs {
		configs = append(configs, map[string]any{
			"Subnet": config.Subnet, "IPRange": config.IPRange, "Gateway": config.Gateway,
			"AuxiliaryAddresses": config.AuxAddress,
		})
	}
	var created struct{ ID string }
	err := h.call(ctx, http.MethodPost, "/networks/create", map[string]any{
		"Name": in.Name, "CheckDuplicate": true, "Driver": in.Driver, "Attachable": in.Attachable,
		"Internal": in.Internal, "EnableIPv6": in.IPv6, "Options": in.Options, "Labels": labelMap(in.Labels),
		"IPAM": map[string]any{"Driver": in.IpamDriver, "Config": configs},
	}, &created)
	if err != nil {
		return "", nil, fmt.Errorf("network %s: %w", in.Name, err)
	}
	outputs, err := h.networkOutputs(ctx, created.ID)
	return created.ID, outputs, err
}

func (h *host) networkOutputs(ctx context.Context, id string) (map[string]property.Value, error) {
	var info struct{ Scope string }
	err := h.call(ctx, http.MethodGet, "/networks/"+url.PathEscape(id), nil, &info)
	return map[string]property.Value{"scope": property.New(info.Scope)}, err
}

func (h *host) readNetwork(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error) {
	outputs, err := h.networkOutputs(ctx, req.ID)
	if isNotFound(err) {
		return p.ReadResponse{}, nil
	}
	if err != nil {
		return p.ReadResponse{}, err
	}
	return refreshed(req, outputs), nil
}
