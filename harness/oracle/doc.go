// Package oracle is RFC 9293 §3.10 as an executable table, with RFC 5961, RFC 7323 §5, RFC 6191 and RFC 1337: what a TCP may
// do at an event. Of SACK it has what a receiver reports (RFC 2018, RFC 2883), and what a sender may send again for what a peer
// has reported, by RFC 6675 as by RFC 8985. It sees traces, never a stack.
//
// The table (Checks, one group of them for each kind of event and of state) is made of rules. A rule is a line of the RFC:
// when it holds, and then what may be done, each way a Branch. Checks are gone through in the RFC's order; within a check
// the first rule that holds is the one, and that none holds is an error of the table: there is no catch-all.
//
// The RFC leaves choices, and an observer does not see all that a TCP knows. So a Judge follows a connection with all the
// TCBs that are still possible. Each event makes of each TCB the outcomes that the table allows; what the IUT then sends,
// and the state that it is seen in, leaves those that fit. Where none is left the IUT has done what the RFCs do not allow:
// that is a violation, of the rules that the nearest outcome comes from.
//
// A MUST, and what a clause states without a choice, leaves one way. A MAY adds another. So does a SHOULD, for the TCP that
// does not follow it; such a Branch says what it is against, and a step that only such branches explain is NonStrict.
//
// What a congestion window lets out nobody sees from outside but by what is sent: it has no rules here.
//
// All numbers are the wire's, modulo 2^32. All times are virtual, from the start of the case.
package oracle
