package specs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"github.com/twinstack/twinstack/harness/breaks"
	"github.com/twinstack/twinstack/harness/catalogue"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/run"
)

const breaksFile = "breaks.csv"

// LoadBreaks reads breaks.csv beside the folders of fixtures and holds it against the cases. A file system without one has
// no breaks. The errors have their places and are joined.
func LoadBreaks(fsys fs.FS, cases []*Case) ([]catalogue.Break, error) {
	known, err := readCatalogue(fsys)
	if err != nil {
		return nil, err
	}
	f, err := fsys.Open(breaksFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("fixtures: %w", err)
	}
	defer f.Close()
	all, err := catalogue.ReadBreaks(breaksFile, f, known)
	if err != nil {
		return nil, err
	}
	byName := map[string]*Case{}
	for _, c := range cases {
		byName[c.Name] = c
	}
	var errs []error
	for _, b := range all {
		c := byName[b.Case]
		switch {
		case c == nil:
			errs = append(errs, fmt.Errorf("%s:%d: unknown case %q, expected a fixture without .pkt", breaksFile, b.Line, b.Case))
		case !c.names(b.ID):
			errs = append(errs, fmt.Errorf("%s:%d: %s does not name %s, expected a case that does", breaksFile, b.Line, b.Case, b.ID))
		}
	}
	return all, errors.Join(errs...)
}

// names reports whether the case names a requirement.
func (c *Case) names(id string) bool {
	for _, r := range c.Requirements {
		if r.ID == id {
			return true
		}
	}
	return false
}

// BrokenRun is a break tried on the suite's first IUT.
type BrokenRun struct {
	catalogue.Break
	Err error // why the case does not count for the requirement; nil: it rejects the break on every family
}

// TryBreaks plays each break on each family of its case, as a fault of the suite's first IUT. When the context ends it
// stops, with the context's error.
func (s *Suite) TryBreaks(ctx context.Context, all []catalogue.Break) ([]BrokenRun, error) {
	tried := make([]BrokenRun, len(all))
	work := make(chan int)
	var wait sync.WaitGroup
	for range s.Workers() {
		wait.Go(func() {
			for n := range work {
				tried[n] = BrokenRun{all[n], s.tryBreak(all[n])}
			}
		})
	}
	var stopped error
	for n := range all {
		if stopped = ctx.Err(); stopped != nil {
			break
		}
		work <- n
	}
	close(work)
	wait.Wait()
	return tried, stopped
}

func (s *Suite) tryBreak(b catalogue.Break) error {
	var errs []error
	for _, c := range s.Cases {
		if c.Name != b.Case {
			continue
		}
		for _, ipv6 := range c.Families {
			cell := s.byKey[ledger.Key{Case: c.Name, Family: FamilyName(ipv6), IUT: s.options.IUTs[0].Name()}]
			o := run.Options{IPv6: ipv6, Settings: iut.Alike(), Match: run.Strict}
			if err := breaks.Try(c.File, cell.iut, o, s.record(cell).Result, b); err != nil {
				errs = append(errs, fmt.Errorf("%s:%d: %s, %s over %s: %w", breaksFile, b.Line, b.ID, b.Case, cell.key.Family, err))
			}
		}
	}
	return errors.Join(errs...)
}
