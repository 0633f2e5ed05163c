package specs

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/link"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/trace"
)

// pair is the textbook's walk-through, live between two IUTs. It is played once.
type pair struct {
	client, server iut.IUT
	ipv6           bool

	once sync.Once
	done atomic.Bool // live is whole
	live results.Live
}

// pairUp gives every IUT as the client of every IUT, itself included, over both families.
func pairUp(iuts []iut.IUT) []*pair {
	var pairs []*pair
	for _, c := range iuts {
		for _, s := range iuts {
			for _, ipv6 := range []bool{false, true} {
				pairs = append(pairs, &pair{client: c, server: s, ipv6: ipv6,
					live: results.Live{Client: c.Name(), Server: s.Name(), Family: FamilyName(ipv6)}})
			}
		}
	}
	return pairs
}

// play plays a pair, or gives what it gave. The walk-through has numbers of its own, so an IUT whose initial sequence
// number cannot be chosen does not take part.
func (p *pair) play() results.Live {
	p.once.Do(func() {
		for _, i := range []iut.IUT{p.client, p.server} {
			if i.ISNTick() == 0 {
				p.live.NotPlayed = i.Name() + " does not let its initial sequence number be chosen"
			}
		}
		if p.live.NotPlayed == "" {
			played, wrong := playTextbook(p.client, p.server, p.ipv6)
			p.live.Wrong, p.live.Trace = wrong, p.trace(played)
		}
		p.done.Store(true)
	})
	return p.live
}

// trace is what was on the link, numbered by segment, each with the states of both sides.
func (p *pair) trace(played *run.Pair) *trace.Trace {
	t := &trace.Trace{Case: ledger.Live, IUT: p.client.Name() + " to " + p.server.Name(), Family: p.live.Family}
	if played == nil {
		return t
	}
	counts := map[link.Fate]int{}
	for _, step := range played.Steps {
		counts[step.Fate]++
		kind := trace.Sent
		if step.Fate == link.Delivered {
			kind = trace.Received
		}
		line := counts[step.Fate]
		t.Events = append(t.Events, trace.Event{At: step.At, Kind: kind, Line: line, Packet: step.Packet})
		for side, state := range step.States {
			conn := trace.Conn{Local: played.Addrs[side], Remote: played.Addrs[1-side]}
			t.Events = append(t.Events, trace.Event{At: step.At, Kind: trace.StateIs, Line: line, Conn: conn, State: state})
		}
	}
	return t
}

// judgeLive judges a pair. What is wrong with a pair that the reference is in is the other's doing: a row would name that.
func (s *Suite) judgeLive(l results.Live) ledger.Finding {
	f := s.options.Ledger.JudgeLive(l.Client, l.Server, l.Family, l.Wrong)
	switch s.options.IUTs[0].Name() {
	case l.Server:
		f.Row = ledger.Key{Case: ledger.LiveAsClient, Family: l.Family, IUT: l.Client}
	case l.Client:
		f.Row = ledger.Key{Case: ledger.LiveAsServer, Family: l.Family, IUT: l.Server}
	}
	return f
}

// judgePair is a pair's spec.
func (s *Suite) judgePair(p *pair) {
	l := p.play()
	if l.NotPlayed != "" {
		ginkgo.AddReportEntry("not played", l.NotPlayed)
	}
	ginkgo.DeferOnFailure(func() {
		if l.Trace != nil {
			ginkgo.AddReportEntry(fmt.Sprintf("on the link, %s", l), l.Trace.Notation(), ginkgo.ReportEntryVisibilityFailureOrVerbose)
		}
	})
	finding := s.judgeLive(l)
	gomega.Expect(finding).To(beAsRecorded())
	note(finding)
}
