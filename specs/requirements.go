package specs

import (
	"context"
	"errors"
	"slices"

	"github.com/twinstack/twinstack/harness/catalogue"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/trace"
)

// Requirements says how each requirement of the catalogue stands: it makes the runs and tries the breaks. The error is
// the context's, or that of a file that is broken; broken joins what is wrong with breaks, each with its place.
func (s *Suite) Requirements(ctx context.Context) (all []catalogue.Standing, broken, err error) {
	known, err := readCatalogue(s.options.Fixtures)
	if err != nil {
		return nil, nil, err
	}
	breaks, err := LoadBreaks(s.options.Fixtures, s.all)
	if err != nil {
		return nil, nil, err
	}
	if err := s.Record(ctx, nil); err != nil {
		return nil, nil, err
	}
	tried, err := s.TryBreaks(ctx, breaks)
	if err != nil {
		return nil, nil, err
	}
	type pair struct{ id, name string }
	rejected := map[pair]bool{}
	var errs []error
	for _, t := range tried {
		if t.Err != nil {
			errs = append(errs, t.Err)
			continue
		}
		rejected[pair{t.ID, t.Case}] = true
	}
	for i := range known.Requirements {
		st := catalogue.Standing{Requirement: &known.Requirements[i]}
		for _, c := range s.Cases {
			if !c.names(st.ID) {
				continue
			}
			st.Cases = append(st.Cases, c.Name)
			if rejected[pair{st.ID, c.Name}] {
				st.Rejected = append(st.Rejected, c.Name)
			}
		}
		for _, i := range s.options.IUTs {
			if len(st.Cases) > 0 && s.passes(i.Name(), st.Cases) {
				st.Passed = append(st.Passed, i.Name())
			}
		}
		all = append(all, st)
	}
	return all, errors.Join(errs...), nil
}

// passes reports whether an IUT passes cases on each of their families.
func (s *Suite) passes(iut string, cases []string) bool {
	for _, c := range s.Cases {
		if !slices.Contains(cases, c.Name) {
			continue
		}
		for _, ipv6 := range c.Families {
			cell := s.byKey[ledger.Key{Case: c.Name, Family: FamilyName(ipv6), IUT: iut}]
			if s.record(cell).Result.Verdict != trace.Pass {
				return false
			}
		}
	}
	return true
}
