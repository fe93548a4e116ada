package store

import (
	"database/sql"
	"time"
)

// Registry is another registry, with its password as this node's secretkey encrypts it.
type Registry struct {
	ID       int
	Name     string
	URL      string
	Type     string
	Key      string
	Secret   string
	Insecure bool
}

const registryColumns = "id, name, url, type, access_key, access_secret, insecure"

func (r *Registry) targets() []any {
	return []any{&r.ID, &r.Name, &r.URL, &r.Type, &r.Key, &r.Secret, &r.Insecure}
}

// AddRegistry stores one.
func (s *Store) AddRegistry(r Registry) (int, error) {
	return s.id("insert into registry (name, url, type, access_key, access_secret, insecure) values ($1, $2, $3, $4, $5, $6) returning id",
		r.Name, r.URL, r.Type, r.Key, r.Secret, r.Insecure)
}

// Registry finds by id.
func (s *Store) Registry(id int) (*Registry, error) {
	var found Registry
	err := s.SQL.QueryRow("select "+registryColumns+" from registry where id = $1", id).Scan(found.targets()...)
	return &found, notFound(err)
}

// Registries lists all.
func (s *Store) Registries() ([]Registry, error) {
	return rows(s, func(cursor *sql.Rows, r *Registry) error { return cursor.Scan(r.targets()...) },
		"select "+registryColumns+" from registry order by id")
}

// DeleteRegistry removes one that no policy names.
func (s *Store) DeleteRegistry(id int) error { return s.one("delete from registry where id = $1", id) }

// Policy says where to replicate to.
type Policy struct {
	ID       int
	Name     string
	Registry int
}

// AddPolicy stores one.
func (s *Store) AddPolicy(p Policy) (int, error) {
	return s.id("insert into replication_policy (name, dest_registry_id) values ($1, $2) returning id", p.Name, p.Registry)
}

// Policies lists all, or the one of an id.
func (s *Store) Policies(id int) ([]Policy, error) {
	return rows(s, func(cursor *sql.Rows, p *Policy) error { return cursor.Scan(&p.ID, &p.Name, &p.Registry) },
		"select id, name, dest_registry_id from replication_policy where $1 = 0 or id = $1 order by id", id)
}

// DeletePolicy removes one.
func (s *Store) DeletePolicy(id int) error {
	return s.one("delete from replication_policy where id = $1", id)
}

// What executions are of.
const (
	GC          = "GARBAGE_COLLECTION"
	Replication = "REPLICATION"
)

// Execution is one run of a job.
type Execution struct {
	ID         int
	Vendor     string
	VendorID   int
	Trigger    string
	Parameters string
	Status     string
	Message    string
	JobID      string
	Started    time.Time
	Updated    time.Time
}

const executionColumns = "id, vendor_type, vendor_id, trigger, parameters, status, status_message, job_id, start_time, update_time"

func (e *Execution) targets() []any {
	return []any{&e.ID, &e.Vendor, &e.VendorID, &e.Trigger, &e.Parameters, &e.Status, &e.Message, &e.JobID, &e.Started, &e.Updated}
}

// AddExecution books a run before its job is submitted.
func (s *Store) AddExecution(vendor string, vendorID int, parameters string) (int, error) {
	return s.id("insert into execution (vendor_type, vendor_id, parameters, status) values ($1, $2, $3, 'Pending') returning id",
		vendor, vendorID, parameters)
}

// SetJob notes which job an execution is.
func (s *Store) SetJob(id int, job string) error {
	return s.one("update execution set job_id = $1 where id = $2", job, id)
}

// SetStatus notes how far it is; what has ended stays so.
func (s *Store) SetStatus(id int, status, message string) error {
	_, err := s.SQL.Exec(`update execution set status = $1, status_message = $2, update_time = current_timestamp
		where id = $3 and status not in ('Success', 'Error', 'Stopped')`, status, message, id)
	return err
}

// Execution finds one by kind and id.
func (s *Store) Execution(vendor string, id int) (*Execution, error) {
	var found Execution
	err := s.SQL.QueryRow("select "+executionColumns+" from execution where vendor_type = $1 and id = $2", vendor, id).Scan(found.targets()...)
	return &found, notFound(err)
}

// Executions lists those of a kind, newest first; vendorID 0 means all.
func (s *Store) Executions(vendor string, vendorID int) ([]Execution, error) {
	return rows(s, func(cursor *sql.Rows, e *Execution) error { return cursor.Scan(e.targets()...) },
		"select "+executionColumns+" from execution where vendor_type = $1 and ($2 = 0 or vendor_id = $2) order by id desc limit 50", vendor, vendorID)
}

// AddLabel makes one.
func (s *Store) AddLabel(name string) (int, error) {
	return s.id("insert into harbor_label (name) values ($1) returning id", name)
}

// DeleteLabel removes one.
func (s *Store) DeleteLabel(id int) error { return s.one("delete from harbor_label where id = $1", id) }

// Label is a word that artifacts can have.
type Label struct {
	ID    int    `json:"id"`
	Name  string `json:"name"`
	Scope string `json:"scope"`
}

// Labels lists all.
func (s *Store) Labels() ([]Label, error) {
	return rows(s, func(cursor *sql.Rows, l *Label) error { return cursor.Scan(&l.ID, &l.Name, &l.Scope) },
		"select id, name, scope from harbor_label order by id")
}

// Property of the configuration, or what is the default.
func (s *Store) Property(key, otherwise string) (string, error) {
	var value string
	err := notFound(s.SQL.QueryRow("select v from properties where k = $1", key).Scan(&value))
	if err == ErrNotFound {
		return otherwise, nil
	}
	return value, err
}

// SetProperty stores one.
func (s *Store) SetProperty(key, value string) error {
	_, err := s.SQL.Exec("insert into properties (k, v) values ($1, $2) on conflict (k) do update set v = excluded.v", key, value)
	return err
}
