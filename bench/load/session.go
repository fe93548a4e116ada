package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"sync"
	"sync/atomic"
)

var (
	errCutOff = errors.New("cut off by a second signal")
	errClosed = errors.New("connection closed under a request")
)

// Answers of a registry that are read into memory; a layer has its own limit.
const most = 4 << 20

// session is what one operation has: addresses of its own, asked anew, and connections of its own, which are kept from one
// request to the next, as a Docker engine does for a pull or push.
type session struct {
	o         *options
	client    *http.Client
	addresses []netip.Addr
	token     string

	lock sync.Mutex
	// node is the address that was connected to last, as text; empty before the first one.
	node string
	// refused are addresses that took no connection; the next one was tried.
	refused []string
}

func newSession(ctx context.Context, o *options) (*session, error) {
	s := &session{o: o}
	addresses, err := resolve(ctx, o.dns, o.registry.Hostname())
	if err != nil {
		return nil, failed("the name isn't resolved", err)
	}
	s.addresses = addresses
	transport := &http.Transport{
		DialContext:     s.dial,
		TLSClientConfig: &tls.Config{RootCAs: o.roots, MinVersion: tls.VersionTLS12},
		// Docker's client speaks HTTP/2 where the registry does; nginx before Harbor does over TLS.
		ForceAttemptHTTP2: true,
		// What was pushed is compared as it comes.
		DisableCompression: true,
	}
	// A registry on a file system serves everything itself.
	last := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s.client = &http.Client{Transport: transport, CheckRedirect: last}
	return s, nil
}

func (s *session) close() { s.client.CloseIdleConnections() }

// dial tries the addresses in the answer's order; another host than the registry (a token service of its own) is asked for
// anew. Only what keeps a connection from being made leads to the next address.
func (s *session) dial(ctx context.Context, network, target string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(target)
	if err != nil {
		return nil, err
	}
	addresses := s.addresses
	if host != s.o.registry.Hostname() {
		if addresses, err = resolve(ctx, s.o.dns, host); err != nil {
			return nil, err
		}
	}
	dialer := net.Dialer{Timeout: s.o.dialWithin}
	for _, address := range addresses {
		var connection net.Conn
		connection, err = dialer.DialContext(ctx, network, net.JoinHostPort(address.String(), port))
		s.lock.Lock()
		if err == nil {
			s.node = address.String()
			s.lock.Unlock()
			return connection, nil
		}
		if ctx.Err() == nil {
			s.refused = append(s.refused, address.String())
		}
		s.lock.Unlock()
	}
	return nil, &dialError{err}
}

// dialError: none of the addresses took a connection.
type dialError struct{ error }

func (e *dialError) Unwrap() error { return e.error }

// answer is a whole answer, with its status as expected.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// request is one request of an operation, and what must be answered.
type request struct {
	// what it is for, as failures name it.
	what   string
	method string
	url    *url.URL
	header http.Header
	body   []byte
	want   int
	limit  int64
	basic  bool
}

// do sends a request once. Go's transport would send a GET again when a kept connection is closed before an answer; here that
// is a failure, as it is on a connection just made.
func (s *session) do(ctx context.Context, r request) (*answer, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var sent atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) {
			if sent.Load() {
				cancel(errClosed)
			}
		},
		WroteHeaders: func() { sent.Store(true) },
	})
	q, err := http.NewRequestWithContext(ctx, r.method, r.url.String(), bytes.NewReader(r.body))
	if err != nil {
		return nil, failed(r.what+": no request can be made", err)
	}
	for name, values := range r.header {
		q.Header[name] = values
	}
	switch {
	case r.basic:
		q.SetBasicAuth(s.o.user, s.o.password)
	case s.token != "":
		q.Header.Set("Authorization", "Bearer "+s.token)
	}
	response, err := s.client.Do(q)
	if err != nil {
		return nil, s.failedRequest(ctx, r.what, err)
	}
	defer response.Body.Close()
	limit := r.limit
	if limit == 0 {
		limit = most
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	if err != nil {
		return nil, s.failedRequest(ctx, r.what, err)
	}
	if response.StatusCode != r.want {
		return nil, failed(fmt.Sprintf("%s answers %d instead of %d", r.what, response.StatusCode, r.want), nil)
	}
	if int64(len(body)) > limit {
		return nil, failed(r.what+" answers with more than was pushed", nil)
	}
	return &answer{response.StatusCode, response.Header, body}, nil
}

// failedRequest names why there was no whole answer.
func (s *session) failedRequest(ctx context.Context, what string, err error) error {
	var dialed *dialError
	var network net.Error
	switch {
	case errors.Is(context.Cause(ctx), errCutOff):
		return errCutOff
	case errors.Is(context.Cause(ctx), errClosed):
		return failed(what+": "+errClosed.Error(), err)
	case errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		return failed(what+": the operation's time is over", err)
	case errors.As(err, &dialed):
		return failed(what+": no address takes a connection", err)
	case errors.As(err, &network) && network.Timeout():
		return failed(what+": no answer in time", err)
	case errors.As(err, new(*tls.CertificateVerificationError)):
		return failed(what+": the certificate isn't accepted", err)
	default:
		// Ended, reset or broken; all the same to a client.
		return failed(what+": "+errClosed.Error(), err)
	}
}

func (s *session) connected() (node string, refused []string) {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.node, s.refused
}

// failure is why an operation failed: a cause that many can share, and the first words about it.
type failure struct {
	cause string
	err   error
}

func failed(cause string, err error) error { return &failure{cause, err} }

func (f *failure) Error() string {
	if f.err == nil {
		return f.cause
	}
	return f.cause + " (" + f.err.Error() + ")"
}

func (f *failure) Unwrap() error { return f.err }
