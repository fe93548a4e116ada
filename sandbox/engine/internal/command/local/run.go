package local

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	p "github.com/pulumi/pulumi-go-provider"

	"harbor-ha/engine/internal/command/lifecycle"
)

// killDelay is how long output is awaited from left-over children after a cancelled command.
const killDelay = 2 * time.Second

// run executes one command of the resource. Its process group is killed when the engine cancels.
func run(ctx context.Context, command string, state State) (lifecycle.Outputs, error) {
	argv := []string{"/bin/sh", "-c"}
	if state.Interpreter != nil && len(*state.Interpreter) > 0 {
		argv = *state.Interpreter
	}
	argv = append(argv[:len(argv):len(argv)], command)

	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = killDelay
	cmd.Env = os.Environ()
	for name, value := range state.Environment {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	for name, value := range state.PreviousEnv(state.AddPreviousOutputInEnv) {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if state.Dir != nil {
		cmd.Dir = *state.Dir
	}
	if state.Stdin != nil && *state.Stdin != "" {
		cmd.Stdin = strings.NewReader(*state.Stdin)
	}
	capture := lifecycle.NewCapture(state.Logging, p.GetLogger(ctx).InfoStatus)
	cmd.Stdout = capture.Stdout()
	cmd.Stderr = capture.Stderr()
	return capture.Finish(command, cmd.Run())
}
