package sshtest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// session serves one command or SFTP.
func (s *Server) session(offered ssh.NewChannel) {
	channel, requests, err := offered.Accept()
	if err != nil {
		return
	}
	defer func() { _ = channel.Close() }()
	environment := os.Environ()
	var running *exec.Cmd
	done := make(chan struct{})
	for {
		select {
		case <-done:
			return
		case request, ok := <-requests:
			if !ok {
				return
			}
			accepted := true
			switch request.Type {
			case "env":
				var variable struct{ Name, Value string }
				accepted = s.AcceptEnv && ssh.Unmarshal(request.Payload, &variable) == nil
				environment = append(environment, variable.Name+"="+variable.Value)
			case "exec":
				running = s.run(channel, request, environment, done)
			case "subsystem":
				go serveFiles(channel, done)
			case "signal":
				s.signal(request, running)
			default:
				accepted = false
			}
			if request.WantReply {
				_ = request.Reply(accepted, nil)
			}
		}
	}
}

// run starts the command and reports its end to the client.
func (s *Server) run(
	channel ssh.Channel, request *ssh.Request, environment []string, done chan<- struct{},
) *exec.Cmd {
	var payload struct{ Command string }
	_ = ssh.Unmarshal(request.Payload, &payload)
	command := exec.Command("/bin/sh", "-c", payload.Command)
	command.Env = environment
	command.Stdout, command.Stderr = channel, channel.Stderr()
	stdin, err := command.StdinPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		close(done)
		return nil
	}
	go func() {
		_, _ = io.Copy(stdin, channel)
		_ = stdin.Close()
	}()
	go func() {
		defer close(done)
		status := struct{ Status uint32 }{}
		var exit *exec.ExitError
		if errors.As(command.Wait(), &exit) {
			status.Status = uint32(max(exit.ExitCode(), 1))
		}
		_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(&status))
	}()
	return command
}

func (s *Server) signal(request *ssh.Request, running *exec.Cmd) {
	var payload struct{ Name string }
	_ = ssh.Unmarshal(request.Payload, &payload)
	s.mu.Lock()
	s.signals = append(s.signals, payload.Name)
	s.mu.Unlock()
	if running != nil {
		_ = running.Process.Kill()
	}
}

func serveFiles(channel ssh.Channel, done chan<- struct{}) {
	defer close(done)
	server, err := sftp.NewServer(channel)
	if err == nil {
		_ = server.Serve()
	}
}

// forward connects a client of a bastion to the address that it asks for.
func forward(offered ssh.NewChannel) {
	var target struct {
		Host       string
		Port       uint32
		OriginHost string
		OriginPort uint32
	}
	if err := ssh.Unmarshal(offered.ExtraData(), &target); err != nil {
		_ = offered.Reject(ssh.ConnectionFailed, err.Error())
		return
	}
	conn, err := net.Dial("tcp", net.JoinHostPort(target.Host, fmt.Sprint(target.Port)))
	if err != nil {
		_ = offered.Reject(ssh.ConnectionFailed, err.Error())
		return
	}
	channel, requests, err := offered.Accept()
	if err != nil {
		_ = conn.Close()
		return
	}
	go ssh.DiscardRequests(requests)
	go func() {
		_, _ = io.Copy(conn, channel)
		_ = conn.Close()
	}()
	_, _ = io.Copy(channel, conn)
	_ = channel.Close()
}
