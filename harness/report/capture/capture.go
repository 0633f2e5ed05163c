// Package capture writes a trace as a packet capture that Wireshark and tshark read: pcapng (draft-ietf-opsawg-pcapng), one
// file a case.
//
// The packets are raw IP (LINKTYPE_RAW) on one interface, that of the IUT: what it received is inbound, what it sent is
// outbound. Timestamps are virtual time in nanoseconds since the start of the case, which stands for the epoch. Comments on
// each packet say which line of the script sent or expected it, what it reads in the script's own numbers, what it answers,
// the state of the connection after it, and how it was judged, by which clause; on the last packet stands the verdict of the
// case. The section's comment tells the case, its verdict and every failure. Each comment begins with a word for what it tells, so
// that the filter "frame.comment contains FAIL" finds the failures.
//
// The octets are those on the wire but for one thing: the identification of IPv4 headers, also of those that an ICMP message
// quotes, is zero, and the header checksum is changed with it. An IUT may draw the identification from the system's
// randomness (RFC 6864 §4.1 asks for no order), and what gives the same trace must give the same file.
//
// The scripts' usual port 8080 is HTTP to Wireshark, and its HTTP dissector makes of the octets what it can: it may find fault with
// a retransmission that it puts together with what came before. "tshark --disable-protocol http" has it leave them alone.
package capture

import (
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/twinstack/twinstack/harness/trace"
)

// Case is one run of one case, with what is to be said of it.
type Case struct {
	Trace    *trace.Trace
	Title    string
	Verdict  string
	Reason   string          // why the run says nothing of the IUT; "" where it does
	Failures []trace.Failure // in the order in which they happened
	Word     string          // what a failure is called; "" is FAIL
	Clauses  []string        // of the requirements that the case is about: "RFC 9293 §3.10.7.4"
	Notes    []string        // more to be said of the whole: versions, rows of a ledger, how to play it again
	Script   []byte          // its source, whose lines the trace speaks of; nil: the lines' numbers stand alone

	// Client, if valid, says that the trace is of a live pair: each packet was recorded when it was sent and again when it
	// arrived, with the states of both sides. It is captured once, when it was sent; what the client sent is outbound.
	Client netip.Addr
}

// Write writes the capture. The same case gives the same octets. The error is the writer's.
func (c *Case) Write(to io.Writer) error {
	w, err := pcapgo.NewNgWriterInterface(to, pcapgo.NgInterface{
		Name:                c.Trace.IUT,
		Description:         fmt.Sprintf("%s over %s, in virtual time", c.Trace.IUT, c.Trace.Family),
		LinkType:            layers.LinkTypeRaw,
		TimestampResolution: 9, // 10^-9 s
	}, pcapgo.NgWriterOptions{SectionInfo: pcapgo.NgSectionInfo{Application: "twinstack", Comment: text(c.about())}})
	if err != nil {
		return err
	}
	comments := c.comments()
	for i := range c.Trace.Events {
		e := &c.Trace.Events[i]
		if !c.captured(e) {
			continue
		}
		raw := withoutID(e.Packet.Raw)
		info := gopacket.CaptureInfo{Timestamp: time.Unix(0, int64(e.At)), CaptureLength: len(raw), Length: len(raw)}
		options := pcapgo.NgPacketOptions{Flags: &pcapgo.NgEpbFlags{Direction: c.direction(e)}}
		for _, line := range comments[i] {
			options.Comments = append(options.Comments, text(line))
		}
		if err := w.WritePacketWithOptions(info, raw, options); err != nil {
			return err
		}
	}
	return w.Flush()
}

// captured says whether an event is a packet of the capture.
func (c *Case) captured(e *trace.Event) bool {
	return e.Kind == trace.Sent || e.Kind == trace.Received && !c.Client.IsValid()
}

// direction is that of a captured packet, seen from the IUT, or from the client of a pair.
func (c *Case) direction(e *trace.Event) pcapgo.NgEpbFlag {
	if e.Kind == trace.Received || c.Client.IsValid() && e.Packet.Src != c.Client {
		return pcapgo.NgEpbFlagDirectionInbound
	}
	return pcapgo.NgEpbFlagDirectionOutbound
}

// about is the section's comment, a line a fact.
func (c *Case) about() string {
	var b strings.Builder
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, text)
		}
	}
	line("case", c.Trace.Case)
	line("title", c.Title)
	line("IUT", c.Trace.IUT+" over "+c.Trace.Family)
	line("verdict", c.verdict())
	for _, f := range c.Failures {
		line(c.word(), f.String())
	}
	line("clauses", strings.Join(c.Clauses, ", "))
	for _, n := range c.Notes {
		b.WriteString(n + "\n")
	}
	b.WriteString("Times are virtual, since the start of the case. IPv4 identifications are written as zero.")
	return b.String()
}

// verdict is that of the whole, with its reason.
func (c *Case) verdict() string { return strings.TrimSuffix(c.Verdict+": "+c.Reason, ": ") }

// word is what a failure is called.
func (c *Case) word() string {
	if c.Word == "" {
		return "FAIL"
	}
	return c.Word
}

// longest is the most octets that a comment may have: the length of an option is 16 bits (draft-ietf-opsawg-pcapng §3.5).
const longest = 1<<16 - 1

// text is a comment as a file may hold it: UTF-8, and not too long.
func text(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	const more = " …"
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest-len(more)], "") + more // half a character is none
	}
	return s
}
