package matrix

import (
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
		SynR2: synR2, DataR2: dataR2, Horizon: horizon, MTU: uint32(s.MTU), IPv6: p.IPv6, Timestamps: s.Timestamps}
	for _, support := range i.Support(s) {
		if support.Setting == "Timestamps" && support.Honour == iut.Fixed {
			profile.Timestamps = support.Value == "true"
		}
	}
	return byOracle{oracle.New(profile)}
}

// Clone implements Judge.
func (j byOracle) Clone() Judge { return byOracle{j.Judge.Clone()} }

// Judgement implements Judge.
func (j byOracle) Judgement(first, end int) (Verdict, *Finding) {
	s, ok := j.Deciding(first, end)
	if !ok {
		return Pass, nil
	}
	f := &Finding{Line: s.Line, Clause: s.Clause, Shape: s.Shape, Expected: s.Expected, Got: s.Got}
	if len(s.Rules) > 0 {
		f.Rule = s.Rules[0]
	}
	switch s.Verdict {
	case oracle.NonStrict:
		return NonStrict, f
	case oracle.Violation:
		return Fail, f
	default:
		f.Reason = "what went before was not allowed"
		return Inconclusive, f
	}
}
