package database

import "database/sql"

// Roles of project_member.
const (
	ProjectAdmin = 1
	Developer    = 2
	Guest        = 3
)

// Project is a row of the table project.
type Project struct {
	ID           int    `json:"project_id"`
	OwnerID      int    `json:"owner_id"`
	Name         string `json:"name"`
	Public       int    `json:"public"`
	Repositories int    `json:"repo_count"`
}

const projectColumns = `p.project_id, p.owner_id, p.name, p.public,
 (select count(*) from repository r where r.project_id = p.project_id)`

func (p *Project) targets() []any {
	return []any{&p.ID, &p.OwnerID, &p.Name, &p.Public, &p.Repositories}
}

// Projects lists what a user may see; nil stands for somebody unknown.
func (d *DB) Projects(user *User) ([]Project, error) {
	id, admin := 0, false
	if user != nil {
		id, admin = user.ID, user.Admin
	}
	rows, err := d.sql.Query("select "+projectColumns+` from project p where p.deleted = 0 and (? or p.public = 1
		or exists (select 1 from project_member m where m.project_id = p.project_id and m.user_id = ?))
		order by p.project_id`, admin, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	projects := []Project{}
	for rows.Next() {
		var project Project
		if err := rows.Scan(project.targets()...); err != nil {
			return nil, err
		}
		projects = append(projects, project)
	}
	return projects, rows.Err()
}

// Project finds by id.
func (d *DB) Project(id int) (*Project, error) {
	var project Project
	err := d.sql.QueryRow("select "+projectColumns+" from project p where p.deleted = 0 and p.project_id = ?", id).
		Scan(project.targets()...)
	return &project, notFound(err)
}

// ProjectNamed finds by name.
func (d *DB) ProjectNamed(name string) (*Project, error) {
	var project Project
	err := d.sql.QueryRow("select "+projectColumns+" from project p where p.deleted = 0 and p.name = ?", name).
		Scan(project.targets()...)
	return &project, notFound(err)
}

// AddProject makes a project with its owner as its administrator.
func (d *DB) AddProject(owner int, name string, public bool) (int, error) {
	id, err := d.insert(`insert into project (owner_id, name, public, creation_time, update_time)
		values (?, ?, ?, now(), now())`, owner, name, public)
	if err != nil {
		return 0, err
	}
	return id, d.SetMember(id, owner, ProjectAdmin)
}

// DeleteProject frees the name for another.
func (d *DB) DeleteProject(id int) error {
	_, err := d.sql.Exec("update project set deleted = 1, name = concat(name, '#', project_id) where project_id = ?", id)
	return err
}

// SetMember gives a user a role in a project.
func (d *DB) SetMember(project, user, role int) error {
	_, err := d.sql.Exec(`replace into project_member (project_id, user_id, role, creation_time, update_time)
		values (?, ?, ?, now(), now())`, project, user, role)
	return err
}

// Role returns a user's role in a project, 0 for none.
func (d *DB) Role(project, user int) (int, error) {
	var role int
	err := d.sql.QueryRow("select role from project_member where project_id = ? and user_id = ?", project, user).Scan(&role)
	if err == sql.ErrNoRows {
		return 0, nil
	}
	return role, err
}

// Repository is a row of the table repository.
type Repository struct {
	ID        int    `json:"id"`
	Name      string `json:"name"`
	ProjectID int    `json:"project_id"`
	PullCount int    `json:"pull_count"`
}

// Repositories lists those of a project.
func (d *DB) Repositories(project int) ([]Repository, error) {
	rows, err := d.sql.Query(
		"select repository_id, name, project_id, pull_count from repository where project_id = ? order by name", project)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	repositories := []Repository{}
	for rows.Next() {
		var r Repository
		if err := rows.Scan(&r.ID, &r.Name, &r.ProjectID, &r.PullCount); err != nil {
			return nil, err
		}
		repositories = append(repositories, r)
	}
	return repositories, rows.Err()
}

// Pushed records a repository at its first push. Two nodes may be told of it
// at once, hence ignore.
func (d *DB) Pushed(name string, project, owner int) error {
	_, err := d.sql.Exec(`insert ignore into repository (name, project_id, owner_id, description, creation_time, update_time)
		values (?, ?, ?, '', now(), now())`, name, project, owner)
	return err
}

// Pulled counts a pull.
func (d *DB) Pulled(name string) error {
	_, err := d.sql.Exec("update repository set pull_count = pull_count + 1 where name = ?", name)
	return err
}

// ForgetRepository removes the row.
func (d *DB) ForgetRepository(name string) error {
	_, err := d.sql.Exec("delete from repository where name = ?", name)
	return err
}

// Log writes a line of the audit log.
func (d *DB) Log(user, project int, repository, tag, operation string) error {
	_, err := d.sql.Exec(`insert into access_log (user_id, project_id, repo_name, repo_tag, guid, operation, op_time)
		values (?, ?, ?, ?, '', ?, now())`, user, project, repository, tag, operation)
	return err
}
