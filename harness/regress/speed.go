package regress

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/archive"
)

// Speed is how the times of two runs stand to each other. It is information alone: real time is not what the runs are
// compared by.
type Speed struct {
	OldMachine string  `json:"old_machine"` // two runs on different machines say little of each other
	NewMachine string  `json:"new_machine"`
	OldNS      int64   `json:"old_ns"` // of the suite, without the matrix
	NewNS      int64   `json:"new_ns"`
	Beyond     []Timed `json:"beyond"` // the cases at least Ratio slower or faster; the greatest difference first
}

// Timed is a case that takes another time than before.
type Timed struct {
	Case   string `json:"case"` // as NEW has it
	IUT    string `json:"iut"`
	Family string `json:"family"`
	OldNS  int64  `json:"old_ns"`
	NewNS  int64  `json:"new_ns"`
}

// A case is told of where one of its times is at least Ratio times the other, and Least more: shorter ones vary from run to
// run.
const (
	Ratio = 2
	Least = 20 * time.Millisecond
)

// Timing adds to a Diff how fast the runs were.
func (d *Diff) Timing(before, after *archive.RunInfo) {
	s := &Speed{machine(before), machine(after), before.TotalNS - before.MatrixNS, after.TotalNS - after.MatrixNS, []Timed{}}
	now := map[string]string{} // of renamed cases
	for _, c := range d.Changes {
		if c.Category == Renamed {
			now[c.Was] = c.Name
		}
	}
	type key struct{ id, iut, family string }
	was := map[key]int64{}
	for _, t := range before.Runs {
		was[key{cmp.Or(now[t.Case], t.Case), t.IUT, t.Family}] = t.WallNS
	}
	for _, t := range after.Runs {
		old, ok := was[key{t.Case, t.IUT, t.Family}]
		one := Timed{t.Case, t.IUT, t.Family, old, t.WallNS}
		if low, high := min(old, t.WallNS), max(old, t.WallNS); ok && high >= Ratio*low && one.apart() >= int64(Least) {
			s.Beyond = append(s.Beyond, one)
		}
	}
	slices.SortStableFunc(s.Beyond, func(a, b Timed) int {
		return cmp.Or(cmp.Compare(b.apart(), a.apart()), cmp.Compare(a.Case, b.Case), cmp.Compare(a.IUT, b.IUT), cmp.Compare(a.Family, b.Family))
	})
	d.Speed = s
}

func machine(r *archive.RunInfo) string {
	return strings.Join([]string{r.OS + "/" + r.Arch, r.Go, fmt.Sprintf("%d cores", r.Cores), fmt.Sprintf("%d workers", r.Workers)}, " ")
}

func (t Timed) apart() int64 { return max(t.OldNS, t.NewNS) - min(t.OldNS, t.NewNS) }
