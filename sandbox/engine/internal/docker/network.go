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
		Computed:      []string{"attachable", "internal", "ipamConfigs", "ipv6", "options", "scope"},
		SchemaVersion: 1,
		Create:        h.createNetwork,
		Read:          h.readNetwork,
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
	var info struct {
		Scope                            string
		Attachable, Internal, EnableIPv6 bool
		Options                          map[string]string
		IPAM                             struct {
			Config []struct {
				Subnet, IPRange, Gateway string
				AuxiliaryAddresses       map[string]string
			}
		}
	}
	err := h.call(ctx, http.MethodGet, "/networks/"+url.PathEscape(id), nil, &info)
	configs := []property.Value{}
	for _, config := range info.IPAM.Config {
		configs = append(configs, property.New(map[string]property.Value{
			"subnet": property.New(config.Subnet), "ipRange": property.New(config.IPRange),
			"gateway": property.New(config.Gateway), "auxAddress": textMap(config.AuxiliaryAddresses),
		}))
	}
	return map[string]property.Value{
		"attachable": property.New(info.Attachable), "internal": property.New(info.Internal),
		"ipamConfigs": property.New(configs), "ipv6": property.New(info.EnableIPv6),
		"options": textMap(info.Options), "scope": property.New(info.Scope),
	}, err
}

// textMap is a map of texts, empty rather than nothing.
func textMap(values map[string]string) property.Value {
	fields := map[string]property.Value{}
	for key, value := range values {
		fields[key] = property.New(value)
	}
	return property.New(fields)
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
