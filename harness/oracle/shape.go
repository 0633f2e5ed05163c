package oracle

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/twinstack/twinstack/harness/trace"
)

// The same mistake is to read the same wherever it is made: in any state, with any numbers, at any length of text. So a wrong
// answer has a shape, which says what came in place of what, and the step says what it was an answer to (Step.After), in which
// group of states (Step.In).

// standing is where a connection was when a step began.
type standing struct {
	state     trace.State
	listening bool
	rcvNxt    uint32
	rcvEdge   uint32
}

func standingOf(t *TCB) standing {
	return standing{t.State, t.Listening, t.RcvNxt, t.RcvEdge()}
}

// group names the group of states (§3.5.2): those before the connection is synchronized are told apart, and so is TIME-WAIT,
// for which RFC 6191 and RFC 1337 have rules of their own.
func (s standing) group() string {
	switch {
	case s.state == trace.Closed && s.listening:
		return trace.Listen.String()
	case s.state >= trace.Established && s.state != trace.TimeWait:
		return "synchronized"
	}
	return s.state.String()
}

// silence is what an IUT answers that does something wrong, or not, once time has passed since the last stimulus.
const silence = "silence"

// kind names the stimulus by what the checks of §3.10.7.4 go by: a segment by its control bits and, where it is its number
// that decides, by the two positions that are next to the window. A SYN is answered in the synchronized states whatever its
// number is, without an ACK bit a segment is dropped anyway, and of one that is acceptable only what lies in the window is
// left. Text and FIN are what rules are about.
func (s standing) kind(e *stimulus) string {
	if e.call != nil {
		if _, ok := descriptor(e.call); !ok && e.call.Name == "poll" {
			return silence
		}
		return e.call.Name
	}
	if e.packet == nil {
		return ""
	}
	seg := e.packet.TCP
	switch {
	case seg == nil:
		return "ICMP"
	case seg.Flags.Has(trace.RST):
		return "RST" + s.beside(seg)
	case seg.Flags.Has(trace.SYN | trace.ACK):
		return "SYN,ACK"
	case seg.Flags.Has(trace.SYN):
		return "SYN"
	case !seg.Flags.Has(trace.ACK):
		return "no ACK bit"
	}
	if acceptable(&Turn{T: TCB{RcvNxt: s.rcvNxt, RcvWnd: s.rcvEdge - s.rcvNxt}, Seg: seg}) {
		return "ACK"
	}
	return "ACK" + s.beside(seg)
}

// behind says that the stimulus is text for a stream that has ended: "this should not occur", and is ignored (§3.10.7.4,
// seventh). A RST to that is another mistake than one to what a peer may send. TIME-WAIT is a group of its own.
func (s standing) behind(e *stimulus) bool {
	switch s.state {
	case trace.CloseWait, trace.Closing, trace.LastAck:
		return e.packet != nil && e.packet.TCP != nil && len(e.packet.TCP.Payload) > 0
	}
	return false
}

// beside names a number that is next to the window.
func (s standing) beside(seg *trace.Segment) string {
	switch {
	case s.state < trace.SynReceived:
	case seg.Seq == s.rcvNxt-1:
		return " at RCV.NXT-1"
	case seg.Seq == s.rcvEdge && s.rcvEdge != s.rcvNxt:
		return " at RCV.NXT+RCV.WND"
	}
	return ""
}

// sentShape is the shape of a segment that came in place of something: its control bits, and those of its numbers that are
// not what those of a segment of the connection are. PSH and URG tell nothing of a reply.
func sentShape(t *TCB, cause, s *trace.Segment, instead string) string {
	var bits []string
	for _, b := range []struct {
		flag trace.Flags
		name string
	}{{trace.SYN, "SYN"}, {trace.FIN, "FIN"}, {trace.RST, "RST"}, {trace.ACK, "ACK"}} {
		if s.Flags.Has(b.flag) {
			bits = append(bits, b.name)
		}
	}
	what := strings.Join(bits, ",")
	if what == "" {
		what = "no control bit"
	}
	// A RST where there should be none is wrong whatever its numbers are, and where there is no connection there are none.
	if t.State != trace.Closed && (!s.Flags.Has(trace.RST) || strings.HasPrefix(instead, "RST")) {
		if seq := seqName(t, cause, s); seq != "" {
			what += " SEQ=" + seq
		}
		if d := int32(s.Ack - t.RcvNxt); s.Flags.Has(trace.ACK) && d > 0 {
			what += " of more than RCV.NXT"
		} else if s.Flags.Has(trace.ACK) && d < 0 {
			what += " of less than RCV.NXT"
		}
	}
	if len(s.Payload) > 0 {
		what += " with text"
	}
	return what + " instead of " + instead
}

// announcedShape is the shape of a segment that is what it should be but for what it announces: "ECE instead of no ECE".
func announcedShape(w wrong) string {
	if w.rule.Shape != "" {
		return w.rule.Shape
	}
	if what, ok := strings.CutPrefix(w.says, "no "); ok {
		return what + " instead of " + w.says
	}
	return "no " + w.says + " instead of " + w.says
}

// seqName names a sequence number; "" is the one that a segment has in its turn.
func seqName(t *TCB, cause, s *trace.Segment) string {
	n := s.Seq
	switch {
	case s.Flags.Has(trace.SYN) && n == t.Iss, !s.Flags.Has(trace.SYN) && n == t.SndNxt:
		return ""
	case n == t.SndUna:
		return "SND.UNA"
	case cause != nil && cause.Flags.Has(trace.ACK) && n == cause.Ack:
		return "SEG.ACK"
	case n == 0 && s.Flags.Has(trace.RST): // of a RST for a segment without an ACK bit
		return "0"
	case n == t.SndUna-1:
		return "SND.UNA-1"
	case n == t.Iss:
		return "ISS"
	case lt(t.SndUna, n) && lt(n, t.SndNxt):
		return "in flight"
	}
	return "another"
}

// stateShape is the shape of a state: that it is still the one from before, or should be, whichever that is.
func stateShape(was, got, want trace.State) string {
	switch {
	case got == was:
		return fmt.Sprintf("stays instead of %v", want)
	case want == was:
		return fmt.Sprintf("%v instead of staying", got)
	}
	return fmt.Sprintf("%v instead of %v", got, want)
}

// octets is a number of something.
var octets = regexp.MustCompile(`\b[1-9][0-9]*\b`)

// callShape is the shape of a call's result: numbers that are not zero are all one.
func callShape(c *trace.Call, want string) string {
	got := c.Errno
	if got == "" {
		got = c.Notation()
	}
	return fmt.Sprintf("%s gives %s instead of %s", c.Name, octets.ReplaceAllString(got, "n"), octets.ReplaceAllString(want, "n"))
}

// ignored is the rule, of those that a step went by, whose requirement it is against; nil if none has it.
func ignored(rules []*Rule, against []string) *Rule {
	for _, r := range rules {
		if slices.ContainsFunc(against, func(id string) bool { return slices.Contains(r.Requirements, id) }) {
			return r
		}
	}
	// It was not followed in a step before, and shows only now.
	for _, r := range allRules() {
		if slices.Contains(r.Requirements, against[0]) {
			return r
		}
	}
	return nil
}

var allRules = sync.OnceValue(Rules)
