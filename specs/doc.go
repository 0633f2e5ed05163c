// Package specs is the suite: every fixture on every IUT and family, and the comparison of each IUT with the first.
//
// A test of one's own stack is
//
//	func TestSuite(t *testing.T) {
//		specs.Run(t, specs.Options{IUTs: []iut.IUT{ours.IUT{}, mine.IUT{}}, Fixtures: fixtures.FS, Ledger: known})
//	}
//
// A whole example is in harness/iut/example. New, Record and Results are the same without Ginkgo.
//
// Every script is run once on each IUT and family, and judged as often as somebody asks.
package specs
