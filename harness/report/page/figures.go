package page

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/catalogue"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/trace"
	"github.com/twinstack/twinstack/harness/transitions"
)

// statuses are all statuses, the green ones first.
func statuses() []string {
	var all []string
	for s := ledger.Clean; s <= ledger.Broken; s++ {
		all = append(all, s.String())
	}
	return all
}

// judged is how many of a kind of result there are, by status.
type judged struct {
	What   string
	All    int
	Counts []int // by status, in the order of those that are shown
}

// red is something that is not as recorded.
type red struct {
	Name          string       // of the case, the pair, the arrow or the root cause
	Link          template.URL // to where the page tells of it
	On            string
	Status        string
	Recorded, Now []string
}

// count takes in all that the ledger judges. shown are the statuses that there are, and the green ones.
func count(f *archive.File) (all []judged, reds []red, shown []string) {
	counts := map[string]map[string]int{}
	var order []string
	take := func(what string, j archive.Judgement, name, link, on string) {
		if counts[what] == nil {
			counts[what] = map[string]int{}
			order = append(order, what)
		}
		counts[what][j.Status]++
		if !archive.Green(j.Status) {
			reds = append(reds, red{name, placeURL(link), on, j.Status, j.Recorded, j.Now})
		}
	}
	for _, c := range f.Cases {
		for _, r := range c.Runs {
			take("runs", r.Judgement, c.ID, "case/"+c.ID+"/"+r.Family, r.IUT+" over "+r.Family)
		}
	}
	for _, c := range f.Cases {
		for _, d := range c.Comparisons {
			take("comparisons", d.Judgement, c.ID, "case/"+c.ID+"/"+d.Family, d.With+" and "+d.IUT+" over "+d.Family)
		}
	}
	for _, l := range f.Live {
		take("live pairs", l.Judgement, "live connection", "overview", l.Client+" to "+l.Server+" over "+l.Family)
	}
	for _, t := range f.Transitions {
		take("transitions", t.Judgement, t.From+" > "+t.To+", "+t.On, "states/"+t.IUT, t.IUT)
	}
	if f.Matrix != nil {
		for _, c := range f.Matrix.Causes {
			take("root causes of the matrix", archive.Judgement{Status: c.Status}, c.Rule+": "+c.Shape, "matrix", c.IUT)
		}
	}
	for _, s := range statuses() {
		if archive.Green(s) || slices.ContainsFunc(order, func(what string) bool { return counts[what][s] > 0 }) {
			shown = append(shown, s)
		}
	}
	for _, what := range order {
		j := judged{What: what}
		for _, n := range counts[what] {
			j.All += n
		}
		for _, s := range shown {
			j.Counts = append(j.Counts, counts[what][s])
		}
		all = append(all, j)
	}
	return all, reds, shown
}

// placeURL is the address of a place in the page, as the page's script reads it.
func placeURL(place string) template.URL {
	parts := strings.Split(place, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return template.URL("#" + strings.Join(parts, "/"))
}

// topic is a line of the comparison by topic.
type topic struct {
	Name        string // "" for all
	Cases       int
	ByIUT       []came // in the order of File.IUTs
	Alike       int
	Different   int
	NotCompared int
}

// came is how the runs of one IUT came out. Other is unsupported, inconclusive and error.
type came struct{ Pass, Fail, Other int }

// topics count by topic, sorted; the last is the sum. Runs count a case once for each family.
func topics(f *archive.File) []topic {
	fresh := func(name string) *topic { return &topic{Name: name, ByIUT: make([]came, len(f.IUTs))} }
	by, sum := map[string]*topic{}, fresh("")
	for _, c := range f.Cases {
		name := topicOf(c.ID)
		if by[name] == nil {
			by[name] = fresh(name)
		}
		for _, t := range []*topic{by[name], sum} {
			t.take(f, &c)
		}
	}
	var all []topic
	for _, t := range by {
		all = append(all, *t)
	}
	slices.SortFunc(all, func(a, b topic) int { return cmp.Compare(a.Name, b.Name) })
	return append(all, *sum)
}

func topicOf(id string) string {
	name, _, _ := strings.Cut(id, "/")
	return name
}

func (t *topic) take(f *archive.File, c *archive.Case) {
	t.Cases++
	for _, r := range c.Runs {
		i := slices.IndexFunc(f.IUTs, func(i archive.Implementation) bool { return i.Name == r.IUT })
		if i < 0 {
			continue
		}
		switch r.Verdict {
		case trace.Pass.String():
			t.ByIUT[i].Pass++
		case trace.Fail.String():
			t.ByIUT[i].Fail++
		default:
			t.ByIUT[i].Other++
		}
	}
	for _, d := range c.Comparisons {
		switch {
		case d.NotCompared != "":
			t.NotCompared++
		case len(d.Differences) > 0:
			t.Different++
		default:
			t.Alike++
		}
	}
}

// required is a line of the requirement coverage: an RFC and a level.
type required struct {
	RFC, Level            string // both "" for all
	Rows, Testable, Shown int
	Passed                []int // in the order of File.IUTs
}

// requirements count by RFC, in the order of the catalogue, and level; the last is the sum.
func requirements(f *archive.File) []required {
	fresh := func(rfc, level string) *required {
		return &required{RFC: rfc, Level: level, Passed: make([]int, len(f.IUTs))}
	}
	type key struct{ rfc, level string }
	by, sum := map[key]*required{}, fresh("", "")
	var rfcs []string
	for _, r := range f.Requirements {
		k := key{rfcOf(r.Clause), r.Level}
		if by[k] == nil {
			by[k] = fresh(k.rfc, k.level)
		}
		if !slices.Contains(rfcs, k.rfc) {
			rfcs = append(rfcs, k.rfc)
		}
		for _, t := range []*required{by[k], sum} {
			t.take(f, &r)
		}
	}
	var all []required
	for _, rfc := range rfcs {
		for _, level := range catalogue.Levels() {
			if t := by[key{rfc, string(level)}]; t != nil {
				all = append(all, *t)
			}
		}
	}
	return append(all, *sum)
}

// rfcOf is "RFC 9293" of "RFC 9293 §3.5".
func rfcOf(clause string) string {
	rfc, _, _ := strings.Cut(clause, " §")
	return rfc
}

func (t *required) take(f *archive.File, r *archive.Requirement) {
	t.Rows++
	if !testable(r) {
		return
	}
	t.Testable++
	if len(r.Shown) > 0 {
		t.Shown++
	}
	for i, iut := range f.IUTs {
		if slices.Contains(r.Passed, iut.Name) {
			t.Passed[i]++
		}
	}
}

// testable says whether a case can show a requirement, from the link or through calls.
func testable(r *archive.Requirement) bool {
	return (&catalogue.Requirement{Testable: r.Testable}).CanBeShown()
}

// gone is how many arrows of the state diagram an IUT goes along.
type gone struct {
	IUT        string
	All, Taken int
}

func arrowsOf(f *archive.File) []gone {
	var all []gone
	for _, i := range f.IUTs {
		g := gone{IUT: i.Name}
		for _, t := range f.Transitions {
			if t.IUT != i.Name {
				continue
			}
			g.All++
			if t.How == transitions.Taken.String() {
				g.Taken++
			}
		}
		all = append(all, g)
	}
	return all
}
