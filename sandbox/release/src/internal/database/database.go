// Package database is what ui and jobservice share: the tables of registry.sql.
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/go-sql-driver/mysql"

	"harborsandbox/internal/settings"
)

// ErrConflict says that something by that name exists.
var ErrConflict = errors.New("exists already")

// ErrNotFound says that there is no such row.
var ErrNotFound = errors.New("not found")

// DB is a pool of connections. A pool outlives a change of the password, so
// such a change shows only when a new connection is made.
type DB struct{ sql *sql.DB }

// Open waits up to a minute for the server's port, and no time at all for a
// server that refuses the user: that ends the process, which its container
// then starts again.
func Open(s settings.Settings) (*DB, error) {
	address := net.JoinHostPort(s.Text("mysql_host"), strconv.Itoa(s.Number("mysql_port")))
	if err := waitForPort(address, time.Minute); err != nil {
		return nil, fmt.Errorf("mysql: %w", err)
	}
	config := mysql.NewConfig()
	config.User = s.Text("mysql_username")
	config.Passwd = s.Text("mysql_password")
	config.Net, config.Addr = "tcp", address
	config.DBName = s.Text("mysql_database")
	config.ParseTime = true
	config.Timeout, config.ReadTimeout, config.WriteTimeout = 5*time.Second, 30*time.Second, 30*time.Second
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, fmt.Errorf("mysql: %w", err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxIdleConns(10)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := db.PingContext(ctx); err != nil {
		return nil, fmt.Errorf("mysql %s@%s/%s: %w", config.User, address, config.DBName, err)
	}
	return &DB{sql: db}, nil
}

func waitForPort(address string, patience time.Duration) error {
	deadline := time.Now().Add(patience)
	for {
		conn, err := net.DialTimeout("tcp", address, 2*time.Second)
		if err == nil {
			return conn.Close()
		}
		if time.Now().After(deadline) {
			return err
		}
		time.Sleep(time.Second)
	}
}

// insert returns the new row's id, and ErrConflict for a duplicate key.
func (d *DB) insert(query string, args ...any) (int, error) {
	result, err := d.sql.Exec(query, args...)
	var failure *mysql.MySQLError
	if errors.As(err, &failure) && failure.Number == 1062 {
		return 0, ErrConflict
	}
	if err != nil {
		return 0, err
	}
	id, err := result.LastInsertId()
	return int(id), err
}

func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}
