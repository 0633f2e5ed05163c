package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/harness/transitions"
)

// Transitions writes how many arrows of the state diagram each IUT goes along, and below it the arrows that some IUT does
// not: with what it does instead, or in red where no case and no row of the ledger says.
func Transitions(w io.Writer, s *results.Suite, p Paint) {
	if len(s.Transitions) == 0 {
		return
	}
	var parts []string
	for _, i := range s.IUTs {
		counts, all := map[transitions.How]int{}, 0
		for _, t := range s.Transitions {
			if t.IUT == i.Name {
				counts[t.How]++
				all++
			}
		}
		part := fmt.Sprintf("%s %d of %d taken", i.Name, counts[transitions.Taken], all)
		var not []string
		for _, how := range []transitions.How{transitions.NotOffered, transitions.Otherwise, transitions.NotTaken} {
			if counts[how] > 0 {
				not = append(not, fmt.Sprintf("%d %s", counts[how], how))
			}
		}
		if len(not) > 0 {
			part += " (" + strings.Join(not, ", ") + ")"
		}
		parts = append(parts, part)
	}
	fmt.Fprintf(w, "transitions: %s\n", strings.Join(parts, ", "))
	for _, t := range s.Transitions {
		if t.How == transitions.Taken && t.Finding.Green() {
			continue
		}
		fmt.Fprintf(w, "    %s (%s): %s %s\n", t.Arrow, t.Arrow.Clause, t.IUT, stand(t, p))
	}
}

// stand says how an IUT stands to an arrow, in red where that is not as it should be.
func stand(t results.Transition, p Paint) string {
	text := t.How.String()
	if t.How == transitions.Taken {
		text = fmt.Sprintf("taken, %d: %s", t.Cases, t.First)
	} else if t.Instead != "" {
		text += ": " + t.Instead
	}
	for _, r := range t.Finding.Rows {
		text += fmt.Sprintf("; %s, %s (%s)", r.Class, r.Clause, r.ID)
	}
	if !t.Finding.Green() {
		return p.Red(text)
	}
	return text
}

// AllTransitions writes every arrow with its clause, and for each IUT the number of cases that go along it and the first
// of them, or what it does instead.
func AllTransitions(w io.Writer, s *results.Suite, p Paint) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "transition\ton\tclause")
	byIUT := map[string][]results.Transition{}
	for _, i := range s.IUTs {
		fmt.Fprintf(t, "\t%s", i.Name)
	}
	fmt.Fprintln(t)
	for _, tr := range s.Transitions {
		byIUT[tr.IUT] = append(byIUT[tr.IUT], tr)
	}
	for n, a := range transitions.Arrows() {
		fmt.Fprintf(t, "%s > %s\t%s\t%s", a.From, a.To, a.On, a.Clause)
		for _, i := range s.IUTs {
			fmt.Fprintf(t, "\t%s", stand(byIUT[i.Name][n], p))
		}
		fmt.Fprintln(t)
	}
	t.Flush()
}
