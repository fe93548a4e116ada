package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"time"
)

// How long one answer of the DNS server may take, and how often it is asked: as glibc and Go do by default.
const (
	dnsWithin = 5 * time.Second
	dnsTries  = 2
)

const (
	typeA     = 1
	classIN   = 1
	truncated = 1 << 9
)

// resolve asks the server for the IPv4 addresses of a name, without any cache, and keeps their order. Go's own resolver would
// sort them (RFC 6724), so that a rotation by the server couldn't be seen.
func resolve(ctx context.Context, server, name string) ([]netip.Addr, error) {
	if address, err := netip.ParseAddr(name); err == nil {
		return []netip.Addr{address}, nil
	}
	var err error
	for range dnsTries {
		var addresses []netip.Addr
		addresses, err = ask(ctx, server, name)
		if err == nil || ctx.Err() != nil {
			return addresses, err
		}
	}
	return nil, err
}

func ask(ctx context.Context, server, name string) ([]netip.Addr, error) {
	id := uint16(rand.Uint32())
	query, err := question(id, name)
	if err != nil {
		return nil, err
	}
	answer, err := exchange(ctx, "udp", server, id, query)
	if err == nil && binary.BigEndian.Uint16(answer[2:])&truncated != 0 {
		answer, err = exchange(ctx, "tcp", server, id, query)
	}
	if err != nil {
		return nil, err
	}
	return addressesIn(answer)
}

// question is a query for the A records of a name (RFC 1035, 4.1), with recursion desired.
func question(id uint16, name string) ([]byte, error) {
	query := binary.BigEndian.AppendUint16(nil, id)
	query = append(query, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0)
	for label := range strings.SplitSeq(strings.TrimSuffix(name, "."), ".") {
		if label == "" || len(label) > 63 {
			return nil, fmt.Errorf("%q is no name for DNS", name)
		}
		query = append(append(query, byte(len(label))), label...)
	}
	return append(query, 0, 0, typeA, 0, classIN), nil
}

func exchange(ctx context.Context, network, server string, id uint16, query []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, dnsWithin)
	defer cancel()
	connection, err := (&net.Dialer{}).DialContext(ctx, network, server)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	stop := context.AfterFunc(ctx, func() { connection.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if network == "tcp" {
		query = append(binary.BigEndian.AppendUint16(nil, uint16(len(query))), query...)
	}
	if _, err := connection.Write(query); err != nil {
		return nil, err
	}
	for {
		answer, err := readMessage(connection, network)
		if err != nil {
			return nil, err
		}
		// Another one's answer, or a late one, isn't ours.
		if len(answer) >= 12 && binary.BigEndian.Uint16(answer) == id && answer[2]&0x80 != 0 {
			return answer, nil
		}
	}
}

func readMessage(connection net.Conn, network string) ([]byte, error) {
	if network == "udp" {
		buffer := make([]byte, 4096)
		n, err := connection.Read(buffer)
		return buffer[:n], err
	}
	var size [2]byte
	if _, err := io.ReadFull(connection, size[:]); err != nil {
		return nil, err
	}
	message := make([]byte, binary.BigEndian.Uint16(size[:]))
	_, err := io.ReadFull(connection, message)
	return message, err
}

var errShort = errors.New("the DNS server's answer is cut off")

// addressesIn reads the A records of an answer in their order; those behind a CNAME stand among them.
func addressesIn(answer []byte) ([]netip.Addr, error) {
	if code := answer[3] & 15; code != 0 {
		return nil, fmt.Errorf("the DNS server answers with code %d", code)
	}
	questions, records := binary.BigEndian.Uint16(answer[4:]), binary.BigEndian.Uint16(answer[6:])
	at := 12
	for range questions {
		at = skipName(answer, at) + 4
	}
	var addresses []netip.Addr
	for range records {
		at = skipName(answer, at)
		if at+10 > len(answer) {
			return nil, errShort
		}
		kind, class, size := binary.BigEndian.Uint16(answer[at:]), binary.BigEndian.Uint16(answer[at+2:]), int(binary.BigEndian.Uint16(answer[at+8:]))
		at += 10
		if at+size > len(answer) {
			return nil, errShort
		}
		if kind == typeA && class == classIN && size == 4 {
			addresses = append(addresses, netip.AddrFrom4([4]byte(answer[at:at+4])))
		}
		at += size
	}
	if len(addresses) == 0 {
		return nil, errors.New("the DNS server knows no address")
	}
	return addresses, nil
}

// skipName gives the place after a name; past the end when the message ends before.
func skipName(message []byte, at int) int {
	for at < len(message) {
		switch length := int(message[at]); {
		case length == 0:
			return at + 1
		case length >= 0xc0:
			return at + 2
		default:
			at += length + 1
		}
	}
	return len(message) + 1
}
