package peers_test

import (
	"context"
	"io"
	"net"
	"net/netip"
	"runtime"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/twinstack/twinstack/ourstack/sock"
)

// 10,000 connections are open at once, and each echoes; then all are closed, and what they took of memory returns.
func TestManyConnections(t *testing.T) {
	const atATime = 64
	connections := times(10_000)
	for _, p := range pairs[1:] {
		t.Run(p.name, func(t *testing.T) {
			g := NewWithT(t)
			cfg := sock.DefaultTCP()
			cfg.MSL = 50 * time.Millisecond // TIME-WAIT is over soon
			hosts := p.make(t, sock.Config{TCP: cfg})
			defer hosts.close()
			l, err := hosts.b.listen(netip.AddrPortFrom(hosts.b.addrs[0], 7))
			g.Expect(err).NotTo(HaveOccurred())
			defer l.Close()
			var servers sync.WaitGroup
			go func() {
				for {
					c, err := l.Accept()
					if err != nil {
						return
					}
					servers.Go(func() {
						defer c.Close()
						_, _ = io.CopyBuffer(struct{ io.Writer }{c}, struct{ io.Reader }{c}, make([]byte, 64))
					})
				}
			}()

			before, start := inUse(), time.Now()
			open := make([]net.Conn, connections)
			each := func(what string, f func(i int) error) {
				work := make(chan int)
				var workers sync.WaitGroup
				for range atATime {
					workers.Go(func() {
						for i := range work {
							if err := f(i); err != nil {
								t.Errorf("connection %d: %s: %v", i, what, err)
							}
						}
					})
				}
				for i := range open {
					work <- i
				}
				close(work)
				workers.Wait()
				if t.Failed() {
					t.FailNow()
				}
				t.Logf("%s: after %.2f s", what, time.Since(start).Seconds())
			}
			each("open", func(i int) (err error) {
				open[i], err = hosts.a.dial(context.Background(), "tcp", l.Addr().String())
				return err
			})
			for range 2 {
				each("echo", func(i int) error { return echoed(open[i], i) })
			}
			during := inUse()
			each("close", func(i int) error { return open[i].Close() })
			servers.Wait()
			clear(open)

			taken := during - before
			t.Logf("%d MB before, %d MB more with %d connections: %d octets each, both ends", before>>20, taken>>20, connections, taken/int64(connections))
			if raceDetector {
				t.Log("the race detector has memory of its own: not measured")
				return
			}
			g.Expect(taken).To(BeNumerically(">", connections*1000), "the measure sees what connections take")
			g.Eventually(func() int64 { return inUse() - before }).WithTimeout(20*time.Second).WithPolling(100*time.Millisecond).
				Should(BeNumerically("<", taken/5), "octets in use beyond what was before")
			t.Logf("%d MB more in the end", (inUse()-before)>>20)
		})
	}
}

// echoed sends something of its own and expects it back.
func echoed(c net.Conn, i int) error {
	sent := []byte{byte(i), byte(i >> 8), 0xa5}
	if _, err := c.Write(sent); err != nil {
		return err
	}
	got := make([]byte, len(sent))
	if _, err := io.ReadFull(c, got); err != nil {
		return err
	}
	if string(got) != string(sent) {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// inUse is how many octets of the heap are in spans that are in use, once what can be collected is.
func inUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse)
}
