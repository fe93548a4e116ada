// Package schema brings the database of the 2.x line up to a release: numbered scripts, one table that holds the number of
// the last one, and a lock that lets one of several cores do it.
package schema

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/crc32"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"time"
)

// lockPatience is how long a core waits for another one that is at it.
const lockPatience = 15 * time.Second

var scriptName = regexp.MustCompile(`^(\d+)_.*\.up\.sql$`)

type script struct {
	version int
	path    string
}

// scripts lists those of a folder by number.
func scripts(folder string) ([]script, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var found []script
	for _, entry := range entries {
		if match := scriptName.FindStringSubmatch(entry.Name()); match != nil {
			version, err := strconv.Atoi(match[1])
			if err != nil {
				return nil, err
			}
			found = append(found, script{version, filepath.Join(folder, entry.Name())})
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i].version < found[j].version })
	return found, nil
}

// pending says which scripts are to run on a database of a version (0: none yet). A version that no script has is a newer
// release's, and a dirty one is where somebody was killed: both are for people to look at. The words of the errors are those
// that people search for.
func pending(all []script, version int, dirty bool, folder string) ([]script, error) {
	if dirty {
		return nil, fmt.Errorf("Dirty database version %d. Fix and force version.", version) //nolint:staticcheck // see above
	}
	if version == 0 {
		return all, nil
	}
	for i, one := range all {
		if one.version == version {
			return all[i+1:], nil
		}
	}
	return nil, fmt.Errorf("no migration found for version %d: read down for version %d %s: file does not exist", version, version, folder)
}

// Upgrade runs what is missing. A process that is killed meanwhile leaves a dirty version behind.
func Upgrade(db *sql.DB, database, folder string) error {
	all, err := scripts(folder)
	if err != nil {
		return err
	}
	ctx := context.Background()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// One connection all along: the lock is its own and goes with it.
	key := int64(crc32.ChecksumIEEE([]byte(database + ":schema_migrations")))
	waiting, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	if _, err := conn.ExecContext(waiting, "select pg_advisory_lock($1)", key); err != nil {
		if waiting.Err() != nil {
			return errors.New("timeout: can't acquire database lock")
		}
		return err
	}
	defer func() {
		if _, err := conn.ExecContext(ctx, "select pg_advisory_unlock($1)", key); err != nil {
			log.Printf("schema: unlock: %v", err)
		}
	}()
	if _, err := conn.ExecContext(ctx, "create table if not exists schema_migrations (version bigint not null primary key, dirty boolean not null)"); err != nil {
		return err
	}
	version, dirty, err := current(ctx, conn)
	if err != nil {
		return err
	}
	todo, err := pending(all, version, dirty, folder)
	if err != nil {
		return err
	}
	if len(todo) == 0 {
		log.Print("No change in schema, skip.")
		return nil
	}
	for _, one := range todo {
		if err := run(ctx, conn, one); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(one.path), err)
		}
	}
	log.Printf("schema: from version %d to %d", version, todo[len(todo)-1].version)
	return nil
}

func current(ctx context.Context, conn *sql.Conn) (version int, dirty bool, err error) {
	err = conn.QueryRowContext(ctx, "select version, dirty from schema_migrations").Scan(&version, &dirty)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return version, dirty, err
}

// run marks the version dirty, runs the script and takes the mark away: three steps of their own, not one transaction.
func run(ctx context.Context, conn *sql.Conn, one script) error {
	text, err := os.ReadFile(one.path)
	if err != nil {
		return err
	}
	if err := mark(ctx, conn, one.version, true); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, string(text)); err != nil {
		return err
	}
	return mark(ctx, conn, one.version, false)
}

func mark(ctx context.Context, conn *sql.Conn, version int, dirty bool) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // Nothing to undo after the commit.
	if _, err := tx.ExecContext(ctx, "truncate schema_migrations"); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "insert into schema_migrations (version, dirty) values ($1, $2)", version, dirty); err != nil {
		return err
	}
	return tx.Commit()
}
