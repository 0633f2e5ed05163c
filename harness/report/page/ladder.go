package page

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/twinstack/twinstack/harness/archive"
)

// ladder is a run side by side with that of the reference, or a run alone. What either IUT did at one stimulus stands in one
// block, and what is the same on both sides in one row.
type ladder struct {
	IUTs        []string  `json:"iuts"`     // the reference first
	Families    []string  `json:"families"` // on which it reads the same
	Events      [][]event `json:"events"`   // by side
	Rows        []row     `json:"rows"`
	Differences []string  `json:"differences"` // in words
	NotCompared string    `json:"not_compared,omitempty"`
	Failures    []failed  `json:"failures"`
}

// event is an archive.Event as the page has it.
type event struct {
	NS   int64  `json:"t"`
	Kind string `json:"k"` // in, out, call, state
	Line int    `json:"l,omitempty"`
	Text string `json:"x"` // of a packet without "<" and ">", and without ports where they are the same throughout
	With string `json:"w,omitempty"`
	// Other is the text on the other families, where that is another number.
	Other string `json:"o,omitempty"`
	Conn  string `json:"c,omitempty"` // of a state, where the trace has several: "8080 - 40000"
}

// row is a line of the ladder, an array in JSON: the line of the stimulus, what stands on either side as an index of
// ladder.Events (-1 is nothing), and which of the differences it is, from 1 (0 is none).
type row [4]int

// The places in a row.
const (
	stimulus = iota
	left
	right
	difference
)

// failed is an expectation that a side did not meet, told behind a row.
type failed struct {
	Side     int    `json:"side"`
	Row      int    `json:"row"` // -1: in front of the first
	Line     int    `json:"line"`
	Expected string `json:"expected"`
	Got      string `json:"got"`
	Reason   string `json:"reason,omitempty"`
}

// ladders are those of a case: one for each comparison and family, or one for the run of an IUT that is compared with none.
// Families that read the same have one together.
func ladders(c *archive.Case) []ladder {
	out := []ladder{}
	add := func(l ladder) {
		for i := range out {
			if out[i].join(&l) {
				return
			}
		}
		out = append(out, l)
	}
	compared := map[*archive.Run]bool{}
	for i := range c.Comparisons {
		d := &c.Comparisons[i]
		a, b := runOf(c, d.With, d.Family), runOf(c, d.IUT, d.Family)
		if a != nil && b != nil {
			compared[a], compared[b] = true, true
			add(newLadder(d, a, b))
		}
	}
	for i := range c.Runs {
		if r := &c.Runs[i]; !compared[r] {
			add(newLadder(&archive.Compared{Family: r.Family}, r))
		}
	}
	return out
}

func runOf(c *archive.Case, iut, family string) *archive.Run {
	for i := range c.Runs {
		if r := &c.Runs[i]; r.IUT == iut && r.Family == family {
			return r
		}
	}
	return nil
}

func newLadder(c *archive.Compared, runs ...*archive.Run) ladder {
	l := ladder{Families: []string{c.Family}, Differences: []string{}, NotCompared: c.NotCompared, Failures: []failed{}}
	marks := markAll(c, runs)
	for _, r := range runs {
		l.IUTs = append(l.IUTs, r.IUT)
		l.Events = append(l.Events, eventsOf(r.Trace))
	}
	for _, d := range c.Differences {
		l.Differences = append(l.Differences, d.Text)
	}
	l.Rows = rows(runs, marks)
	for s, r := range runs {
		for _, f := range r.Failures {
			l.Failures = append(l.Failures, failed{s, l.placeOf(s, f.Line, r.Trace), f.Line, f.Expected, f.Got, f.Reason})
		}
	}
	return l
}

// placeOf is the row behind which a failure of a side at a line of the script is told: that of what was taken for the line,
// or the last of the stimulus before it.
func (l *ladder) placeOf(side, line int, trace []archive.Event) int {
	place := -1
	for i, r := range l.Rows {
		if at := r[left+side]; at >= 0 && trace[at].Line == line {
			return i
		}
		if r[stimulus] <= line {
			place = i
		}
	}
	return place
}

// kinds are the kinds of archive.Event as the page has them.
var kinds = map[string]string{"received": "in", "sent": "out", "call": "call", "state": "state"}

// eventsOf is a trace as the page has it.
func eventsOf(trace []archive.Event) []event {
	conns, pairs := map[string]bool{}, map[string]bool{}
	for i := range trace {
		e := &trace[i]
		conns[ports(e.Conn)] = true
		if m := between.FindStringSubmatch(e.Text); m != nil && e.Kind == "sent" {
			pairs[m[1]+" "+m[2]] = true
		} else if m != nil && e.Kind == "received" {
			pairs[m[2]+" "+m[1]] = true
		}
	}
	out := make([]event, len(trace))
	for i := range trace {
		e := &trace[i]
		o := event{NS: e.NS, Kind: kinds[e.Kind], Line: e.Line, Text: e.Text, With: e.With}
		switch {
		case e.Kind == "state" && len(conns) > 3: // none, a listener, its connection, and more
			o.Conn = ports(e.Conn)
		case e.Kind == "sent" || e.Kind == "received":
			if len(pairs) == 1 {
				o.Text = between.ReplaceAllString(o.Text, "")
			} else {
				o.Text = strings.TrimLeft(o.Text, "<> ")
			}
		}
		out[i] = o
	}
	return out
}

// between is the beginning of a packet, with its ports.
var between = regexp.MustCompile(`^[<>] (?:(\d+) > (\d+) )?`)

// rows lines up two traces, or has one alone.
func rows(runs []*archive.Run, marks [2][]int) []row {
	var sides [2]map[int][]int // by line of the stimulus: what followed
	var lines []int
	for s, r := range runs {
		sides[s] = map[int][]int{}
		for i := range r.Trace {
			cause := r.Trace[i].Cause
			if !slices.Contains(lines, cause) {
				lines = append(lines, cause)
			}
			sides[s][cause] = append(sides[s][cause], i)
		}
	}
	slices.Sort(lines)
	out := []row{}
	for _, line := range lines {
		a, b := sides[0][line], sides[1][line]
		keys := [2][]string{}
		for s, all := range [2][]int{a, b} {
			for _, i := range all {
				keys[s] = append(keys[s], key(&runs[s].Trace[i], marks[s][i]))
			}
		}
		for _, p := range pairs(keys[0], keys[1]) {
			r := row{line, -1, -1, 0}
			if p[0] >= 0 {
				r[left], r[difference] = a[p[0]], marks[0][a[p[0]]]
			}
			if p[1] >= 0 {
				r[right], r[difference] = b[p[1]], max(r[difference], marks[1][b[p[1]]])
			}
			// Two states in which the sides differ share a row.
			if n := len(out) - 1; n >= 0 && r[left] < 0 && r[difference] > 0 && out[n][right] < 0 && out[n][difference] == r[difference] {
				out[n][right] = r[right]
				continue
			}
			out = append(out, r)
		}
	}
	return out
}

// key is equal where two events stand in one row: they are one difference, or the same in what is compared.
func key(e *archive.Event, mark int) string {
	switch {
	case mark > 0 && e.Kind != "state":
		return e.Kind + " difference " + strconv.Itoa(mark)
	case e.Kind == "sent":
		return "sent " + essence(e.Text)
	case e.Kind == "state":
		return "state " + ports(e.Conn) + e.Text
	}
	return e.Kind + " " + strconv.Itoa(e.Line)
}

// pairs lines up two lists: what is equal, in order and as much as can be (a longest common subsequence), and each of the
// rest alone. An index of -1 is nothing.
func pairs(a, b []string) (out [][2]int) {
	best := make([][]int, len(a)+1)
	for i := range best {
		best[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				best[i][j] = best[i+1][j+1] + 1
			} else {
				best[i][j] = max(best[i+1][j], best[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, [2]int{i, j})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && best[i+1][j] >= best[i][j+1]:
			out = append(out, [2]int{i, -1})
			i++
		default:
			out = append(out, [2]int{-1, j})
			j++
		}
	}
	return out
}
