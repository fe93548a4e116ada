package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/pkg/sftp"
)

// upload copies the source to the host of the inputs.
func upload(ctx context.Context, in CopyInputs) error {
	client, err := in.Connection.dial(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	stopWatching := context.AfterFunc(ctx, client.Close)
	defer stopWatching()
	// Every file is written once from its start, so that concurrent writes cannot leave a longer file behind.
	files, err := sftp.NewClient(client.Client, sftp.UseConcurrentWrites(true))
	if err != nil {
		return err
	}
	defer func() { _ = files.Close() }()
	host := remoteFiles{files}
	if asset := in.Source.Asset; asset != nil && asset.IsText() {
		return host.copyText(asset.Text, in.RemotePath)
	}
	return host.copyPath(in.sourcePath(), in.RemotePath)
}

// remoteFiles is the file system of the host.
type remoteFiles struct{ *sftp.Client }

// copyText writes a text to a path, which must not be a directory.
func (r remoteFiles) copyText(text, target string) error {
	info, err := r.stat(target)
	if err != nil {
		return err
	}
	if info != nil && info.IsDir() {
		return fmt.Errorf("remote path %s is a directory; when using a text asset, remotePath must be a file path", target)
	}
	return r.write(strings.NewReader(text), "text", target)
}

// copyPath copies a file or a directory. Where the copy ends up:
//
//	source | target is a directory     | target does not exist | target is a file
//	-------|---------------------------|-----------------------|------------------
//	dir    | target/dir                | target/dir            | error
//	dir/   | target/x for every x in it| target/x              | error
//	file   | target/file               | target                | target, overwritten
func (r remoteFiles) copyPath(source, target string) error {
	sourceInfo, err := os.Stat(source)
	if err != nil {
		return err
	}
	if sourceInfo.IsDir() {
		if err := r.ensureDir(target); err != nil {
			return err
		}
		if !strings.HasSuffix(source, "/") {
			target = path.Join(target, filepath.Base(source))
		}
		return r.copyTree(source, target)
	}
	targetInfo, err := r.stat(target)
	if err != nil {
		return err
	}
	if targetInfo != nil && targetInfo.IsDir() {
		target = path.Join(target, filepath.Base(source))
	}
	return r.copyFile(source, target)
}

func (r remoteFiles) copyTree(source, target string) error {
	return fs.WalkDir(os.DirFS(source), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return r.ensureDir(path.Join(target, name))
		}
		return r.copyFile(filepath.Join(source, name), path.Join(target, name))
	})
}

func (r remoteFiles) copyFile(source, target string) error {
	file, err := os.Open(source)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return r.write(file, "file "+source, target)
}

// write replaces the content of the target in place and makes missing parent directories (command 1.2.1).
func (r remoteFiles) write(content io.Reader, what, target string) error {
	if err := r.MkdirAll(path.Dir(target)); err != nil {
		return fmt.Errorf("failed to create remote directory %s: %w", path.Dir(target), err)
	}
	file, err := r.Create(target)
	if err != nil {
		return fmt.Errorf("failed to create remote file %s: %w", target, err)
	}
	_, err = file.ReadFrom(content)
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("failed to copy %s to remote path %s: %w", what, target, err)
	}
	return nil
}

func (r remoteFiles) ensureDir(target string) error {
	info, err := r.stat(target)
	if err != nil {
		return err
	}
	if info != nil && !info.IsDir() {
		return fmt.Errorf("remote path %s exists but is not a directory", target)
	}
	if err := r.MkdirAll(target); err != nil {
		return fmt.Errorf("failed to create remote directory %s: %w", target, err)
	}
	return nil
}

// stat returns nil for a path that does not exist.
func (r remoteFiles) stat(target string) (fs.FileInfo, error) {
	info, err := r.Stat(target)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("failed to stat remote path %s: %w", target, err)
	}
	return info, nil
}
