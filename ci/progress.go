package main

import (
	"fmt"
	"os"

	"github.com/twinstack/twinstack/harness/report"
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

func (p *progress) end() {
	if p.terminal {
		fmt.Fprint(p.to, "\r\x1b[K")
	}
}
