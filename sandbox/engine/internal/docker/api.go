package docker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// api is a client of one Docker Engine.
type api struct{ http *http.Client }

// apiError is an answer other than success, with the engine's own words.
type apiError struct {
	Status  int
	Message string
}

func (e *apiError) Error() string { return e.Message }

func isStatus(err error, status int) bool {
	var answer *apiError
	return errors.As(err, &answer) && answer.Status == status
}

func isNotFound(err error) bool { return isStatus(err, http.StatusNotFound) }

// isUnchanged reports that there was nothing to do, such as starting what runs.
func isUnchanged(err error) bool { return isStatus(err, http.StatusNotModified) }

func newAPI(target string, sshOptions []string) (*api, error) {
	address, err := url.Parse(target)
	if err != nil {
		return nil, fmt.Errorf("docker host %q: %w", target, err)
	}
	dial, err := dialerFor(address, sshOptions)
	if err != nil {
		return nil, err
	}
	return &api{http: &http.Client{Transport: &http.Transport{DialContext: dial}}}, nil
}

// call makes one request. in is sent as JSON, or as a tar archive where it is a reader; the answer is decoded
// into out, or written to it where it is a writer. Either may be nil.
func (a *api) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	contentType := "application/json"
	switch in := in.(type) {
	case nil:
	case io.Reader:
		body, contentType = in, "application/x-tar"
	default:
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://docker"+path, body)
	if err != nil {
		return err
	}
	if body != nil {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := a.http.Do(request)
	if err != nil {
		return fmt.Errorf("docker: %w", errors.Unwrap(err))
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode >= http.StatusMultipleChoices {
		return readError(response)
	}
	switch out := out.(type) {
	case nil:
		_, err = io.Copy(io.Discard, response.Body)
	case io.Writer:
		_, err = io.Copy(out, response.Body)
	default:
		err = json.NewDecoder(response.Body).Decode(out)
	}
	return err
}

func readError(response *http.Response) error {
	text, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	var answer struct{ Message string }
	if json.Unmarshal(text, &answer) != nil || answer.Message == "" {
		answer.Message = strings.TrimSpace(response.Status + " " + string(text))
	}
	return &apiError{Status: response.StatusCode, Message: answer.Message}
}
