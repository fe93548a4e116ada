// Package lifecycle holds what local and remote commands have in common.
package lifecycle

import "github.com/pulumi/pulumi-go-provider/infer"

// The variables in which an update or a delete finds what the previous run printed.
const (
	PreviousStdout = "PULUMI_COMMAND_STDOUT"
	PreviousStderr = "PULUMI_COMMAND_STDERR"
)

// Inputs says which command belongs to which step of a resource's life.
//
// Only a changed trigger replaces; every other changed input runs Update, or Create where there is none.
type Inputs struct {
	Triggers *[]any  `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Create   *string `pulumi:"create,optional"`
	Delete   *string `pulumi:"delete,optional"`
	Update   *string `pulumi:"update,optional"`
}

// OnUpdate is the command that an update runs, or nil.
func (in Inputs) OnUpdate() *string {
	if in.Update != nil {
		return in.Update
	}
	return in.Create
}

// Outputs is what the last command printed, each less one trailing newline.
type Outputs struct {
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

// PreviousEnv lists the variables that hand the previous output to the next command. Empty output sets none. Not saying
// what is wanted means all; as in the official schema, that is no default that the state would record.
func (out Outputs) PreviousEnv(wanted *bool) map[string]string {
	env := map[string]string{}
	if wanted != nil && !*wanted {
		return env
	}
	if out.Stdout != "" {
		env[PreviousStdout] = out.Stdout
	}
	if out.Stderr != "" {
		env[PreviousStderr] = out.Stderr
	}
	return env
}

// Logging says which streams are shown while a command runs. It does not change what is captured.
type Logging string

// The streams that can be shown.
const (
	LogStdout          Logging = "stdout"
	LogStderr          Logging = "stderr"
	LogStdoutAndStderr Logging = "stdoutAndStderr"
	LogNone            Logging = "none"
)

// Values lists the enumeration for the schema.
func (Logging) Values() []infer.EnumValue[Logging] {
	return []infer.EnumValue[Logging]{
		{Name: string(LogStdout), Value: LogStdout, Description: "Capture stdout in logs but not stderr"},
		{Name: string(LogStderr), Value: LogStderr, Description: "Capture stderr in logs but not stdout"},
		{Name: string(LogStdoutAndStderr), Value: LogStdoutAndStderr, Description: "Capture stdout and stderr in logs"},
		{Name: string(LogNone), Value: LogNone, Description: "Capture no logs"},
	}
}

// shows reports whether the stream is shown; a missing setting shows both.
func (l *Logging) shows(stream Logging) bool {
	return l == nil || *l == LogStdoutAndStderr || *l == stream
}
