package main

import (
	"fmt"
	"io"
	"os"

	"github.com/twinstack/twinstack/harness/report"
	"github.com/twinstack/twinstack/harness/run"
)

// progress tells how far the runs are: on a terminal in one line that is written over, elsewhere in a line for each
// quarter.
type progress struct {
	to          *os.File
	terminal    bool
	done, total int
}

func newProgress(to *os.File, total int) *progress {
	return &progress{to: to, terminal: report.IsTerminal(to), total: total}
}

func (p *progress) step(what string) {
	p.done++
	if p.terminal {
		fmt.Fprintf(p.to, "\r\x1b[K%d/%d %s", p.done, p.total, what)
		return
	}
	if p.done*4/p.total > (p.done-1)*4/p.total {
		fmt.Fprintf(p.to, "%d/%d runs\n", p.done, p.total)
	}
}

// reach tells that so many are done.
func (p *progress) reach(done int) {
	quarter := p.done * 4 / p.total
	p.done = done
	switch {
	case p.terminal:
		fmt.Fprintf(p.to, "\r\x1b[K%d/%d", p.done, p.total)
	case p.done*4/p.total > quarter:
		fmt.Fprintf(p.to, "%d/%d cases\n", p.done, p.total)
	}
}

// late tells of a case that takes long: where an IUT never returns, everything waits for it, and Ctrl-C is the way out.
func late(to io.Writer, what, iut string) {
	fmt.Fprintf(to, "\nafter %v %s is not over: %s\n", run.Patience, what, iut)
}

func (p *progress) end() {
	if p.terminal {
		fmt.Fprint(p.to, "\r\x1b[K")
	}
}
