package store

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"
)

// User is a row of harbor_user.
type User struct {
	ID       int    `json:"user_id"`
	Name     string `json:"username"`
	Email    string `json:"email"`
	RealName string `json:"realname"`
	Admin    bool   `json:"sysadmin_flag"`
}

const userColumns = "user_id, username, coalesce(email, ''), realname, sysadmin_flag"

func (u *User) targets() []any { return []any{&u.ID, &u.Name, &u.Email, &u.RealName, &u.Admin} }

func hash(password, salt string) (string, error) {
	key, err := pbkdf2.Key(sha256.New, password, []byte(salt), 4096, 16)
	return hex.EncodeToString(key), err
}

func salted(password string) (hashed, salt string, err error) {
	raw := make([]byte, 16)
	if _, err = rand.Read(raw); err != nil {
		return
	}
	salt = hex.EncodeToString(raw)
	hashed, err = hash(password, salt)
	return
}

func fits(password, hashed, salt string) (bool, error) {
	given, err := hash(password, salt)
	return err == nil && subtle.ConstantTimeCompare([]byte(given), []byte(hashed)) == 1, err
}

// SetInitialPassword gives the administrator of a fresh schema a password. The condition on the salt lets only the first of
// several cores do it, and makes a later change of the setting count for nothing.
func (s *Store) SetInitialPassword(password string) error {
	hashed, salt, err := salted(password)
	if err != nil {
		return err
	}
	_, err = s.SQL.Exec("update harbor_user set password = $1, salt = $2 where user_id = 1 and salt = ''", hashed, salt)
	return err
}

// Authenticate returns the user, or nil when name and password don't fit.
func (s *Store) Authenticate(name, password string) (*User, error) {
	var user User
	var stored, salt string
	err := s.SQL.QueryRow("select "+userColumns+", password, salt from harbor_user where username = $1 or email = $1", name).
		Scan(append(user.targets(), &stored, &salt)...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if ok, err := fits(password, stored, salt); err != nil || !ok {
		return nil, err
	}
	return &user, nil
}

// User finds by id.
func (s *Store) User(id int) (*User, error) {
	var user User
	err := s.SQL.QueryRow("select "+userColumns+" from harbor_user where user_id = $1", id).Scan(user.targets()...)
	return &user, notFound(err)
}

// UserNamed finds by name.
func (s *Store) UserNamed(name string) (*User, error) {
	var user User
	err := s.SQL.QueryRow("select "+userColumns+" from harbor_user where username = $1", name).Scan(user.targets()...)
	return &user, notFound(err)
}

// Users lists all.
func (s *Store) Users() ([]User, error) {
	return rows(s, func(cursor *sql.Rows, user *User) error { return cursor.Scan(user.targets()...) },
		"select "+userColumns+" from harbor_user order by user_id")
}

// AddUser makes an ordinary user.
func (s *Store) AddUser(user User, password string) (int, error) {
	hashed, salt, err := salted(password)
	if err != nil {
		return 0, err
	}
	return s.id("insert into harbor_user (username, email, password, salt, realname) values ($1, nullif($2, ''), $3, $4, $5) returning user_id",
		user.Name, user.Email, hashed, salt, user.RealName)
}

// SetPassword gives a user another password.
func (s *Store) SetPassword(id int, password string) error {
	hashed, salt, err := salted(password)
	if err != nil {
		return err
	}
	return s.one("update harbor_user set password = $1, salt = $2 where user_id = $3", hashed, salt, id)
}

// DeleteUser removes anybody but the administrator.
func (s *Store) DeleteUser(id int) error {
	return s.one("delete from harbor_user where user_id = $1 and user_id <> 1", id)
}

// Robot is an account of a program; its secret lies here only as a hash, so it works at every core.
type Robot struct {
	ID        int       `json:"id"`
	Name      string    `json:"name"`
	ProjectID int       `json:"-"`
	Push      bool      `json:"-"`
	Disabled  bool      `json:"disable"`
	Expires   int64     `json:"expires_at"`
	Created   time.Time `json:"creation_time"`
}

// AddRobot stores a robot; projectID 0 means all projects.
func (s *Store) AddRobot(robot Robot, secret string) (int, error) {
	hashed, salt, err := salted(secret)
	if err != nil {
		return 0, err
	}
	return s.id("insert into robot (name, secret, salt, project_id, push, expires_at) values ($1, $2, $3, nullif($4, 0), $5, $6) returning id",
		robot.Name, hashed, salt, robot.ProjectID, robot.Push, robot.Expires)
}

const robotColumns = "id, name, coalesce(project_id, 0), push, disabled, expires_at, creation_time"

func (r *Robot) targets() []any {
	return []any{&r.ID, &r.Name, &r.ProjectID, &r.Push, &r.Disabled, &r.Expires, &r.Created}
}

// AuthenticateRobot returns the robot, or nil when name and secret don't fit or it has expired.
func (s *Store) AuthenticateRobot(name, secret string) (*Robot, error) {
	var robot Robot
	var stored, salt string
	err := s.SQL.QueryRow("select "+robotColumns+", secret, salt from robot where name = $1", name).
		Scan(append(robot.targets(), &stored, &salt)...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	ok, err := fits(secret, stored, salt)
	if err != nil || !ok || robot.Disabled || (robot.Expires != -1 && time.Now().Unix() > robot.Expires) {
		return nil, err
	}
	return &robot, nil
}

// Robots lists all.
func (s *Store) Robots() ([]Robot, error) {
	return rows(s, func(cursor *sql.Rows, robot *Robot) error { return cursor.Scan(robot.targets()...) },
		"select "+robotColumns+" from robot order by id")
}

// DeleteRobot removes one.
func (s *Store) DeleteRobot(id int) error { return s.one("delete from robot where id = $1", id) }
