package catalogue

import "slices"

// Standing is how a requirement stands after a run of the suite.
type Standing struct {
	*Requirement
	Cases    []string // that name it
	Rejected []string // those of them that reject a break of it
	Passed   []string // the IUTs that pass every case that names it, on each family
	// Rules are those of the oracle that show it, in the order of its table. They judge every trace, and are no cases.
	Rules []string
}

// Shown says whether some case shows the requirement: it names it, and rejects a stack that breaks it.
func (s *Standing) Shown() bool { return len(s.Rejected) > 0 }

// Count is how many requirements of an RFC and a level there are, and how many of them stand how.
type Count struct {
	RFC      string // "" for all
	Level    Level  // "" for all
	Rows     int
	Testable int            // from the link or through calls
	Shown    int            // testable ones
	Passed   map[string]int // by IUT: testable ones that have a case
}

// Totals counts by RFC, in the order of the catalogue, and level, the strongest first; the last is the sum.
func Totals(all []Standing) []Count {
	type key struct {
		rfc   string
		level Level
	}
	counts := map[key]*Count{}
	sum := &Count{Passed: map[string]int{}}
	var rfcs []string
	for i := range all {
		s := &all[i]
		k := key{s.RFC, s.Level}
		if counts[k] == nil {
			counts[k] = &Count{RFC: s.RFC, Level: s.Level, Passed: map[string]int{}}
		}
		if !slices.Contains(rfcs, s.RFC) {
			rfcs = append(rfcs, s.RFC)
		}
		for _, c := range []*Count{counts[k], sum} {
			c.take(s)
		}
	}
	var totals []Count
	for _, rfc := range rfcs {
		for _, level := range Levels() {
			if c := counts[key{rfc, level}]; c != nil {
				totals = append(totals, *c)
			}
		}
	}
	return append(totals, *sum)
}

func (c *Count) take(s *Standing) {
	c.Rows++
	if !s.CanBeShown() {
		return
	}
	c.Testable++
	if s.Shown() {
		c.Shown++
	}
	for _, iut := range s.Passed {
		c.Passed[iut]++
	}
}
