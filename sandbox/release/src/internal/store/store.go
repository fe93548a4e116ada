// Package store is what core keeps in PostgreSQL.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// ErrConflict says that something by that name exists.
var ErrConflict = errors.New("exists already")

// ErrNotFound says that there is no such row.
var ErrNotFound = errors.New("not found")

// Store is a pool of connections.
type Store struct{ SQL *sql.DB }

// Open waits up to a minute for the server's port. Host, user and password go into the address as they are, without quotes,
// so a space or a quote in one of them breaks it, as in the release line that this stands in for.
func Open() (*Store, error) {
	host, port := os.Getenv("POSTGRESQL_HOST"), os.Getenv("POSTGRESQL_PORT")
	if err := waitForPort(net.JoinHostPort(host, port), time.Minute); err != nil {
		return nil, fmt.Errorf("postgresql: %w", err)
	}
	mode := os.Getenv("POSTGRESQL_SSLMODE")
	if mode == "" {
		mode = "disable"
	}
	db, err := sql.Open("pgx", fmt.Sprintf("host=%s port=%s user=%s password=%s dbname=%s sslmode=%s timezone=UTC connect_timeout=8",
		host, port, os.Getenv("POSTGRESQL_USERNAME"), os.Getenv("POSTGRESQL_PASSWORD"), os.Getenv("POSTGRESQL_DATABASE"), mode))
	if err != nil {
		return nil, fmt.Errorf("postgresql: the address can't be read: a space, quote or backslash in user or password?")
	}
	db.SetMaxIdleConns(2)
	db.SetMaxOpenConns(40)
	db.SetConnMaxLifetime(5 * time.Minute)
	s := &Store{SQL: db}
	return s, s.Ping()
}

// Ping says whether the server answers.
func (s *Store) Ping() error {
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Second)
	defer cancel()
	return s.SQL.PingContext(ctx)
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

// id runs a statement that returns one number, and says ErrConflict for a key that is there already.
func (s *Store) id(query string, args ...any) (int, error) {
	var id int
	err := s.SQL.QueryRow(query, args...).Scan(&id)
	var failure *pgconn.PgError
	if errors.As(err, &failure) && failure.Code == "23505" {
		return 0, ErrConflict
	}
	return id, notFound(err)
}

// one runs a statement that must concern a row.
func (s *Store) one(query string, args ...any) error {
	result, err := s.SQL.Exec(query, args...)
	if err != nil {
		return err
	}
	if count, err := result.RowsAffected(); err != nil || count == 0 {
		return errors.Join(err, ErrNotFound)
	}
	return nil
}

func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// rows collects what a query gives.
func rows[T any](s *Store, scan func(*sql.Rows, *T) error, query string, args ...any) ([]T, error) {
	found := []T{}
	cursor, err := s.SQL.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer cursor.Close()
	for cursor.Next() {
		var one T
		if err := scan(cursor, &one); err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, cursor.Err()
}
