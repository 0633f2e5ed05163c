package oracle

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/catalogue"
	"github.com/twinstack/twinstack/harness/trace"
)

// walker goes through the tables and keeps what it finds there.
type walker struct {
	t                    *testing.T
	used, names, against map[string]bool
}

// walked are the TCBs that the walk goes through: the ways into the states, each with what else a user or a peer has done.
func walked() map[string]TCB {
	all := map[string]TCB{}
	twists := map[string]func(*TCB){
		"": func(*TCB) {}, "unread": func(n *TCB) { n.Unread = 500 }, "queued": func(n *TCB) { n.Queued = 700 }, "freed": func(n *TCB) { n.Freed = 500 },
		"linger":      func(n *TCB) { n.Set.LingerOn = true },
		"linger 5":    func(n *TCB) { n.Gone, n.Set.LingerOn, n.Set.Linger, n.LingerEnd = true, true, 5*time.Second, now },
		"to the edge": func(n *TCB) { n.Closed, n.Queued, n.SndWnd = true, 5, n.SndNxt-n.SndUna+5 },
		"half":        func(n *TCB) { n.Queued, n.SndWnd, n.MaxSndWnd = 700, n.SndNxt-n.SndUna+300, 600 },
		"told":        func(n *TCB) { n.Told = Reset }, "soft error": func(n *TCB) { n.Told = Unreachable }, "gone": userGone, "no read": noRead,
		"closed": func(n *TCB) { n.Closed = true }, "closed, queued": func(n *TCB) { n.Closed, n.Queued = true, 700 },
		"zero": func(n *TCB) { n.SndWnd, n.Queued = 0, 700 }, "keep-alive": func(n *TCB) { n.Set.KeepAlive = KeepAlive{On: true, Idle: time.Minute} },
		"user timeout": func(n *TCB) { n.Set.UserTimeout = 5 * time.Second }, "dups": func(n *TCB) { n.DupAcks = 3 },
		"probed": func(n *TCB) { n.KeepProbes = 2 }, "urgent": func(n *TCB) { n.Urgent = true }, "path": func(n *TCB) { n.PathMTU, n.PathMTUSince = 576, now-time.Minute },
		"SACK": func(n *TCB) { n.SackOK, n.Queued, n.SndMss = true, 700, 336 }, "SACK, told": func(n *TCB) {
			n.SackOK, n.Recovery = true, Recovery{On: true, To: n.SndNxt, Since: now}
			n.Board.Sacked, n.Board.Told = []Span{{n.SndUna + 5, n.SndUna + 10}}, []Span{{n.SndUna + 5, n.SndUna + 10}}
		}, "SACK, reneged": func(n *TCB) { n.SackOK, n.Board.Told, n.TailProbe = true, []Span{{n.SndUna, n.SndNxt}}, true }, "SACK, probed": func(n *TCB) { n.SackOK, n.TailProbe = true, true },
		"told at the end": func(n *TCB) { n.Told, n.PeerFin = Reset, true }, "restarted": func(*TCB) {}, "recovery": func(n *TCB) { n.Recovery = Recovery{On: true, To: n.SndNxt, Since: now, Credit: 1} }, "silly": func(n *TCB) { n.Queued, n.SndWnd, n.MaxSndWnd = 700, 300, 65535 },
	}
	bases := map[string]TCB{"CLOSED": tcbIn(trace.Closed, deaf), "LISTEN": {State: trace.Listen, Listening: true}, "SYN-SENT": tcbIn(trace.SynSent),
		"SYN-RECEIVED by an active OPEN": tcbIn(trace.SynReceived, active), "ESTABLISHED with text in flight": tcbIn(trace.Established, flight),
		"FIN-WAIT-1 with text in flight": tcbIn(trace.FinWait1, flight), "FIN-WAIT-2 with a hole": tcbIn(trace.FinWait2, hole), "ESTABLISHED with a hole": tcbIn(trace.Established, hole)}
	for s := trace.SynReceived; s <= trace.TimeWait; s++ {
		bases[s.String()] = tcbIn(s)
	}
	for name, n := range bases {
		for twist, f := range twists {
			for _, ago := range []time.Duration{0, time.Second, 3 * time.Minute, 5 * time.Minute} {
				if twist != "" && twist != "zero" && ago%(3*time.Minute) != 0 {
					continue
				}
				n := n.Clone()
				n.Timers = Timers{TimeWait: n.TimeWait, TimeWaitOn: n.TimeWaitOn}
				if ago == 0 {
					n.TimeWait -= 10 * time.Minute
				}
				f(&n)
				n.MaxRcvWnd = 4 * n.RcvWnd
				if n.State > trace.Listen {
					n.launch(n.SndUna, n.SndNxt, now-ago)
					n.arm(&profile, now-ago)
					n.Heard = now - ago
				}
				if n.Rexmit.On {
					n.Rexmit.Count = 4
				}
				if n.SackOK {
					n.Rexmit.Count = 0
				}
				if twist == "restarted" {
					n.Rexmit.From = now
				}
				all[strings.TrimSpace(fmt.Sprintf("%s %s %v", name, twist, ago))] = n
			}
		}
	}
	return all
}

// try goes through one table with one turn, and says whether any way is allowed. Every way is sound.
func (w *walker) try(name string, group func(*Turn) ([]Outcome, error), turn Turn) (allowed bool) {
	w.t.Helper()
	before := turn.T.Clone()
	out, err := group(&turn)
	if !turn.T.equals(&before) {
		w.t.Errorf("%s, %s: the turn is not what it was", name, turn.event())
	}
	if err != nil || len(out) == 0 {
		w.t.Fatalf("%s, %s: %d ways, %v", name, turn.event(), len(out), err)
	}
	for i := range out {
		o := &out[i]
		for _, r := range o.Rules {
			w.used[r.ID] = true
		}
		for _, n := range o.Names {
			w.names[n] = true
		}
		for _, a := range o.Against {
			w.against[a] = true
		}
		if o.Wrong != "" {
			continue
		}
		allowed = true
		if n := &o.TCB; n.State > trace.Listen && (lt(n.SndNxt, n.SndUna) || n.FinSent && !n.Closed) {
			w.t.Errorf("%s: SND.UNA %d, SND.NXT %d, a FIN %t of a CLOSE %t by %s", name, n.SndUna, n.SndNxt, n.FinSent, n.Closed, o.wrong().rule.ID)
		}
	}
	return allowed
}

// The tables cover every call, every segment that is sent, every timer and every ICMP message in every state, and no rule is
// dead.
func TestEveryOtherEvent(t *testing.T) {
	t.Parallel()
	w := &walker{t, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	p := profile
	p.SynR2, p.DataR2 = 4*time.Minute, 2*time.Minute
	p6 := p
	p6.IPv6 = true
	for name, n := range walked() {
		for i := range userCalls {
			turn := Turn{T: n, P: &p, Now: now, Call: &userCalls[i]}
			w.try(name, called, turn)
		}
		if n.State != trace.Listen {
			w.try(name, deserted, Turn{T: n, P: &p, Now: now})
		}
		for timer := UserTimeout; timer <= OrphanTimeout; timer++ {
			w.try(name, expires, Turn{T: n, P: &p, Now: now, Expired: timer})
		}
		for _, r := range overdueRules {
			w.used[r.ID] = w.used[r.ID] || r.When(&Turn{T: n, P: &Profile{MSL: time.Minute, Horizon: time.Minute}, Now: now})
		}
		if n.Told == Nothing && n.Set == (Set{}) && n.Queued == 0 && n.Unread == 0 { // of the others ICMP asks nothing
			w.icmp(name, &n, &p, &p6)
		}
		ownSegments(&n, func(s *trace.Segment) {
			turn := Turn{T: n, P: &p, Now: now, Seg: s}
			if w.try(name, sends, turn) && n.State > trace.Listen || s.Flags.Has(trace.RST) {
				w.try(name, announces, turn)
			}
		})
	}
	w.sacks()
	for _, r := range ownRules() {
		if !w.used[r.ID] {
			t.Errorf("rule %s is never used", r.ID)
		}
	}
	all := requirements(t)
	for id := range w.against {
		if r, ok := all.Lookup(id); !ok || r.Level != catalogue.Should && r.Level != catalogue.ShouldNot {
			t.Errorf("a way is against %q, which is no SHOULD", id)
		}
	}
	for _, point := range []string{"O1", "O2", "O3", "O4", "O5", "O22", "O23", "O24"} {
		if !slices.ContainsFunc(keys(w.names), func(n string) bool { return strings.HasPrefix(n, point+":") }) {
			t.Errorf("no way names option point %s", point)
		}
	}
}

func (w *walker) icmp(name string, n *TCB, p4, p6 *Profile) {
	for _, m := range icmpMessages(n) {
		for _, p := range []*Profile{p4, p6} {
			w.try(name, reported, Turn{T: *n, P: p, Now: now, ICMP: &m})
		}
	}
}

// userCalls are the calls of the walk, with what they may have given.
var userCalls = func() (all []trace.Call) {
	for _, c := range []struct{ name, args string }{
		{"listen", "3, 5"}, {"connect", "3, ..., ..."}, {"connect", `3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("224.0.0.1")}, 16`},
		{"read", "3, ..., 100"}, {"read", "3, ..., 0"}, {"recv", "3, ..., 100, 0"}, {"recv", "3, ..., 1, MSG_OOB"},
		{"write", "3, ..., 100"}, {"write", "3, ..., 0"}, {"send", "3, ..., 100, 0"}, {"send", "3, ..., 1, MSG_OOB"},
		{"shutdown", "3, SHUT_RD"}, {"shutdown", "3, SHUT_WR"}, {"shutdown", "3, SHUT_RDWR"}, {"close", "3"}, {"bind", "3, ..., ..."},
		{"fcntl", "3, F_GETFL"}, {"ioctl", "3, SIOCINQ, [0]"}, {"ioctl", "3, SIOCOUTQ, [0]"}, {"poll", "[{fd=3, events=POLLIN, revents=0}], 1, 0"},
		{"getsockopt", "3, SOL_SOCKET, SO_ERROR, [0], [4]"}, {"getsockopt", "3, SOL_TCP, TCP_NODELAY, [0], [4]"},
		{"setsockopt", "3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8"}, {"setsockopt", "3, SOL_TCP, TCP_USER_TIMEOUT, [5000], 4"},
		{"setsockopt", "3, SOL_TCP, TCP_MAXSEG, [500], 4"}, {"setsockopt", "3, SOL_SOCKET, SO_KEEPALIVE, [1], 4"},
		{"setsockopt", "3, SOL_TCP, TCP_KEEPIDLE, [60], 4"}, {"setsockopt", "3, SOL_TCP, TCP_KEEPINTVL, [5], 4"}, {"setsockopt", "3, SOL_TCP, TCP_NODELAY, [1], 4"},
	} {
		for _, result := range []int64{0, 1, 100} {
			all = append(all, trace.Call{Name: c.name, Args: c.args, Result: result, Note: "[0]"})
		}
		for _, errno := range []string{"EAGAIN", "EINPROGRESS", "ECONNRESET", "EOPNOTSUPP"} {
			all = append(all, trace.Call{Name: c.name, Args: c.args, Result: -1, Errno: errno})
		}
	}
	return append(all, trace.Call{Name: "getsockopt", Args: "3, SOL_SOCKET, SO_ERROR, [0], [4]", Note: "[104]"})
}()

// icmpMessages are all types that speak of a packet, and others, with the codes that are listed and some that are not, of numbers
// in flight and not.
func icmpMessages(n *TCB) (all []trace.ICMP) {
	for _, typ := range []uint8{0, 1, 2, 3, 4, 5, 8, 11, 12, 128} {
		for code := range uint8(7) {
			for i, mtu := range []uint32{0, 60, 1000, 9000} {
				if i > 0 && typ != 2 && code != 4 {
					break // the MTU is of no other message
				}
				for _, seq := range []uint32{n.SndUna, n.SndNxt} {
					quoted := append([]byte{0: 0x45, 9: 6, 19: 0}, 0, 0, 0, 0, byte(seq>>24), byte(seq>>16), byte(seq>>8), byte(seq))
					all = append(all, trace.ICMP{Type: typ, Code: code, Rest: mtu, Quoted: quoted})
				}
			}
		}
	}
	return all
}

// ownSegments calls f with segments that the IUT might send: every combination of flags, numbers and lengths; other
// acknowledgments and windows with some of them.
func ownSegments(n *TCB, f func(*trace.Segment)) {
	payload := make([]byte, 2000)
	for _, flags := range []trace.Flags{0, trace.ACK, trace.PSH | trace.ACK, trace.FIN | trace.ACK, trace.SYN, trace.SYN | trace.ACK,
		trace.RST, trace.URG | trace.ACK, trace.FIN | trace.PSH | trace.ACK} {
		for _, seq := range []uint32{n.Iss, n.SndUna - 5, n.SndUna - 1, n.SndUna, n.SndUna + 5, n.SndNxt - 1, n.SndNxt, n.SndNxt + 1} {
			for _, l := range []int{0, 1, 5, 300, 536, 700, 2000} {
				f(&trace.Segment{Flags: flags, Seq: seq, Ack: n.RcvNxt, Window: uint16(n.RcvWnd), Payload: payload[:l]})
				if l > 5 || seq != n.SndNxt {
					continue
				}
				f(&trace.Segment{Flags: flags, Seq: seq, Ack: n.RcvNxt + 1, Window: uint16(n.RcvWnd), Payload: payload[:l]})
				for _, window := range []uint16{0, uint16(n.RcvWnd) + 100, uint16(n.RcvWnd) + 2000} {
					f(&trace.Segment{Flags: flags, Seq: seq, Ack: n.RcvNxt, Window: window, Payload: payload[:l]})
				}
			}
		}
	}
}

// Rules have ids of their own, say where they stand, and name requirements that there are.
func TestOtherRulesAreOnRecord(t *testing.T) {
	t.Parallel()
	all := requirements(t)
	for _, r := range ownRules() {
		if r.ID == "" || r.Says == "" || !strings.HasPrefix(r.Clause, "RFC ") {
			t.Errorf("%q lacks a name, a clause or what it says", r.ID)
		}
		for _, id := range r.Requirements {
			if _, ok := all.Lookup(id); !ok {
				t.Errorf("%s: no requirement %q", r.ID, id)
			}
		}
	}
}
