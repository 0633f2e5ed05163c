package oracle

import (
	"time"

	"github.com/twinstack/twinstack/harness/trace"
)

// reported is an ICMP message that quotes a segment of the connection (§3.9.2.2).
func reported(t *Turn) ([]Outcome, error) { return through(icmpChecks, t) }

// message is what kind of ICMP message it is (§3.9.2.2).
type message uint8

const (
	noError  message = iota // speaks of nothing that was sent
	quench                  // Source Quench
	tooBig                  // Fragmentation Needed, Packet Too Big
	soft                    // soft error
	hard                    // hard error
	unlisted                // an error that §3.9.2.2 does not sort
)

// kinds4 and kinds6 are the types and codes; -1 is any other code.
var kinds4 = map[uint8]map[int]message{
	3:  {0: soft, 1: soft, 2: hard, 3: hard, 4: tooBig, 5: soft, -1: unlisted},
	4:  {-1: quench},
	11: {0: soft, 1: soft, -1: unlisted},
	12: {-1: soft},
}

// RFC 5927 §5.1 says which of ICMPv6 are hard.
var kinds6 = map[uint8]map[int]message{
	1: {0: soft, 1: hard, 3: soft, 4: hard, -1: unlisted},
	2: {-1: tooBig},
	3: {0: soft, 1: soft, -1: unlisted},
	4: {0: soft, 1: soft, 2: soft, -1: unlisted},
}

func (t *Turn) message() message {
	kinds := kinds4
	if t.P.IPv6 {
		kinds = kinds6
	}
	codes := kinds[t.ICMP.Type]
	if m, ok := codes[int(t.ICMP.Code)]; ok {
		return m
	}
	return codes[-1]
}

func kind(m message) func(*Turn) bool { return func(t *Turn) bool { return t.message() == m } }

// The ways of an error.
var icmpChecks = []Check{
	{
		Name: "whom it is for",
		Rules: []Rule{
			{
				ID: "icmp.none", Clause: "RFC 9293 §3.9.2.2", Level: Must, Requirements: []string{"MUST-54"},
				Says: "it goes to the connection that created the error: there is none",
				When: func(t *Turn) bool { return t.T.State <= trace.Listen },
				Then: drop,
			},
			{
				ID: "icmp.inflight", Clause: "RFC 5927 §4.1", Requirements: []string{"MUST-54", "RFC5927-4.1-1"},
				Says: "it speaks of a segment in flight",
				When: func(t *Turn) bool { return t.quotes() },
				Then: same,
			},
			{
				ID: "icmp.stale", Clause: "RFC 5927 §4.1", Level: May, Requirements: []string{"RFC5927-4.1-1", "RFC5927-4.1-2", "RFC5927-4.1-3"},
				Says: "it speaks of no segment in flight: a TCP may ignore it",
				When: func(t *Turn) bool { return !t.quotes() },
				Then: func(t *Turn) []Branch {
					return []Branch{{Name: "a number that is not in flight: ignored (RFC 5927 §4.1)", TCB: t.T},
						{Name: "a number that is not in flight: acted on", TCB: t.T, Next: true}}
				},
			},
		},
	},
	{
		Name: "what it says",
		Rules: []Rule{
			{
				ID: "icmp.noerror", Clause: "RFC 9293 §3.9.2.2", Says: "no error message, such as a Redirect: nothing follows for the connection",
				When: kind(noError),
				Then: drop,
			},
			{
				ID: "icmp.quench", Clause: "RFC 9293 §3.9.2.2", Level: Must, Requirements: []string{"MUST-55", "RFC5927-6.2-1"},
				Says: "Source Quench is silently discarded",
				When: kind(quench),
				Then: drop,
			},
			{
				ID: "icmp.soft", Clause: "RFC 9293 §3.9.2.2", Level: Must, Requirements: []string{"MUST-56", "MUST-47"},
				Says: "a soft error: the connection is not aborted; the user can learn of it",
				When: kind(soft),
				Then: noted,
			},
			{
				ID: "icmp.hard", Clause: "RFC 9293 §3.9.2.2", Level: Should, Requirements: []string{"SHLD-26"},
				Says: "a hard error aborts an open",
				When: func(t *Turn) bool { return t.message() == hard && inState(trace.SynSent, trace.SynReceived)(t) },
				Then: func(t *Turn) []Branch {
					return append(aborted(t), against(noted(t), "a hard error noted", "SHLD-26")...)
				},
			},
			{
				ID: "icmp.hard.synchronized", Clause: "RFC 9293 §3.9.2.2", Level: Should, Requirements: []string{"SHLD-26", "RFC5927-5.2-1"},
				Says: "a hard error aborts the connection; many take it for a soft one in the synchronized states",
				When: kind(hard),
				Then: func(t *Turn) []Branch {
					return append(aborted(t), against(noted(t), "a hard error is soft in the synchronized states (RFC 5927 §5.2)", "SHLD-26")...)
				},
			},
			{
				ID: "icmp.toobig.syn", Clause: "RFC 1191 §6.4", Says: "a SYN is never too big: nothing to do",
				When: func(t *Turn) bool { return t.message() == tooBig && t.T.SndUna == t.T.Iss },
				Then: drop,
			},
			{
				ID: "icmp.toobig.raise", Clause: "RFC 1191 §3", Level: Must, Requirements: []string{"RFC1191-3-3", "RFC1191-6.4-1", "RFC5927-7.2-1"},
				Says: "an estimate is never raised, and nothing goes out again for a message that does not lower it",
				When: func(t *Turn) bool {
					return t.message() == tooBig && t.claimed() >= t.pathMTU() && t.pathMTU() > 0
				},
				Then: drop,
			},
			{
				ID: "icmp.toobig", Clause: "RFC 1191 §6.4", Requirements: []string{"RFC1191-3-1", "RFC1191-3-2", "RFC1191-3-4", "RFC1191-6.4-2", "RFC9293-3.7.2-1", "RFC5927-7.2-2", "RFC5927-7.2-3"},
				Says: "the path takes less: segments become smaller; what was lost goes out again at once or by the timer",
				When: kind(tooBig),
				Then: smaller,
			},
			{
				ID: "icmp.unlisted", Clause: "RFC 9293 §3.9.2.2", Says: "neither soft nor hard: ignored, told, or taken for hard",
				When: kind(unlisted),
				Then: func(t *Turn) []Branch {
					ways := append([]Branch{{TCB: t.T}}, noted(t)...)
					for _, w := range aborted(t) {
						w.Name = "an error that is not listed aborts"
						ways = append(ways, w)
					}
					return ways
				},
			},
		},
	},
}

// quotes says that the message quotes a number in flight: SND.UNA =< SEG.SEQ < SND.NXT.
func (t *Turn) quotes() bool {
	_, _, seq, ok := trace.QuotedTCP(t.ICMP.Quoted)
	return ok && le(t.T.SndUna, seq) && lt(seq, t.T.SndNxt)
}

// noted is an error that the user can learn of (SHLD-25).
func noted(t *Turn) []Branch {
	tcb := t.T
	tcb.Told = Unreachable
	return []Branch{{TCB: tcb}}
}

// aborted is an error that ends the connection, with a RST or without.
func aborted(t *Turn) []Branch {
	told := Unreachable
	if t.T.State == trace.SynReceived && !t.T.Active {
		told = Nothing
	}
	ways := []Branch{{TCB: t.T.Close(told)}}
	if t.T.State != trace.SynSent {
		ways = append(ways, Branch{Name: "a RST when ICMP ends the connection (§3.10.5)", TCB: t.T.Close(told), Replies: []Reply{abortRST(&t.T)}})
	}
	return ways
}

// The bounds of an estimate, in octets.
const (
	leastMTU4 = 68   // "A host MUST never reduce its estimate of the Path MTU below" (RFC 1191 §3)
	usualMTU4 = 576  // what every host takes in one piece (RFC 791 §3.1)
	leastMTU6 = 1280 // RFC 8201 §4
)

// estimateLife is how long an estimate holds at least: "MUST NOT be done less than 5 minutes after" (RFC 1191 §3, RFC 8201
// §4).
const estimateLife = 5 * time.Minute

// pathMTU is the estimate in octets, 0 if nothing is known. After a while a TCP may try again what the link takes.
func (t *Turn) pathMTU() uint32 {
	if t.T.PathMTU > 0 && t.Now < t.T.PathMTUSince+estimateLife {
		return t.T.PathMTU
	}
	return t.P.MTU
}

// leastPathMTU is the estimate as long as nothing is tried again.
func (t *Turn) leastPathMTU() uint32 {
	if t.T.PathMTU > 0 {
		return t.T.PathMTU
	}
	return t.P.MTU
}

// claimed is the MTU that the message names, in octets; of an old router that names none, something less than before
// (RFC 1191 §5).
func (t *Turn) claimed() uint32 {
	if t.P.IPv6 {
		return t.ICMP.Rest
	}
	if mtu := t.ICMP.Rest & 0xffff; mtu > 0 {
		return mtu
	}
	return max(1, t.pathMTU()) - 1
}

// smaller is a path that takes less than was sent.
func smaller(t *Turn) []Branch {
	later := Branch{Name: "too big: noted, and believed when the segment times out (RFC 5927 §7.2)", TCB: t.T}
	honoured := func(mtu uint32, name string) Branch {
		tcb := t.T
		tcb.PathMTU, tcb.PathMTUSince = mtu, t.Now
		tcb.Recovery = tcb.resend(t.Now)
		return Branch{Name: name, TCB: tcb}
	}
	mtu := t.claimed()
	if t.P.IPv6 {
		if mtu < leastMTU6 {
			return []Branch{{Name: "a claim below 1280 is discarded", TCB: t.T}, honoured(leastMTU6, "a claim below 1280 is one of 1280 (RFC 8201 §5.2)")}
		}
		return []Branch{honoured(mtu, "too big: smaller segments"), later}
	}
	ways := []Branch{honoured(max(mtu, leastMTU4), "too big: smaller segments"), later}
	if mtu < usualMTU4 {
		ways = append(ways, honoured(usualMTU4, "too big: DF is no longer set (RFC 1191 §3)"))
	}
	for _, w := range aborted(t) {
		w.Name, w.Against = "too big: a hard error to a TCP without path MTU discovery", []string{"RFC9293-3.7.2-1"}
		ways = append(ways, w)
	}
	return ways
}
