package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/retry"
	"golang.org/x/crypto/ssh"
)

// client is an SSH connection together with the bastion's connection below it.
type client struct {
	*ssh.Client
	below []func()
}

// Close ends the connection and everything that was opened for it.
func (c *client) Close() {
	_ = c.Client.Close()
	for _, closeBelow := range c.below {
		closeBelow()
	}
}

// dialer opens the transport to an address: the network itself, or a bastion.
type dialer func(ctx context.Context, address string, timeout time.Duration) (net.Conn, error)

func dialNetwork(ctx context.Context, address string, timeout time.Duration) (net.Conn, error) {
	return (&net.Dialer{Timeout: timeout}).DialContext(ctx, "tcp", address)
}

// dial connects to the server, over the proxy if there is one, retrying as often as each hop allows.
func (c Connection) dial(ctx context.Context) (*client, error) {
	if c.Proxy == nil {
		return c.connect(ctx, "Dial", dialNetwork)
	}
	proxy, err := c.Proxy.connect(ctx, "Dial proxy", dialNetwork)
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	target, err := c.connect(ctx, "Dial from proxy", func(ctx context.Context, address string, _ time.Duration) (net.Conn, error) {
		return proxy.DialContext(ctx, "tcp", address)
	})
	if err != nil {
		proxy.Close()
		return nil, fmt.Errorf("proxy: %w", err)
	}
	target.below = append(target.below, proxy.Close)
	return target, nil
}

// connect logs in at the endpoint. Every error is retried with back-off, as the official provider does:
// a host that is being set up can refuse connections and logins for a while.
func (e Endpoint) connect(ctx context.Context, what string, open dialer) (*client, error) {
	config, closeAgent, err := e.clientConfig()
	if err != nil {
		return nil, err
	}
	limit := e.dialErrorLimit()
	var connected *ssh.Client
	accepted, _, err := retry.Until(ctx, retry.Acceptor{
		Accept: func(try int, _ time.Duration) (bool, any, error) {
			var dialErr error
			if connected, dialErr = handshake(ctx, e.address(), config, open); dialErr == nil {
				return true, nil, nil
			}
			if limit > unlimitedDialErrors && try+1 > limit {
				return true, nil, fmt.Errorf("after %d failed attempts: %w", try, dialErr)
			}
			p.GetLogger(ctx).InfoStatusf("%s %d/%s failed: retrying", what, try+1, limitText(limit))
			return false, nil, nil
		},
	})
	if err == nil && !accepted {
		err = errors.Join(errors.New("cancelled while connecting"), ctx.Err())
	}
	if err != nil {
		closeAgent()
		return nil, err
	}
	return &client{Client: connected, below: []func(){closeAgent}}, nil
}

func limitText(limit int) string {
	if limit == unlimitedDialErrors {
		return "inf"
	}
	return strconv.Itoa(limit)
}

// handshake makes one attempt. Its time limit covers the login too, so that a server which accepts and then
// stays silent is a failed attempt, not an endless one.
func handshake(ctx context.Context, address string, config *ssh.ClientConfig, open dialer) (*ssh.Client, error) {
	conn, err := open(ctx, address, config.Timeout)
	if err != nil {
		return nil, err
	}
	stopWatching := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stopWatching()
	if config.Timeout > 0 {
		expiry := time.AfterFunc(config.Timeout, func() { _ = conn.Close() })
		defer expiry.Stop()
	}
	sshConn, channels, requests, err := ssh.NewClientConn(conn, address, config)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return ssh.NewClient(sshConn, channels, requests), nil
}
