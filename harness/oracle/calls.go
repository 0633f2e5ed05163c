package oracle

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/twinstack/twinstack/harness/trace"
)

// called is a user call (§3.10.1 to §3.10.6).
func called(t *Turn) ([]Outcome, error) { return through(callChecks[t.userCall()], t) }

// userCall is a call of RFC 9293 §3.9.1.
type userCall uint8

// The calls. §3.9.1 is "at best, fictional": each is told by the socket calls that do its work.
const (
	openPassive userCall = iota // listen
	openActive                  // connect
	send                        // write, send
	receive                     // read, recv
	closeCall                   // shutdown SHUT_WR or SHUT_RDWR; close, by a user who goes for good
	abort                       // close with SO_LINGER {1, 0}
	status                      // getsockopt, poll, ioctl
	setting                     // all others, and shutdown SHUT_RD: no call of the RFC's
)

// callChecks are the rules of each call.
var callChecks = map[userCall][]Check{
	openPassive: openPassiveChecks, openActive: openActiveChecks, send: sendChecks, receive: receiveChecks,
	closeCall: closeChecks, abort: abortChecks, status: statusChecks, setting: settingChecks,
}

func (t *Turn) userCall() userCall {
	switch t.Call.Name {
	case "listen":
		return openPassive
	case "connect":
		return openActive
	case "write", "send":
		return send
	case "read", "recv":
		return receive
	case "shutdown":
		if t.how() != shutRD {
			return closeCall
		}
	case "close":
		if t.T.Set.LingerOn && t.T.Set.Linger == 0 {
			return abort
		}
		return closeCall
	case "getsockopt", "poll", "ioctl":
		return status
	}
	return setting
}

// How a shutdown shuts.
const (
	shutRD = iota
	shutWR
	shutRDWR
)

func (t *Turn) how() int {
	switch t.arg(1) {
	case "SHUT_RD", "0":
		return shutRD
	case "SHUT_WR", "1":
		return shutWR
	}
	return shutRDWR
}

// leaves says that the user goes for good, so that nobody can RECEIVE any more (MAY-1).
func (t *Turn) leaves() bool { return t.Call.Name == "close" }

// arg is an argument of the call as the script has it, "" if there are not so many.
func (t *Turn) arg(n int) string {
	depth, at, from := 0, 0, 0
	for i, c := range t.Call.Args {
		switch c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case ',':
			if depth > 0 {
				continue
			}
			if at == n {
				return strings.TrimSpace(t.Call.Args[from:i])
			}
			at, from = at+1, i+1
		}
	}
	if at == n {
		return strings.TrimSpace(t.Call.Args[from:])
	}
	return ""
}

// count is the octets that a SEND or a RECEIVE is about.
func (t *Turn) count() int64 {
	n, _ := strconv.ParseInt(t.arg(2), 0, 64) // the script's parser has seen to it that it is a number
	return n
}

// took is what the call gave, in octets, at most so many.
func (t *Turn) took(most uint32) uint32 {
	return uint32(max(0, min(t.Call.Result, int64(most))))
}

// inState is for the states that the RFC lists in front of a line.
func inState(states ...trace.State) func(*Turn) bool {
	return func(t *Turn) bool {
		for _, s := range states {
			if t.T.State == s {
				return true
			}
		}
		return false
	}
}

// Result is what a call may give: a number from Min to Max, or where there are Errnos -1 with one of them.
type Result struct {
	Min, Max int64
	Errnos   []string
	Says     string // what the RFC calls it: "connection closing"
}

func number(from, to int64) Result { return Result{Min: from, Max: to} }

func (r *Result) fits(c *trace.Call) bool {
	if r.Errnos == nil {
		return c.Errno == "" && r.Min <= c.Result && c.Result <= r.Max
	}
	for _, e := range r.Errnos {
		if e == c.Errno {
			return true
		}
	}
	return false
}

func (r *Result) String() string {
	switch {
	case r.Errnos != nil:
		return fmt.Sprintf("%q (%s)", r.Says, strings.Join(r.Errnos, ", "))
	case r.Min == r.Max:
		return strconv.FormatInt(r.Min, 10)
	}
	return fmt.Sprintf("%d to %d", r.Min, r.Max)
}

// returns says whether the call gave what it may.
func (o *Outcome) returns(c *trace.Call) bool {
	for i := range o.Results {
		if o.Results[i].fits(c) {
			return true
		}
	}
	return len(o.Results) == 0
}

// results says what the call may give.
func (o *Outcome) results() string {
	all := make([]string, len(o.Results))
	for i := range o.Results {
		all[i] = o.Results[i].String()
	}
	return strings.Join(all, ", or ")
}
