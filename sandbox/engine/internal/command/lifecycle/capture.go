package lifecycle

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
)

// maxLine bounds one line of the log. Longer lines are cut into pieces; the official provider stops reading
// there and the command hangs for ever.
const maxLine = 16 << 10

// Capture collects both streams of a command, alone and in the order of arrival, and passes lines to a log.
type Capture struct {
	mu               sync.Mutex
	out, err, merged bytes.Buffer
	outLog, errLog   lineLog
}

// NewCapture makes a Capture that shows the streams which logging selects.
func NewCapture(logging *Logging, log func(line string)) *Capture {
	c := &Capture{}
	if logging.shows(LogStdout) {
		c.outLog.emit = log
	}
	if logging.shows(LogStderr) {
		c.errLog.emit = log
	}
	return c
}

// Stdout is the writer for the standard output.
func (c *Capture) Stdout() io.Writer { return stream{c, &c.out, &c.outLog} }

// Stderr is the writer for the standard error.
func (c *Capture) Stderr() io.Writer { return stream{c, &c.err, &c.errLog} }

// Finish flushes the log and turns the end of the command into its outputs or its error.
func (c *Capture) Finish(command string, err error) (Outputs, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.outLog.flush()
	c.errLog.flush()
	if err != nil {
		return Outputs{}, fmt.Errorf("%w: running %q:\n%s", err, command, c.merged.String())
	}
	return Outputs{
		Stdout: strings.TrimSuffix(c.out.String(), "\n"),
		Stderr: strings.TrimSuffix(c.err.String(), "\n"),
	}, nil
}

// stream is one of the two writers of a Capture. A command's streams are copied by two goroutines.
type stream struct {
	capture *Capture
	own     *bytes.Buffer
	log     *lineLog
}

func (s stream) Write(data []byte) (int, error) {
	s.capture.mu.Lock()
	defer s.capture.mu.Unlock()
	s.own.Write(data)
	s.capture.merged.Write(data)
	s.log.write(data)
	return len(data), nil
}

// lineLog cuts a stream into lines. Without emit it drops everything.
type lineLog struct {
	emit    func(string)
	pending []byte
}

func (l *lineLog) write(data []byte) {
	if l.emit == nil {
		return
	}
	l.pending = append(l.pending, data...)
	for {
		end := bytes.IndexByte(l.pending, '\n')
		skip := 1
		if end < 0 || end > maxLine {
			if len(l.pending) < maxLine {
				return
			}
			end, skip = maxLine, 0
		}
		l.emit(string(l.pending[:end]))
		l.pending = l.pending[end+skip:]
	}
}

func (l *lineLog) flush() {
	if l.emit != nil && len(l.pending) > 0 {
		l.emit(string(l.pending))
		l.pending = nil
	}
}
