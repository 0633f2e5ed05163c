package heatmap

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// sample is a made-up map of the size and the kind of the real one: every flag set of FIN, SYN, RST and ACK at every
// position, and the other events, on two stacks. What fails, and why, is drawn by lot from a seed.
func sample() *Map {
	m := &Map{Title: "States and events", IUTs: []string{"ours", "netstack"}, Replay: "go run ./ci matrix --case",
		Rows: []Row{
			{"CLOSED", []string{"fresh", "listener on another port", "after a reset"}},
			{"LISTEN", []string{"listen", "backlog full", "half shut"}},
			{"SYN-SENT", []string{"connect", "connect, text queued", "closed in flight"}},
			{"SYN-RECEIVED", []string{"passive", "simultaneous open", "listener gone"}},
			{"ESTABLISHED", []string{"passive", "active", "data unread", "data queued", "data in flight"}},
			{"FIN-WAIT-1", []string{"by close", "by shutdown", "data in flight"}},
			{"FIN-WAIT-2", []string{"by close", "by shutdown", "data unread"}},
			{"CLOSE-WAIT", []string{"passive", "active", "data unread", "data in flight"}},
			{"CLOSING", []string{"by close", "by shutdown"}},
			{"LAST-ACK", []string{"by close", "by shutdown"}},
			{"TIME-WAIT", []string{"active close", "simultaneous close", "FIN with ACK of FIN"}},
		}}
	seqs := []string{"far left", "RCV.NXT-1", "RCV.NXT", "inside", "last", "right edge", "beyond", "far"}
	acks := []string{"far old", "old", "SND.UNA", "in flight", "SND.NXT", "SND.NXT+1", "far ahead"}
	for n := range 16 {
		var flags, positions []string
		for bit, name := range []string{"FIN", "SYN", "RST", "ACK"} {
			if n>>bit&1 == 1 {
				flags = append(flags, name)
			}
		}
		if len(flags) == 0 {
			flags = []string{"none"}
		}
		for _, s := range seqs {
			if n < 8 {
				positions = append(positions, "SEQ "+s)
				continue
			}
			for _, a := range acks {
				positions = append(positions, "SEQ "+s+", ACK "+a)
			}
		}
		m.Columns = append(m.Columns, Column{"flags", strings.Join(flags, ","), positions})
	}
	for _, g := range []struct{ group, names, positions string }{
		{"ICMP", "net unreachable|host unreachable|protocol unreachable|port unreachable|fragmentation needed|source quench|time exceeded|parameter problem|packet too big", "number in flight|number out of flight"},
		{"calls", "listen|connect|write|read|shutdown|close|abort|status|setsockopt", "once"},
		{"timers", "retransmission|user timeout|zero-window probe|keepalive|2MSL", "half|expiry"},
		{"repeated", "SYN ×12|RST ×12|FIN ×12|old ACK ×12|future ACK ×12|data ×12", "same|next"},
		{"pairs", "hole, then fill|RST, then data|SYN, then RST|FIN, then RST|half a timer, then expiry", "first|second"},
		{"options", "PSH|URG|SEG.WND zero|SEG.WND smaller|RCV.WND zero|timestamp old|timestamp missing|window scaling", "in order|beyond"},
	} {
		for name := range strings.SplitSeq(g.names, "|") {
			m.Columns = append(m.Columns, Column{g.group, name, strings.Split(g.positions, "|")})
		}
	}
	clauses := []string{"RFC 9293 §3.10.7.4", "RFC 5961 §3.2", "RFC 5961 §4.2, RFC 9293 §3.10.7.4", "RFC 9293 §3.10.7.3", "RFC 7323 §5.3",
		"RFC 1337 §3", "RFC 6191 §2", "RFC 9293 §A.2 (MAY-12)"}
	for n := range 45 {
		c := Cause{ID: fmt.Sprintf("step-%d-answer-%d", n%8+1, n), Verdict: Violation, Rule: fmt.Sprintf("3.10.7.4/%d", n), Level: "MUST",
			Clause: clauses[n%len(clauses)], Expected: "> . SND.NXT:SND.NXT(0) ack RCV.NXT, and the segment is dropped",
			Got: "nothing is sent; the connection goes to CLOSED and the user is told ECONNRESET", Row: fmt.Sprintf("netstack-row-%d", n),
			Class: "netstack-defect", Script: fmt.Sprintf("go run ./ci script out/matrix/step-%d-answer-%d.pkt", n%8+1, n)}
		switch n % 9 {
		case 7:
			c.Verdict, c.Level, c.Class = NonStrict, "SHOULD", "latitude"
		case 8:
			c.Verdict, c.Rule, c.Script, c.Row, c.Class = Inconclusive, "", "", "", ""
			c.Expected, c.Got = "", "the entry path was not gone to its end: "+`connect(3, ..., ...) = -1 EINVAL </script><b> & "more"`
		}
		m.Causes = append(m.Causes, c)
	}
	fill(m)
	return m
}

// fill gives each place eight cases in the flags and two elsewhere: four lengths of text, two families.
func fill(m *Map) {
	lot := rand.New(rand.NewPCG(1, 2))
	kinds := []string{"none/ipv4", "one/ipv4", "fills/ipv4", "overruns/ipv4", "none/ipv6", "one/ipv6", "fills/ipv6", "overruns/ipv6"}
	// of says which cause a state and an event have, if any: some events are wrong in several states.
	of := func(p Place) int {
		if p.IUT == 0 {
			return -1
		}
		switch h := (p.Row*7 + p.Column*13) % 11; h {
		case 0, 1, 2:
			return (p.Column*5 + h + p.Row/4) % len(m.Causes)
		}
		return -1
	}
	m.each(func(p Place) {
		n := 8
		if m.Columns[p.Column].Group != "flags" {
			n = 2
		}
		if p.Row < 3 && (p.Position > 30 || p.Position%7 == 4) { // not every state has every position
			return
		}
		cell := Cell{Place: p}
		share := (p.Row*5 + p.Column*3 + p.Position) % 40 // of 40: how likely a case fails
		for k := range n {
			cause := of(p)
			if cause < 0 || lot.IntN(40) >= share {
				cell.Count[Allowed]++
				continue
			}
			id := strings.NewReplacer(", ", "/", " ", "-").Replace(strings.ToLower(strings.Join([]string{m.Rows[p.Row].State,
				m.Rows[p.Row].Entries[p.Entry], m.Columns[p.Column].Name, m.Columns[p.Column].Positions[p.Position], kinds[k]}, "/")))
			c := &m.Causes[cause]
			c.Cases = append(c.Cases, Case{id, p})
			cell.Count[c.Verdict]++
		}
		m.Cells = append(m.Cells, cell)
	})
}
