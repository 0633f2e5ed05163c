package matrix

import (
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/oracle"
)

// byOracle judges by the table of harness/oracle.
type byOracle struct{ *oracle.Judge }

// The bounds of R2 (RFC 9293 §3.8.3): at least three minutes for a SYN (MUST-23), 100 s for text and FIN (SHLD-11), and at
// most what the settings that all cases have come to, with room for RTOs that have grown.
const (
	synR2   = 3 * time.Minute
	dataR2  = 100 * time.Second
	horizon = 20 * time.Minute
)

// ByOracle makes the judge of one run: what the RFCs allow.
func ByOracle(i iut.IUT, p *Place, s iut.Settings) Judge {
	profile := oracle.Profile{MSL: s.MSL, RTOInitial: s.RTOInitial, RTOMin: s.RTOMin, RTOMax: s.RTOMax,
		SynR2: synR2, DataR2: dataR2, Horizon: horizon, MTU: uint32(s.MTU), IPv6: p.IPv6,
		Timestamps: s.Timestamps, SYNCookies: s.SYNCookies == "always", Throttle: throttle(s.ChallengeACKLimit)}
	for _, support := range i.Support(s) {
		if support.Setting == "Timestamps" && support.Honour == iut.Fixed {
			profile.Timestamps = support.Value == "true"
		}
	}
	return byOracle{oracle.New(profile)}
}

// throttle is the time between two challenge ACKs where there may be so many a second; 0: there is no limit.
func throttle(perSecond int) time.Duration {
	if perSecond == 0 {
		return 0
	}
	return time.Second / time.Duration(perSecond)
}

// Table is the oracle behind a judge that ByOracle made; nil if it is another.
func Table(j Judge) *oracle.Judge {
	if b, ok := j.(byOracle); ok {
		return b.Judge
	}
	return nil
}

// Clone implements Judge.
func (j byOracle) Clone() Judge { return byOracle{j.Judge.Clone()} }

// Judgement implements Judge.
func (j byOracle) Judgement(first, end int) (Verdict, *Finding) {
	s, ok := j.Deciding(first, end)
	if !ok {
		return Pass, nil
	}
	f := &Finding{Line: s.Line, Shape: s.Shape, After: s.After, In: s.In, Expected: s.Expected, Got: s.Got}
	if r := s.Rule; r != nil {
		f.Rule, f.Clause, f.Level = r.ID, r.Clause, string(r.Level)
	}
	switch s.Verdict {
	case oracle.NonStrict:
		if s.Rule != nil {
			f.Expected, f.Got = s.Rule.Says, strings.Join(s.Options, "; ")
		}
		return NonStrict, f
	case oracle.Violation:
		return Fail, f
	default:
		f.Reason = "what went before was not allowed"
		return Inconclusive, f
	}
}
