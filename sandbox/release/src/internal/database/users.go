package database

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/hex"
)

// User is a row of the table user.
type User struct {
	ID       int    `json:"user_id"`
	Name     string `json:"username"`
	Email    string `json:"email"`
	RealName string `json:"realname"`
	Admin    bool   `json:"has_admin_role"`
}

const userColumns = "user_id, username, coalesce(email,''), coalesce(realname,''), sysadmin_flag"

func (u *User) targets() []any { return []any{&u.ID, &u.Name, &u.Email, &u.RealName, &u.Admin} }

// hash is PBKDF2 with SHA-1, the release line's way to keep a password.
func hash(password, salt string) (string, error) {
	key, err := pbkdf2.Key(sha1.New, password, []byte(salt), 4096, 16)
	return hex.EncodeToString(key), err
}

func newSalt() (string, error) {
	raw := make([]byte, 16)
	_, err := rand.Read(raw)
	return hex.EncodeToString(raw), err
}

// SetInitialPassword gives the administrator of a fresh schema a password. The
// condition on the salt lets only the first of several nodes do it.
func (d *DB) SetInitialPassword(password string) error {
	salt, err := newSalt()
	if err != nil {
		return err
	}
	hashed, err := hash(password, salt)
	if err != nil {
		return err
	}
	_, err = d.sql.Exec("update user set password = ?, salt = ? where user_id = 1 and salt = ''", hashed, salt)
	return err
}

// Authenticate returns the user, or nil when name and password don't fit.
func (d *DB) Authenticate(name, password string) (*User, error) {
	var user User
	var stored, salt string
	err := notFound(d.sql.QueryRow(
		"select "+userColumns+", password, salt from user where deleted = 0 and (username = ? or email = ?)",
		name, name).Scan(append(user.targets(), &stored, &salt)...))
	if err == ErrNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	given, err := hash(password, salt)
	if err != nil || subtle.ConstantTimeCompare([]byte(given), []byte(stored)) == 0 {
		return nil, err
	}
	return &user, nil
}

// User finds by id.
func (d *DB) User(id int) (*User, error) {
	var user User
	err := d.sql.QueryRow("select "+userColumns+" from user where deleted = 0 and user_id = ?", id).Scan(user.targets()...)
	return &user, notFound(err)
}

// UserNamed finds by name.
func (d *DB) UserNamed(name string) (*User, error) {
	var user User
	err := d.sql.QueryRow("select "+userColumns+" from user where deleted = 0 and username = ?", name).Scan(user.targets()...)
	return &user, notFound(err)
}

// Users lists all.
func (d *DB) Users() ([]User, error) {
	rows, err := d.sql.Query("select " + userColumns + " from user where deleted = 0 order by user_id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	users := []User{}
	for rows.Next() {
		var user User
		if err := rows.Scan(user.targets()...); err != nil {
			return nil, err
		}
		users = append(users, user)
	}
	return users, rows.Err()
}

// AddUser makes an ordinary user.
func (d *DB) AddUser(user User, password string) (int, error) {
	salt, err := newSalt()
	if err != nil {
		return 0, err
	}
	hashed, err := hash(password, salt)
	if err != nil {
		return 0, err
	}
	return d.insert(
		`insert into user (username, email, password, realname, comment, salt, creation_time, update_time)
		 values (?, nullif(?, ''), ?, ?, '', ?, now(), now())`,
		user.Name, user.Email, hashed, user.RealName, salt)
}

// SetPassword gives a user another password.
func (d *DB) SetPassword(id int, password string) error {
	salt, err := newSalt()
	if err != nil {
		return err
	}
	hashed, err := hash(password, salt)
	if err != nil {
		return err
	}
	_, err = d.sql.Exec("update user set password = ?, salt = ? where user_id = ? and deleted = 0", hashed, salt, id)
	return err
}

// DeleteUser frees the name for another.
func (d *DB) DeleteUser(id int) error {
	_, err := d.sql.Exec(
		`update user set deleted = 1, username = concat(username, '#', user_id), email = concat(email, '#', user_id)
		 where user_id = ? and user_id <> 1`, id)
	return err
}
