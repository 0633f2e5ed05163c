package matrix

import (
	"testing"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/netstack"
	"github.com/twinstack/twinstack/harness/iut/ours"
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

// BenchmarkGenerate makes all cases for ours.
func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		if _, err := New(Options{IUTs: []iut.IUT{ours.IUT{}}}); err != nil {
			b.Fatal(err)
		}
	}
}
