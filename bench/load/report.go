package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// report is what a run has seen; README.md tells what each figure means. Times are in seconds, and since the run began.
type report struct {
	Began      time.Time       `json:"began"`
	Seconds    float64         `json:"seconds"`
	Operations int             `json:"operations"`
	Pushes     int             `json:"pushes"`
	Pulls      int             `json:"pulls"`
	Failed     int             `json:"failed"`
	Unfinished int             `json:"unfinished"`
	Refused    int             `json:"refusedConnections"`
	Failures   []*failureCount `json:"failures"`
	FailedAt   []*secondCount  `json:"failedBySecond"`
	Nodes      []*nodeCount    `json:"nodes"`
	Longest    stretch         `json:"longestOperation"`
	Silence    stretch         `json:"longestSilence"`
	All        percentiles     `json:"all"`
	Push       percentiles     `json:"push"`
	Pull       percentiles     `json:"pull"`
}

type failureCount struct {
	Cause   string  `json:"cause"`
	Node    string  `json:"node"`
	Count   int     `json:"count"`
	First   float64 `json:"first"`
	Example string  `json:"example"`
}

type secondCount struct {
	Second int `json:"second"`
	Failed int `json:"failed"`
}

type nodeCount struct {
	Node       string `json:"node"`
	Operations int    `json:"operations"`
	Failed     int    `json:"failed"`
	Refused    int    `json:"refusedConnections"`
}

type stretch struct {
	Seconds float64 `json:"seconds"`
	From    float64 `json:"from"`
}

type percentiles struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
}

func (r *report) text() string {
	var b strings.Builder
	line := func(format string, values ...any) { fmt.Fprintf(&b, format+"\n", values...) }
	line("operations         %d in %.1f s: %d pushes, %d pulls", r.Operations, r.Seconds, r.Pushes, r.Pulls)
	line("failed             %d", r.Failed)
	if r.Unfinished > 0 {
		line("unfinished         %d (cut off by a second signal)", r.Unfinished)
	}
	line("longest operation  %.3f s, from second %.1f", r.Longest.Seconds, r.Longest.From)
	line("longest silence    %.3f s without an end of an operation, from second %.1f", r.Silence.Seconds, r.Silence.From)
	line("p50 / p95          %.3f s / %.3f s (push %.3f / %.3f, pull %.3f / %.3f)",
		r.All.P50, r.All.P95, r.Push.P50, r.Push.P95, r.Pull.P50, r.Pull.P95)
	for _, n := range r.Nodes {
		line("node               %s: %d operations, %d failed, %d connections refused", n.Node, n.Operations, n.Failed, n.Refused)
	}
	for _, f := range r.Failures {
		line("failure            %d times at %s, first at second %.1f: %s", f.Count, f.Node, f.First, f.Example)
	}
	if len(r.FailedAt) > 0 {
		b.WriteString("failed by second  ")
		for _, s := range r.FailedAt {
			fmt.Fprintf(&b, " %d:%d", s.Second, s.Failed)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// write puts the report into a file, whole or not at all.
func (r *report) write(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".harbor-load-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(append(text, '\n'))
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
