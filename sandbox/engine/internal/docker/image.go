package docker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"harbor-ha/engine/internal/bridged"
)

type imageInputs struct {
	Name        string `json:"name"`
	Platform    string `json:"platform"`
	KeepLocally bool   `json:"keepLocally"`
	ForceRemove bool   `json:"forceRemove"`
}

type imageInfo struct {
	ID          string `json:"Id"`
	RepoDigests []string
}

// imageResource is an image that lies on the host, pulled only where it is missing.
func imageResource(h *host) bridged.Resource {
	return bridged.Resource{
		Required: []string{"name"},
		Optional: []string{"platform", "keepLocally", "forceRemove", "pullTriggers", "triggers"},
		InPlace:  []string{"keepLocally", "forceRemove"},
		Computed: []string{"imageId", "repoDigest"},
		Create:   h.createImage,
		Read:     h.readImage,
		Delete:   h.deleteImage,
	}
}

func (h *host) createImage(ctx context.Context, inputs property.Map) (string, map[string]property.Value, error) {
	var in imageInputs
	if err := decode(inputs, &in); err != nil {
		return "", nil, err
	}
	info, err := h.inspectImage(ctx, in.Name)
	if isNotFound(err) {
		if err = h.pull(ctx, in); err == nil {
			info, err = h.inspectImage(ctx, in.Name)
		}
	}
	if err != nil {
		return "", nil, fmt.Errorf("image %s: %w", in.Name, err)
	}
	return info.ID + in.Name, imageOutputs(in.Name, info), nil
}

func imageOutputs(name string, info imageInfo) map[string]property.Value {
	return map[string]property.Value{
		"imageId":    property.New(info.ID),
		"repoDigest": property.New(repoDigest(name, info.RepoDigests)),
	}
}

// repoDigest is the digest under which the image's own repository knows it; an image that was never pulled or
// pushed has none.
func repoDigest(name string, digests []string) string {
	repository, _ := splitReference(name)
	for _, digest := range digests {
		if strings.HasPrefix(digest, repository+"@") {
			return digest
		}
	}
	return ""
}

// splitReference parts a name from its tag or digest, "latest" where it has neither.
func splitReference(name string) (repository, tag string) {
	if repository, digest, ok := strings.Cut(name, "@"); ok {
		return repository, digest
	}
	if colon := strings.LastIndex(name, ":"); colon > strings.LastIndex(name, "/") {
		return name[:colon], name[colon+1:]
	}
	return name, "latest"
}

func (h *host) inspectImage(ctx context.Context, name string) (imageInfo, error) {
	var info imageInfo
	return info, h.call(ctx, http.MethodGet, "/images/"+url.PathEscape(name)+"/json", nil, &info)
}

// pull fetches the image. The engine reports a failure inside a stream that began with success.
func (h *host) pull(ctx context.Context, in imageInputs) error {
	repository, tag := splitReference(in.Name)
	query := url.Values{"fromImage": {repository}, "tag": {tag}, "platform": {in.Platform}}
	var stream bytes.Buffer
	if err := h.call(ctx, http.MethodPost, "/images/create?"+query.Encode(), nil, &stream); err != nil {
		return fmt.Errorf("not on this Docker host, and it cannot be pulled: %w", err)
	}
	for decoder := json.NewDecoder(&stream); decoder.More(); {
		var event struct{ Error string }
		if err := decoder.Decode(&event); err != nil {
			return err
		}
		if event.Error != "" {
			return fmt.Errorf("not on this Docker host, and it cannot be pulled: %w", errors.New(event.Error))
		}
	}
	return nil
}

// readImage forgets an image that is gone, so that the next update gets it again.
func (h *host) readImage(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error) {
	var in imageInputs
	if err := decode(req.Properties, &in); err != nil {
		return p.ReadResponse{}, err
	}
	info, err := h.inspectImage(ctx, in.Name)
	if isNotFound(err) {
		return p.ReadResponse{}, nil
	}
	if err != nil {
		return p.ReadResponse{}, err
	}
	return refreshed(req, imageOutputs(in.Name, info)), nil
}

func (h *host) deleteImage(ctx context.Context, _ string, state property.Map) error {
	var in imageInputs
	if err := decode(state, &in); err != nil {
		return err
	}
	if in.KeepLocally {
		return nil
	}
	path := fmt.Sprintf("/images/%s?force=%t", url.PathEscape(in.Name), in.ForceRemove)
	if err := h.call(ctx, http.MethodDelete, path, nil, nil); err != nil && !isNotFound(err) {
		return fmt.Errorf("removing image %s: %w", in.Name, err)
	}
	return nil
}

// refreshed is the answer to a read: what was recorded, with what the engine decided as it is now.
func refreshed(req p.ReadRequest, outputs map[string]property.Value) p.ReadResponse {
	state := req.Properties
	for key, value := range outputs {
		if _, given := req.Inputs.GetOk(key); !given {
			state = state.Set(key, value)
		}
	}
	return p.ReadResponse{ID: req.ID, Properties: state, Inputs: req.Inputs}
}
