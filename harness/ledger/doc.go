// Package ledger holds the known divergences and says of each result whether it is as recorded.
//
// The ledger is a YAML file. A row is one root cause, with every case in which it shows:
//
//   - id: netstack-rfc5961-3.2-rst-off-by-one   # unique and stable
//     iut: netstack
//     class: netstack-defect                    # both, latitude or policy are the others
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
// Nothing wrong with the reference, ours, can be recorded: it is mended.
package ledger
