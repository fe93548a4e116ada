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

type volumeInputs struct {
	Name       string            `json:"name"`
	Driver     string            `json:"driver"`
	DriverOpts map[string]string `json:"driverOpts"`
	Labels     []label           `json:"labels"`
}

type volumeInfo struct{ Name, Driver, Mountpoint string }

func (info volumeInfo) outputs() map[string]property.Value {
	return map[string]property.Value{
		"driver":     property.New(info.Driver),
		"mountpoint": property.New(info.Mountpoint),
	}
}

// volumeResource is a named volume. Deleting the resource deletes the data.
func volumeResource(h *host) bridged.Resource {
	return bridged.Resource{
		Optional:      []string{"name", "driver", "driverOpts", "labels"},
		Autonamed:     true,
		Computed:      []string{"driver", "mountpoint"},
		SchemaVersion: 1,
		Create:        h.createVolume,
		Read:          h.readVolume,
		Delete: func(ctx context.Context, id string, _ property.Map) error {
			err := h.call(ctx, http.MethodDelete, "/volumes/"+url.PathEscape(id), nil, nil)
			if err != nil && !isNotFound(err) {
				return fmt.Errorf("removing volume %s: %w", id, err)
			}
			return nil
		},
	}
}

func (h *host) createVolume(ctx context.Context, inputs property.Map) (string, map[string]property.Value, error) {
	var in volumeInputs
	if err := decode(inputs, &in); err != nil {
		return "", nil, err
	}
	var info volumeInfo
	err := h.call(ctx, http.MethodPost, "/volumes/create", map[string]any{
		"Name": in.Name, "Driver": in.Driver, "DriverOpts": in.DriverOpts, "Labels": labelMap(in.Labels),
	}, &info)
	if err != nil {
		return "", nil, fmt.Errorf("volume %s: %w", in.Name, err)
	}
	return info.Name, info.outputs(), nil
}

func (h *host) readVolume(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error) {
	var info volumeInfo
	err := h.call(ctx, http.MethodGet, "/volumes/"+url.PathEscape(req.ID), nil, &info)
	if isNotFound(err) {
		return p.ReadResponse{}, nil
	}
	if err != nil {
		return p.ReadResponse{}, err
	}
	return refreshed(req, info.outputs()), nil
}
