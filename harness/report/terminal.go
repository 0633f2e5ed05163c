// Package report renders results. This is the terminal's part.
package report

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"github.com/twinstack/twinstack/harness/results"
)

// Paint colours text, or leaves it as it is.
type Paint bool

// PaintFor says whether a file is to be coloured: where it is a terminal and NO_COLOR is not set.
func PaintFor(f *os.File) Paint { return Paint(IsTerminal(f) && os.Getenv("NO_COLOR") == "") }

// IsTerminal says whether a file is a character device.
func IsTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (p Paint) in(code, s string) string {
	if !p {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// Red is for what is not as recorded.
func (p Paint) Red(s string) string { return p.in("31", s) }

// Green is for what is.
func (p Paint) Green(s string) string { return p.in("32", s) }

// Bold is for headings.
func (p Paint) Bold(s string) string { return p.in("1", s) }

// Summary writes the table by topic, every recorded cause in two lines, the settings that are not alike, and the verdict.
func Summary(w io.Writer, s *results.Suite, p Paint) {
	Table(w, s, p)
	Live(w, s)
	Transitions(w, s, p)
	Causes(w, s, p)
	Settings(w, s)
	Verdict(w, s, p)
}

// Table writes how the cases came out by topic. Runs count a case once for each family that it runs on.
func Table(w io.Writer, s *results.Suite, p Paint) {
	totals := s.Totals()
	all := totals[len(totals)-1]
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	columns := []string{"topic", "cases"}
	others := map[string]bool{}
	for _, i := range s.IUTs {
		columns = append(columns, i.Name+" pass", "fail")
		if all.ByIUT[i.Name].Other > 0 {
			others[i.Name] = true
			columns = append(columns, "other")
		}
	}
	columns = append(columns, "alike", "different")
	if all.NotCompared > 0 {
		columns = append(columns, "not compared")
	}
	fmt.Fprintln(t, strings.Join(columns, "\t")+"\t")
	for _, total := range totals {
		name := total.Topic
		if name == "" {
			name = "all"
		}
		fmt.Fprintf(t, "%s\t%d\t", name, total.Cases)
		for _, i := range s.IUTs {
			c := total.ByIUT[i.Name]
			fmt.Fprintf(t, "%d\t%d\t", c.Pass, c.Fail)
			if others[i.Name] {
				fmt.Fprintf(t, "%d\t", c.Other)
			}
		}
		fmt.Fprintf(t, "%d\t%d\t", total.Alike, total.Different)
		if all.NotCompared > 0 {
			fmt.Fprintf(t, "%d\t", total.NotCompared)
		}
		fmt.Fprintln(t)
	}
	t.Flush()
	head, rest, _ := strings.Cut(b.String(), "\n")
	fmt.Fprintf(w, "%s\n%s", p.Bold(head), rest)
}

// Live writes which pairs of IUTs went through the textbook's connection on one link. What went wrong is for Verdict.
func Live(w io.Writer, s *results.Suite) {
	var went []string
	families := map[string][]string{}
	for _, l := range s.Live {
		pair := l.Client + " to " + l.Server
		switch {
		case l.NotPlayed != "":
			fmt.Fprintf(w, "live, %s: not played: %s\n", l, l.NotPlayed)
		case len(l.Wrong) == 0:
			if families[pair] == nil {
				went = append(went, pair)
			}
			families[pair] = append(families[pair], l.Family)
		}
	}
	for i, pair := range went {
		went[i] = fmt.Sprintf("%s (%s)", pair, strings.Join(families[pair], ", "))
	}
	if len(went) > 0 {
		fmt.Fprintf(w, "live, as in the textbook: %s\n", strings.Join(went, ", "))
	}
}

// Causes writes every root cause that showed as recorded in two lines, failures first.
func Causes(w io.Writer, s *results.Suite, p Paint) {
	causes := s.Causes()
	failures(w, causes)
	if len(causes) > 0 {
		fmt.Fprintf(w, "known differences, by root cause: clause, class, row of the ledger, cases\n")
	}
	for _, c := range causes {
		fmt.Fprintf(w, "%s  %s  %s  %s\n", p.Bold(c.Row.Clause), c.Row.Class, c.Row.ID, places(c))
		fmt.Fprintf(w, "    %s\n", c.Row.Summary())
	}
}

// failures counts the cases that fail by clause, wrapped, so that all of them stand on the first screen.
func failures(w io.Writer, causes []results.Cause) {
	var clauses []string
	count := map[string]int{}
	for _, c := range causes {
		if len(c.Fails) == 0 {
			continue
		}
		clause := c.Row.IUT + " " + c.Row.Clause
		if count[clause] == 0 {
			clauses = append(clauses, clause)
		}
		count[clause] += len(c.Fails)
	}
	if len(clauses) == 0 {
		return
	}
	slices.Sort(clauses)
	const width = 110
	line := "cases that fail, by clause:"
	for i, clause := range clauses {
		part := fmt.Sprintf(" %s %d", clause, count[clause])
		if i < len(clauses)-1 {
			part += ","
		}
		if utf8.RuneCountInString(line+part) > width {
			fmt.Fprintln(w, line)
			line = "   "
		}
		line += part
	}
	fmt.Fprintln(w, line)
}

// places names the cases of a cause: "fails reset/{a,b}; differs close/c".
func places(c results.Cause) string {
	var parts []string
	if len(c.Fails) > 0 {
		parts = append(parts, "fails "+compact(c.Fails))
	}
	if len(c.Lacks) > 0 {
		parts = append(parts, "cannot run "+compact(c.Lacks))
	}
	if len(c.Differs) > 0 {
		parts = append(parts, "differs "+compact(c.Differs))
	}
	return strings.Join(parts, "; ")
}

// shown is how many cases of a topic compact names; results.json has them all.
const shown = 3

// compact joins sorted names of cases, those of a topic in braces.
func compact(names []string) string {
	var parts []string
	for i := 0; i < len(names); {
		topic, _, _ := strings.Cut(names[i], "/")
		var last []string
		j := i
		for ; j < len(names) && strings.HasPrefix(names[j], topic+"/"); j++ {
			last = append(last, strings.TrimPrefix(names[j], topic+"/"))
		}
		switch {
		case j == i: // a name without a topic
			parts, j = append(parts, names[i]), i+1
		case len(last) == 1:
			parts = append(parts, names[i])
		default:
			if more := len(last) - shown; more > 0 {
				last = append(last[:shown], fmt.Sprintf("and %d more", more))
			}
			parts = append(parts, topic+"/{"+strings.Join(last, ",")+"}")
		}
		i = j
	}
	return strings.Join(parts, ", ")
}

// Settings writes what could not be made equal, one line for each IUT.
func Settings(w io.Writer, s *results.Suite) {
	for _, i := range s.IUTs {
		var parts []string
		for _, set := range s.Settings {
			if set.IUT != i.Name {
				continue
			}
			part := set.Setting + " " + set.Honour
			if set.Value != "" {
				part += " (" + set.Value + ")"
			}
			parts = append(parts, part)
		}
		if len(parts) > 0 {
			fmt.Fprintf(w, "settings not as asked in %s: %s\n", i.Name, strings.Join(parts, ", "))
		}
	}
}
