package matrix

import (
	"slices"
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/iut/netstack"
	"github.com/twinstack/twinstack/harness/iut/ours"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

func entries(t testing.TB) []*Entry {
	t.Helper()
	all, err := Entries()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func entry(t testing.TB, name string) *Entry {
	t.Helper()
	for _, e := range entries(t) {
		if e.Name == name {
			return e
		}
	}
	t.Fatalf("there is no entry %q", name)
	return nil
}

// place is where an IUT stands at the end of an entry.
func place(t testing.TB, i iut.IUT, name string, ipv6 bool) *Place {
	t.Helper()
	p := &Place{Entry: entry(t, name), IPv6: ipv6}
	if v, reason := p.approach(i, nil); v != Pass {
		t.Fatalf("%s over %s on %s: %v %s", name, family(ipv6), i.Name(), v, reason)
	}
	return p
}

// notReachable are the entries that netstack cannot be brought along, with the line that it does not answer as expected.
var notReachable = map[string]string{
	// shutdown in SYN-RECEIVED of an active open ends the connection in silence.
	"fin-wait-1-from-syn-received": "expected +0 > F. 1:1(0) ack 1001, got nothing",
}

// Every entry passes on its own, and ends where it says: in ours all of them, in netstack all but those that are named.
func TestEntriesReachTheirStates(t *testing.T) {
	t.Parallel()
	for _, e := range entries(t) {
		for _, i := range []iut.IUT{ours.IUT{}, netstack.IUT{}} {
			for _, ipv6 := range []bool{false, true} {
				at := &Place{Entry: e, IPv6: ipv6}
				v, reason := at.approach(i, nil)
				known := notReachable[e.Name]
				if e.ECN {
					known = "setting ECN=true: absent in netstack"
				}
				if known != "" && i.Name() == "netstack" {
					if v != Inconclusive || !strings.Contains(reason, known) {
						t.Errorf("%s over %s on netstack: %q, expected %q", e.Name, family(ipv6), reason, known)
					}
					continue
				}
				if v != Pass {
					t.Errorf("%s over %s on %s: %v %s", e.Name, family(ipv6), i.Name(), v, reason)
				} else if !slices.Contains(e.ends(), at.State) {
					t.Errorf("%s over %s on %s is in %v, expected one of %v", e.Name, family(ipv6), i.Name(), at.State, e.ends())
				}
			}
		}
	}
}

// The name of an entry begins with its state, and each state is led by one entry at least.
func TestEntriesAreNamedByState(t *testing.T) {
	t.Parallel()
	led := make(map[trace.State]bool)
	for _, e := range entries(t) {
		named := false
		for _, s := range e.ends() {
			named = named || strings.HasPrefix(e.Name, strings.ToLower(s.String()))
			led[s] = led[s] || e.Leading
		}
		if !named {
			t.Errorf("%s ends in %v", e.Name, e.ends())
		}
		if e.Title == "" {
			t.Errorf("%s has no title", e.Name)
		}
	}
	for s := trace.Closed; s <= trace.TimeWait; s++ {
		if !led[s] {
			t.Errorf("no entry leads %v", s)
		}
	}
}

// An entry as it is played is what a file of it would be: read again it has the same lines.
func TestEntriesArePrinted(t *testing.T) {
	t.Parallel()
	for _, e := range entries(t) {
		for _, ipv6 := range []bool{false, true} {
			text := script.Print(e.File(ipv6))
			again, err := script.Parse(e.Name, text)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Count(string(text), "\n"); got != e.Lines() {
				t.Errorf("%s has %d lines, expected %d", e.Name, got, e.Lines())
			}
			for i, event := range again.Events {
				if want := e.File(ipv6).Events[i].Pos; event.Pos != want {
					t.Errorf("%s: event %d stands at %v, expected %v", e.Name, i, event.Pos, want)
				}
			}
			if f := run.Families(e.File(ipv6)); !slices.Equal(f, []bool{ipv6}) {
				t.Errorf("%s over %s: families %v", e.Name, family(ipv6), f)
			}
		}
	}
}

// The descriptors that a user has at the end of an entry.
func TestDescriptors(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][2]int{
		"closed": {3, 0}, "closed-bound": {3, 0}, "listen": {0, 3}, "syn-sent": {3, 0}, "established-passive": {4, 3}, "established-unaccepted": {0, 3},
		"established-passive-listener-gone": {4, 0}, "fin-wait-1-close": {0, 3}, "fin-wait-1-close-alone": {0, 0}, "last-ack-active": {0, 0},
	} {
		if e := entry(t, name); [2]int{e.Conn, e.Listener} != want {
			t.Errorf("%s: connection %d and listener %d, expected %v", name, e.Conn, e.Listener, want)
		}
	}
}

// A file that cannot be an entry is refused, with its place.
func TestNewEntryRefuses(t *testing.T) {
	t.Parallel()
	const socket = "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
	for src, want := range map[string]string{
		"// set: ReceiveBuffer=8192\n// labels: leding\n" + socket: `entries/x.pkt:2:12: found label "leding", expected one of leading, reduced, timestamps, sack, keepalive, ecn`,
		socket:                                  "entries/x.pkt: found no receive buffer",
		"// set: ReceiveBuffer=much\n" + socket: `entries/x.pkt:1:9: found "much", expected a number of octets`,
		"// set: ReceiveBuffer=8192\n--ip_version=ipv4\n" + socket: "entries/x.pkt:2:1: found an option, expected none",
		"+0 sockt(..., SOCK_STREAM, IPPROTO_TCP) = 3\n":            "entries/x.pkt:1:4",
	} {
		if _, err := newEntry("entries/x.pkt", []byte(src)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, expected %q", src, err, want)
		}
	}
}
