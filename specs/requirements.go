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
	if broken, err = s.Show(ctx); err != nil {
		return nil, nil, err
	}
	for i := range s.catalogue.Requirements {
		st := catalogue.Standing{Requirement: &s.catalogue.Requirements[i]}
		for _, c := range s.Cases {
			if !c.names(st.ID) {
				continue
			}
			st.Cases = append(st.Cases, c.Name)
			if slices.Contains(s.shows[c.Name], st.ID) {
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
	return all, broken, nil
}

// Show makes the runs and tries the breaks, so that Results says of each case which of its requirements it shows. The errors are those
// of Requirements.
func (s *Suite) Show(ctx context.Context) (broken, err error) {
	breaks, err := LoadBreaks(s.options.Fixtures, s.all)
	if err != nil {
		return nil, err
	}
	if err := s.Record(ctx, nil); err != nil {
		return nil, err
	}
	tried, err := s.TryBreaks(ctx, breaks)
	if err != nil {
		return nil, err
	}
	s.shows = map[string][]string{}
	var errs []error
	for _, t := range tried {
		if t.Err != nil {
			errs = append(errs, t.Err)
		} else if !slices.Contains(s.shows[t.Case], t.ID) {
			s.shows[t.Case] = append(s.shows[t.Case], t.ID)
		}
	}
	for _, ids := range s.shows {
		slices.Sort(ids)
	}
	return errors.Join(errs...), nil
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
