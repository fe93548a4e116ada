// Package sshtest runs an SSH server inside a test: commands through /bin/sh, SFTP, and forwarding for a bastion.
package sshtest

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/crypto/ssh"
)

// Server is a running SSH server.
type Server struct {
	// Address is where it listens.
	Address net.TCPAddr
	// HostKey is its public key as a line of an authorized_keys file.
	HostKey string
	// ClientKey is a private key that may log in.
	ClientKey string
	// Password may log in, too.
	Password string
	// AcceptEnv lets clients set variables, which a stock sshd refuses.
	AcceptEnv bool

	// Logins counts the accepted connections, Refuse the connections that are still to be dropped.
	Logins, Refuse atomic.Int32

	config  *ssh.ServerConfig
	open    sync.WaitGroup
	mu      sync.Mutex
	signals []string
}

// Start runs a server until the test ends.
func Start(t *testing.T) *Server {
	t.Helper()
	hostSigner, _ := newKey(t)
	clientSigner, clientKey := newKey(t)
	server := &Server{
		HostKey:   strings.TrimSpace(string(ssh.MarshalAuthorizedKey(hostSigner.PublicKey()))),
		ClientKey: clientKey,
		Password:  "test-password",
	}
	server.config = &ssh.ServerConfig{
		PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			return nil, refuseUnless(string(key.Marshal()) == string(clientSigner.PublicKey().Marshal()))
		},
		PasswordCallback: func(_ ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
			return nil, refuseUnless(string(password) == server.Password)
		},
	}
	server.config.AddHostKey(hostSigner)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	server.Address = *listener.Addr().(*net.TCPAddr)
	go server.accept(listener)
	return server
}

func refuseUnless(ok bool) error {
	if ok {
		return nil
	}
	return errors.New("refused")
}

func newKey(t *testing.T) (ssh.Signer, string) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer, string(pem.EncodeToMemory(block))
}

// Signals lists what clients sent to their commands.
func (s *Server) Signals() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.signals...)
}

// WaitClosed returns when every client has closed its connection.
func (s *Server) WaitClosed() { s.open.Wait() }

func (s *Server) accept(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		if s.Refuse.Add(-1) >= 0 {
			_ = conn.Close()
			continue
		}
		s.open.Add(1)
		go func() {
			defer s.open.Done()
			s.serve(conn)
		}()
	}
}

func (s *Server) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	_, channels, requests, err := ssh.NewServerConn(conn, s.config)
	if err != nil {
		return
	}
	s.Logins.Add(1)
	go ssh.DiscardRequests(requests)
	for channel := range channels {
		switch channel.ChannelType() {
		case "session":
			go s.session(channel)
		case "direct-tcpip":
			go forward(channel)
		default:
			_ = channel.Reject(ssh.UnknownChannelType, "not supported")
		}
	}
}
