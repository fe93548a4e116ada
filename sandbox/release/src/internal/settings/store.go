package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"harborsandbox/internal/secretbox"
)

// Store is config.json.
type Store struct {
	Path string
	Box  *secretbox.Box
}

// Read returns the settings with their passwords in plain text.
func (s Store) Read() (Settings, error) {
	data, err := os.ReadFile(s.Path)
	if err != nil {
		return nil, err
	}
	read := Settings{}
	if err := json.Unmarshal(data, &read); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Path, err)
	}
	for _, f := range fields {
		if !f.secret {
			continue
		}
		plain, err := s.Box.Unseal(read.Text(f.key))
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", s.Path, f.key, err)
		}
		read[f.key] = plain
	}
	return read, nil
}

// Write encrypts the passwords and writes the file in place, without a lock
// that other nodes would see: several writers on shared storage lose each
// other's changes, as in the release line that this stands in for.
func (s Store) Write(settings Settings) error {
	sealed := Settings{}
	for key, value := range settings {
		sealed[key] = value
	}
	for _, f := range fields {
		if !f.secret {
			continue
		}
		text, err := s.Box.Seal(settings.Text(f.key))
		if err != nil {
			return err
		}
		sealed[f.key] = text
	}
	data, err := json.MarshalIndent(sealed, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.Path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(s.Path, data, 0o600)
}

// Start brings config.json up to date at a start of the adminserver: all
// settings come from the environment when there is no file or with RESET=true,
// otherwise only the few that are re-read each time.
func (s Store) Start(getenv func(string) string) error {
	current, err := s.Read()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s.load(Settings{}, getenv, true)
	case getenv("RESET") == "true":
		// Also the way out of a file that can't be read any more.
		return s.load(Settings{}, getenv, true)
	case err != nil:
		return err
	}
	return s.load(current, getenv, false)
}

func (s Store) load(into Settings, getenv func(string) string, all bool) error {
	for _, f := range fields {
		if !all && !f.reread {
			continue
		}
		value, err := f.parse(getenv(f.env))
		if err != nil {
			return err
		}
		into[f.key] = value
	}
	return s.Write(into)
}
