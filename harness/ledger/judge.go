package ledger

import (
	"iter"
	"slices"

	"github.com/twinstack/twinstack/harness/trace"
)

// Judge judges runs and comparisons, in the order given.
func (l *Ledger) Judge(runs []Run, comparisons []Comparison) []Finding {
	var findings []Finding
	for _, r := range runs {
		findings = append(findings, l.JudgeRun(r))
	}
	for _, c := range comparisons {
		findings = append(findings, l.JudgeComparison(c))
	}
	return findings
}

// entries gives those that speak of a case on a family and any IUT, with their rows: first those that name the case, then
// the patterns, each in the order of the ledger.
func (l *Ledger) entries(caseName, family string) iter.Seq2[*Row, *Entry] {
	return func(yield func(*Row, *Entry) bool) {
		for _, patterns := range []bool{false, true} {
			for _, row := range l.Rows {
				for i := range row.Cases {
					e := &row.Cases[i]
					if e.pattern() == patterns && e.covers(caseName, family) && !yield(row, e) {
						return
					}
				}
			}
		}
	}
}

// JudgeRun judges the verdict of one run. One entry counts: the first that names the case and has a verdict, or else the
// first pattern with a text like what came.
func (l *Ledger) JudgeRun(r Run) Finding {
	f := Finding{Key: r.Key}
	got, recorded := Outcome(r.Result), ""
	for row, e := range l.entries(r.Case, r.Family) {
		text := e.verdict()
		if row.IUT != r.IUT || text == "" || e.pattern() && (got == "" || !Like(text, got)) {
			continue
		}
		f.Rows, f.Expected, recorded = []*Row{row}, []string{text}, text
		if e.pattern() {
			f.shows, recorded = []*Entry{e}, got
		}
		break
	}
	if got != "" {
		f.Got = []string{got}
	}
	switch v := r.Result.Verdict; {
	case v == trace.Error || v == trace.Inconclusive:
		f.Status = Broken
	case got == "" && recorded == "":
		f.Status = Clean
	case got == recorded:
		f.Status = AsRecorded
	case recorded == "":
		f.Status = Unrecorded
	case got == "":
		f.Status = Passes
	default:
		f.Status = Changed
	}
	return f
}

// JudgeComparison judges the differences of one comparison. Several rows may each account for some of them: first those
// whose text is recorded with the case, then those that such a row is like, then those that a pattern of cases is about.
func (l *Ledger) JudgeComparison(c Comparison) Finding {
	f := Finding{Key: c.Key, With: c.With}
	var recorded []string
	var likes []*Row
	var patterns []patternOf
	unsupported := false
	speaks := func(row *Row) {
		if !slices.Contains(f.Rows, row) {
			f.Rows = append(f.Rows, row)
		}
	}
	for row, e := range l.entries(c.Case, c.Family) {
		switch {
		case row.IUT != c.IUT && row.IUT != c.With:
			continue
		case e.pattern():
			patterns = append(patterns, patternOf{row, e})
			continue
		case e.Unsupported != "":
			unsupported = true
			speaks(row)
		}
		if len(e.Differs) > 0 {
			recorded = append(recorded, e.Differs...)
			speaks(row)
		}
		if row.Like != nil {
			likes = append(likes, row)
			speaks(row)
		}
	}
	if c.NotCompared != "" {
		for _, p := range patterns {
			if p.e.Unsupported != "" && Like(p.row.IUT+": "+p.e.verdict(), c.NotCompared) {
				unsupported, f.shows = true, append(f.shows, p.e)
				speaks(p.row)
			}
		}
		f.Status, f.Expected, f.Got = Broken, recorded, []string{c.NotCompared}
		if unsupported && len(recorded) == 0 {
			f.Status = AsRecorded
		}
		return f
	}
	gone, fresh := apart(recorded, c.Differences)
	for _, row := range likes {
		left := slices.DeleteFunc(slices.Clone(fresh), row.Like.MatchString)
		if len(left) == len(fresh) {
			gone = append(gone, likeText(row))
		}
		fresh = left
	}
	for _, p := range patterns {
		left := slices.DeleteFunc(slices.Clone(fresh), p.accounts)
		if len(left) < len(fresh) {
			f.shows = append(f.shows, p.e)
			speaks(p.row)
		}
		fresh = left
	}
	f.Expected, f.Got = gone, fresh
	switch {
	case len(gone) == 0 && len(fresh) == 0:
		f.Expected, f.Got = recorded, c.Differences
		f.Status = AsRecorded
		if len(f.Rows) == 0 {
			f.Status = Clean
		}
		return f
	case len(gone) == 0:
		f.Status = Unrecorded
	case len(fresh) == 0:
		f.Status = Vanished
	default:
		f.Status = Changed
	}
	f.Rows = slices.DeleteFunc(f.Rows, func(r *Row) bool { return !r.records(c.Key, gone) })
	return f
}

// patternOf is an entry that is a pattern, with its row.
type patternOf struct {
	row *Row
	e   *Entry
}

// accounts says whether a difference is like one of the entry's texts, or like its row.
func (p patternOf) accounts(difference string) bool {
	return p.row.Like != nil && p.row.Like.MatchString(difference) ||
		slices.ContainsFunc(p.e.Differs, func(text string) bool { return Like(text, difference) })
}

// records says whether one of the texts stands in the row with a case.
func (r *Row) records(k Key, texts []string) bool {
	for i := range r.Cases {
		e := &r.Cases[i]
		if !e.pattern() && e.covers(k.Case, k.Family) && slices.ContainsFunc(e.texts(r), func(t string) bool { return slices.Contains(texts, t) }) {
			return true
		}
	}
	return false
}

// apart gives what is in a and not in b, and the other way round. A text that comes twice counts twice.
func apart(a, b []string) (onlyA, onlyB []string) {
	count := map[string]int{}
	for _, s := range b {
		count[s]++
	}
	for _, s := range a {
		if count[s] > 0 {
			count[s]--
		} else {
			onlyA = append(onlyA, s)
		}
	}
	// What is left over in count was not used up by a; the last of equal texts are the ones left over.
	for i := len(b) - 1; i >= 0; i-- {
		if count[b[i]] > 0 {
			count[b[i]]--
			onlyB = append([]string{b[i]}, onlyB...)
		}
	}
	return onlyA, onlyB
}
