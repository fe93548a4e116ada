package session

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gomodule/redigo/redis"
)

type redisURL struct {
	address  string
	poolSize int
	password string
	database int
}

// parseRedisURL reads host:port,poolsize,password,database. What is missing or
// no number gets its default, silently, as in the web framework that gave the
// format its shape.
func parseRedisURL(text string) redisURL {
	parts := strings.SplitN(text, ",", 4)
	part := func(i int) string {
		if i < len(parts) {
			return parts[i]
		}
		return ""
	}
	url := redisURL{address: part(0), poolSize: 100, password: part(2)}
	if n, err := strconv.Atoi(part(1)); err == nil && n > 0 {
		url.poolSize = n
	}
	if n, err := strconv.Atoi(part(3)); err == nil && n >= 0 {
		url.database = n
	}
	return url
}

// parseAddress reads redis://user:password@host:port/database?...; the user doesn't count, as Redis has one password.
func parseAddress(text string) (redisURL, error) {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Scheme != "redis" || parsed.Host == "" {
		return redisURL{}, errors.New("the address of Redis must look like redis://user:password@host:port/database")
	}
	address := redisURL{address: parsed.Host, poolSize: 100}
	address.password, _ = parsed.User.Password()
	if path := strings.Trim(parsed.Path, "/"); path != "" {
		if address.database, err = strconv.Atoi(path); err != nil {
			return redisURL{}, fmt.Errorf("the database of Redis is %q, not a number", path)
		}
	}
	return address, nil
}

// Pool connects by an address like that of New2, for others than sessions.
func Pool(address string) (*redis.Pool, error) {
	parsed, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	connected, err := connect(parsed)
	if err != nil {
		return nil, err
	}
	return connected.pool, nil
}

type redisStore struct{ pool *redis.Pool }

// connect proves that Redis answers and takes the password: the ui doesn't
// start without.
func connect(url redisURL) (*redisStore, error) {
	pool := &redis.Pool{
		MaxIdle:     url.poolSize,
		IdleTimeout: 3 * time.Minute,
		Dial: func() (redis.Conn, error) {
			return redis.Dial("tcp", url.address,
				redis.DialPassword(url.password),
				redis.DialDatabase(url.database),
				redis.DialConnectTimeout(3*time.Second),
				redis.DialReadTimeout(3*time.Second),
				redis.DialWriteTimeout(3*time.Second))
		},
		// A connection that lay idle may have lost its server meanwhile.
		TestOnBorrow: func(c redis.Conn, since time.Time) error {
			if time.Since(since) < time.Second {
				return nil
			}
			_, err := c.Do("PING")
			return err
		},
	}
	conn := pool.Get()
	defer conn.Close()
	if _, err := conn.Do("PING"); err != nil {
		return nil, fmt.Errorf("redis %s: %w", url.address, err)
	}
	return &redisStore{pool: pool}, nil
}

func (r *redisStore) set(id string, user int) error {
	_, err := r.do("SET", id, user, "EX", int(lifetime.Seconds()))
	return err
}

func (r *redisStore) get(id string) (int, bool, error) {
	user, err := redis.Int(r.do("GET", id))
	if errors.Is(err, redis.ErrNil) {
		return 0, false, nil
	}
	return user, err == nil, err
}

func (r *redisStore) remove(id string) error {
	_, err := r.do("DEL", id)
	return err
}

func (r *redisStore) do(command string, args ...any) (any, error) {
	conn := r.pool.Get()
	defer conn.Close()
	return conn.Do(command, args...)
}
