package docker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// dialFunc opens a connection to the engine; the network and address that it is given are not used.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// dialerFor chooses the transport by the scheme of the host.
func dialerFor(host *url.URL, sshOptions []string) (dialFunc, error) {
	switch host.Scheme {
	case "unix":
		return dialer("unix", host.Path), nil
	case "tcp":
		return dialer("tcp", host.Host), nil
	case "ssh":
		return dialSSH(host, sshOptions), nil
	default:
		return nil, fmt.Errorf("docker host %q: the scheme must be unix, tcp or ssh", host)
	}
}

func dialer(network, address string) dialFunc {
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
}

// dialSSH runs the local ssh program, as the official provider does: keys and known hosts are those of the user
// who runs the engine, and the remote user must be allowed to use Docker there.
func dialSSH(host *url.URL, sshOptions []string) dialFunc {
	arguments := []string{"-o", "ConnectTimeout=30", "-T"}
	arguments = append(arguments, sshOptions...)
	if user := host.User.Username(); user != "" {
		arguments = append(arguments, "-l", user)
	}
	if port := host.Port(); port != "" {
		arguments = append(arguments, "-p", port)
	}
	arguments = append(arguments, "--", host.Hostname(), "docker", "system", "dial-stdio")
	return func(context.Context, string, string) (net.Conn, error) {
		return startPipe(exec.Command("ssh", arguments...))
	}
}

// pipe is the standard input and output of a process as a connection.
type pipe struct {
	process *exec.Cmd
	in      io.WriteCloser
	out     io.ReadCloser
	errors  lockedBuffer
	close   sync.Once
}

func startPipe(process *exec.Cmd) (net.Conn, error) {
	connection := &pipe{process: process}
	var err error
	if connection.in, err = process.StdinPipe(); err != nil {
		return nil, err
	}
	if connection.out, err = process.StdoutPipe(); err != nil {
		return nil, err
	}
	process.Stderr = &connection.errors
	if err := process.Start(); err != nil {
		return nil, err
	}
	return connection, nil
}

// Read ends with what the process said on its standard error, where it ended without an answer.
func (c *pipe) Read(data []byte) (int, error) {
	n, err := c.out.Read(data)
	if errors.Is(err, io.EOF) {
		if text := strings.TrimSpace(c.errors.String()); text != "" {
			err = fmt.Errorf("ssh to the Docker host ended: %s", text)
		}
	}
	return n, err
}

func (c *pipe) Write(data []byte) (int, error) { return c.in.Write(data) }

func (c *pipe) Close() error {
	c.close.Do(func() {
		_ = c.in.Close()
		_ = c.process.Process.Kill()
		_ = c.process.Wait()
	})
	return nil
}

func (c *pipe) LocalAddr() net.Addr              { return pipeAddress{} }
func (c *pipe) RemoteAddr() net.Addr             { return pipeAddress{} }
func (c *pipe) SetDeadline(time.Time) error      { return nil }
func (c *pipe) SetReadDeadline(time.Time) error  { return nil }
func (c *pipe) SetWriteDeadline(time.Time) error { return nil }

type pipeAddress struct{}

func (pipeAddress) Network() string { return "pipe" }
func (pipeAddress) String() string  { return "ssh" }

// lockedBuffer is written by the process and read by the connection.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(data []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(data)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}
