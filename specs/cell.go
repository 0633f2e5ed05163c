package specs

import (
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
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
		result := Play(s.play, c.file, c.iut, run.Options{IPv6: c.ipv6, Settings: iut.Alike(), Match: run.Strict})
		c.run = results.Run{Run: ledger.Run{Key: c.key, Result: result}, Wall: time.Since(start)}
		c.done.Store(true)
	})
	return c.run
}

// Play runs a script on an IUT. A panic is an error of this run, and the other runs go on.
func Play(play func(*script.File, iut.IUT, run.Options) *trace.Result, f *script.File, i iut.IUT, o run.Options) (result *trace.Result) {
	defer func() {
		if p := recover(); p != nil {
			result = &trace.Result{Verdict: trace.Error, Reason: fmt.Sprintf("panic: %v at %s", p, panicPlace(debug.Stack())),
				Trace: &trace.Trace{Case: strings.TrimSuffix(f.Name, ".pkt"), IUT: i.Name(), Family: FamilyName(o.IPv6)}}
		}
	}()
	return play(f, i, o)
}

// panicPlace finds the function that panicked: the first below panic itself.
func panicPlace(stack []byte) string {
	lines := strings.Split(string(stack), "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "panic(") && i+2 < len(lines) {
			function, _, _ := strings.Cut(lines[i+2], "(0x")
			return function
		}
	}
	return "an unknown place"
}

// name is what the fixture would be called as a case.
func (b Broken) name() string { return strings.TrimSuffix(b.Path, ".pkt") }
