package sock

import (
	"net"
	"sync"
)

// pipeLength is how many packets wait at one end of a Pipe: a window of 4 MiB in packets of 1500 octets, and more.
const pipeLength = 4096

// Pipe is a cable: two devices, each of which reads what the other is written. It keeps the order, takes no time, and drops
// what comes when an end has 4096 packets that nobody has read. Closing one end closes both.
func Pipe() (Device, Device) {
	a, b := new(queue), new(queue)
	a.cond.L, b.cond.L = &a.mu, &b.mu
	return &pipeEnd{in: a, out: b}, &pipeEnd{in: b, out: a}
}

type pipeEnd struct{ in, out *queue }

// Read implements Device.
func (e *pipeEnd) Read(p []byte) (int, error) { return e.in.take(p) }

// Write implements Device.
func (e *pipeEnd) Write(p []byte) (int, error) { return e.out.put(p) }

// Close implements Device.
func (e *pipeEnd) Close() error {
	e.in.close()
	e.out.close()
	return nil
}

// queue is packets on their way, in a ring whose places keep their memory.
type queue struct {
	mu     sync.Mutex
	cond   sync.Cond
	ring   [pipeLength][]byte
	first  int
	count  int
	closed bool
}

func (q *queue) put(p []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed:
		return 0, net.ErrClosed
	case q.count == pipeLength:
		return len(p), nil
	}
	at := &q.ring[(q.first+q.count)%pipeLength]
	*at = append((*at)[:0], p...)
	q.count++
	if q.count == 1 {
		q.cond.Signal()
	}
	return len(p), nil
}

func (q *queue) take(p []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.count == 0 && !q.closed {
		q.cond.Wait()
	}
	if q.closed {
		return 0, net.ErrClosed
	}
	n := copy(p, q.ring[q.first])
	q.first = (q.first + 1) % pipeLength
	q.count--
	return n, nil
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.cond.Broadcast()
}
