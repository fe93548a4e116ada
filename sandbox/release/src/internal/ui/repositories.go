package ui

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"harborsandbox/internal/database"
	"harborsandbox/internal/token"
)

// registryClient is the user agent of this service's own calls.
const registryClient = "harbor-registry-client"

var registryHTTP = &http.Client{Timeout: 30 * time.Second}

func (s *server) listRepositories(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.URL.Query().Get("project_id"))
	if err != nil {
		http.Error(w, "project_id is needed", http.StatusBadRequest)
		return
	}
	project, err := s.db.Project(id)
	if err != nil {
		fail(w, err)
		return
	}
	user := s.user(r)
	if rights := s.rights(user, project.Name); !rights.All && !rights.Pull {
		refuseStranger(w, user)
		return
	}
	repositories, err := s.db.Repositories(id)
	if err != nil {
		fail(w, err)
		return
	}
	if r.URL.Query().Get("detail") != "" {
		reply(w, repositories)
		return
	}
	names := make([]string, 0, len(repositories))
	for _, repository := range repositories {
		names = append(names, repository.Name)
	}
	reply(w, names)
}

func refuseStranger(w http.ResponseWriter, user *database.User) {
	if user == nil {
		refuse(w, http.StatusUnauthorized)
		return
	}
	refuse(w, http.StatusForbidden)
}

// splitTags takes <repository>/tags[/<tag>] apart; repository names hold
// slashes, which a route pattern can't express.
func splitTags(path string) (repository, tag string, ok bool) {
	if repository, ok = strings.CutSuffix(path, "/tags"); ok {
		return repository, "", strings.Contains(repository, "/")
	}
	i := strings.LastIndex(path, "/tags/")
	if i < 0 {
		return "", "", false
	}
	repository, tag = path[:i], path[i+len("/tags/"):]
	return repository, tag, strings.Contains(repository, "/") && tag != "" && !strings.Contains(tag, "/")
}

func (s *server) listTags(w http.ResponseWriter, r *http.Request) {
	repository, tag, ok := splitTags(r.PathValue("path"))
	if !ok || tag != "" {
		refuse(w, http.StatusNotFound)
		return
	}
	user := s.user(r)
	project, _, _ := strings.Cut(repository, "/")
	if rights := s.rights(user, project); !rights.All && !rights.Pull {
		refuseStranger(w, user)
		return
	}
	tags, err := s.tags(repository)
	if err != nil {
		fail(w, err)
		return
	}
	reply(w, tags)
}

// deleteTags removes one tag or all; with the last one goes the repository.
func (s *server) deleteTags(w http.ResponseWriter, r *http.Request, user *database.User) {
	repository, tag, ok := splitTags(r.PathValue("path"))
	if !ok {
		refuse(w, http.StatusNotFound)
		return
	}
	project, _, _ := strings.Cut(repository, "/")
	if !s.rights(user, project).All {
		refuse(w, http.StatusForbidden)
		return
	}
	tags := []string{tag}
	if tag == "" {
		var err error
		if tags, err = s.tags(repository); err != nil {
			fail(w, err)
			return
		}
	}
	for _, tag := range tags {
		if err := s.deleteManifest(repository, tag); err != nil {
			fail(w, err)
			return
		}
	}
	if left, err := s.tags(repository); err == nil && len(left) == 0 {
		if err := s.db.ForgetRepository(repository); err != nil {
			fail(w, err)
		}
	}
}

func (s *server) tags(repository string) ([]string, error) {
	response, err := s.registry(http.MethodGet, repository, "tags/list")
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var list struct {
		Tags []string `json:"tags"`
	}
	if response.StatusCode == http.StatusNotFound {
		return []string{}, nil
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("registry: %s", response.Status)
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, 1<<20)).Decode(&list); err != nil {
		return nil, err
	}
	if list.Tags == nil {
		list.Tags = []string{}
	}
	return list.Tags, nil
}

// deleteManifest deletes by digest: the registry knows no other way, and all
// tags of that digest go with it.
func (s *server) deleteManifest(repository, tag string) error {
	found, err := s.registry(http.MethodHead, repository, "manifests/"+tag)
	if err != nil {
		return err
	}
	found.Body.Close()
	if found.StatusCode == http.StatusNotFound {
		return database.ErrNotFound
	}
	gone, err := s.registry(http.MethodDelete, repository, "manifests/"+found.Header.Get("Docker-Content-Digest"))
	if err != nil {
		return err
	}
	gone.Body.Close()
	if gone.StatusCode != http.StatusAccepted && gone.StatusCode != http.StatusNotFound {
		return fmt.Errorf("registry: %s", gone.Status)
	}
	return nil
}

func (s *server) registry(method, repository, rest string) (*http.Response, error) {
	signed, err := sign("harbor-ui", []token.Access{{Type: "repository", Name: repository, Actions: []string{"*"}}}, time.Minute)
	if err != nil {
		return nil, err
	}
	url := s.settings.Get().Text("registry_url") + "/v2/" + repository + "/" + rest
	request, err := http.NewRequest(method, url, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+signed.Token)
	request.Header.Set("User-Agent", registryClient)
	request.Header.Add("Accept", "application/vnd.docker.distribution.manifest.v2+json")
	request.Header.Add("Accept", "application/vnd.docker.distribution.manifest.list.v2+json")
	request.Header.Add("Accept", "application/vnd.oci.image.manifest.v1+json")
	request.Header.Add("Accept", "application/vnd.oci.image.index.v1+json")
	return registryHTTP.Do(request)
}
