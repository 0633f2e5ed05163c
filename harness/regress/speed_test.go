package regress

import (
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/archive"
)

// Only what is beyond both bounds is told, the greatest first; speed is never a change.
func TestTiming(t *testing.T) {
	t.Parallel()
	before, after := sample(), copied(t, sample())
	after.Cases[0].ID = "reset/z"
	info := func(cores int, ms ...int64) *archive.RunInfo {
		r := &archive.RunInfo{OS: "linux", Arch: "amd64", Go: "go1.26", Cores: cores, Workers: 1, TotalNS: int64(time.Second) + int64(cores), MatrixNS: int64(cores)}
		for i, id := range []string{"reset/a", "reset/b", "reset/c", "reset/d", "reset/e"} {
			if cores == 2 && id == "reset/a" {
				id = "reset/z"
			}
			r.Runs = append(r.Runs, archive.RunTime{Case: id, IUT: "ours", Family: "ipv4", WallNS: ms[i] * int64(time.Millisecond)})
		}
		return r
	}
	d := Of(before, after)
	changes := len(d.Changes)
	// Slower and renamed, faster, long but not by the ratio, by the ratio but not long, on the bounds.
	d.Timing(info(1, 10, 90, 100, 1, 20), info(2, 60, 10, 199, 20, 40))
	var got []string
	for _, b := range d.Speed.Beyond {
		got = append(got, b.Case)
	}
	if want := []string{"reset/b", "reset/z", "reset/e"}; len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("got %q, want %q", got, want)
	}
	if d.Speed.OldNS != int64(time.Second) || d.Speed.NewNS != int64(time.Second) {
		t.Errorf("totals %d and %d, expected them without the matrix", d.Speed.OldNS, d.Speed.NewNS)
	}
	if d.Speed.OldMachine != "linux/amd64 go1.26 1 cores 1 workers" || len(d.Changes) != changes {
		t.Errorf("machine %q, %d changes more", d.Speed.OldMachine, len(d.Changes)-changes)
	}
}
