package matrix

import (
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/oracle"
	"github.com/twinstack/twinstack/harness/trace"
)

// Oracle makes the judge that goes by the table of the RFCs, for an IUT with these settings.
func Oracle(p *Place, s iut.Settings) Judge {
	return &byTable{oracle.New(oracle.Profile{
		MSL:        s.MSL,
		RTOInitial: s.RTOInitial,
		RTOMin:     s.RTOMin,
		RTOMax:     s.RTOMax,
		SynR2:      3 * time.Minute,   // MUST-23
		DataR2:     100 * time.Second, // SHLD-11
		Horizon:    longest,
		MTU:        uint32(s.MTU),
		IPv6:       p.IPv6,
		Timestamps: s.Timestamps,
		Throttle:   throttle(s.ChallengeACKLimit),
	})}
}

// throttle is the time between two challenge ACKs where there may be so many a second; 0: there is no limit.
func throttle(perSecond int) time.Duration {
	if perSecond == 0 {
		return 0
	}
	return time.Second / time.Duration(perSecond)
}

// byTable is the oracle as a Judge.
type byTable struct{ table *oracle.Judge }

// Table is the oracle behind a judge that Oracle made; nil if it is another.
func Table(j Judge) *oracle.Judge {
	if b, ok := j.(*byTable); ok {
		return b.table
	}
	return nil
}

// Feed implements Judge.
func (b *byTable) Feed(events []trace.Event) error { return b.table.Feed(events) }

// Until implements Judge.
func (b *byTable) Until(now time.Duration) error { return b.table.Until(now) }

// Clone implements Judge.
func (b *byTable) Clone() Judge { return &byTable{b.table.Clone()} }

// Judgement implements Judge.
func (b *byTable) Judgement(first, end int) (v Verdict, f *Finding) {
	for _, s := range b.table.Steps() {
		if s.Line < first || s.Line >= end {
			continue
		}
		switch s.Verdict {
		case oracle.NonStrict:
			v = NonStrict
		case oracle.Violation:
			f = &Finding{Line: s.Line, Clause: s.Clause, Shape: s.Shape, Expected: s.Expected, Got: s.Got}
			if len(s.Rules) > 0 {
				f.Rule = s.Rules[0]
			}
			return Fail, f
		case oracle.Unjudged:
			return Inconclusive, &Finding{Line: s.Line, Reason: "what came before was not allowed, and what follows from it is not known"}
		}
	}
	return v, nil
}
