package sidecar

import (
	"io"
	"net"
	"net/http"
	"strconv"
	"testing"
	"time"
)

func TestMetricsAnswerOnTheirPathOnly(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(free.Addr().(*net.TCPAddr).Port)
	free.Close()
	go Metrics(port, "/metrics", "harbor_up 1")
	url := "http://127.0.0.1:" + port
	var response *http.Response
	for range 50 {
		if response, err = http.Get(url + "/metrics"); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, _ := io.ReadAll(response.Body); string(body) != "harbor_up 1\n" {
		t.Errorf("body %q", body)
	}
	other, err := http.Get(url + "/other")
	if err != nil {
		t.Fatal(err)
	}
	other.Body.Close()
	if other.StatusCode != http.StatusNotFound {
		t.Errorf("/other: %d", other.StatusCode)
	}
}
