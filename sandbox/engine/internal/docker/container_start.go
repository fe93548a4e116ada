package docker

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"time"
)

// Times of waiting for a container.
const (
	defaultWaitTimeout = 60 * time.Second
	settleTime         = 500 * time.Millisecond
	pollInterval       = 200 * time.Millisecond
)

type upload struct {
	File          string `json:"file"`
	Content       string `json:"content"`
	ContentBase64 string `json:"contentBase64"`
	Source        string `json:"source"`
	Executable    bool   `json:"executable"`
}

// bringUp connects a created container to its networks, fills it and starts it.
func (h *host) bringUp(ctx context.Context, id string, in containerInputs) (containerInfo, error) {
	if in.leavesDefaultNetwork() {
		err := h.call(ctx, http.MethodPost, "/networks/"+defaultNetwork+"/disconnect", map[string]any{"Container": id}, nil)
		if err != nil {
			return containerInfo{}, fmt.Errorf("network %s: %w", defaultNetwork, err)
		}
	}
	for _, network := range in.NetworksAdvanced {
		err := h.call(ctx, http.MethodPost, "/networks/"+url.PathEscape(network.Name)+"/connect",
			map[string]any{"Container": id, "EndpointConfig": network.endpoint()}, nil)
		if err != nil {
			return containerInfo{}, fmt.Errorf("network %s: %w", network.Name, err)
		}
	}
	for _, file := range in.Uploads {
		archive, err := file.archive()
		if err == nil {
			err = h.call(ctx, http.MethodPut, containerPath(id, "archive?path=/"), archive, nil)
		}
		if err != nil {
			return containerInfo{}, fmt.Errorf("upload of %s: %w", file.File, err)
		}
	}
	return h.startAndWait(ctx, id, in)
}

// archive is the one file as the engine takes it.
func (u upload) archive() (*bytes.Buffer, error) {
	content := []byte(u.Content)
	var err error
	switch {
	case u.ContentBase64 != "":
		content, err = base64.StdEncoding.DecodeString(u.ContentBase64)
	case u.Source != "":
		content, err = os.ReadFile(u.Source)
	}
	if err != nil {
		return nil, err
	}
	mode := int64(0o644)
	if u.Executable {
		mode = 0o744
	}
	var buffer bytes.Buffer
	archive := tar.NewWriter(&buffer)
	err = archive.WriteHeader(&tar.Header{Name: u.File, Mode: mode, Size: int64(len(content))})
	if err == nil {
		_, err = archive.Write(content)
	}
	return &buffer, errors.Join(err, archive.Close())
}

// startAndWait starts the container, unless it shall not be, and waits until it runs and, on request, is healthy.
func (h *host) startAndWait(ctx context.Context, id string, in containerInputs) (containerInfo, error) {
	if !in.Start {
		return h.inspectContainer(ctx, id)
	}
	if err := h.call(ctx, http.MethodPost, containerPath(id, "start"), nil, nil); err != nil && !isUnchanged(err) {
		return containerInfo{}, err
	}
	timeout := time.Duration(in.WaitTimeout) * time.Second
	if timeout <= 0 {
		timeout = defaultWaitTimeout
	}
	started := time.Now()
	for {
		info, err := h.inspectContainer(ctx, id)
		if err != nil {
			return info, err
		}
		waited := time.Since(started)
		done, err := in.settled(info, waited)
		if done || err != nil {
			return info, err
		}
		if waited > timeout {
			return info, fmt.Errorf("not healthy after %s (waitTimeout)", timeout)
		}
		select {
		case <-ctx.Done():
			return info, ctx.Err()
		case <-time.After(pollInterval):
		}
	}
}

// settled decides whether waiting is over. A container that must run has to keep running for a moment first.
func (in containerInputs) settled(info containerInfo, waited time.Duration) (bool, error) {
	if !info.State.Running && in.MustRun && info.State.Status != "restarting" {
		return false, fmt.Errorf("it does not run: %s with exit code %d", info.State.Status, info.State.ExitCode)
	}
	if !in.Wait {
		return !in.MustRun || waited >= settleTime, nil
	}
	if info.State.Health == nil {
		return false, errors.New("wait needs a healthcheck, and neither the container nor its image has one")
	}
	return info.State.Health.Status == "healthy", nil
}
