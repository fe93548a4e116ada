// Command harbor-sandbox is the adminserver, the ui and the jobservice of the
// sandbox's Harbor-shaped release.
package main

import (
	"fmt"
	"log"
	"os"

	"harborsandbox/internal/adminserver"
	"harborsandbox/internal/jobservice"
	"harborsandbox/internal/ui"
)

func main() {
	services := map[string]func() error{
		"adminserver": adminserver.Run,
		"ui":          ui.Run,
		"jobservice":  jobservice.Run,
	}
	// docker sends stdout to syslog as information, stderr as errors.
	log.SetOutput(os.Stdout)
	if len(os.Args) != 2 || services[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: harbor-sandbox adminserver|ui|jobservice")
		os.Exit(2)
	}
	log.Fatal(services[os.Args[1]]())
}
