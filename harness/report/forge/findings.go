// Package forge renders results.json for those who read it where code is reviewed: a job summary in Markdown, annotations on
// GitHub, a Code Quality report for GitLab. It judges nothing anew.
package forge

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/twinstack/twinstack/harness/archive"
)

// finding is one thing that is not as recorded, on all families on which it reads the same.
type finding struct {
	name     string // of a case, "live", "transition/arrow", "matrix: the mistake", or "ledger: the case of an entry"
	on       string // "netstack", or "ours and netstack" of a comparison
	families []string
	status   string
	clauses  []string // of the rows; of what has none, the case's own
	rows     []string
	recorded []string
	now      []string
	script   string // the case that it points into; "" where it points into none
	line     int    // of that script, from 1; where there is none, of the ledger
}

// findingsOf gives what is not as recorded: the runs of cases, live pairs, transitions, the matrix, the ledger itself, and then
// how two IUTs differ, which often follows from what one of them does wrong. Not all may be shown.
func findingsOf(f *archive.File) []finding {
	clauses := map[string]string{} // by row
	for _, r := range f.Ledger {
		clauses[r.ID] = r.Clause
	}
	var all []finding
	add := func(n finding, j archive.Judgement, family string) {
		if archive.Green(j.Status) {
			return
		}
		n.status, n.rows, n.recorded, n.now = j.Status, j.Rows, j.Recorded, j.Now
		if len(j.Rows) > 0 {
			n.clauses = nil
			for _, r := range j.Rows {
				if c := clauses[r]; c != "" && !slices.Contains(n.clauses, c) {
					n.clauses = append(n.clauses, c)
				}
			}
		}
		if n.line == 0 {
			n.point()
		}
		if i := slices.IndexFunc(all, n.reads); i >= 0 {
			all[i].families = append(all[i].families, family)
			return
		}
		if family != "" {
			n.families = []string{family}
		}
		all = append(all, n)
	}
	for _, c := range f.Cases {
		for _, r := range c.Runs {
			add(finding{name: c.ID, on: r.IUT, clauses: c.Clauses, script: c.ID}, r.Judgement, r.Family)
		}
	}
	for _, l := range f.Live {
		add(finding{name: "live", on: l.Client + " to " + l.Server}, l.Judgement, l.Family)
	}
	for _, t := range f.Transitions {
		add(finding{name: "transition/" + t.Arrow, on: t.IUT, clauses: []string{t.Clause}, script: t.First}, t.Judgement, "")
	}
	if f.Matrix != nil {
		for _, c := range f.Matrix.Causes {
			add(mistake(c))
		}
	}
	for _, e := range f.Entries {
		line, _ := e.Place()
		n := finding{name: "ledger", on: e.IUT, line: line}
		if e.Case != "" {
			n.name += ": " + e.Case
		}
		add(n, archive.Judgement{Status: e.Status, Rows: []string{e.Row}, Recorded: e.Recorded, Now: e.Now}, e.Family)
	}
	for _, c := range f.Cases {
		for _, d := range c.Comparisons {
			add(finding{name: c.ID, on: d.With + " and " + d.IUT, clauses: c.Clauses, script: c.ID}, d.Judgement, d.Family)
		}
	}
	return all
}

// mistake is a root cause of the matrix. Its script is generated, and so it points into none.
func mistake(c archive.Cause) (finding, archive.Judgement, string) {
	name := "matrix: " + c.Rule + ": " + c.Shape
	if c.After != "" {
		name += ", after " + c.After
	}
	if c.In != "" {
		name += ", in " + c.In
	}
	j := archive.Judgement{Status: c.Status}
	if c.Ledger != "" {
		j.Rows = []string{c.Ledger}
	}
	if c.Cases > 0 {
		j.Now = []string{strconv.Itoa(c.Cases) + " cases; " + c.Example + ": expected " + c.Expected + ", got " + c.Got}
	} else {
		j.Recorded, j.Now = []string{"some case shows it"}, []string{"no case shows it"}
	}
	return finding{name: name, on: c.IUT, clauses: []string{c.Clause}}, j, ""
}

// place is where the words of a finding point: "line 18: …", "after line 17: …" into the script of its case, and
// "reset/abort, line 22: …" into another.
var place = regexp.MustCompile(`^(?:(\S+/\S+), |after )?line (\d+)\b`)

// point finds the line in what came, or else in what is on record; the first line of the script where neither names one.
func (n *finding) point() {
	for _, text := range slices.Concat(n.now, n.recorded) {
		m := place.FindStringSubmatch(text)
		if m == nil || m[1] == "" && n.script == "" {
			continue
		}
		if m[1] != "" {
			n.script = m[1]
		}
		n.line, _ = strconv.Atoi(m[2]) // digits; of more than fit, the greatest number
		return
	}
	if n.script != "" {
		n.line = 1
	}
}

// reads says that two findings differ in nothing but the family.
func (n finding) reads(o finding) bool {
	return n.name == o.name && n.on == o.on && n.status == o.status && n.line == o.line && slices.Equal(n.rows, o.rows) &&
		slices.Equal(n.recorded, o.recorded) && slices.Equal(n.now, o.now)
}

// where is the IUT, or both, with the families.
func (n finding) where() string {
	if len(n.families) == 0 {
		return n.on
	}
	return n.on + " over " + strings.Join(n.families, ", ")
}

// clause is all clauses.
func (n finding) clause() string { return strings.Join(n.clauses, ", ") }

// was is what is on record, or that nothing is.
func (n finding) was() []string { return n.words(n.recorded) }

// came is what happened, or that nothing did.
func (n finding) came() []string { return n.words(n.now) }

func (n finding) words(texts []string) []string {
	switch {
	case len(texts) > 0:
		return texts
	case strings.Contains(n.on, " and "):
		return []string{"no difference"}
	case strings.HasPrefix(n.name, "matrix: "):
		return []string{"no such mistake"}
	case strings.HasPrefix(n.name, "transition/"):
		return []string{"taken"}
	case strings.HasPrefix(n.name, "ledger"):
		return []string{"nothing"}
	}
	return []string{"pass"}
}
