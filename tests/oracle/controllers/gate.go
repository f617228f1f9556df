package main

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
	"time"
	"unsafe"

	"k8s.io/client-go/util/workqueue"
)

// clock is that of all gates.
var clock = time.Now

// Gate is a work queue whose items leave only when the scenario lets them, so
// that the order in which controllers act is the same in every run.
type Gate struct {
	lock       sync.Mutex
	ready      map[string]bool
	delayed    map[string]time.Time
	processing map[string]bool
	failures   map[string]int
	// returned counts how often an item came back since the step began.
	returned map[string]int
	permits  chan string
	down     chan struct{}
	// behind is the queue that handlers fill, where that is another one.
	behind workqueue.TypedRateLimitingInterface[string]
	closed bool
}

var _ workqueue.TypedRateLimitingInterface[string] = &Gate{}

func newGate() *Gate {
	return &Gate{
		ready:      map[string]bool{},
		delayed:    map[string]time.Time{},
		processing: map[string]bool{},
		failures:   map[string]int{},
		returned:   map[string]int{},
		permits:    make(chan string),
		down:       make(chan struct{}),
	}
}

// gateQueue puts a gate in place of the controller's queue, which has to be
// done before the controller runs. A copied controller has handlers that go on
// using the queue of the first: what comes out of that is put before the gate.
func gateQueue(controller any, copied bool) *Gate {
	field := reflect.ValueOf(controller).Elem().FieldByName("queue")
	field = reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem()
	queue := field.Interface().(workqueue.TypedRateLimitingInterface[string])
	gate := newGate()
	if copied {
		gate.behind = queue
		go gate.forward()
	} else {
		queue.ShutDown()
	}
	field.Set(reflect.ValueOf(gate))
	return gate
}

func (g *Gate) forward() {
	for {
		item, down := g.behind.Get()
		if down {
			return
		}
		g.Add(item)
		g.behind.Done(item)
	}
}

func (g *Gate) Add(item string) {
	g.lock.Lock()
	defer g.lock.Unlock()
	if !g.closed {
		g.ready[item] = true
	}
}

func (g *Gate) AddAfter(item string, duration time.Duration) {
	if duration <= 0 {
		g.Add(item)
		return
	}
	g.lock.Lock()
	defer g.lock.Unlock()
	due := clock().Add(duration)
	if old, ok := g.delayed[item]; !ok || due.Before(old) {
		g.delayed[item] = due
	}
}

// retries is how often an item comes back at once; the sum of the delays that
// the controller manager has for so many is less than a second.
const retries = 6

// AddRateLimited adds at once; what comes back on and on waits for the clock.
func (g *Gate) AddRateLimited(item string) {
	g.lock.Lock()
	g.failures[item]++
	g.returned[item]++
	returned := g.returned[item]
	g.lock.Unlock()
	if returned <= retries {
		g.Add(item)
	} else {
		g.AddAfter(item, time.Second)
	}
}

func (g *Gate) Forget(item string) {
	g.lock.Lock()
	defer g.lock.Unlock()
	delete(g.failures, item)
}

func (g *Gate) NumRequeues(item string) int {
	g.lock.Lock()
	defer g.lock.Unlock()
	return g.failures[item]
}

func (g *Gate) Len() int {
	g.lock.Lock()
	defer g.lock.Unlock()
	return len(g.ready)
}

func (g *Gate) Get() (string, bool) {
	select {
	case item := <-g.permits:
		return item, false
	case <-g.down:
		return "", true
	}
}

func (g *Gate) Done(item string) {
	g.lock.Lock()
	defer g.lock.Unlock()
	delete(g.processing, item)
}

func (g *Gate) ShutDown() {
	g.lock.Lock()
	defer g.lock.Unlock()
	if !g.closed {
		g.closed = true
		if g.behind != nil {
			g.behind.ShutDown()
		}
		close(g.down)
	}
}

func (g *Gate) ShutDownWithDrain() { g.ShutDown() }

func (g *Gate) ShuttingDown() bool {
	g.lock.Lock()
	defer g.lock.Unlock()
	return g.closed
}

// take empties the gate of what is due now.
func (g *Gate) take() []string {
	g.lock.Lock()
	defer g.lock.Unlock()
	now := clock()
	for item, due := range g.delayed {
		if !due.After(now) {
			g.ready[item] = true
			delete(g.delayed, item)
		}
	}
	var items []string
	for item := range g.ready {
		items = append(items, item)
	}
	clear(g.ready)
	return items
}

// pass lets one item through to the controller's worker.
func (g *Gate) pass(item string) {
	g.lock.Lock()
	g.processing[item] = true
	g.lock.Unlock()
	g.permits <- item
}

// next is how long until the item is due by itself; false when it is not.
func (g *Gate) next(item string) (time.Duration, bool) {
	g.lock.Lock()
	defer g.lock.Unlock()
	due, ok := g.delayed[item]
	return due.Sub(clock()), ok
}

// beginStep lets items come back at once anew: between steps there is time enough
// for what was held back to be tried again.
func (g *Gate) beginStep() {
	g.lock.Lock()
	defer g.lock.Unlock()
	for item, returned := range g.returned {
		if returned > retries {
			g.ready[item] = true
		}
	}
	clear(g.returned)
}

// busy tells whether the worker has not come back for its next item.
func (g *Gate) busy() bool {
	g.lock.Lock()
	defer g.lock.Unlock()
	return len(g.processing) > 0
}

// waiting names what is before the gate.
func (g *Gate) waiting() string {
	g.lock.Lock()
	defer g.lock.Unlock()
	return fmt.Sprint(slices.Sorted(maps.Keys(g.ready)), len(g.delayed))
}
