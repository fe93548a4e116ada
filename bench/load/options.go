package main

import (
	"bytes"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"time"
)

// options are what the command line says.
type options struct {
	registry   *url.URL
	dns        string
	user       string
	password   string
	roots      *x509.CertPool
	project    string
	clients    int
	pushes     int
	seeds      int
	size       int
	chunk      int
	duration   time.Duration
	settle     time.Duration
	timeout    time.Duration
	dialWithin time.Duration
	json       string
}

// parse reads the command line; its errors name the flag, the value and what is allowed.
func parse(arguments []string, output io.Writer) (*options, error) {
	o := &options{}
	f := flag.NewFlagSet("harbor-load", flag.ContinueOnError)
	f.SetOutput(output)
	registry := f.String("registry", "", "the registry, for example http://hub.example.com:8070 (needed)")
	passwordFile := f.String("password-file", "", "file with the user's password (needed)")
	cafile := f.String("cafile", "", "certificates that the registry's is checked with (PEM); default: those of this system")
	f.StringVar(&o.dns, "dns", "", "DNS server that is asked for the registry's name at each operation, HOST:PORT (needed)")
	f.StringVar(&o.user, "user", "admin", "user who pushes and pulls")
	f.StringVar(&o.project, "project", "library", "project that the images go to")
	f.IntVar(&o.clients, "clients", 4, "clients at work at the same time, 1 to 256")
	f.IntVar(&o.pushes, "pushes", 30, "share of pushes in percent, 0 to 100")
	f.IntVar(&o.seeds, "seeds", 4, "images that are pushed first, so that there is something to pull, 1 to 1000")
	f.IntVar(&o.size, "size", 256<<10, "bytes of an image's layer, 1 to 1 GiB")
	f.IntVar(&o.chunk, "chunk", 64<<10, "bytes of a layer in one PATCH, at least 1")
	f.DurationVar(&o.duration, "duration", time.Minute, "how long operations are begun, more than 0")
	f.DurationVar(&o.settle, "settle", 15*time.Second, "age from which an image is pulled (see README.md)")
	f.DurationVar(&o.timeout, "timeout", time.Minute, "how long one operation may take, more than 0")
	f.DurationVar(&o.dialWithin, "connect-timeout", 5*time.Second, "how long one address may take to accept a connection, more than 0")
	f.StringVar(&o.json, "json", "", "file for the report in JSON")
	if err := f.Parse(arguments); err != nil {
		return nil, err
	}
	if f.NArg() > 0 {
		return nil, fmt.Errorf("%q is no flag", f.Arg(0))
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	var err error
	if o.registry, err = registryURL(*registry); err != nil {
		return nil, err
	}
	return o, o.readFiles(*passwordFile, *cafile)
}

func (o *options) check() error {
	if _, port, err := net.SplitHostPort(o.dns); err != nil || port == "" {
		return fmt.Errorf("--dns is %q; it must be HOST:PORT", o.dns)
	}
	for _, each := range []struct {
		name            string
		value, low, top int
	}{
		{"clients", o.clients, 1, 256}, {"pushes", o.pushes, 0, 100}, {"seeds", o.seeds, 1, 1000},
		{"size", o.size, 1, 1 << 30}, {"chunk", o.chunk, 1, 1 << 30},
	} {
		if each.value < each.low || each.value > each.top {
			return fmt.Errorf("--%s is %d; it must be %d to %d", each.name, each.value, each.low, each.top)
		}
	}
	for _, each := range []struct {
		name  string
		value time.Duration
	}{{"duration", o.duration}, {"timeout", o.timeout}, {"connect-timeout", o.dialWithin}} {
		if each.value <= 0 {
			return fmt.Errorf("--%s is %s; it must be more than 0", each.name, each.value)
		}
	}
	if o.settle < 0 {
		return fmt.Errorf("--settle is %s; it must be 0 or more", o.settle)
	}
	return nil
}

func registryURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.User != nil || u.RawQuery != "" {
		return nil, fmt.Errorf("--registry is %q; it must be http://NAME[:PORT] or https://NAME[:PORT]", text)
	}
	u.Path = ""
	return u, nil
}

func (o *options) readFiles(passwordFile, cafile string) error {
	if passwordFile == "" {
		return errors.New("--password-file is missing: a file with the user's password")
	}
	text, err := os.ReadFile(passwordFile)
	if err != nil {
		return fmt.Errorf("--password-file: %w", err)
	}
	if o.password = string(bytes.TrimRight(text, "\r\n")); o.password == "" {
		return fmt.Errorf("--password-file: %s is empty", passwordFile)
	}
	if cafile == "" {
		return nil
	}
	pem, err := os.ReadFile(cafile)
	if err != nil {
		return fmt.Errorf("--cafile: %w", err)
	}
	o.roots = x509.NewCertPool()
	if !o.roots.AppendCertsFromPEM(pem) {
		return fmt.Errorf("--cafile: %s has no certificate (PEM)", cafile)
	}
	return nil
}
