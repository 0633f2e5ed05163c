package tcp

// Error is what a user call answers when it is not "ok", and what a connection died of. The texts are those of RFC 9293
// §3.9.1 and §3.10. The zero value is "no error" and is never returned.
type Error uint8

// The errors.
const (
	ErrNotOpen             Error = iota + 1 // SEND, RECEIVE, CLOSE in CLOSED (§3.10.2-4)
	ErrAlreadyExists                        // OPEN of a connection that exists (§3.10.1)
	ErrClosing                              // SEND after CLOSE; RECEIVE after the peer's FIN and all its text (§3.10.2-4)
	ErrConnectionReset                      // a RST came in a synchronized state (§3.10.7.4)
	ErrConnectionRefused                    // a RST or a hard ICMP error came before the connection stood (§3.10.7.3)
	ErrTimedOut                             // R2 or the user timeout was reached (§3.8.3, §3.10.8)
	ErrAborted                              // the user's own ABORT (§3.10.5)
	ErrRemoteUnspecified                    // active OPEN without a remote socket (§3.10.1)
	ErrWouldBlock                           // no room for more text, or no text there: ask again later
	ErrHostUnreachable                      // ICMP says so (§3.9.2.2)
	ErrNetworkUnreachable                   // ICMP says so
	ErrProtocolUnreachable                  // ICMP says so
	ErrInvalid                              // a value that a setting cannot have
)

var errorTexts = [...]string{
	ErrNotOpen:             "connection does not exist",
	ErrAlreadyExists:       "connection already exists",
	ErrClosing:             "connection closing",
	ErrConnectionReset:     "connection reset",
	ErrConnectionRefused:   "connection refused",
	ErrTimedOut:            "connection aborted due to user timeout",
	ErrAborted:             "connection aborted",
	ErrRemoteUnspecified:   "remote socket unspecified",
	ErrWouldBlock:          "insufficient resources",
	ErrHostUnreachable:     "host unreachable",
	ErrNetworkUnreachable:  "network unreachable",
	ErrProtocolUnreachable: "protocol unreachable",
	ErrInvalid:             "invalid value",
}

// Error is the RFC's text.
func (e Error) Error() string {
	if int(e) < len(errorTexts) && errorTexts[e] != "" {
		return errorTexts[e]
	}
	return "unknown error"
}
