package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/twinstack/twinstack/harness/catalogue"
)

// Requirements writes how many requirements of each RFC and level there are, are testable, are shown, and are passed by
// each IUT; then the testable ones that no case names and those that no case shows; then all, each with its cases and the
// rules of the oracle. A case with "*" rejects a break of the requirement.
func Requirements(w io.Writer, all []catalogue.Standing, iuts []string, p Paint) {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "RFC\tlevel\trows\ttestable\tshown\tpassed by %s\n", strings.Join(iuts, "\tby "))
	for _, c := range catalogue.Totals(all) {
		rfc := c.RFC
		if rfc == "" {
			rfc = "all"
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d", rfc, c.Level, c.Rows, c.Testable, c.Shown)
		for _, iut := range iuts {
			fmt.Fprintf(t, "\t%d", c.Passed[iut])
		}
		fmt.Fprintln(t)
	}
	t.Flush()
	head, rest, _ := strings.Cut(b.String(), "\n")
	fmt.Fprintf(w, "%s\n%s", p.Bold(head), rest)

	writeIDs(w, "testable, and no case names it", all, func(s *catalogue.Standing) bool { return len(s.Cases) == 0 })
	writeIDs(w, "a case names it, and none rejects a stack that breaks it", all,
		func(s *catalogue.Standing) bool { return len(s.Cases) > 0 && !s.Shown() })

	fmt.Fprintln(w)
	t = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i := range all {
		s := &all[i]
		var cases []string
		for _, name := range s.Cases {
			if slices.Contains(s.Rejected, name) {
				name += "*"
			}
			cases = append(cases, name)
		}
		if len(s.Rules) > 0 {
			cases = append(cases, "rules: "+strings.Join(s.Rules, " "))
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", s.ID, s.Level, s.Clause(), s.Text, strings.Join(cases, " "))
	}
	t.Flush()
}

// writeIDs writes the ids of the testable requirements that are as asked, a line for each RFC.
func writeIDs(w io.Writer, what string, all []catalogue.Standing, is func(*catalogue.Standing) bool) {
	var rfcs []string
	ids := map[string][]string{}
	for i := range all {
		s := &all[i]
		if !s.CanBeShown() || !is(s) {
			continue
		}
		if ids[s.RFC] == nil {
			rfcs = append(rfcs, s.RFC)
		}
		ids[s.RFC] = append(ids[s.RFC], s.ID)
	}
	if len(rfcs) == 0 {
		return
	}
	fmt.Fprintf(w, "%s:\n", what)
	for _, rfc := range rfcs {
		fmt.Fprintf(w, "    %s: %s\n", rfc, strings.Join(ids[rfc], " "))
	}
}
