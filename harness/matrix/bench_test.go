package matrix

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/netstack"
	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/trace"
)

// BenchmarkCases plays cases of all entries, evenly spread, one after the other, with nothing judged: the time of one case
// on each IUT.
func BenchmarkCases(b *testing.B) {
	for _, i := range []iut.IUT{ours.IUT{}, netstack.IUT{}} {
		m, err := New(Options{IUTs: []iut.IUT{i}})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(i.Name(), func(b *testing.B) {
			p := player{iut: i}
			n := 0
			for b.Loop() {
				block := m.Blocks[n%len(m.Blocks)]
				if block.NotReached == "" {
					p.play(&block.Place, block.Events[n*31%len(block.Events)], nil)
				}
				n++
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cases/s")
		})
	}
}

// BenchmarkJudged plays cases of all entries with the probe, each judged, as a run of the matrix does.
func BenchmarkJudged(b *testing.B) {
	for _, i := range []iut.IUT{ours.IUT{Unchecked: true}, netstack.IUT{}} {
		m, err := New(Options{IUTs: []iut.IUT{i}, Judge: ByOracle})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(i.Name(), func(b *testing.B) {
			p := player{iut: i, probing: NewProbe}
			n := 0
			b.ReportAllocs()
			for b.Loop() {
				block := m.Blocks[n%len(m.Blocks)]
				if block.NotReached == "" {
					p.play(&block.Place, block.Events[n*31%len(block.Events)], block.judge.Clone())
				}
				n++
			}
		})
	}
}

// BenchmarkJudging is judging alone: the traces of cases of all entries, recorded before, each fed to a clone of the judge
// that has seen the entry.
func BenchmarkJudging(b *testing.B) {
	type recorded struct {
		judge  Judge
		events []trace.Event
		until  time.Duration
		lines  int
	}
	for _, i := range []iut.IUT{ours.IUT{Unchecked: true}, netstack.IUT{}} {
		m, err := New(Options{IUTs: []iut.IUT{i}, Judge: ByOracle})
		if err != nil {
			b.Fatal(err)
		}
		var all []recorded
		p := player{iut: i, probing: NewProbe}
		for n := range 20 * len(m.Blocks) {
			block := m.Blocks[n%len(m.Blocks)]
			if block.NotReached != "" {
				continue
			}
			_, res := p.play(&block.Place, block.Events[n*31%len(block.Events)], block.judge.Clone())
			begun := slices.IndexFunc(res.Trace.Events, func(e trace.Event) bool { return e.Line > block.Place.Entry.Lines() })
			all = append(all, recorded{block.judge, res.Trace.Events[begun:], res.Virtual, p.line})
		}
		b.Run(i.Name(), func(b *testing.B) {
			n := 0
			b.ReportAllocs()
			for b.Loop() {
				r := &all[n%len(all)]
				j := r.judge.Clone()
				if err := errors.Join(j.Feed(r.events), j.Until(r.until)); err != nil {
					b.Fatal(err)
				}
				j.Judgement(1, r.lines+1)
				n++
			}
		})
	}
}

// BenchmarkGenerate makes all cases for ours.
func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		if _, err := New(Options{IUTs: []iut.IUT{ours.IUT{}}}); err != nil {
			b.Fatal(err)
		}
	}
}
