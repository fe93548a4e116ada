package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// parameter is one of a challenge: name="value".
var parameter = regexp.MustCompile(`([a-z]+)="([^"]*)"`)

// login asks the registry who gives tokens, and there for one with these rights on a repository.
func (s *session) login(ctx context.Context, repository, rights string) error {
	challenge, err := s.do(ctx, request{what: "GET /v2/", method: "GET", url: s.at("/v2/"), want: http.StatusUnauthorized})
	if err != nil {
		return err
	}
	scheme, rest, _ := strings.Cut(challenge.header.Get("Www-Authenticate"), " ")
	named := map[string]string{}
	for _, match := range parameter.FindAllStringSubmatch(rest, -1) {
		named[match[1]] = match[2]
	}
	realm, err := url.Parse(named["realm"])
	if !strings.EqualFold(scheme, "Bearer") || err != nil || realm.Host == "" {
		return failed("GET /v2/ names no token service", nil)
	}
	query := realm.Query()
	query.Set("account", s.o.user)
	query.Set("service", named["service"])
	query.Set("scope", "repository:"+repository+":"+rights)
	realm.RawQuery = query.Encode()
	given, err := s.do(ctx, request{what: "GET token", method: "GET", url: realm, want: http.StatusOK, basic: true})
	if err != nil {
		return err
	}
	var told struct {
		Token  string `json:"token"`
		Access string `json:"access_token"`
	}
	if err := json.Unmarshal(given.body, &told); err != nil {
		return failed("GET token answers no JSON", err)
	}
	if s.token = told.Token; s.token == "" {
		s.token = told.Access
	}
	if s.token == "" {
		return failed("GET token answers without a token", nil)
	}
	return nil
}

func (s *session) at(path string) *url.URL {
	u := *s.o.registry
	u.Path = path
	return &u
}

// push puts an image into the registry: the layer, the configuration, then the manifest that names them.
func (s *session) push(ctx context.Context, i *image) error {
	if err := s.login(ctx, i.repository, "pull,push"); err != nil {
		return err
	}
	for _, blob := range []struct {
		what    string
		content []byte
	}{{"layer", i.layer}, {"config", i.config}} {
		if err := s.upload(ctx, i.repository, blob.what, blob.content); err != nil {
			return err
		}
	}
	put, err := s.do(ctx, request{
		what: "PUT manifest", method: "PUT", url: s.at("/v2/" + i.repository + "/manifests/" + i.tag),
		header: http.Header{"Content-Type": {manifestType}}, body: i.manifest, want: http.StatusCreated,
	})
	if err != nil {
		return err
	}
	return sameDigest(put, "PUT manifest", digestOf(i.manifest))
}

// upload sends a blob in pieces. Each answer tells where the next piece goes.
func (s *session) upload(ctx context.Context, repository, what string, content []byte) error {
	place := s.at("/v2/" + repository + "/blobs/uploads/")
	opened, err := s.do(ctx, request{what: "POST " + what, method: "POST", url: place, want: http.StatusAccepted})
	if err != nil {
		return err
	}
	if place, err = next(place, opened, "POST "+what); err != nil {
		return err
	}
	for from := 0; from < len(content); from += s.o.chunk {
		to := min(from+s.o.chunk, len(content))
		sent, err := s.do(ctx, request{
			what: "PATCH " + what, method: "PATCH", url: place, body: content[from:to], want: http.StatusAccepted,
			header: http.Header{"Content-Type": {"application/octet-stream"}, "Content-Range": {fmt.Sprintf("%d-%d", from, to-1)}},
		})
		if err != nil {
			return err
		}
		if place, err = next(place, sent, "PATCH "+what); err != nil {
			return err
		}
	}
	digest := digestOf(content)
	end := *place
	query := end.Query()
	query.Set("digest", digest)
	end.RawQuery = query.Encode()
	put, err := s.do(ctx, request{what: "PUT " + what, method: "PUT", url: &end, want: http.StatusCreated})
	if err != nil {
		return err
	}
	return sameDigest(put, "PUT "+what, digest)
}

func next(place *url.URL, a *answer, what string) (*url.URL, error) {
	location := a.header.Get("Location")
	if location == "" {
		return nil, failed(what+" answers without a Location", nil)
	}
	to, err := place.Parse(location)
	if err != nil {
		return nil, failed(what+" answers with a wrong Location", err)
	}
	return to, nil
}

// sameDigest compares what the registry says that it has, where it says it.
func sameDigest(a *answer, what, digest string) error {
	if told := a.header.Get("Docker-Content-Digest"); told != "" && told != digest {
		return failed(what+" answers with another digest", fmt.Errorf("%s instead of %s", told, digest))
	}
	return nil
}

// pull gets an image by its tag: the manifest, then all that it names. All of it must be what was pushed.
func (s *session) pull(ctx context.Context, p pushed) error {
	if err := s.login(ctx, p.repository, "pull"); err != nil {
		return err
	}
	got, err := s.do(ctx, request{
		what: "GET manifest", method: "GET", url: s.at("/v2/" + p.repository + "/manifests/" + p.tag),
		header: http.Header{"Accept": {manifestType}}, want: http.StatusOK,
	})
	if err != nil {
		return err
	}
	if found := digestOf(got.body); found != p.digest {
		return failed("GET manifest answers another content", fmt.Errorf("%s instead of %s", found, p.digest))
	}
	if err := sameDigest(got, "GET manifest", p.digest); err != nil {
		return err
	}
	var m manifest
	if err := json.Unmarshal(got.body, &m); err != nil {
		return failed("GET manifest answers no JSON", err)
	}
	for at, blob := range append([]descriptor{m.Config}, m.Layers...) {
		what := "GET layer"
		if at == 0 {
			what = "GET config"
		}
		got, err := s.do(ctx, request{
			what: what, method: "GET", url: s.at("/v2/" + p.repository + "/blobs/" + blob.Digest),
			want: http.StatusOK, limit: int64(blob.Size),
		})
		if err != nil {
			return err
		}
		if found := digestOf(got.body); found != blob.Digest {
			return failed(what+" answers another content", fmt.Errorf("%d bytes with %s instead of %d with %s", len(got.body), found, blob.Size, blob.Digest))
		}
	}
	return nil
}
