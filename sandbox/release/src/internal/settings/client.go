package settings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"sync"
	"time"
)

// Client asks an adminserver, and remembers the answer for cfg_expiration
// seconds: a change made through another node is seen after that time.
type Client struct {
	URL    string
	Secret string

	mu      sync.Mutex
	cached  Settings
	expires time.Time
}

var httpClient = &http.Client{Timeout: 10 * time.Second}

// Wait asks until the adminserver answers.
func (c *Client) Wait() Settings {
	for {
		settings, err := c.fetch()
		if err == nil {
			c.remember(settings)
			return settings
		}
		log.Printf("waiting for the settings: %v", err)
		time.Sleep(time.Second)
	}
}

// Get returns the settings, the last known ones when the adminserver is away.
func (c *Client) Get() Settings {
	c.mu.Lock()
	cached, fresh := c.cached, time.Now().Before(c.expires)
	c.mu.Unlock()
	if fresh {
		return cached
	}
	settings, err := c.fetch()
	if err != nil {
		log.Printf("using the last known settings: %v", err)
		return cached
	}
	c.remember(settings)
	return settings
}

// Put changes some settings.
func (c *Client) Put(changes Settings) error {
	body, err := json.Marshal(changes)
	if err != nil {
		return err
	}
	if _, err = c.do(http.MethodPut, body); err != nil {
		return err
	}
	c.mu.Lock()
	c.expires = time.Time{}
	c.mu.Unlock()
	return nil
}

func (c *Client) remember(settings Settings) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cached = settings
	c.expires = time.Now().Add(time.Duration(settings.Number("cfg_expiration")) * time.Second)
}

func (c *Client) fetch() (Settings, error) {
	body, err := c.do(http.MethodGet, nil)
	if err != nil {
		return nil, err
	}
	settings := Settings{}
	return settings, json.Unmarshal(body, &settings)
}

func (c *Client) do(method string, body []byte) ([]byte, error) {
	request, err := http.NewRequest(method, c.URL+"/api/configurations", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.AddCookie(&http.Cookie{Name: "secret", Value: c.Secret})
	response, err := httpClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("adminserver: %s %s", response.Status, bytes.TrimSpace(answer))
	}
	return answer, nil
}
