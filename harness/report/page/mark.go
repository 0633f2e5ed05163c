package page

import (
	"regexp"
	"strings"
	"time"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/trace"
)

// markAll finds the events that are in the differences of a comparison: for each event of each side the number of its
// difference, from 1, and 0 where it is in none.
func markAll(c *archive.Compared, runs []*archive.Run) (marks [2][]int) {
	for s, r := range runs {
		marks[s] = make([]int, len(r.Trace))
	}
	for n, d := range c.Differences {
		for s, did := range [2]string{d.With, d.IUT} {
			if s < len(runs) && did != "" {
				mark(runs[s].Trace, marks[s], &d, did, n+1)
			}
		}
	}
	return marks
}

// mark finds what one side did, in a difference.
func mark(events []archive.Event, marks []int, d *archive.Difference, did string, number int) {
	begun := int64(-1) // when the stimulus was
	path := strings.Split(did, " > ")
	for i := range events {
		e := &events[i]
		if e.Line == d.Line && (e.Kind == "received" || e.Kind == "call") && begun < 0 {
			begun = e.NS
		}
		if marks[i] != 0 {
			continue
		}
		switch d.Kind {
		case "segment":
			if e.Kind == "sent" && e.Cause == d.Line && essence(e.Text) == essence(did) {
				marks[i] = number
				return
			}
		case "call":
			if e.Kind == "call" && e.Line == d.Line {
				marks[i] = number
				return
			}
		case "states":
			if e.Kind == "state" && e.Cause == d.Line && len(path) > 0 && e.Text == path[0] {
				marks[i] = number
				if path = path[1:]; len(path) == 0 {
					return
				}
			}
		case "time":
			// A call is told by its own line and when it returned, the rest by how long after its stimulus it came.
			if e.Kind == "call" && e.Line == d.Line && trace.Seconds(time.Duration(e.NS)) == did ||
				e.Kind != "call" && e.Cause == d.Line && begun >= 0 && trace.Seconds(time.Duration(e.NS-begun)) == did && inWords(d.Text, e) {
				marks[i] = number
				return
			}
		}
	}
}

// inWords says whether a difference in time is about what an event is.
func inWords(text string, e *archive.Event) bool {
	if e.Kind == "sent" {
		_, rest, _ := strings.Cut(text, `"`)
		quoted, _, _ := strings.Cut(rest, `"`)
		return essence(quoted) == essence(e.Text)
	}
	return strings.Contains(text, " is in "+e.Text+" ")
}

// segment is a packet in packetdrill's notation, up to what a comparison leaves out: ports, window, options.
var segment = regexp.MustCompile(`^([<>]) (?:\S+ > \S+ )?(\S+ \d+:\d+\(\d+\)(?: ack \d+)?)`)

// essence is what of a packet tells it from others in a comparison.
func essence(text string) string {
	if m := segment.FindStringSubmatch(text); m != nil {
		return m[1] + " " + m[2]
	}
	return text
}

// address is one with its port.
var address = regexp.MustCompile(`(?:\[[0-9a-f:]+\]|[0-9.]+):(\d+)`)

// ports is a connection without its addresses: "8080 - 40000".
func ports(conn string) string { return address.ReplaceAllString(conn, "$1") }
