package oracle

import "github.com/twinstack/twinstack/harness/trace"

// sends is a segment that the IUT sends though no event owes it: new text, what goes out again, a window update. Which of
// them it is its numbers tell.
func sends(t *Turn) ([]Outcome, error) {
	first, err := through(sentChecks, t)
	if err != nil || first[0].Wrong != "" || first[0].TCB.State != t.T.State {
		return first, err
	}
	second, err := t.sent()
	for i := range second {
		second[i].Rules = t.w.kept.rules.join(first[0].Rules, second[i].Rules)
	}
	return second, err
}

// sent is what holds for the kind of segment that is sent.
func (t *Turn) sent() ([]Outcome, error) {
	switch s := t.Seg; {
	case t.keepAlive():
		return through(keepAliveChecks, t)
	case s.Len() == 0:
		return through(pureChecks, t)
	case s.Seq != t.T.SndNxt:
		t.Expired = Retransmission
		out, err := expires(t)
		t.Expired = NoTimer
		return out, err
	}
	return through(newChecks, t)
}

// sentChecks are what holds for all of them.
var sentChecks = []Check{
	{
		Name: "there is a connection",
		Rules: []Rule{
			{
				ID: "sends.open.waits", Clause: "RFC 9293 §3.10.1", Requirements: []string{"RFC9293-3.10.1-1"},
				Says: "the SYN of an OPEN that waits until the connection stands: the call is told when it returns",
				When: func(t *Turn) bool {
					return t.T.State == trace.Closed && (!t.T.existed() || t.T.Gone) && !t.T.Listening && t.Seg.Flags&(trace.SYN|trace.ACK|trace.RST|trace.FIN) == trace.SYN
				},
				Then: func(t *Turn) []Branch {
					return []Branch{{TCB: TCB{State: trace.SynSent, Active: true, Set: t.T.Set,
						SndTsOK: true, SndWsOK: true, SackOK: true, Iss: t.Seg.Seq, SndUna: t.Seg.Seq, SndNxt: t.Seg.Seq + 1}}}
				},
			},
			{
				ID: "sends.closed", Clause: "RFC 9293 §3.10.7.1", Says: "where there is no connection nothing is sent but the answer to a segment",
				When: func(t *Turn) bool { return t.T.State <= trace.Listen },
				Then: forbid("nothing: there is no connection"),
			},
			{
				ID: "sends.connection", Clause: "RFC 9293 §3.10", Says: "a connection that exists",
				When: connection,
				Then: same,
			},
		},
	},
	{
		Name: "RST",
		Rules: []Rule{
			{
				ID: "sends.rst", Clause: "RFC 9293 §3.5.2", Level: Must, Says: "a RST answers a segment or an ABORT: it \"must not be sent if it is not clear that this is the case\"",
				When: func(t *Turn) bool { return t.Has(trace.RST) },
				Then: forbid("no RST"),
			},
			{
				ID: "sends.norst", Clause: "RFC 9293 §3.5.2", Says: "no RST",
				When: func(t *Turn) bool { return !t.Has(trace.RST) },
				Then: same,
			},
		},
	},
	{
		Name: "SYN",
		Rules: []Rule{
			{
				ID: "sends.syn.again", Clause: "RFC 9293 §3.8.3", Says: "the SYN goes out again while it is not acknowledged",
				When: func(t *Turn) bool {
					return t.Has(trace.SYN) && t.Seg.Seq == t.T.Iss && t.T.SndUna == t.T.Iss && t.T.SndNxt != t.T.Iss
				},
				Then: same,
			},
			{
				ID: "sends.syn.second", Clause: "RFC 9293 §3.5", Says: "a connection has one SYN",
				When: func(t *Turn) bool { return t.Has(trace.SYN) },
				Then: forbid("no SYN"),
			},
			{
				ID: "sends.nosyn.synsent", Clause: "RFC 9293 §3.10.2", Requirements: []string{"RFC9293-3.10.2-1"},
				Says: "before ESTABLISHED text is queued: nothing but the SYN is sent",
				When: inState(trace.SynSent),
				Then: forbid("nothing but the SYN"),
			},
			{
				ID: "sends.nosyn", Clause: "RFC 9293 §3.5", Says: "no SYN",
				When: connection,
				Then: same,
			},
		},
	},
	{
		Name: "ACK",
		Rules: []Rule{
			{
				ID: "sends.ack.synsent", Clause: "RFC 9293 §3.10.1", Requirements: []string{"RFC9293-3.10.1-1"},
				Says: "<SEQ=ISS><CTL=SYN>: there is nothing to acknowledge yet",
				When: func(t *Turn) bool { return t.T.State == trace.SynSent && t.Has(trace.ACK) },
				Then: forbid("no ACK"),
			},
			{
				ID: "sends.ack.none", Clause: "RFC 9293 §3.10.1", Says: "<SEQ=ISS><CTL=SYN>",
				When: inState(trace.SynSent),
				Then: same,
			},
			{
				ID: "sends.ack.missing", Clause: "RFC 9293 §3.8", Level: Must, Requirements: []string{"RFC9293-3.8-1"},
				Says: "\"all segments must carry current acknowledgment information\"",
				When: func(t *Turn) bool { return !t.Has(trace.ACK) },
				Then: forbid("ACK"),
			},
			{
				ID: "sends.ack.value", Clause: "RFC 9293 §3.10.2", Level: Must, Requirements: []string{"RFC9293-3.8-1"},
				Says: "\"acknowledgment value = RCV.NXT\"",
				When: func(t *Turn) bool { return t.Seg.Ack != t.T.RcvNxt },
				Then: forbid("ACK=RCV.NXT"),
			},
			{
				ID: "sends.ack", Clause: "RFC 9293 §3.8", Requirements: []string{"RFC9293-3.8-1"}, Says: "the current acknowledgment",
				When: func(t *Turn) bool { return t.Seg.Ack == t.T.RcvNxt },
				Then: same,
			},
		},
	},
	{
		Name: "SEQ",
		Rules: []Rule{
			{
				ID: "sends.seq.beyond", Clause: "RFC 9293 §3.8", Says: "SND.NXT is the next number to use: no number is left out",
				When: func(t *Turn) bool { return lt(t.T.SndNxt, t.Seg.Seq) },
				Then: forbid("SEQ=SND.NXT"),
			},
			{
				ID: "sends.seq", Clause: "RFC 9293 §3.8", Says: "SND.NXT, or what was sent before",
				When: func(t *Turn) bool { return le(t.Seg.Seq, t.T.SndNxt) },
				Then: drop,
			},
		},
	},
}

// pureChecks are an ACK that neither an event owes nor text carries.
var pureChecks = []Check{
	{
		Name: "SEQ of a pure ACK",
		Rules: []Rule{
			{
				ID: "pure.seq", Clause: "RFC 9293 §3.10.7.4", Says: "<SEQ=SND.NXT>; with a probe out that lies beyond the window, SND.UNA, which the peer accepts",
				When: func(t *Turn) bool { return t.Seg.Seq == t.T.SndNxt || t.T.probing() && t.Seg.Seq == t.T.SndUna },
				Then: same,
			},
			{
				ID: "pure.seq.old", Clause: "RFC 9293 §3.10.7.4", Says: "<SEQ=SND.NXT>",
				When: func(t *Turn) bool { return lt(t.Seg.Seq, t.T.SndNxt) },
				Then: forbid("SEQ=SND.NXT"),
			},
		},
	},
	{
		Name: "why a pure ACK",
		Rules: []Rule{
			{
				ID: "pure.update", Clause: "RFC 5681 §4.2", Requirements: []string{"RFC5681-4.2-3"},
				Says: "a window update, \"as the receiving application consumes new data\" [O23]",
				When: func(t *Turn) bool { return t.T.Freed > 0 && lt(t.T.RcvEdge(), t.edge()) },
				Then: func(t *Turn) []Branch { return []Branch{{Name: "O23: window update", TCB: t.T}} },
			},
			{
				ID: "pure.urgent", Clause: "RFC 9293 §3.8.5", Says: "urgent text waits for the window: the pointer goes ahead",
				When: func(t *Turn) bool { return t.T.Urgent && t.Has(trace.URG) },
				Then: drop,
			},
			{
				ID: "pure.more", Clause: "RFC 5681 §4.2", Level: Must, Requirements: []string{"RFC5681-4.2-3"},
				Says: "\"MUST NOT generate more than one ACK for every incoming segment\"",
				When: func(t *Turn) bool { return t.Seg.Len() == 0 },
				Then: forbid("nothing: an ACK for every segment at most"),
			},
		},
	},
}

// probing says that a zero window may have been probed with a number beyond it.
func (t *TCB) probing() bool { return t.SndWnd == 0 && t.SndUna != t.SndNxt }
