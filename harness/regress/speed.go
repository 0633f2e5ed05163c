package regress

import (
	"cmp"
	"slices"
	"time"
)

// Times is what a run of the suite took, in real time.
type Times struct {
	Machine string // in words; two runs on different machines say little of each other
	Total   time.Duration
	Runs    []Time
}

// Time is what a case took on an IUT and a family.
type Time struct {
	Case, IUT, Family string
	Wall              time.Duration
}

// Speed is how the times of two runs stand to each other. It is information alone: real time is not what the runs are
// compared by.
type Speed struct {
	OldMachine string  `json:"old_machine"`
	NewMachine string  `json:"new_machine"`
	OldNS      int64   `json:"old_ns"`
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
func (d *Diff) Timing(before, after Times) {
	s := &Speed{before.Machine, after.Machine, int64(before.Total), int64(after.Total), []Timed{}}
	type key struct{ id, iut, family string }
	now := map[string]string{} // of renamed cases
	for _, c := range d.Changes {
		if c.Category == Renamed {
			now[c.Was] = c.Name
		}
	}
	was := map[key]time.Duration{}
	for _, t := range before.Runs {
		was[key{cmp.Or(now[t.Case], t.Case), t.IUT, t.Family}] = t.Wall
	}
	for _, t := range after.Runs {
		old, ok := was[key{t.Case, t.IUT, t.Family}]
		if low, high := min(old, t.Wall), max(old, t.Wall); ok && high >= Ratio*low && high-low >= Least {
			s.Beyond = append(s.Beyond, Timed{t.Case, t.IUT, t.Family, int64(old), int64(t.Wall)})
		}
	}
	slices.SortStableFunc(s.Beyond, func(a, b Timed) int {
		return cmp.Or(cmp.Compare(b.apart(), a.apart()), cmp.Compare(a.Case, b.Case), cmp.Compare(a.IUT, b.IUT), cmp.Compare(a.Family, b.Family))
	})
	d.Speed = s
}

func (t Timed) apart() int64 { return max(t.OldNS, t.NewNS) - min(t.OldNS, t.NewNS) }
