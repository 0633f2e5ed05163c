package matrix

import (
	"github.com/twinstack/twinstack/harness/trace"
)

// Summary is what the matrix came to on one IUT.
type Summary struct {
	IUT     string
	Entries int   // entry paths × families
	Count   Count // of what was generated, before Options.Only
	States  []StateSummary
	Reasons []Reason // of cases that are inconclusive or an error, in the order of the entries
	Hash    uint64   // of all results: the same in every run
}

// StateSummary is the verdicts of the cases that begin in one state.
type StateSummary struct {
	State    trace.State
	Cases    int
	Verdicts [Verdicts]int
	Probes   int // of Fail, those that fail in the probe alone
}

// Reason is why cases are inconclusive.
type Reason struct {
	Text  string
	Where string // the entry and family of the first case
	Cases int
}

// Total is the sum over all states.
func (s *Summary) Total() (all StateSummary) {
	for _, by := range s.States {
		all.Cases += by.Cases
		all.Probes += by.Probes
		for v, n := range by.Verdicts {
			all.Verdicts[v] += n
		}
	}
	return all
}

// Summaries say what Run came to, IUT by IUT.
func (m *Matrix) Summaries() []*Summary {
	var all []*Summary
	for _, i := range m.o.IUTs {
		s := &Summary{IUT: i.Name()}
		for state := trace.Closed; state <= trace.TimeWait; state++ {
			s.States = append(s.States, StateSummary{State: state})
		}
		h := newHasher(nil)
		for _, b := range m.Blocks {
			if b.IUT.Name() == i.Name() { // an IUT need not be comparable
				s.block(b, &h)
			}
		}
		s.Hash = h.Sum64()
		all = append(all, s)
	}
	return all
}

// State is where a block's cases begin: where its script leads if the IUT does not get there.
func (b *Block) State() trace.State {
	if b.NotReached == "" {
		return b.Place.State
	}
	return b.Place.Entry.ends()[0]
}

func (s *Summary) block(b *Block, h *hasher) {
	s.Entries++
	s.Count.add(b.Count)
	by := &s.States[b.State()]
	if b.NotReached != "" {
		s.reason(b, b.NotReached, len(b.Results))
	}
	for i := range b.Results {
		r := &b.Results[i]
		by.Cases++
		by.Verdicts[r.Verdict()]++
		switch r.Verdict() {
		case Fail:
			if r.Event < Fail {
				by.Probes++
			}
		case Inconclusive, Broken:
			if b.NotReached == "" {
				s.reason(b, r.Finding.Reason, 1)
			}
		}
		h.number(r.Hash)
		h.number(uint64(r.Event)<<8 | uint64(r.Probe))
		h.flush()
	}
}

// reason counts cases under their reason, together with those before for the same.
func (s *Summary) reason(b *Block, text string, cases int) {
	for i := range s.Reasons {
		if s.Reasons[i].Text == text {
			s.Reasons[i].Cases += cases
			return
		}
	}
	s.Reasons = append(s.Reasons, Reason{Text: text, Where: b.Place.Entry.Name + "/" + family(b.Place.IPv6), Cases: cases})
}

// Record is a case that did not pass, for the JSON.
type Record struct {
	ID    string `json:"id"`
	IUT   string `json:"iut"`
	State string `json:"state"` // where it begins
	Event string `json:"event"`
	Probe string `json:"probe"`
	Hash  uint64 `json:"hash,string"` // of the trace
	*Finding
}

// Records are the cases that did not pass, in order.
func (m *Matrix) Records() []Record {
	all := []Record{}
	for _, b := range m.Blocks {
		for i := range b.Results {
			if r := &b.Results[i]; r.Verdict() != Pass {
				all = append(all, Record{b.Case(i).ID(), b.IUT.Name(), b.State().String(), r.Event.String(), r.Probe.String(), r.Hash, r.Finding})
			}
		}
	}
	return all
}
