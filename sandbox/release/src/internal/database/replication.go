package database

// Target is a row of replication_target; its password is encrypted with the
// secretkey.
type Target struct {
	ID       int    `json:"id"`
	Name     string `json:"name"`
	URL      string `json:"endpoint"`
	Username string `json:"username"`
	Password string `json:"password,omitempty"`
}

// Targets lists all.
func (d *DB) Targets() ([]Target, error) {
	rows, err := d.sql.Query("select id, name, url, coalesce(username,''), coalesce(password,'') from replication_target order by id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	targets := []Target{}
	for rows.Next() {
		var t Target
		if err := rows.Scan(&t.ID, &t.Name, &t.URL, &t.Username, &t.Password); err != nil {
			return nil, err
		}
		targets = append(targets, t)
	}
	return targets, rows.Err()
}

// Target finds by id.
func (d *DB) Target(id int) (*Target, error) {
	var t Target
	err := d.sql.QueryRow("select id, name, url, coalesce(username,''), coalesce(password,'') from replication_target where id = ?", id).
		Scan(&t.ID, &t.Name, &t.URL, &t.Username, &t.Password)
	return &t, notFound(err)
}

// AddTarget stores one.
func (d *DB) AddTarget(t Target) (int, error) {
	return d.insert(`insert into replication_target (name, url, username, password, creation_time, update_time)
		values (?, ?, ?, ?, now(), now())`, t.Name, t.URL, t.Username, t.Password)
}

// DeleteTarget removes one.
func (d *DB) DeleteTarget(id int) error {
	_, err := d.sql.Exec("delete from replication_target where id = ?", id)
	return err
}

// ResetRunningJobs makes every running job pending again, those that run on
// another node included: the release line knows nothing of other nodes.
func (d *DB) ResetRunningJobs() (int, error) {
	result, err := d.sql.Exec("update replication_job set status = 'pending', update_time = now() where status = 'running'")
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// Job is a pending row of replication_job with the target of its policy.
type Job struct {
	ID         int
	Repository string
	Operation  string
	Target     Target
}

// PendingJobs lists what waits, oldest first.
func (d *DB) PendingJobs() ([]Job, error) {
	rows, err := d.sql.Query(`select j.id, j.repository, j.operation, t.id, t.name, t.url, coalesce(t.username,''), coalesce(t.password,'')
		from replication_job j join replication_policy p on p.id = j.policy_id join replication_target t on t.id = p.target_id
		where j.status = 'pending' order by j.id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var jobs []Job
	for rows.Next() {
		var j Job
		if err := rows.Scan(&j.ID, &j.Repository, &j.Operation, &j.Target.ID, &j.Target.Name, &j.Target.URL,
			&j.Target.Username, &j.Target.Password); err != nil {
			return nil, err
		}
		jobs = append(jobs, j)
	}
	return jobs, rows.Err()
}

// AddJobs queues one job for each repository of a policy's project.
func (d *DB) AddJobs(policy int) (int, error) {
	result, err := d.sql.Exec(`insert into replication_job (status, policy_id, repository, operation, tags, creation_time, update_time)
		select 'pending', p.id, r.name, 'transfer', '', now(), now()
		from replication_policy p join repository r on r.project_id = p.project_id where p.id = ?`, policy)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// SetJobStatus moves a job on.
func (d *DB) SetJobStatus(id int, status string) error {
	_, err := d.sql.Exec("update replication_job set status = ?, update_time = now() where id = ?", status, id)
	return err
}
