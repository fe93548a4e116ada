package docker

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"harbor-ha/engine/internal/bridged"
)

// containerResource is a container. Like the official one it is deleted before its replacement is created, and
// an update in place reaches the restart policy and the memory limit; the other inputs listed there only guide
// later operations.
func containerResource(h *host) bridged.Resource {
	return bridged.Resource{
		Required: []string{"image"},
		Optional: []string{
			"name", "envs", "ports", "volumes", "mounts", "networksAdvanced", "networkMode", "restart", "maxRetryCount",
			"command", "entrypoints", "labels", "healthcheck", "wait", "waitTimeout", "mustRun", "start", "hostname",
			"memory", "memorySwap", "uploads", "user", "workingDir", "capabilities", "privileged", "readOnly", "tmpfs",
			"dns", "hosts", "logDriver", "logOpts", "securityOpts", "stopSignal", "stopTimeout", "init", "shmSize",
			"destroyGraceSeconds", "removeVolumes",
		},
		InPlace: []string{
			"restart", "maxRetryCount", "memory", "memorySwap", "mustRun", "wait", "waitTimeout", "start",
			"healthcheck", "destroyGraceSeconds", "removeVolumes", "init", "tmpfs",
		},
		Autonamed:       true,
		DeleteFirst:     true,
		Defaults:        containerDefaults,
		ElementDefaults: containerElementDefaults,
		Computed:        containerComputed,
		SchemaVersion:   2,
		Create:          h.createContainer,
		Update:          h.updateContainer,
		Read:            h.readContainer,
		Delete:          h.deleteContainer,
	}
}

func (h *host) inspectContainer(ctx context.Context, id string) (containerInfo, error) {
	var info containerInfo
	return info, h.call(ctx, http.MethodGet, containerPath(id, "json"), nil, &info)
}

func containerPath(id, action string) string {
	return "/containers/" + url.PathEscape(id) + "/" + action
}

// createContainer leaves nothing behind when it fails.
func (h *host) createContainer(ctx context.Context, inputs property.Map) (string, map[string]property.Value, error) {
	var in containerInputs
	if err := decode(inputs, &in); err != nil {
		return "", nil, err
	}
	spec, err := in.spec()
	if err != nil {
		return "", nil, fmt.Errorf("container %s: %w", in.Name, err)
	}
	var created struct{ ID string }
	path := "/containers/create?name=" + url.QueryEscape(in.Name)
	if err := h.call(ctx, http.MethodPost, path, spec, &created); err != nil {
		return "", nil, fmt.Errorf("container %s: %w", in.Name, err)
	}
	info, err := h.bringUp(ctx, created.ID, in)
	if err != nil {
		cleanup, stop := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer stop()
		_ = h.call(cleanup, http.MethodDelete, "/containers/"+created.ID+"?force=1&v=1", nil, nil)
		return "", nil, fmt.Errorf("container %s: %w", in.Name, err)
	}
	return created.ID, info.outputs(), nil
}

// updateContainer applies what the engine can change in a running container, and starts one that must run.
func (h *host) updateContainer(
	ctx context.Context, id string, inputs property.Map,
) (map[string]property.Value, error) {
	var in containerInputs
	if err := decode(inputs, &in); err != nil {
		return nil, err
	}
	change := map[string]any{"RestartPolicy": in.restartPolicy()}
	if in.Memory > 0 {
		change["Memory"], change["MemorySwap"] = in.Memory*mebibyte, in.swapLimit()
	}
	if err := h.call(ctx, http.MethodPost, containerPath(id, "update"), change, nil); err != nil {
		return nil, fmt.Errorf("container %s: %w", in.Name, err)
	}
	info, err := h.startAndWait(ctx, id, in)
	if err != nil {
		return nil, fmt.Errorf("container %s: %w", in.Name, err)
	}
	return info.outputs(), nil
}

// readContainer forgets a container that is gone. One that must run and does not is recorded as not having to
// run, so that the next update sees a difference and starts it.
func (h *host) readContainer(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error) {
	info, err := h.inspectContainer(ctx, req.ID)
	if isNotFound(err) {
		return p.ReadResponse{}, nil
	}
	if err != nil {
		return p.ReadResponse{}, err
	}
	response := refreshed(req, info.outputs())
	if mustRun := req.Properties.Get("mustRun"); !info.State.Running && mustRun.IsBool() && mustRun.AsBool() {
		response.Properties = response.Properties.Set("mustRun", property.New(false))
		response.Inputs = bridged.Observed(response.Inputs, "mustRun", property.New(false))
	}
	return response, nil
}

// deleteContainer removes the container and its anonymous volumes; named volumes stay.
func (h *host) deleteContainer(ctx context.Context, id string, state property.Map) error {
	var in containerInputs
	if err := decode(state, &in); err != nil {
		return err
	}
	if in.DestroyGraceSeconds > 0 {
		stop := containerPath(id, "stop?t="+strconv.Itoa(in.DestroyGraceSeconds))
		if err := h.call(ctx, http.MethodPost, stop, nil, nil); err != nil && !isNotFound(err) && !isUnchanged(err) {
			return fmt.Errorf("stopping container %s: %w", in.Name, err)
		}
	}
	removeAnonymous := in.RemoveVolumes == nil || *in.RemoveVolumes
	path := fmt.Sprintf("/containers/%s?force=1&v=%t", url.PathEscape(id), removeAnonymous)
	if err := h.call(ctx, http.MethodDelete, path, nil, nil); err != nil && !isNotFound(err) {
		return fmt.Errorf("removing container %s: %w", in.Name, err)
	}
	return nil
}
