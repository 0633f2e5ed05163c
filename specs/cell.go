package specs

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
)

// cell is one script on one IUT and family. It is run once.
type cell struct {
	key  ledger.Key
	file *script.File
	ipv6 bool
	iut  iut.IUT

	once sync.Once
	done atomic.Bool // run is there
	run  results.Run
}

// record runs a cell, or gives what it gave.
func (s *Suite) record(c *cell) results.Run {
	c.once.Do(func() {
		start := time.Now()
		late := func() { s.options.Late(c.key, s.patience) }
		result := s.play(c.file, c.iut, run.Options{IPv6: c.ipv6, Settings: iut.Alike(), Match: run.Strict, Late: late, Patience: s.patience})
		c.run = results.Run{Run: ledger.Run{Key: c.key, Result: result}, Wall: time.Since(start)}
		c.done.Store(true)
	})
	return c.run
}

// name is what the fixture would be called as a case.
func (b Broken) name() string { return strings.TrimSuffix(b.Path, ".pkt") }
