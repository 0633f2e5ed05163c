package specs_test

import (
	"context"
	"os"
	"runtime"
	"strconv"
	"testing"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/specs"
)

// repeats is how often the whole suite is run at each GOMAXPROCS: TWINSTACK_REPEATS, or once.
func repeats(t *testing.T) int {
	text := os.Getenv("TWINSTACK_REPEATS")
	if text == "" {
		return 1
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("TWINSTACK_REPEATS=%q, expected a number from 1", text)
	}
	return n
}

// One case gives one trace on one stack, whatever the scheduler does.
func TestOneTrace(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	first := map[ledger.Key]string{}
	times := repeats(t)
	for _, procs := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(procs)
		for n := range times {
			s, err := specs.New(options(t))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Record(context.Background(), nil); err != nil {
				t.Fatal(err)
			}
			runs := s.Results().Runs
			if len(runs) != s.Planned() {
				t.Fatalf("%d runs, expected %d", len(runs), s.Planned())
			}
			check := func(key ledger.Key, tr *trace.Trace) {
				hash := results.Hash(tr)
				if was, ok := first[key]; !ok {
					first[key] = hash
				} else if was != hash {
					t.Errorf("%v at GOMAXPROCS %d, time %d: trace %s, expected %s as at first\n%s", key, procs, n+1, hash, was, tr.Notation())
				}
			}
			for _, r := range runs {
				check(r.Key, r.Result.Trace)
			}
			for _, l := range s.Results().Live {
				if l.NotPlayed != "" {
					t.Errorf("%s: not played: %s", l, l.NotPlayed)
					continue
				}
				check(ledger.Key{Case: l.Trace.Case, Family: l.Family, IUT: l.Trace.IUT}, l.Trace)
			}
		}
	}
	t.Logf("%d runs, each %d times at GOMAXPROCS 1, 2 and 8: one trace each", len(first), times)
}
