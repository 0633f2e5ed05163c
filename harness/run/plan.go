package run

import (
	"fmt"
	"strings"

	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// plan is what can be said of a script before it runs: it is made once and used by every run.
type plan struct {
	file     *script.File
	families []bool
	err      error    // why the script cannot run
	args     []string // by event: a call's arguments as the script wrote them
	target   []uint16 // by event: the port that a connect goes to
	bound    uint16   // the port that the IUT binds
	states   bool     // the script asserts states
}

func newPlan(f *script.File) *plan {
	p := &plan{file: f, families: Families(f), args: make([]string, len(f.Events)), target: make([]uint16, len(f.Events))}
	p.bound = boundPort(f)
	claimed := -1 // the last outbound SYN that a connect has taken for its own
	for i := range f.Events {
		e := &f.Events[i]
		if err := checkEvent(f, e, p.families); err != nil && p.err == nil {
			p.err = err
		}
		switch {
		case e.States != nil:
			p.states = true
		case e.Call != nil:
			p.args[i] = argsOf(e.Text)
			if e.Call.Name == "connect" {
				p.target[i] = IUTPort
				if syn := nextActiveOpen(f, max(i, claimed+1)); syn >= 0 {
					p.target[i], claimed = f.Events[syn].Packet.TCP.Ports.Dst, syn
				}
			}
		}
	}
	return p
}

// argsOf is what the script wrote as the arguments of the call at an index, also of one that was added to the script.
func (p *plan) argsOf(i int, e *script.Event) string {
	if i < len(p.args) {
		return p.args[i]
	}
	return argsOf(e.Text)
}

// targetOf is the port that the connect at an index goes to, also of one that was added to the script.
func (p *plan) targetOf(i int) uint16 {
	if i < len(p.target) {
		return p.target[i]
	}
	return IUTPort
}

// checkEvent says why an event cannot be played, nil if it can.
func checkEvent(f *script.File, e *script.Event, families []bool) error {
	switch {
	case e.Call != nil:
		if _, known := calls[e.Call.Name]; !known {
			return fmt.Errorf("%s:%v: there is no call %q here", f.Name, e.Pos, e.Call.Name)
		}
		switch e.Call.Name {
		case "bind", "connect", "accept":
			if len(e.Call.Args) > 1 {
				return checkSockaddr(f, &e.Call.Args[1], families)
			}
		}
	case e.Packet != nil && e.Packet.ICMP != nil:
		return checkICMP(f, e, e.Packet.ICMP, families)
	}
	return nil
}

func checkICMP(f *script.File, e *script.Event, m *script.ICMP, families []bool) error {
	for _, v6 := range families {
		if _, _, ok := trace.ICMPNumbers(v6, m.Type, m.Code); ok {
			return nil
		}
	}
	return fmt.Errorf("%s:%v: there is no ICMP message %s %s", f.Name, e.Pos, m.Type, m.Code)
}

func (p *plan) family(ipv6 bool) bool {
	for _, f := range p.families {
		if f == ipv6 {
			return true
		}
	}
	return false
}

// boundPort is the port that the first bind names; where that leaves it open, 8080, or where the script writes ports and
// never that one, the first that it writes for the IUT.
func boundPort(f *script.File) uint16 {
	for i := range f.Events {
		if call := f.Events[i].Call; call != nil && call.Name == "bind" {
			if len(call.Args) > 1 && call.Args[1].Kind == script.SockAddr && call.Args[1].Addr.Port() != 0 {
				return call.Args[1].Addr.Port()
			}
			break
		}
	}
	first := uint16(0)
	for i := range f.Events {
		p := f.Events[i].Packet
		if p == nil || p.TCP == nil || p.TCP.Ports == nil {
			continue
		}
		own := p.TCP.Ports.Dst
		if p.Dir == script.Outbound {
			own = p.TCP.Ports.Src
		}
		if own == IUTPort {
			return IUTPort
		}
		if first == 0 {
			first = own
		}
	}
	if first != 0 {
		return first
	}
	return IUTPort
}

// nextActiveOpen is the next outbound SYN with ports, from event i on; -1 if there is none before a SYN without.
func nextActiveOpen(f *script.File, i int) int {
	for ; i < len(f.Events); i++ {
		p := f.Events[i].Packet
		if p != nil && p.Dir == script.Outbound && p.TCP != nil && p.TCP.Flags.Has(trace.SYN) && !p.TCP.Flags.Has(trace.ACK) {
			if p.TCP.Ports == nil {
				return -1
			}
			return i
		}
	}
	return -1
}

// argsOf is what stands between the parentheses of a call.
func argsOf(text string) string {
	from := strings.IndexByte(text, '(')
	if from < 0 {
		return ""
	}
	text = text[from+1:]
	for i := range len(text) {
		if text[i] == ')' && strings.HasPrefix(strings.TrimLeft(text[i+1:], " \t"), "=") {
			return text[:i]
		}
	}
	return strings.TrimSuffix(text, ")")
}
