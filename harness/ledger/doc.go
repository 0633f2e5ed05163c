// Package ledger holds the known divergences and says of each result whether it is as recorded.
//
// The ledger is a YAML file. A row is one root cause, with every case in which it shows:
//
//   - id: netstack-rfc5961-3.2-rst-off-by-one   # unique and stable
//     iut: netstack
//     class: netstack-defect                    # its own name; both, latitude or policy are the others
//     clause: RFC 5961 §3.2
//     reason: An RST in the window is taken, though SEG.SEQ is not RCV.NXT. Free text may follow.
//     cases:
//   - case: reset/rst-in-window
//     family: ipv6                          # only where the other family does not show it
//     fails: "line 18: expected …"          # the first failure of the script on this IUT
//     differs:                              # what sets this IUT apart from the reference
//   - "…"
//   - case: reset/rst-of-a-listener
//     unsupported: "…"                      # in place of fails: why the IUT cannot run the case
//
// What shows in many cases alike is one entry: a * in the name of its case stands for any text, and then it does in fails,
// unsupported and differs, too. It is about each of these cases where that happens, over the family if it names one, and must
// happen in one at least. With like a pattern may be a name alone. An entry that names the case goes before a pattern, and of
// patterns the first that is like what came:
//
//	cases:
//	  - {case: "close/*", fails: "line *: expected * F. *, got nothing (*)"}
//
// A row about the textbook's connection, live between two IUTs, names textbook/live-as-client or textbook/live-as-server
// as its case, and the first thing that is not as the textbook has it as what fails.
//
// A cause that shows in nearly every case, in the same words but for numbers, has a regular expression that matches all
// of such a difference. Then a case may be a name alone, and must show at least one:
//
//	like: 'after line \d+: ours sends "> S .*>", netstack sends "> S .*,TS val 0 ecr 0,nop,wscale 0>"'
//	cases:
//	  - close/active
//
// Where the cause keeps the IUT from a transition of RFC 9293 figure 5, the row says so, with what the IUT does at the
// stimulus with which the reference goes that way:
//
//	transitions:
//	  - {arrow: syn-received-fin-wait-1-close, instead: "simultaneous-open/x, line 17: goes to CLOSED"}
//
// What the cause does in the matrix of states and events (harness/matrix) stands beside the cases or in place of them: the
// rule of the oracle, the shape of the wrong answer, the kind of what it was an answer to and the group of states, as "ci
// matrix" tells them. A * stands for any text, and so does after or in where it is left out; an entry without any goes first.
// Of what is allowed and not strict the shape names the requirements that are not followed:
//
//	matrix:
//	  - {rule: other.1.unacceptable, shape: "nothing instead of ACK!", after: SYN, in: TIME-WAIT}
//	  - {rule: "other.*", shape: "nothing instead of ACK!", after: no ACK bit}
//	  - {rule: window.left, shape: against SHLD-14}
//
// The suite asks for no such entry, and the matrix for no case. A mistake without an entry is red, and so is an entry that
// nothing shows.
//
// Red is told by kind (Status). New is what no row speaks of, changed what reads otherwise than recorded, unexpectedly passing
// a recorded failure or arrow that is none any more, vanished what is recorded and not there. Two kinds are about the ledger
// itself, and have a place in it: removed is an entry about a case, an arrow or a rule that is no more, or a second one for the same;
// to be filled in is a row with TODO for its class or its clause, or in its reason. Update writes such rows, takes out what is no
// more, changes what has changed, and leaves the rest of the file as it is.
//
// The class follows from the words of the clause. What breaks a MUST or a SHOULD (or MUST NOT, RECOMMENDED and so on), or a
// step that the clause states without a choice, is a defect; the reason gives the level where it is not a MUST. It is
// latitude where the clause says MAY, or a "should", "could" or "suggested" in small letters, where it binds only those who
// build the mechanism, where two clauses differ, or where the document is informational. It is policy where no RFC speaks.
//
// The iut may be any that runs, and its defects are of the class of its name: what mystack does wrong is a
// mystack-defect. Two things are not recorded. Differences stand with the other IUT, not with the reference, which is the
// first that runs. And nothing wrong with ours, our own TCP, is on record anywhere: it is mended. What it chooses against a SHOULD is.
package ledger
