// Package results holds what a run of cases gave, in memory for reports; makes of it the file that lasts
// (harness/archive), and one file of the parts of a run.
package results

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/catalogue"
	"github.com/twinstack/twinstack/harness/compare"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/transitions"
)

// Run is one case on one IUT and family.
type Run struct {
	ledger.Run
	Wall time.Duration // real time that it took; in no file unless asked for
}

// Setting is one of the common settings that an IUT does not honour.
type Setting struct {
	IUT, Setting, Honour, Value string
}

// IUT is an implementation that took part.
type IUT struct {
	Name, Version string
}

// Case is a fixture, with what is known of it whatever the runs give.
type Case struct {
	ID, Title, Script string
	Requirements      []string // that it names
	Clauses           []string // of these
	Labels            []string
	Shows             []string // requirements of which it rejects a stack that breaks them
}

// Comparison is what sets a run apart from that of the reference.
type Comparison struct {
	ledger.Comparison
	Found []compare.Difference // those that Differences has the texts of
}

// Live is the textbook's walk-through, live: one IUT as the client, one as the server.
type Live struct {
	Client, Server, Family string
	Wrong                  []string // what was not as the textbook has it
	NotPlayed              string   // why it could not be played; "" where it was
	Trace                  *trace.Trace
}

// String is "ours to netstack over ipv4".
func (l Live) String() string { return fmt.Sprintf("%s to %s over %s", l.Client, l.Server, l.Family) }

// Suite is what a run of the suite gave, as far as it came.
type Suite struct {
	IUTs      []IUT // the first is the reference of every comparison
	Common    []archive.CommonSetting
	Settings  []Setting
	Seed      uint64 // of all randomness of the hosts
	Catalogue []catalogue.Requirement
	Ledger    *ledger.Ledger
	Arrows    []transitions.Arrow // that the IUTs are held to; none where they are not

	Cases       []Case              // that are run, by id
	Clauses     map[string][]string // of each case: the clauses of the requirements that it names
	Planned     int                 // runs that were asked for
	All         int                 // runs that all fixtures make
	AllLive     int                 // live pairs that there are
	Runs        []Run               // by case, family and IUT
	Comparisons []Comparison
	Live        []Live
	Transitions []Transition     // by IUT, then arrow; none where they are not judged or runs are missing
	Matrix      *archive.Matrix  // where it was played
	Entries     []ledger.Finding // on the ledger itself: patterns, and what is red whatever happens
	Findings    []ledger.Finding // one for each run, for each comparison, for each live pair that was played, for each transition, and for each of Entries that is red
}

// Transition is how an IUT stands to an arrow of the state diagram, and to the ledger with it.
type Transition struct {
	transitions.Outcome
	Finding ledger.Finding
}

// Complete says that every run that was asked for was made.
func (s *Suite) Complete() bool { return len(s.Runs) == s.Planned }

// Red are the findings that are not as recorded.
func (s *Suite) Red() []ledger.Finding {
	var red []ledger.Finding
	for _, f := range s.Findings {
		if !f.Green() {
			red = append(red, f)
		}
	}
	return red
}

// Topic is the first part of a case's name: "reset" of "reset/rst-in-window".
func Topic(caseName string) string {
	topic, _, _ := strings.Cut(caseName, "/")
	return topic
}

// Count is how the runs of one IUT in one topic came out.
type Count struct {
	Pass, Fail, Other int // Other: unsupported, inconclusive, error
}

// Total is a line of the summary table.
type Total struct {
	Topic            string // "" for all
	Cases            int
	ByIUT            map[string]Count
	Alike, Different int // comparisons
	NotCompared      int
}

// Totals counts by topic, sorted by name; the last is the sum.
func (s *Suite) Totals() []Total {
	byTopic := map[string]*Total{}
	all := &Total{ByIUT: map[string]Count{}}
	cases := map[string]bool{}
	each := func(caseName string, do func(*Total)) {
		topic := Topic(caseName)
		if byTopic[topic] == nil {
			byTopic[topic] = &Total{Topic: topic, ByIUT: map[string]Count{}}
		}
		do(byTopic[topic])
		do(all)
	}
	for _, r := range s.Runs {
		fresh := !cases[r.Case]
		cases[r.Case] = true
		each(r.Case, func(t *Total) {
			if fresh {
				t.Cases++
			}
			c := t.ByIUT[r.IUT]
			switch r.Result.Verdict {
			case trace.Pass:
				c.Pass++
			case trace.Fail:
				c.Fail++
			default:
				c.Other++
			}
			t.ByIUT[r.IUT] = c
		})
	}
	for _, c := range s.Comparisons {
		each(c.Case, func(t *Total) {
			switch {
			case c.NotCompared != "":
				t.NotCompared++
			case len(c.Differences) > 0:
				t.Different++
			default:
				t.Alike++
			}
		})
	}
	var totals []Total
	for _, t := range byTopic {
		totals = append(totals, *t)
	}
	sort.Slice(totals, func(i, j int) bool { return totals[i].Topic < totals[j].Topic })
	return append(totals, *all)
}

// Cause is one root cause of the ledger, with where it showed.
type Cause struct {
	Row     *ledger.Row
	Fails   []string // cases that fail, sorted
	Lacks   []string // cases that the IUT cannot run, sorted
	Differs []string // cases that only differ, sorted
}

// Causes gives the ledger rows that the findings were as recorded in: those with failures first, then by class.
func (s *Suite) Causes() []Cause {
	kinds := map[*ledger.Row]map[string]int{} // of each case the strongest that was seen
	const differs, lacks, fails = 1, 2, 3
	var rows []*ledger.Row
	for i, f := range s.Findings {
		if f.Status != ledger.AsRecorded || strings.HasPrefix(f.Case, ledger.TransitionTopic) {
			continue // a transition shows in the cases of its row, too
		}
		kind := differs
		switch {
		case i < len(s.Runs) && s.Runs[i].Result.Verdict == trace.Unsupported:
			kind = lacks
		case f.With == "": // a run, or a live pair
			kind = fails
		}
		for _, r := range f.Rows {
			if kinds[r] == nil {
				kinds[r] = map[string]int{}
				rows = append(rows, r)
			}
			kinds[r][f.Case] = max(kinds[r][f.Case], kind)
		}
	}
	var causes []Cause
	for _, r := range rows {
		c := Cause{Row: r}
		for _, name := range slices.Sorted(maps.Keys(kinds[r])) {
			switch kinds[r][name] {
			case fails:
				c.Fails = append(c.Fails, name)
			case lacks:
				c.Lacks = append(c.Lacks, name)
			default:
				c.Differs = append(c.Differs, name)
			}
		}
		causes = append(causes, c)
	}
	rank := func(c Cause) int {
		n := c.Row.Class.Rank()
		if len(c.Fails)+len(c.Lacks) == 0 {
			n += ledger.Policy.Rank() + 1 // behind all that fail
		}
		return n
	}
	sort.SliceStable(causes, func(i, j int) bool {
		a, b := causes[i], causes[j]
		if rank(a) != rank(b) {
			return rank(a) < rank(b)
		}
		return a.Row.Pos.Line < b.Row.Pos.Line
	})
	return causes
}
