// Command harbor-load pushes to and pulls from a Harbor registry as container clients do, and reports what they would have
// seen. README.md tells what each figure means.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() { os.Exit(command(os.Args[1:], os.Stdout, os.Stderr)) }

// command is the program: 0 when no operation failed, 1 when one did or none was done, 2 when it was called wrongly.
func command(arguments []string, out, errors io.Writer) int {
	o, err := parse(arguments, errors)
	if err == flag.ErrHelp {
		return 0
	}
	if err != nil {
		fmt.Fprintln(errors, "harbor-load:", err)
		return 2
	}
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	defer signal.Stop(signals)
	return run(o, signals, out, errors)
}

// run loads the registry until the duration is over or a signal comes. Operations that have begun are let finish; a second
// signal cuts them off.
func run(o *options, signals <-chan os.Signal, out, errors io.Writer) int {
	cut, cutNow := context.WithCancelCause(context.Background())
	defer cutNow(nil)
	stop, stopNow := context.WithCancel(cut)
	defer stopNow()
	go func() {
		select {
		case <-signals:
			stopNow()
		case <-cut.Done():
			return
		}
		select {
		case <-signals:
			cutNow(errCutOff)
		case <-cut.Done():
		}
	}()

	l := newLoad(o)
	if err := l.seed(stop, cut); err != nil {
		fmt.Fprintln(errors, "harbor-load: the images to pull can't be pushed:", err)
	} else if sleep(stop, o.settle) {
		l.record.begin(time.Now())
		timed, done := context.WithTimeout(stop, o.duration)
		l.clients(timed, cut)
		done()
	}
	r := l.record.report(time.Now())
	fmt.Fprint(out, r.text())
	if o.json != "" {
		if err := r.write(o.json); err != nil {
			fmt.Fprintln(errors, "harbor-load:", err)
			return 1
		}
	}
	if r.Failed > 0 || r.Operations == 0 {
		return 1
	}
	return 0
}

// sleep tells whether the whole time went by.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
