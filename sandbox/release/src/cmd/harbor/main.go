// Command harbor is every service of the sandbox's 2.x release that is this project's own; the name that it is called by says
// which.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"harborsandbox/internal/core"
	"harborsandbox/internal/jobs"
	"harborsandbox/internal/sidecar"
)

func main() {
	// docker sends stdout to syslog as information, stderr as errors.
	log.SetOutput(os.Stdout)
	services := map[string]func() error{
		"harbor_core":        core.Run,
		"harbor_jobservice":  func() error { return jobs.Run("/etc/jobservice/config.yml") },
		"harbor_registryctl": sidecar.Registryctl,
		"harbor_exporter":    sidecar.Exporter,
		"scanner_trivy":      sidecar.Scanner,
		"healthcheck":        healthcheck,
	}
	service := services[filepath.Base(os.Args[0])]
	if service == nil {
		fmt.Fprintln(os.Stderr, "the names of this program are harbor_core, harbor_jobservice, harbor_registryctl, harbor_exporter, scanner_trivy and healthcheck")
		os.Exit(2)
	}
	if err := service(); err != nil {
		log.Fatal(err)
	}
}

func healthcheck() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("usage: healthcheck URL")
	}
	return sidecar.Healthcheck(os.Args[1])
}
