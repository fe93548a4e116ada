package remote

import (
	"context"
	"fmt"
	"strings"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"golang.org/x/crypto/ssh"

	"harbor-ha/engine/internal/command/lifecycle"
)

// cancelGrace is how long a cancelled command may take to end after it was told to.
const cancelGrace = 3 * time.Second

// run executes one command of the resource in a session of its own.
func run(ctx context.Context, command string, state CommandState) (lifecycle.Outputs, error) {
	client, err := state.Connection.dial(ctx)
	if err != nil {
		return lifecycle.Outputs{}, err
	}
	defer client.Close()
	session, err := client.NewSession()
	if err != nil {
		return lifecycle.Outputs{}, err
	}
	defer func() { _ = session.Close() }()
	if err := setEnvironment(ctx, session, state); err != nil {
		return lifecycle.Outputs{}, err
	}
	if state.Stdin != nil && *state.Stdin != "" {
		session.Stdin = strings.NewReader(*state.Stdin)
	}
	capture := lifecycle.NewCapture(state.Logging, p.GetLogger(ctx).InfoStatus)
	session.Stdout = capture.Stdout()
	session.Stderr = capture.Stderr()

	// Closing a connection does not end a command that has no terminal, so it is sent a signal first.
	stopWatching := context.AfterFunc(ctx, func() {
		_ = session.Signal(ssh.SIGTERM)
		time.AfterFunc(cancelGrace, client.Close)
	})
	defer stopWatching()
	return capture.Finish(command, session.Run(command))
}

// setEnvironment asks the server to set variables. One that was asked for and is refused is an error; the
// previous output, which nobody asked for, is only a warning.
func setEnvironment(ctx context.Context, session *ssh.Session, state CommandState) error {
	const advice = "Unable to set '%s'. This only works if your SSH server is configured to accept\n" +
		"\tthese variables via AcceptEnv. Alternatively, if a Bash-like shell runs the command on the remote host, you could\n" +
		"\tprefix the command itself with the variables in the form 'VAR=value command'"
	for name, value := range state.Environment {
		if err := session.Setenv(name, value); err != nil {
			p.GetLogger(ctx).Errorf(advice, name)
			return fmt.Errorf("could not set environment variable %q: %w", name, err)
		}
	}
	for name, value := range state.PreviousEnv(state.AddPreviousOutputInEnv) {
		if err := session.Setenv(name, value); err != nil {
			p.GetLogger(ctx).Warningf(advice, name)
		}
	}
	return nil
}
