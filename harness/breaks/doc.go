// Package breaks holds cases against the requirements that they name: a case counts for a requirement only if a stack that
// breaks the requirement fails the case.
//
// Such a stack is made of one that passes. It does the same but for one thing, which a line of fixtures/breaks.csv says:
//
//	id,case,line,instead
//	RFC5961-3.2-3,reset/rst-in-window-draws-challenge-ack,18,nothing
//
// The line is one of the case's script, and instead is what the stack does there, in the script's own notation (see
// harness/script/LANGUAGE.md). What it can be depends on the line:
//
//	a packet of the stack's    nothing; or the packet that goes out in its place:  > R. 1:1(0) ack 1
//	                           or when it does:  +0.5 > P. 1:11(10) ack 1   (as if it stood in the script)
//	                           or several:  > . 1:1(0) ack 1; > . 1:1(0) ack 1
//	what acts on the stack     a packet besides what it sends:  > . 1:1(0) ack 11
//	                           so long after the line:  +7200 > . 0:0(0) ack 1
//	a call                     what it gives, or a packet as above:  read(4, ..., 100) = -1 ECONNRESET
//	a state assertion          the state that the connection is in from the stimulus before it on:  state: ESTABLISHED
//
// In front of a packet there may stand "with: checksum=bad; ", as a script says it of inbound packets, and "text: 11; " if
// the packet carries the text that belongs at number 11. What a packet does not say is as in the packet that it takes the
// place of, or as in the last one of its connection: window, options where it says "<...>", TTL. Options that are not
// written are none.
//
// The case must fail at that very line, or for packets that it does not expect at the next line that can tell.
package breaks
