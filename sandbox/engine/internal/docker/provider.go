// Package docker serves RemoteImage, Container, Network and Volume of the official docker provider 5.2.0.
//
// It speaks the Docker Engine's HTTP API itself: nothing of a container, least of all its environment, gets
// into a command line.
package docker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync/atomic"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"harbor-ha/engine/internal/bridged"
)

// defaultHost is the engine of this machine.
const defaultHost = "unix:///var/run/docker.sock"

// New makes the provider.
func New() p.Provider {
	host := &host{}
	return bridged.Provider(map[tokens.Type]bridged.Resource{
		"docker:index/remoteImage:RemoteImage": imageResource(host),
		"docker:index/container:Container":     containerResource(host),
		"docker:index/network:Network":         networkResource(host),
		"docker:index/volume:Volume":           volumeResource(host),
	}, bridged.Config{Validate: validateConfig, Apply: host.configure})
}

// validateConfig refuses what only the official plugin can do.
func validateConfig(args property.Map) []p.CheckFailure {
	var failures []p.CheckFailure
	for _, key := range []string{"caMaterial", "certMaterial", "keyMaterial", "certPath", "context", "registryAuth"} {
		if _, ok := args.GetOk(key); ok {
			failures = append(failures, p.CheckFailure{
				Property: key,
				Reason:   "the sandbox's offline docker plugin knows host and sshOpts only; use the official plugin for this",
			})
		}
	}
	return failures
}

// host is the Docker host that the provider was configured for. A preview can leave it unknown.
type host struct{ api atomic.Pointer[api] }

// configure takes host and sshOpts. An SDK hands over nested values as JSON text.
func (h *host) configure(args property.Map) error {
	address := args.Get("host")
	if address.IsComputed() || args.Get("sshOpts").HasComputed() {
		return nil
	}
	target := defaultHost
	if fromEnv := os.Getenv("DOCKER_HOST"); fromEnv != "" {
		target = fromEnv
	}
	if address.IsString() && address.AsString() != "" {
		target = address.AsString()
	}
	var sshOptions []string
	switch options := args.Get("sshOpts"); {
	case options.IsString() && options.AsString() != "":
		if err := json.Unmarshal([]byte(options.AsString()), &sshOptions); err != nil {
			return fmt.Errorf("sshOpts must be a list of strings: %w", err)
		}
	case options.IsArray():
		for _, option := range options.AsArray().AsSlice() {
			sshOptions = append(sshOptions, option.AsString())
		}
	}
	client, err := newAPI(target, sshOptions)
	if err != nil {
		return err
	}
	h.api.Store(client)
	return nil
}

// call makes one request to the Docker host. See api.call.
func (h *host) call(ctx context.Context, method, path string, in, out any) error {
	client := h.api.Load()
	if client == nil {
		return errors.New("the Docker host is not known yet")
	}
	return client.call(ctx, method, path, in, out)
}

// decode reads a property map into a struct with JSON tags.
func decode(inputs property.Map, into any) error {
	text, err := json.Marshal(plain(property.New(inputs)))
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// plain is the value without the marks that it carries, such as being secret.
func plain(value property.Value) any {
	switch {
	case value.IsBool():
		return value.AsBool()
	case value.IsNumber():
		return value.AsNumber()
	case value.IsString():
		return value.AsString()
	case value.IsArray():
		list := []any{}
		for _, element := range value.AsArray().AsSlice() {
			list = append(list, plain(element))
		}
		return list
	case value.IsMap():
		object := map[string]any{}
		for key, element := range value.AsMap().All {
			object[key] = plain(element)
		}
		return object
	default:
		return nil
	}
}

// label is how the provider's inputs write one label.
type label struct{ Label, Value string }

func labelMap(labels []label) map[string]string {
	result := map[string]string{}
	for _, l := range labels {
		result[l.Label] = l.Value
	}
	return result
}
