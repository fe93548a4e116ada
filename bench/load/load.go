package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// load is one run.
type load struct {
	*options
	record  *record
	catalog catalog
	// name is in each tag, so that runs don't meet.
	name string
}

func newLoad(o *options) *load {
	return &load{options: o, record: newRecord(), name: fmt.Sprintf("%x-%04x", time.Now().Unix(), rand.IntN(1<<16))}
}

// seed pushes the first images. They aren't operations of the run; the first that fails is its end.
func (l *load) seed(stop, cut context.Context) error {
	for n := range l.seeds {
		if stop.Err() != nil {
			return nil
		}
		if e := l.push(cut, l.newImage("seed", n)); e.err != nil {
			return e.err
		}
	}
	return nil
}

// clients begins operations until `stop`, and waits for those that run; `cut` ends them, too.
func (l *load) clients(stop, cut context.Context) {
	var all sync.WaitGroup
	for client := range l.options.clients {
		all.Go(func() {
			for n := 0; stop.Err() == nil; n++ {
				if !l.once(stop, cut, client, n) && !sleep(stop, 100*time.Millisecond) {
					return
				}
			}
		})
	}
	all.Wait()
}

// once does one operation and records it; false when there was nothing to do.
func (l *load) once(stop, cut context.Context, client, n int) bool {
	var e ended
	if rand.IntN(100) < l.pushes {
		e = l.push(cut, l.newImage(fmt.Sprint(client), n))
	} else {
		image, found := l.catalog.pick(l.settle, time.Now())
		if !found {
			return false
		}
		e = l.operation(cut, "pull", func(ctx context.Context, s *session) error { return s.pull(ctx, image) })
	}
	l.record.add(e)
	// What fails at once would fill the report with one outage.
	return e.err == nil || e.took > 100*time.Millisecond || sleep(stop, 100*time.Millisecond)
}

func (l *load) newImage(client string, n int) *image {
	return newImage(l.project+"/harbor-load-"+client, fmt.Sprintf("%s-%d", l.name, n), l.size)
}

func (l *load) push(cut context.Context, i *image) ended {
	e := l.operation(cut, "push", func(ctx context.Context, s *session) error { return s.push(ctx, i) })
	if e.err == nil {
		l.catalog.add(pushed{i.repository, i.tag, digestOf(i.manifest), e.at})
	}
	return e
}

// operation does something in a session of its own.
func (l *load) operation(cut context.Context, kind string, do func(context.Context, *session) error) ended {
	ctx, done := context.WithTimeout(cut, l.timeout)
	defer done()
	began := time.Now()
	e := ended{kind: kind}
	s, err := newSession(ctx, l.options)
	if err == nil {
		err = do(ctx, s)
		s.close()
		e.node, e.refused = s.connected()
	}
	e.at = time.Now()
	e.took, e.err = e.at.Sub(began), err
	e.cut = err != nil && errors.Is(context.Cause(cut), errCutOff)
	return e
}
