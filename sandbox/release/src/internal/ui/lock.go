package ui

import (
	"sync"
	"time"
)

// frozen is how long a wrong password costs: the caller waits for it, and the
// name is refused meanwhile, even with the right password.
const frozen = 1500 * time.Millisecond

// locks remembers, in this process only, whose password was wrong just now.
type locks struct {
	mu    sync.Mutex
	until map[string]time.Time
}

func (l *locks) locked(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Now().Before(l.until[name])
}

func (l *locks) lock(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	for other, end := range l.until {
		if now.After(end) {
			delete(l.until, other)
		}
	}
	if l.until == nil {
		l.until = map[string]time.Time{}
	}
	l.until[name] = now.Add(frozen)
}
