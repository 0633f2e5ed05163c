package oracle

import (
	"fmt"
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// Level is how strongly a rule binds (RFC 2119).
type Level string

// The levels. Plain is what a clause states without a key word.
const (
	Plain  Level = ""
	Must   Level = "MUST"
	Should Level = "SHOULD"
	May    Level = "MAY"
)

// Profile is what the judge knows of the IUT's settings.
type Profile struct {
	MSL        time.Duration // TIME-WAIT lasts 2 MSL
	RTOInitial time.Duration // RFC 6298 (2.1); 0: not known, 1 s or more
	RTOMin     time.Duration // RFC 6298 (2.4)
	RTOMax     time.Duration // RFC 6298 (2.5): the least that an upper bound may be; 0: there is none
	// SynR2 and DataR2 are how long at least a SYN, or text and FIN, are tried (§3.8.3), and Horizon how long at most.
	SynR2, DataR2, Horizon time.Duration
	MTU                    uint32 // octets, of the link; 0: not known
	IPv6                   bool
	Timestamps             bool // the IUT agrees to timestamps (RFC 7323 §3.2)
	SYNCookies             bool // a listener may answer a SYN by a cookie (RFC 4987 §3.6): it has no room for more
	// Throttle is how long after an ACK! the next may be left out (RFC 5961 §7: as a limit of one in that time); 0: none may.
	Throttle time.Duration
}

// Turn is one event at one TCB: what the When and Then of a rule look at. Exactly one of Seg, Call, ICMP and Expired is
// set, but that a segment which goes out again comes with the timer that would explain it.
type Turn struct {
	T         TCB
	P         *Profile
	Now       time.Duration
	Seg       *trace.Segment // SEGMENT ARRIVES (§3.10.7), or in the check of what is sent: the segment that the IUT sends
	Codepoint uint8          // of ECN, of the packet that Seg came or goes in (RFC 3168 §5)
	// Whole is the segment as it arrived. Seg is what the checks so far have left of it.
	Whole *trace.Segment
	Call  *trace.Call // a user call (§3.10.1 to §3.10.6)
	ICMP  *trace.ICMP // §3.9.2.2
	// Expired is the timer whose expiry would explain what the IUT does (§3.10.8).
	Expired Timer
	// Peer is the socket at the other end, as the quoted header of an ICMP message must name it.
	Conn trace.Conn

	w *work
}

// Timer names a timer.
type Timer uint8

// The timers of §3.10.8, and those that other sections add.
const (
	NoTimer Timer = iota
	Retransmission
	UserTimeout
	TimeWaitTimeout
	OrphanTimeout // FIN-WAIT-2 of a user who is gone: no RFC has it, many TCPs do
)

// Branch is one way that a rule allows.
type Branch struct {
	// Name tells this way from others, by its option point: "O13: ignored (RFC 1337)". "" where there is one way only.
	Name string
	// Against are the requirements that this way does not follow though they say SHOULD.
	Against []string
	TCB     TCB
	// Unchanged says that the TCB is as it was; TCB then counts for nothing.
	Unchanged bool
	Replies   []Reply
	// Results are what the call may give, each as good as the others; nil: anything.
	Results []Result
	// Wrong says what is not allowed: this is no way at all, and the rule is broken by whoever goes it.
	Wrong string
	// Seg is what is left of the segment, for the checks that follow; nil: all that there was.
	Seg *trace.Segment
	// Next says that the next check follows, if there is one; otherwise that was all.
	Next bool
}

// Rule is one line of the RFC.
type Rule struct {
	ID     string // stable: "listen.2.ack"
	Clause string // "RFC 9293 §3.10.7.2"
	Level  Level
	// Requirements are ids of the catalogue that the rule shows: it accepts what follows them, and rejects what does not.
	Requirements []string
	// Says is the line in a few words of our own.
	Says string
	// Shape is how a segment reads that breaks the rule, where that is what it says of itself; "": it came in place of what
	// was owed.
	Shape string
	When  func(*Turn) bool // nil: always
	Then  func(*Turn) []Branch
}

// Check is one of the RFC's checks: the first rule that holds is the one.
type Check struct {
	Name string
	// When says what the check is about, such as a RST bit that is set; anything else goes on to the next. nil: everything.
	When  func(*Turn) bool
	Rules []Rule
}

// Reply is a segment that an outcome owes.
type Reply struct {
	Name  string      // as the table of states and events calls it: "ACK!", "RST(a)"
	Flags trace.Flags // those that must be set; others must not, but for May
	May   trace.Flags // those that may be set, too
	Seq   uint32
	Ack   uint32 // counts where ACK is set
	// Carry says that a segment of text or a FIN may do the reply's work, acknowledging the same (§3.10.7.4, seventh).
	Carry bool
	// Optional: it may not come, either.
	Optional bool
	// Within is how long it may take; 0: it comes at once.
	Within time.Duration
	// AnySeq says that the number is the IUT's to choose: it becomes ISS (§3.4.1).
	AnySeq bool
	// Above says, with AnySeq, that the number must be larger than Seq (MAY-2).
	Above bool
	// Probing says that a zero-window probe may be out: its number lies beyond the window, and so does SND.NXT behind it,
	// which the peer does not accept (Table 6). Then the number may be Una, SND.UNA, too.
	Probing bool
	Una     uint32

	rule  *Rule // that owes it
	apart bool  // it is not made one with the other ACKs that a segment draws
}

// Outcome is one way through all checks.
type Outcome struct {
	TCB     TCB
	Replies []Reply
	Rules   []*Rule
	Names   []string
	Against []string
	Results []Result // of the call, if it was one
	Wrong   string   // not "": no way that is allowed; the last of Rules says so

	moved *Rule // that changed the state last; nil if none did
}

// TableError says that the table has no rule for an event: a mistake of the table, never of the IUT.
type TableError struct {
	Check string
	State trace.State
	Event string
}

func (e *TableError) Error() string {
	return fmt.Sprintf("oracle: no rule of check %q covers %s in %s", e.Check, e.Event, e.State)
}

func (c *Check) rule(t *Turn) *Rule {
	for i := range c.Rules {
		if r := &c.Rules[i]; r.When == nil || r.When(t) {
			return r
		}
	}
	return nil
}

func (t *Turn) event() string {
	switch {
	case t.Seg != nil:
		return "segment " + t.Seg.Flags.String()
	case t.Call != nil:
		return "call " + t.Call.Name
	case t.ICMP != nil:
		return fmt.Sprintf("ICMP %d %d", t.ICMP.Type, t.ICMP.Code)
	}
	return fmt.Sprintf("timer %d", t.Expired)
}

// Has says whether the arriving segment has all of these flags.
func (t *Turn) Has(f trace.Flags) bool { return t.Seg.Flags.Has(f) }

// The ways that most rules have.

// join puts the names of two choices together.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}

// against are ways that do not follow a SHOULD.
func against(ways []Branch, name string, ids ...string) []Branch {
	for i := range ways {
		ways[i].Name = join(name, ways[i].Name)
		ways[i].Against = append(ways[i].Against, ids...)
	}
	return ways
}

// The ways that change nothing. Nobody may change them.
var (
	goesOn = []Branch{{Unchanged: true, Next: true}}
	stops  = []Branch{{Unchanged: true}}
)

// only is one way. It stands in the memory of the walk, until the next rule of the same check is asked.
func (t *Turn) only(b Branch) []Branch {
	if t.w == nil {
		return []Branch{b}
	}
	t.w.ways = append(t.w.ways, b)
	n := len(t.w.ways)
	return t.w.ways[n-1 : n : n]
}

// same goes on to the next check with nothing changed.
func same(*Turn) []Branch { return goesOn }

// drop ends with nothing sent and nothing changed.
func drop(*Turn) []Branch { return stops }

// forbid is for what a clause rules out.
func forbid(says string) func(*Turn) []Branch {
	ways := []Branch{{Unchanged: true, Wrong: says}}
	return func(*Turn) []Branch { return ways }
}

// answer ends with one reply and nothing changed.
func answer(_ *Turn, r Reply) []Branch { return []Branch{{Unchanged: true, Replies: []Reply{r}}} }
