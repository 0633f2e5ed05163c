package matrix

import (
	"context"
	"errors"
	"fmt"
	"path"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/run"
)

// Options say what to generate and how to play it.
type Options struct {
	IUTs    []iut.IUT
	Scope   Scope
	Only    string // ENTRY/FAMILY/EVENT, patterns of path.Match; parts left out are "*"
	Workers int    // 0: one for each processor, at most MaxWorkers

	// Judge makes the judge of the cases of one place on one IUT with these settings; nil: nothing is judged.
	Judge func(iut.IUT, *Place, iut.Settings) Judge
	Probe func(Case) Probe // makes the probe of one case; nil: there is none

	// Progress is called after some cases, and at the end, by one worker at a time.
	Progress func(done, total int)
	// Late is told of a case that has taken run.Patience and is not over, by its id and its IUT's name, from a goroutine of its
	// own; nil: nobody is.
	Late func(id, iut string)
}

// MaxWorkers bounds the default of Options.Workers.
const MaxWorkers = 8

// Matrix is all cases for some IUTs.
type Matrix struct {
	Blocks []*Block // by entry, family and IUT
	o      Options
}

// Block is the cases of one entry over one family for one IUT.
type Block struct {
	IUT   iut.IUT
	Place Place // with the position that the IUT has there
	// NotReached is why the IUT cannot be brought there: the line of the entry that it does not answer as expected, or as the
	// judge allows. Its cases are then those of the first IUT that can, and inconclusive.
	NotReached string
	Events     []Event // shared between blocks: nobody may change them
	Count      Count
	Results    []Result // of Run, one for each of Events

	verdict Verdict // of all its cases where it is not reached
	judge   Judge   // has seen the entry; each case has a clone
}

// Case is the case with an index.
func (b *Block) Case(i int) Case { return Case{b.Place.Entry, b.Place.IPv6, b.Events[i]} }

// New brings each IUT along each entry over both families, and makes the cases that there are from there. The errors are of
// an entry that cannot be read, a pattern that is none, and a segment that cannot be written.
func New(o Options) (*Matrix, error) {
	only, err := newPattern(o.Only)
	if err != nil {
		return nil, err
	}
	entries, err := Entries()
	if err != nil {
		return nil, err
	}
	if o.Workers <= 0 {
		o.Workers = min(runtime.GOMAXPROCS(0), MaxWorkers)
	}
	var places []Place
	for _, e := range entries {
		for _, ipv6 := range []bool{false, true} {
			if only.place(e, ipv6) {
				places = append(places, Place{Entry: e, IPv6: ipv6})
			}
		}
	}
	m := &Matrix{o: o, Blocks: make([]*Block, len(places)*len(o.IUTs))}
	errs := make([]error, len(places))
	parallel(o.Workers, len(places), func(n int) {
		errs[n] = m.group(places[n], only, m.Blocks[n*len(o.IUTs):(n+1)*len(o.IUTs)])
	})
	return m, errors.Join(errs...)
}

// pattern is Options.Only: patterns of path.Match for entry, family and event.
type pattern [3]string

func newPattern(text string) (p pattern, err error) {
	parts := strings.SplitN(text, "/", 3)
	for i := range p {
		p[i] = "*"
		if i < len(parts) && parts[i] != "" {
			p[i] = parts[i]
		}
		if _, err := path.Match(p[i], ""); err != nil {
			return p, fmt.Errorf("matrix: the pattern %q: %w", p[i], err)
		}
	}
	return p, nil
}

// place reports whether a place may have cases that are asked for. That the pattern is one newPattern has seen.
func (p *pattern) place(e *Entry, ipv6 bool) bool {
	name, _ := path.Match(p[0], e.Name)
	of, _ := path.Match(p[1], family(ipv6))
	return name && of
}

// some are the events that are asked for.
func (p *pattern) some(events []Event) []Event {
	if p[2] == "*" {
		return events
	}
	var some []Event
	for _, e := range events {
		if ok, _ := path.Match(p[2], e.Name()); ok {
			some = append(some, e)
		}
	}
	return some
}

// group makes the blocks of one place, one for each IUT.
func (m *Matrix) group(p Place, only pattern, blocks []*Block) error {
	var reference *Block
	for n, i := range m.o.IUTs {
		b := &Block{IUT: i, Place: p}
		blocks[n] = b
		if m.o.Judge != nil {
			settings, err := run.Settings(p.Entry.File(p.IPv6), iut.Alike())
			if err != nil {
				return err
			}
			b.judge = m.o.Judge(b.IUT, &b.Place, settings)
		}
		b.verdict, b.NotReached = b.Place.approach(i, b.judge)
		switch {
		case b.NotReached != "":
			continue
		case reference != nil && reference.Place.Position == b.Place.Position:
			b.Events, b.Count = reference.Events, reference.Count
			continue
		}
		var err error
		if b.Events, b.Count, err = generate(&b.Place, m.o.Scope); err != nil {
			return err
		}
		b.Events = only.some(b.Events)
		if reference == nil {
			reference = b
		}
	}
	if reference == nil {
		return nil // nobody gets there: the summary names the entry
	}
	for _, b := range blocks {
		if b.NotReached != "" {
			b.Events, b.Count = reference.Events, reference.Count
		}
	}
	return nil
}

// Options are those that it was made with.
func (m *Matrix) Options() Options { return m.o }

// Cases is how many cases there are, over all IUTs.
func (m *Matrix) Cases() (n int) {
	for _, b := range m.Blocks {
		n += len(b.Events)
	}
	return n
}

// chunk is some cases of a block, for one worker.
type chunk struct {
	block    *Block
	from, to int
}

const chunkSize = 64

// Run plays all cases. Results are the same in any number of runs and with any number of workers. The error is the
// context's, if it was done before the cases were.
func (m *Matrix) Run(ctx context.Context) error {
	var chunks []chunk
	for _, b := range m.Blocks {
		b.Results = make([]Result, len(b.Events))
		for from := 0; from < len(b.Events); from += chunkSize {
			chunks = append(chunks, chunk{b, from, min(from+chunkSize, len(b.Events))})
		}
	}
	var mu sync.Mutex
	done, total := 0, m.Cases()
	parallel(m.o.Workers, len(chunks), func(n int) {
		if ctx.Err() != nil {
			return
		}
		c := chunks[n]
		c.play(&m.o)
		mu.Lock()
		defer mu.Unlock()
		done += c.to - c.from
		if m.o.Progress != nil {
			m.o.Progress(done, total)
		}
	})
	return ctx.Err()
}

func (c chunk) play(o *Options) {
	b := c.block
	p := player{iut: b.IUT, probing: o.Probe, late: o.Late}
	for i := c.from; i < c.to; i++ {
		if b.NotReached != "" {
			b.Results[i] = Result{Event: b.verdict, Probe: b.verdict, Finding: &Finding{Reason: b.NotReached}}
			continue
		}
		var j Judge
		if b.judge != nil {
			j = b.judge.Clone()
		}
		b.Results[i], _ = p.play(&b.Place, b.Events[i], j)
	}
}

// parallel calls f for 0 to n-1, each once, from some workers.
func parallel(workers, n int, f func(int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(workers, n) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	all.Wait()
}
