package oracle

import "github.com/twinstack/twinstack/harness/trace"

// permittedCheck is about SACK-permitted (RFC 2018 §2).
var permittedCheck = Check{
	Name: "SACK-permitted",
	When: func(t *Turn) bool { return permits(t.Seg) },
	Rules: []Rule{
		{
			ID: "sack.permitted.other", Clause: "RFC 2018 §2", Level: Must, Requirements: []string{"RFC2018-2-1"},
			Says: "SACK-permitted \"MUST NOT be sent on non-SYN segments\"", Shape: "SACK-permitted on a segment that is no SYN",
			When: func(t *Turn) bool { return !t.Has(trace.SYN) },
			Then: forbid("no SACK-permitted but on a SYN"),
		},
		{
			ID: "sack.permitted", Clause: "RFC 2018 §2", Level: May,
			Says: "a SYN permits SACK",
			When: func(t *Turn) bool { return t.Has(trace.SYN) },
			Then: same,
		},
	},
}

// blocksCheck is about the SACK option. A segment that acknowledges less than RCV.NXT was owed before the last that came: then
// it is not known what was held. What a RST says of it no clause has a word on.
var blocksCheck = Check{
	Name: "SACK blocks",
	When: func(t *Turn) bool { return (t.T.SackOK || t.sacks()) && !t.Has(trace.RST) },
	Rules: []Rule{
		{
			ID: "sack.unasked", Clause: "RFC 2018 §4", Level: Must, Requirements: []string{"RFC2018-4-1"},
			Says: "without a SACK-permitted of the peer's \"it MUST NOT send SACK options\"", Shape: "SACK blocks that were not permitted",
			When: func(t *Turn) bool { return t.sacks() && !t.T.SackOK },
			Then: forbid("no SACK option: it was not permitted"),
		},
		{
			ID: "sack.syn", Clause: "RFC 2018 §3", Says: "SACK options are of an established connection: a SYN has none", Shape: "SACK blocks on a SYN",
			When: func(t *Turn) bool { return t.sacks() && t.Has(trace.SYN) },
			Then: forbid("no SACK option on a SYN"),
		},
		{
			ID: "sack.past", Clause: "RFC 2018 §4", Says: "a SYN, or an ACK that was owed before what has come since",
			When: func(t *Turn) bool { return t.Has(trace.SYN) || !t.current() },
			Then: same,
		},
		{
			ID: "sack.untrue", Clause: "RFC 2018 §3", Level: Must, Requirements: []string{"RFC2018-3-1", "RFC2883-4-1"},
			Says:  "a block is a run of what is held, no octet more or less; the first may be what the last segment repeated (RFC 2883 §4)",
			Shape: "a SACK block of what is not held",
			When:  (*Turn).untrue,
			Then:  forbid("blocks of what is held alone"),
		},
		{
			ID: "sack.first", Clause: "RFC 2018 §4", Level: Must, Requirements: []string{"RFC2018-4-4"},
			Says:  "\"The first SACK block MUST specify the contiguous block of data containing the segment which triggered this ACK\"",
			Shape: "a first SACK block without the newest segment",
			When:  (*Turn).misplaced,
			Then:  forbid("the run of the newest segment in the first block"),
		},
		{
			ID: "sack.missing", Clause: "RFC 2018 §4", Level: Should, Requirements: []string{"RFC2018-4-2", "RFC2018-4-3"},
			Says: "\"SACK options SHOULD be included in all ACKs which do not ACK the highest sequence number in the data receiver's queue\"",
			When: func(t *Turn) bool { return !t.sacks() && len(t.T.beyondHole()) > 0 },
			Then: unwise("no SACK option while text is held", "RFC2018-4-2"),
		},
		{
			ID: "sack.dsack.part", Clause: "RFC 2883 §4.2", Level: Should, Requirements: []string{"RFC2883-4.2-1"},
			Says: "a segment of which parts are old: the first of them is told",
			When: func(t *Turn) bool { all, ok := t.blocks(); return ok && t.dsackPart(all[0]) },
			Then: unwise("a D-SACK of another part of the segment", "RFC2883-4.2-1"),
		},
		{
			ID: "sack.dsack.run", Clause: "RFC 2883 §4", Level: Should, Requirements: []string{"RFC2883-4-2"},
			Says: "(4) behind a D-SACK of what is held the second block is the run that it is part of",
			When: (*Turn).unnamed,
			Then: unwise("a D-SACK without the run that it is part of", "RFC2883-4-2"),
		},
		{
			ID: "sack.fewer", Clause: "RFC 2018 §4", Level: Should, Requirements: []string{"RFC2018-4-5"},
			Says: "\"SHOULD include as many distinct SACK blocks as possible\"",
			When: (*Turn).fewer,
			Then: unwise("fewer SACK blocks than fit", "RFC2018-4-5"),
		},
		{
			ID: "sack.recent", Clause: "RFC 2018 §4", Level: Should, Requirements: []string{"RFC2018-4-6"},
			Says: "the other blocks are \"the most recently reported\"",
			When: (*Turn).outranked,
			Then: unwise("not the most recent SACK blocks", "RFC2018-4-6"),
		},
		{
			ID: "sack.dsack", Clause: "RFC 2883 §4", Requirements: []string{"RFC2883-4-1"},
			Says: "the first block says which octets of the last segment had come before",
			When: func(t *Turn) bool { all, ok := t.blocks(); return ok && t.dsack(all[0]) },
			Then: func(*Turn) []Branch { return dsackWay },
		},
		{
			ID: "sack.blocks", Clause: "RFC 2018 §4", Requirements: []string{"RFC2018-4-4", "RFC2018-4-5", "RFC2018-4-6", "RFC2018-3-1"},
			Says: "what is held beyond a hole, the run of the newest segment first",
			When: func(t *Turn) bool { return t.sacks() },
			Then: same,
		},
		{
			ID: "sack.none", Clause: "RFC 2018 §4", Says: "nothing is held beyond a hole: no SACK option",
			When: func(t *Turn) bool { return !t.sacks() },
			Then: same,
		},
	},
}

var dsackWay = []Branch{{Name: "a D-SACK (RFC 2883)", Unchanged: true, Next: true}}

// unwise goes on with what does not follow a SHOULD.
func unwise(name string, id string) func(*Turn) []Branch {
	ways := []Branch{{Name: name, Unchanged: true, Next: true, Against: []string{id}}}
	return func(*Turn) []Branch { return ways }
}
