package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/twinstack/twinstack/harness/matrix"
	"github.com/twinstack/twinstack/harness/oracle"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// MatrixCase writes one case of the matrix as it went on one IUT: its script with the numbers of its lines, and below each
// line that acts on the IUT what that did, and what the judge says of it.
func MatrixCase(w io.Writer, c matrix.Case, iut string, lines []script.Event, t *trace.Trace, steps []oracle.Step, r matrix.Result, p Paint) {
	fmt.Fprintf(w, "%s\n", p.Bold(fmt.Sprintf("%s on %s: event %v, probe %v", c.ID(), iut, r.Event, r.Probe)))
	if t == nil {
		fmt.Fprintf(w, "    %s\n", r.Finding.Reason)
		return
	}
	did := map[int][]string{}
	for i := range t.Events {
		if e := &t.Events[i]; e.Kind != trace.Received {
			did[e.Cause] = append(did[e.Cause], doing(e))
		}
	}
	judged := map[int][]oracle.Step{}
	for _, s := range steps {
		judged[s.Line] = append(judged[s.Line], s)
	}
	text := strings.TrimRight(string(script.Print(matrix.Script(c, lines))), "\n")
	for n, line := range strings.Split(text, "\n") {
		fmt.Fprintf(w, "%5d  %s\n", n+1, line)
		for _, d := range did[n+1] {
			fmt.Fprintf(w, "           %s\n", d)
		}
		for _, s := range judged[n+1] {
			writeStep(w, s, p)
		}
	}
}

// doing is what an IUT did, with when if that was not at once.
func doing(e *trace.Event) string {
	text := ""
	switch e.Kind {
	case trace.Sent:
		text = e.Packet.Notation(e.Kind, e.Shift, trace.Full)
	case trace.Called:
		text = "= " + e.Call.Notation()
	default:
		text = "state " + e.State.String()
		if !e.Conn.Remote.IsValid() {
			text = fmt.Sprintf("listener %d: %v", e.Conn.Local.Port(), e.State)
		}
	}
	if e.After > 0 {
		text += ", " + trace.Seconds(e.After) + " s later"
	}
	return text
}

func writeStep(w io.Writer, s oracle.Step, p Paint) {
	by := strings.Join(s.Rules, ", ")
	if len(s.Options) > 0 {
		by += " [" + strings.Join(s.Options, "; ") + "]"
	}
	switch s.Verdict {
	case oracle.Violation:
		if s.Rule != nil {
			by += fmt.Sprintf(" (%s: %s)", strings.TrimRight(s.Rule.Clause+" "+string(s.Rule.Level), " "), s.Rule.Says)
		}
		fmt.Fprintf(w, "           %s %s\n             expected %s, got %s\n             %s, after %s, in %s\n",
			p.Red(s.Verdict.String()), by, s.Expected, s.Got, s.Shape, s.After, s.In)
	case oracle.NonStrict:
		fmt.Fprintf(w, "           %s %s: %s, after %s, in %s\n", p.Red(s.Verdict.String()), by, s.Shape, s.After, s.In)
	default:
		fmt.Fprintf(w, "           %s\n", strings.TrimRight(p.Green(s.Verdict.String())+" "+by, " "))
	}
}
