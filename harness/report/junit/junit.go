// Package junit writes a run as JUnit XML, which CI systems show as tests. A test fails where something is not as recorded in the
// ledger, as in the Ginkgo suite: what is recorded passes, and its properties say what it is.
package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/ledger"
	"github.com/twinstack/twinstack/harness/results"
)

type suites struct {
	XMLName xml.Name `xml:"testsuites"`
	Name    string   `xml:"name,attr"`
	totals
	Suites []*suite `xml:"testsuite"`
}

type totals struct {
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Skipped  int    `xml:"skipped,attr"`
	Errors   int    `xml:"errors,attr"`
	Time     string `xml:"time,attr"` // seconds
	took     time.Duration
}

type suite struct {
	Name string `xml:"name,attr"`
	totals
	Properties []property `xml:"properties>property,omitempty"`
	Tests      []test     `xml:"testcase"`
}

type test struct {
	Name       string     `xml:"name,attr"`
	Class      string     `xml:"classname,attr"`
	Time       string     `xml:"time,attr"`
	Properties []property `xml:"properties>property"`
	Skipped    *message   `xml:"skipped"`
	Failure    *message   `xml:"failure"`
	Error      *message   `xml:"error"`
}

type property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type message struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// Write writes a file as JUnit. times are the real times of runs, as far as they are known. There is a suite for each topic, one
// for the live pairs, one for the transitions and one for the root causes of the matrix; each run, comparison, pair, transition and root
// cause is a test, with IUT, family, clauses, requirements, rows of the ledger and verdict as properties.
func Write(w io.Writer, f *archive.File, times map[ledger.Key]time.Duration) error {
	d := &document{file: f, times: times, byName: map[string]*suite{}}
	for i := range f.Cases {
		d.fixture(&f.Cases[i])
	}
	for i := range f.Live {
		d.pair(&f.Live[i])
	}
	for i := range f.Transitions {
		d.transition(&f.Transitions[i])
	}
	if f.Matrix != nil {
		for i := range f.Matrix.Causes {
			d.cause(&f.Matrix.Causes[i])
		}
	}
	out := suites{Name: "twinstack", Suites: d.all}
	for _, s := range d.all {
		s.Time = seconds(s.took)
		out.Tests, out.Failures, out.Skipped, out.Errors = out.Tests+s.totals.Tests, out.Failures+s.Failures, out.Skipped+s.Skipped, out.Errors+s.Errors
		out.took += s.took
	}
	out.Time = seconds(out.took)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", " ")
	if err := e.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.6f", d.Seconds()) }

// document is the suites in the making.
type document struct {
	file   *archive.File
	times  map[ledger.Key]time.Duration
	all    []*suite
	byName map[string]*suite
}

func (d *document) add(name string, t test, took time.Duration) {
	s := d.byName[name]
	if s == nil {
		s = &suite{Name: name, Properties: []property{{"twinstack", d.file.Twinstack}, {"gvisor", d.file.GVisor}}}
		d.byName[name] = s
		d.all = append(d.all, s)
	}
	t.Class, t.Time = "twinstack."+name, seconds(took)
	s.took += took
	s.totals.Tests++
	switch {
	case t.Error != nil:
		s.Errors++
	case t.Failure != nil:
		s.Failures++
	case t.Skipped != nil:
		s.Skipped++
	}
	s.Tests = append(s.Tests, t)
}

// judged gives a test what the ledger says of it.
func (t *test) judged(j archive.Judgement) {
	t.with("status", j.Status)
	t.with("ledger", j.Rows...)
	if !archive.Green(j.Status) {
		text := "on record:\n" + lines(j.Recorded) + "now:\n" + lines(j.Now)
		m := &message{Message: strings.Join(append([]string{j.Status}, j.Now...), ": "), Type: j.Status, Text: text}
		if j.Status == ledger.Broken.String() {
			t.Error = m
		} else {
			t.Failure = m
		}
	}
}

func lines(texts []string) string {
	if len(texts) == 0 {
		return "  nothing\n"
	}
	return "  " + strings.Join(texts, "\n  ") + "\n"
}

// with adds a property for each value.
func (t *test) with(name string, values ...string) {
	for _, v := range values {
		t.Properties = append(t.Properties, property{name, v})
	}
}

func (d *document) fixture(c *archive.Case) {
	topic := results.Topic(c.ID)
	for i := range c.Runs {
		r := &c.Runs[i]
		t := test{Name: fmt.Sprintf("%s on %s over %s", c.ID, r.IUT, r.Family)}
		t.about(c, r.IUT, r.Family)
		t.with("verdict", r.Verdict)
		t.judged(r.Judgement)
		d.add(topic, t, d.times[ledger.Key{Case: c.ID, Family: r.Family, IUT: r.IUT}])
	}
	for i := range c.Comparisons {
		o := &c.Comparisons[i]
		t := test{Name: fmt.Sprintf("%s alike on %s and %s over %s", c.ID, o.With, o.IUT, o.Family)}
		t.about(c, o.IUT, o.Family)
		t.with("with", o.With)
		t.with("verdict", comparison(o))
		t.judged(o.Judgement)
		d.add(topic, t, 0)
	}
}

func (t *test) about(c *archive.Case, iut, family string) {
	t.with("title", c.Title)
	t.with("iut", iut)
	t.with("family", family)
	t.with("clause", c.Clauses...)
	t.with("requirement", c.Requirements...)
}

func comparison(c *archive.Compared) string {
	switch {
	case c.NotCompared != "":
		return "not compared"
	case len(c.Differences) > 0:
		return "different"
	}
	return "alike"
}

func (d *document) pair(l *archive.LivePair) {
	t := test{Name: fmt.Sprintf("the textbook, live, %s to %s over %s", l.Client, l.Server, l.Family)}
	t.with("iut", l.Client, l.Server)
	t.with("family", l.Family)
	t.judged(l.Judgement)
	if l.NotPlayed != "" {
		t.Skipped = &message{Message: l.NotPlayed}
	}
	d.add("live", t, 0)
}

func (d *document) transition(x *archive.Transition) {
	t := test{Name: fmt.Sprintf("%s > %s, %s on %s", x.From, x.To, x.On, x.IUT)}
	t.with("iut", x.IUT)
	t.with("clause", x.Clause)
	t.with("verdict", x.How)
	t.judged(x.Judgement)
	d.add("transitions", t, 0)
}

func (d *document) cause(k *archive.Cause) {
	t := test{Name: strings.Join(strings.Fields(strings.Join([]string{k.Rule, k.Shape, k.After, k.In, "on", k.IUT}, " ")), " ")}
	t.with("iut", k.IUT)
	if k.Clause != "" {
		t.with("clause", k.Clause)
	}
	t.with("cases", fmt.Sprint(k.Cases))
	j := archive.Judgement{Status: k.Status}
	if k.Ledger != "" {
		j.Rows = []string{k.Ledger}
	}
	if k.Example != "" {
		j.Now = []string{fmt.Sprintf("%s: expected %s, got %s", k.Example, k.Expected, k.Got)}
	}
	t.judged(j)
	d.add("matrix", t, 0)
}
