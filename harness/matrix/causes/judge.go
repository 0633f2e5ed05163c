package causes

import (
	"fmt"
	"strings"

	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/trace"
)

// Judged is a group with what the ledger says of it, or an entry of the ledger that no group shows.
type Judged struct {
	ledger.MatrixFinding
	Group *Group // nil where the entry has none
}

// Judge holds groups against a ledger. iuts are those that were played, and everything says that all their cases were.
func Judge(groups []*Group, l *ledger.Ledger, iuts []string, everything bool) []Judged {
	shown := make([]ledger.Mistake, len(groups))
	for i, g := range groups {
		shown[i] = g.Mistake
	}
	var all []Judged
	for i, f := range l.JudgeMatrix(shown, Rules(), iuts, everything) {
		j := Judged{MatrixFinding: f}
		if i < len(groups) {
			j.Group = groups[i]
		}
		all = append(all, j)
	}
	return all
}

// Unknown are the groups that are not recorded, for a proposal.
func Unknown(all []Judged) []ledger.MatrixUnknown {
	var unknown []ledger.MatrixUnknown
	for _, j := range all {
		if j.Status != ledger.Unrecorded {
			continue
		}
		g := j.Group
		expected, got := g.Short()
		unknown = append(unknown, ledger.MatrixUnknown{Mistake: g.Mistake, Clause: g.Clause, About: []string{
			fmt.Sprintf("%d cases: %s", len(g.Members), g.Where()),
			fmt.Sprintf("%s: expected %s, got %s", g.Example.Case().ID(), expected, got),
		}})
	}
	return unknown
}

// Where says in which states the cases begin, and how many in each: "ESTABLISHED 12, TIME-WAIT 3".
func (g *Group) Where() string {
	var parts []string
	for s, n := range g.States() {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%v %d", trace.State(s), n))
		}
	}
	return strings.Join(parts, ", ")
}

// Short is what the example should have done and what it did, without the rest of what is very long.
func (g *Group) Short() (expected, got string) {
	f := g.Example.Result().Finding
	return short(f.Expected), short(f.Got)
}

// short is the beginning of a text that lists very many segments.
func short(text string) string {
	const most = 160
	if len(text) <= most {
		return text
	}
	return text[:strings.LastIndexByte(text[:most], ' ')] + " …"
}
