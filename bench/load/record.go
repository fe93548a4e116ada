package main

import (
	"cmp"
	"errors"
	"slices"
	"sync"
	"time"
)

// ended is an operation that has come to its end.
type ended struct {
	kind string
	at   time.Time
	took time.Duration
	// node is the address that answered last; empty when none took a connection.
	node    string
	refused []string
	err     error
	// cut: a signal has ended it, and nothing is known of it.
	cut bool
}

// record gathers operations as they end.
type record struct {
	lock       sync.Mutex
	began      time.Time
	last       time.Time
	silence    silence
	operations []ended
	unfinished int
}

// silence is a time in which no operation ended.
type silence struct {
	from time.Time
	took time.Duration
}

func newRecord() *record {
	now := time.Now()
	return &record{began: now, last: now}
}

func (r *record) begin(now time.Time) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.began, r.last = now, now
}

func (r *record) add(e ended) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if e.cut {
		r.unfinished++
		return
	}
	r.hush(e.at)
	r.operations = append(r.operations, e)
}

func (r *record) hush(now time.Time) {
	// Two that end at the same time may come in the other order.
	if now.Before(r.last) {
		return
	}
	if took := now.Sub(r.last); took > r.silence.took {
		r.silence = silence{r.last, took}
	}
	r.last = now
}

// causeOf gives what failures are counted by, and the whole text.
func causeOf(err error) (cause, text string) {
	var f *failure
	if errors.As(err, &f) {
		return f.cause, f.Error()
	}
	return err.Error(), err.Error()
}

// report sums up what has ended until now.
func (r *record) report(now time.Time) *report {
	r.lock.Lock()
	defer r.lock.Unlock()
	// Until the end of the run, too: a registry that hangs lets nothing end.
	r.hush(now)
	sum := &report{
		Began: r.began.UTC(), Seconds: seconds(now.Sub(r.began)), Unfinished: r.unfinished,
		Operations: len(r.operations),
		Silence:    stretch{seconds(r.silence.took), 0},
	}
	if !r.silence.from.IsZero() {
		sum.Silence.From = seconds(r.silence.from.Sub(r.began))
	}
	good := map[string][]float64{}
	failures := map[[2]string]*failureCount{}
	perSecond := map[int]*secondCount{}
	nodes := map[string]*nodeCount{}
	for _, e := range r.operations {
		at, took := e.at.Sub(r.began), seconds(e.took)
		switch e.kind {
		case "push":
			sum.Pushes++
		case "pull":
			sum.Pulls++
		}
		if took > sum.Longest.Seconds {
			sum.Longest = stretch{took, seconds(at - e.took)}
		}
		node := cmp.Or(e.node, "none")
		of := entry(nodes, node, func() *nodeCount { return &nodeCount{Node: node} })
		of.Operations++
		for _, refused := range e.refused {
			entry(nodes, refused, func() *nodeCount { return &nodeCount{Node: refused} }).Refused++
			sum.Refused++
		}
		if e.err == nil {
			good[e.kind] = append(good[e.kind], took)
			continue
		}
		sum.Failed++
		of.Failed++
		second := int(at / time.Second)
		entry(perSecond, second, func() *secondCount { return &secondCount{Second: second} }).Failed++
		cause, text := causeOf(e.err)
		entry(failures, [2]string{cause, node}, func() *failureCount {
			return &failureCount{Cause: cause, Node: node, First: seconds(at), Example: text}
		}).Count++
	}
	sum.All = times(append(slices.Clone(good["push"]), good["pull"]...))
	sum.Push, sum.Pull = times(good["push"]), times(good["pull"])
	sum.Failures = sorted(failures, func(a, b *failureCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Node, b.Node))
	})
	sum.FailedAt = sorted(perSecond, func(a, b *secondCount) int { return cmp.Compare(a.Second, b.Second) })
	sum.Nodes = sorted(nodes, func(a, b *nodeCount) int { return cmp.Compare(a.Node, b.Node) })
	return sum
}

func entry[K comparable, V any](m map[K]*V, key K, made func() *V) *V {
	if m[key] == nil {
		m[key] = made()
	}
	return m[key]
}

func sorted[K comparable, V any](m map[K]*V, order func(a, b *V) int) []*V {
	all := make([]*V, 0, len(m))
	for _, each := range m {
		all = append(all, each)
	}
	slices.SortFunc(all, order)
	return all
}

func seconds(d time.Duration) float64 {
	return float64(d.Round(time.Millisecond).Milliseconds()) / 1000
}

// times are the 50th and 95th percentile (nearest rank) in seconds; 0 of nothing.
func times(all []float64) percentiles {
	if len(all) == 0 {
		return percentiles{}
	}
	slices.Sort(all)
	rank := func(p int) float64 { return all[max(0, (len(all)*p+99)/100-1)] }
	return percentiles{rank(50), rank(95)}
}
