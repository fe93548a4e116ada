package store

import (
	"database/sql"
	"time"
)

// What a member may do.
const (
	ProjectAdmin = 1
	Developer    = 2
	Guest        = 3
)

// Project is a row of project.
type Project struct {
	ID           int       `json:"project_id"`
	Name         string    `json:"name"`
	OwnerID      int       `json:"owner_id"`
	Public       bool      `json:"-"`
	Repositories int       `json:"repo_count"`
	Created      time.Time `json:"creation_time"`
	Metadata     Metadata  `json:"metadata"`
}

// Metadata holds flags as texts.
type Metadata struct {
	Public string `json:"public"`
}

const projectColumns = `project_id, name, owner_id, public, creation_time,
	(select count(*) from repository r where r.project_id = project.project_id)`

func (p *Project) scan(row interface{ Scan(...any) error }) error {
	err := row.Scan(&p.ID, &p.Name, &p.OwnerID, &p.Public, &p.Created, &p.Repositories)
	p.Metadata.Public = map[bool]string{true: "true", false: "false"}[p.Public]
	return err
}

// Project finds by id, or by name when the id is 0.
func (s *Store) Project(id int, name string) (*Project, error) {
	var project Project
	err := project.scan(s.SQL.QueryRow("select "+projectColumns+" from project where project_id = $1 or ($1 = 0 and name = $2)", id, name))
	return &project, notFound(err)
}

// Projects lists what a user sees: 0 stands for a stranger, admin sees all.
func (s *Store) Projects(user int, admin bool, name string) ([]Project, error) {
	return rows(s, func(cursor *sql.Rows, project *Project) error { return project.scan(cursor) },
		"select "+projectColumns+` from project
		 where ($2 or public or owner_id = $1 or exists (select 1 from project_member m where m.project_id = project.project_id and m.user_id = $1))
		 and ($3 = '' or position($3 in name) > 0) order by project_id`, user, admin, name)
}

// AddProject makes one whose owner is its administrator.
func (s *Store) AddProject(owner int, name string, public bool) (int, error) {
	id, err := s.id("insert into project (owner_id, name, public) values ($1, $2, $3) returning project_id", owner, name, public)
	if err != nil {
		return 0, err
	}
	return id, s.SetMember(id, owner, ProjectAdmin)
}

// DeleteProject removes one without repositories.
func (s *Store) DeleteProject(id int) error {
	return s.one("delete from project where project_id = $1", id)
}

// SetMember gives a user a role.
func (s *Store) SetMember(project, user, role int) error {
	_, err := s.SQL.Exec(`insert into project_member (project_id, user_id, role) values ($1, $2, $3)
		on conflict (project_id, user_id) do update set role = excluded.role`, project, user, role)
	return err
}

// Role of a user in a project; 0 is none.
func (s *Store) Role(project, user int) (int, error) {
	var role int
	err := s.SQL.QueryRow("select coalesce(max(role), 0) from project_member where project_id = $1 and user_id = $2", project, user).Scan(&role)
	return role, err
}

// Repository is a row of repository.
type Repository struct {
	ID        int       `json:"id"`
	ProjectID int       `json:"project_id"`
	Name      string    `json:"name"`
	Pulls     int       `json:"pull_count"`
	Artifacts int       `json:"artifact_count"`
	Created   time.Time `json:"creation_time"`
}

// Repositories of a project.
func (s *Store) Repositories(project int) ([]Repository, error) {
	return rows(s, func(cursor *sql.Rows, r *Repository) error {
		return cursor.Scan(&r.ID, &r.ProjectID, &r.Name, &r.Pulls, &r.Created, &r.Artifacts)
	}, `select repository_id, project_id, name, pull_count, creation_time,
		(select count(*) from artifact a where a.repository_id = repository.repository_id)
		from repository where project_id = $1 order by repository_id`, project)
}

// Artifact is a manifest.
type Artifact struct {
	ID        int       `json:"id"`
	Digest    string    `json:"digest"`
	MediaType string    `json:"manifest_media_type"`
	Size      int64     `json:"size"`
	Pushed    time.Time `json:"push_time"`
	Tags      []Tag     `json:"tags"`
}

// Tag is the name of an artifact.
type Tag struct {
	Name string `json:"name"`
}

// Artifacts of a repository, with their tags.
func (s *Store) Artifacts(repository string) ([]Artifact, error) {
	found, err := rows(s, func(cursor *sql.Rows, a *Artifact) error {
		return cursor.Scan(&a.ID, &a.Digest, &a.MediaType, &a.Size, &a.Pushed)
	}, `select a.id, a.digest, a.media_type, a.size, a.push_time from artifact a join repository r using (repository_id)
		where r.name = $1 order by a.id desc`, repository)
	if err != nil {
		return nil, err
	}
	for i := range found {
		found[i].Tags, err = rows(s, func(cursor *sql.Rows, t *Tag) error { return cursor.Scan(&t.Name) },
			"select name from tag where artifact_id = $1 order by name", found[i].ID)
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// Pushed books a manifest, and the tag that it was pushed by, if there is one.
func (s *Store) Pushed(project int, repository, tag string, artifact Artifact) error {
	id, err := s.id(`insert into repository (project_id, name) values ($1, $2)
		on conflict (name) do update set name = excluded.name returning repository_id`, project, repository)
	if err != nil {
		return err
	}
	own, err := s.id(`insert into artifact (repository_id, digest, media_type, size) values ($1, $2, $3, $4)
		on conflict (repository_id, digest) do update set push_time = current_timestamp returning id`,
		id, artifact.Digest, artifact.MediaType, artifact.Size)
	if err != nil || tag == "" {
		return err
	}
	_, err = s.SQL.Exec(`insert into tag (repository_id, artifact_id, name) values ($1, $2, $3)
		on conflict (repository_id, name) do update set artifact_id = excluded.artifact_id`, id, own, tag)
	return err
}

// Digest of what a tag names.
func (s *Store) Digest(repository, tag string) (string, error) {
	var digest string
	err := s.SQL.QueryRow(`select a.digest from tag t join artifact a on a.id = t.artifact_id join repository r on r.repository_id = t.repository_id
		where r.name = $1 and t.name = $2`, repository, tag).Scan(&digest)
	return digest, notFound(err)
}

// DeleteRepository forgets a repository with all that is in it.
func (s *Store) DeleteRepository(name string) error {
	return s.one("delete from repository where name = $1", name)
}

// DeleteArtifact forgets one by its digest or by one of its tags.
func (s *Store) DeleteArtifact(repository, reference string) error {
	return s.one(`delete from artifact a using repository r where r.repository_id = a.repository_id and r.name = $1
		and (a.digest = $2 or exists (select 1 from tag t where t.artifact_id = a.id and t.name = $2))`, repository, reference)
}
