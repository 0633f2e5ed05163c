package causes

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/oracle"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// Exporter writes root causes down as scripts.
type Exporter struct {
	Matrix    *matrix.Matrix
	Reference iut.IUT           // passes every script
	Known     func(string) bool // says whether there is a requirement of an id
}

// Exported is a root cause as a script.
type Exported struct {
	Name string // of its file
	Text []byte
	// Smallest is the case that it was made of, Lines how many stimuli that has, and Left how many are left.
	Smallest    Member
	Lines, Left int
}

// tries is how many cases of a group are tried until one makes a script.
const tries = 12

// errShared is of a mistake that the reference makes too.
var errShared = errors.New("the reference does the same")

// Script makes the script of a group: the smallest of its cases that can be told as one, made smaller still. It passes on the
// reference and fails on the group's IUT, over each of the families that it runs on. The error says why none is.
func (e *Exporter) Script(g *Group) (*Exported, error) {
	if g.IUT == e.Reference.Name() {
		return nil, errors.New("a mistake of the reference: there is nobody to pass it")
	}
	members := slices.SortedFunc(slices.Values(g.Members), smaller)
	var first error
	for n := range min(tries, len(members)) {
		m := members[n]
		if n >= tries/2 { // then those from all over the group
			m = members[n*(len(members)-1)/(tries-1)]
		}
		x, err := e.of(g, m)
		if err == nil {
			return x, nil
		}
		first = cmp.Or(first, err)
	}
	return nil, first
}

// of makes a script of one case.
func (e *Exporter) of(g *Group, m Member) (*Exported, error) {
	c, err := courseOf(e.Matrix, m)
	if err != nil {
		return nil, err
	}
	s := &shrinker{group: g, iut: m.Block.IUT, reference: e.Reference, ipv6: m.Block.Place.IPv6}
	cut := s.end(c)
	if !s.good(cut) {
		return nil, s.why(cut)
	}
	small := s.shrink(cut)
	text, err := e.told(g, small, s)
	if err != nil {
		return nil, err
	}
	return &Exported{Name: name(g), Text: text, Smallest: m, Lines: len(c.lines), Left: len(small.lines)}, nil
}

// why says why a case as it was played does not tell the two apart.
func (s *shrinker) why(c *course) error {
	p, err := c.play(s.iut, s.ipv6)
	if err == nil && !p.shows(s.group) {
		err = fmt.Errorf("causes: played by itself it shows another mistake: %s", p.mistake())
	}
	if err != nil {
		return err
	}
	if p, err = c.play(s.reference, s.ipv6); err == nil && p.shows(s.group) {
		return errShared
	}
	if err == nil {
		err = fmt.Errorf("causes: the reference makes a mistake, too: %s", p.mistake())
	}
	return err
}

// details are what a script compares of the answers to the mistaken step besides flags, numbers and length.
var details = []trace.Detail{0, trace.Win, trace.Options, trace.Full}

// told is the text of the script of a course.
func (e *Exporter) told(g *Group, c *course, s *shrinker) ([]byte, error) {
	wrong, err := c.play(s.iut, s.ipv6)
	if err != nil {
		return nil, err
	}
	right, err := c.play(s.reference, s.ipv6)
	if err != nil {
		return nil, err
	}
	at := wrong.finding.Line - c.line(0)
	ours, theirs := steps(right.said), steps(wrong.said)
	if at < 0 || at >= len(ours) || at >= len(theirs) || len(ours) != len(c.lines) {
		return nil, errors.New("causes: a call does not return where it did")
	}
	sent := right.sent(ours, at)
	if err := agree(ours[:at], theirs[:at]); err != nil {
		return nil, err
	}
	right.fill(&ours[at].stimulus, c.line(at))
	if g.Verdict == matrix.Fail {
		ours[at].allow(wrong.finding.Expected)
	}
	var failed error
	for _, d := range details {
		ok := false
		detailed := slices.Clone(ours)
		if detailed[at].answers, ok = inDetail(ours[at].answers, sent, d); !ok {
			continue
		}
		f := e.file(g, c, detailed, wrong.finding, s.iut.Name())
		text, err := e.verified(f, len(c.begin), detailed, at, d, s)
		if err == nil {
			return text, nil
		}
		failed = cmp.Or(failed, err)
	}
	return nil, failed
}

// fill writes what a call gave besides its result where the script has "...".
func (p *played) fill(e *script.Event, line int) {
	if e.Call == nil {
		return
	}
	for _, ev := range p.trace.Events {
		if ev.Kind != trace.Called || ev.Line != line || ev.Call.Note == "" {
			continue
		}
		text := e.String()
		switch e.Call.Name {
		case "getsockopt", "ioctl":
			text = strings.Replace(text, "[...]", ev.Call.Note, 1)
		case "poll":
			if _, revents, ok := strings.Cut(ev.Call.Note, "revents="); ok {
				text = strings.Replace(text, "revents=...", "revents="+strings.Trim(revents, "}]"), 1)
			}
		}
		if f, err := script.Parse("", []byte(text)); err == nil {
			e.Call = f.Events[0].Call
		}
		return
	}
}

// sent are the packets that were sent in a step.
func (p *played) sent(all []step, at int) (events []*trace.Event) {
	for i := p.begun; i < len(p.trace.Events); i++ {
		if e := &p.trace.Events[i]; e.Kind == trace.Sent && e.Packet.TCP != nil {
			events = append(events, e)
		}
	}
	from, to := 0, 0
	for i := range all[:at+1] {
		from = to
		for _, a := range all[i].answers {
			if a.Packet != nil {
				to++
			}
		}
	}
	return events[from:to]
}

// inDetail is what a step is answered with, saying more of the packets that were sent. It reports whether there is more to say.
func inDetail(answers []script.Event, sent []*trace.Event, d trace.Detail) (detailed []script.Event, more bool) {
	if d == 0 {
		return answers, true
	}
	detailed = slices.Clone(answers)
	for i := range detailed {
		a := &detailed[i]
		if a.Packet == nil || len(sent) == 0 {
			continue
		}
		exact := parsePacket(sent[0].Packet.Notation(trace.Sent, sent[0].Shift, d))
		sent = sent[1:]
		if exact == nil {
			continue
		}
		packet, tcp := *a.Packet, *a.Packet.TCP
		packet.TCP, a.Packet = &tcp, &packet
		if d&trace.Win != 0 {
			tcp.Win, more = exact.TCP.Win, true
		}
		if d&trace.Options != 0 {
			more = more || tcp.AnyOptions
			tcp.Options, tcp.AnyOptions = exact.TCP.Options, false
		}
	}
	return detailed, more
}

// exported begins the comment by which a script is known to be of an export.
const exported = "In the matrix: "

// told is the line of a script's comments that says what the IUT does.
const told = 1

// file puts a script together.
func (e *Exporter) file(g *Group, c *course, all []step, f *matrix.Finding, iut string) *script.File {
	file := &script.File{Name: name(g)}
	h := &file.Header
	h.Title = g.Shape
	clause := g.Clause
	for _, r := range oracle.Rules() {
		if r.ID != g.Rule {
			continue
		}
		h.Title = r.Says
		for _, id := range r.Requirements {
			if e.Known(id) {
				h.Requirements = append(h.Requirements, script.Word{Text: id})
			}
		}
		clause += strings.TrimRight(" "+string(r.Level), " ")
	}
	h.Title = oneLine(h.Title)
	h.Settings = c.settings
	file.Events = slices.Clone(c.begin)
	for i := range all {
		file.Events = append(append(file.Events, all[i].stimulus), all[i].answers...)
		if call := all[i].stimulus.Call; call != nil && (call.Name == "connect" || call.Name == "listen") {
			label := map[string]string{"connect": "active", "listen": "passive"}[call.Name]
			if !slices.ContainsFunc(h.Labels, func(w script.Word) bool { return w.Text == label }) {
				h.Labels = append(h.Labels, script.Word{Text: label})
			}
		}
	}
	if last, ok := lastState(file.Events); ok {
		file.Events = append(file.Events, last)
	}
	h.Comments = []string{
		fmt.Sprintf("%s: rule %s of the oracle.", clause, g.Rule),
		fmt.Sprintf("%s, after %q: %s", iut, oneLine(all[f.Line-c.line(0)].stimulus.String()), oneLine(f.Got)),
		fmt.Sprintf("RFC: %s", oneLine(short(f.Expected))),
		fmt.Sprintf(exported+"%s. %d cases: %s.", g.Mistake, len(g.Members), g.Where()),
	}
	return file
}

// oneLine is a text that can stand in a comment.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// verified holds a script against both, over each family that it may run on, and gives its text.
func (e *Exporter) verified(f *script.File, begin int, all []step, at int, d trace.Detail, s *shrinker) ([]byte, error) {
	event := begin
	for i := range at {
		event += 1 + len(all[i].answers)
	}
	var failure trace.Failure
	check := func(f *script.File, ipv6 bool) error {
		again, err := script.Parse(f.Name, script.Print(f))
		if err != nil {
			return err
		}
		o := run.Options{IPv6: ipv6, Settings: iut.Alike()}
		if res := run.Run(again, e.Reference, o); res.Verdict != trace.Pass {
			return fmt.Errorf("causes: as a script it does not pass on %s: %v %s%v", e.Reference.Name(), res.Verdict, res.Reason, res.Failures)
		}
		res := run.Run(again, s.iut, o)
		switch line := again.Events[event].Pos.Line; {
		case res.Verdict != trace.Fail:
			return fmt.Errorf("causes: as a script it does not fail on %s: %v %s", s.iut.Name(), res.Verdict, res.Reason)
		case res.Failures[0].Line < line:
			return fmt.Errorf("causes: as a script it fails on %s before the mistake: %v", s.iut.Name(), res.Failures[0])
		}
		failure = res.Failures[0]
		return nil
	}
	if err := check(f, s.ipv6); err != nil {
		return nil, err
	}
	if err := check(f, !s.ipv6); err != nil {
		family := "ipv4"
		if s.ipv6 {
			family = "ipv6"
		}
		f.Options = []script.Flag{{Name: "ip_version", Value: family}}
		if err := check(f, s.ipv6); err != nil {
			return nil, err
		}
	}
	if d != 0 { // then flags and numbers alone do not tell what is wrong
		f.Header.Comments[told] += fmt.Sprintf(" (%s)", oneLine(failure.Reason))
	}
	return bytes.TrimSpace(script.Print(f)), nil
}

// name is the name of a group's file: the same in every run.
func name(g *Group) string {
	return g.Slug() + ".pkt"
}
