package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

const (
	manifestType = "application/vnd.docker.distribution.manifest.v2+json"
	configType   = "application/vnd.docker.container.image.v1+json"
	layerType    = "application/vnd.docker.image.rootfs.diff.tar.gzip"
)

// image is one that was made to be pushed; content goes to no one else, so that nothing is there already.
type image struct {
	repository, tag         string
	layer, config, manifest []byte
}

type descriptor struct {
	MediaType string `json:"mediaType"`
	Size      int    `json:"size"`
	Digest    string `json:"digest"`
}

type manifest struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	Config        descriptor   `json:"config"`
	Layers        []descriptor `json:"layers"`
}

func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// newImage makes an image of one random layer.
func newImage(repository, tag string, size int) *image {
	layer := make([]byte, size)
	var seed [32]byte
	for i := range seed {
		seed[i] = byte(rand.Uint32())
	}
	rand.NewChaCha8(seed).Read(layer)
	config := fmt.Appendf(nil, `{"architecture":"amd64","os":"linux","config":{},"created":%q,"rootfs":{"type":"layers","diff_ids":[%q]}}`,
		time.Now().UTC().Format(time.RFC3339), digestOf(layer))
	text, err := json.Marshal(manifest{2, manifestType,
		descriptor{configType, len(config), digestOf(config)},
		[]descriptor{{layerType, len(layer), digestOf(layer)}}})
	if err != nil {
		panic(err) // numbers and texts only
	}
	return &image{repository, tag, layer, config, text}
}

// pushed is what is remembered of an image to pull it.
type pushed struct {
	repository, tag, digest string
	at                      time.Time
}

// catalog holds the images that this run has pushed, the latest of them.
type catalog struct {
	lock   sync.Mutex
	images []pushed
}

// A run of hours pushes more than anybody pulls.
const remembered = 1000

func (c *catalog) add(image pushed) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.images = append(c.images, image)
	if len(c.images) > remembered {
		c.images = c.images[1:]
	}
}

// pick gives any image that is at least so old.
func (c *catalog) pick(age time.Duration, now time.Time) (pushed, bool) {
	c.lock.Lock()
	defer c.lock.Unlock()
	old := len(c.images)
	for old > 0 && now.Sub(c.images[old-1].at) < age {
		old--
	}
	if old == 0 {
		return pushed{}, false
	}
	return c.images[rand.IntN(old)], true
}
