package run_test

import (
	"testing"

	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/trace"
)

// The cost of the runner itself, on a stack that costs next to nothing: a script of twelve events.
func BenchmarkRunner(b *testing.B) {
	src := parse(b, accepted+"+0 < P. 1:11(10) ack 1 win 9\n+0 > . 1:1(0) ack 11\n+0 read(4, ..., 10) = 10\n+0 close(4) = 0\n+0 close(3) = 0\n")
	for name, noRecord := range map[string]bool{"recorded": false, "bare": true} {
		b.Run(name, func(b *testing.B) {
			o := options()
			o.NoRecord = noRecord
			r := run.NewRunner(&fake{onTCP: server}, o)
			defer r.Close()
			b.ReportAllocs()
			for b.Loop() {
				if res := r.Run(src); res.Verdict != trace.Pass {
					b.Fatal(res.Verdict, res.Reason, res.Failures)
				}
			}
		})
	}
}
