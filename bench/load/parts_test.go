package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCommandLine(t *testing.T) {
	given := map[string]string{"registry": "http://hub.example.com:8070", "dns": "192.0.2.53:53", "password-file": file(t, "secret\n")}
	with := func(name, value string) []string {
		words := []string{}
		for flag, usual := range given {
			if flag != name {
				words = append(words, "--"+flag, usual)
			}
		}
		if name != "" {
			words = append(words, "--"+name, value)
		}
		return words
	}
	o, err := parse(with("", ""), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if o.password != "secret" || o.clients != 4 || o.pushes != 30 || o.size != 256<<10 || o.registry.Host != "hub.example.com:8070" {
		t.Errorf("%+v", o)
	}
	for _, wrong := range [][2]string{
		{"registry", "hub.example.com"}, {"registry", "ftp://hub.example.com"}, {"registry", "http://hub.example.com/v2"}, {"dns", "192.0.2.53"},
		{"clients", "0"}, {"pushes", "101"}, {"size", "0"}, {"chunk", "0"}, {"seeds", "0"}, {"duration", "0s"}, {"settle", "-1s"},
		{"timeout", "0s"}, {"connect-timeout", "0s"}, {"password-file", "/none"}, {"password-file", file(t, "\n")}, {"cafile", file(t, "no PEM")},
	} {
		if _, err := parse(with(wrong[0], wrong[1]), io.Discard); err == nil || !strings.Contains(err.Error(), "--"+wrong[0]) {
			t.Errorf("--%s %q: %v", wrong[0], wrong[1], err)
		}
		if code := command(with(wrong[0], wrong[1]), io.Discard, io.Discard); code != 2 {
			t.Errorf("--%s %q: exit %d", wrong[0], wrong[1], code)
		}
	}
	if _, err := parse(append(with("", ""), "word"), io.Discard); err == nil {
		t.Error("a word is taken")
	}
}

func TestResolve(t *testing.T) {
	// An order that RFC 6724 would change for no source address is the same.
	want := []string{"203.0.113.7", "127.0.0.1", "10.0.0.1"}
	addresses, err := resolve(context.Background(), dnsServer(t, always(want...)), "hub.example.com")
	if err != nil {
		t.Fatal(err)
	}
	found := []string{}
	for _, address := range addresses {
		found = append(found, address.String())
	}
	if !slices.Equal(found, want) {
		t.Errorf("%v", found)
	}
	if _, err := resolve(context.Background(), dnsServer(t, always()), "hub.example.com"); err == nil || !strings.Contains(err.Error(), "no address") {
		t.Errorf("none: %v", err)
	}
	if _, err := resolve(context.Background(), "127.0.0.1:1", "hub..example.com"); err == nil || !strings.Contains(err.Error(), "no name") {
		t.Errorf("an empty label: %v", err)
	}
}

func TestATruncatedAnswerIsAskedForByTCP(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	socket, err := net.ListenPacket("udp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	go func() {
		buffer := make([]byte, 512)
		size, from, _ := socket.ReadFrom(buffer)
		answer := dnsAnswer(buffer[:size], 0)
		answer[2] |= 2
		socket.WriteTo(answer, from)
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		defer connection.Close()
		query, _ := readMessage(connection, "tcp")
		whole := dnsAnswer(query, 0, "192.0.2.1")
		connection.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(whole))), whole...))
	}()
	addresses, err := resolve(context.Background(), listener.Addr().String(), "hub.example.com")
	if err != nil || len(addresses) != 1 {
		t.Errorf("%v %v", addresses, err)
	}
}

func TestAnswersOfDNS(t *testing.T) {
	query, err := question(1, "hub.example.com.")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := addressesIn(dnsAnswer(query, 3)); err == nil || !strings.Contains(err.Error(), "code 3") {
		t.Errorf("NXDOMAIN: %v", err)
	}
	whole := dnsAnswer(query, 0, "192.0.2.1", "192.0.2.2")
	for size := 12; size < len(whole); size++ {
		if _, err := addressesIn(whole[:size]); err == nil {
			t.Errorf("%d of %d bytes are taken", size, len(whole))
		}
	}
}

func TestReport(t *testing.T) {
	began := time.Now()
	r := newRecord()
	r.begin(began)
	at := func(ms int) time.Time { return began.Add(time.Duration(ms) * time.Millisecond) }
	for ms := 100; ms <= 2000; ms += 100 {
		r.add(ended{kind: "pull", at: at(ms), took: time.Duration(ms) * time.Millisecond / 10, node: "a"})
	}
	r.add(ended{kind: "push", at: at(5500), took: 3 * time.Second, node: "b", refused: []string{"a"}, err: failed("GET x answers 502", nil)})
	r.add(ended{kind: "push", at: at(5600), took: time.Second, node: "b", err: failed("GET x answers 502", errors.New("why"))})
	r.add(ended{kind: "pull", at: at(7000), took: time.Second, refused: []string{"a", "b"}, err: errors.New("no way")})
	r.add(ended{kind: "pull", at: at(7100), err: errCutOff, cut: true})
	sum := r.report(at(10000))
	if sum.Operations != 23 || sum.Pushes != 2 || sum.Pulls != 21 || sum.Failed != 3 || sum.Unfinished != 1 || sum.Refused != 3 || sum.Seconds != 10 {
		t.Errorf("%+v", sum)
	}
	if sum.Longest != (stretch{3, 2.5}) || sum.Silence != (stretch{3.5, 2}) {
		t.Errorf("longest %v, silence %v", sum.Longest, sum.Silence)
	}
	if sum.All != (percentiles{0.1, 0.19}) || sum.Push != (percentiles{}) || sum.Pull != sum.All {
		t.Errorf("%v %v %v", sum.All, sum.Push, sum.Pull)
	}
	if found := fmt.Sprintf("%+v %+v", *sum.Failures[0], *sum.Failures[1]); found !=
		"{Cause:GET x answers 502 Node:b Count:2 First:5.5 Example:GET x answers 502} {Cause:no way Node:none Count:1 First:7 Example:no way}" {
		t.Error(found)
	}
	if found := fmt.Sprintf("%+v %+v", *sum.FailedAt[0], *sum.FailedAt[1]); found != "{Second:5 Failed:2} {Second:7 Failed:1}" {
		t.Error(found)
	}
	if found := fmt.Sprintf("%+v", *sum.Nodes[0]); found != "{Node:a Operations:20 Failed:0 Refused:2}" {
		t.Error(found)
	}
	// A registry that hangs until the end.
	if silence := r.report(at(20000)).Silence; silence != (stretch{10, 10}) {
		t.Errorf("silence %v", silence)
	}
}

func TestOnlyImagesOfAnAgeArePulled(t *testing.T) {
	c := &catalog{}
	now := time.Now()
	c.add(pushed{tag: "old", at: now.Add(-time.Minute)})
	c.add(pushed{tag: "new", at: now})
	for range 20 {
		if image, found := c.pick(30*time.Second, now); !found || image.tag != "old" {
			t.Fatalf("%v", image)
		}
	}
	if _, found := c.pick(time.Hour, now); found {
		t.Error("one is old enough")
	}
}
