package script

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/twinstack/twinstack/harness/trace"
)

// withKey begins a comment that says of the next packet what packetdrill has no words for.
const withKey = "with"

// withNames are the names that a "with" line may say, each with the form of what stands behind it.
var withNames = []struct{ name, form string }{
	{"checksum", "bad"},
	{"ip-checksum", "bad"},
	{"src", "an address or one of " + strings.Join(addrNames, ", ")},
	{"dst", "an address or one of " + strings.Join(addrNames, ", ")},
	{"offset", "a number of 32-bit words, 0 to 15"},
	{"reserved", "four bits, 0 to 15"},
	{"ip-options", "up to 40 octets, two hexadecimal digits each"},
	{"code", "an ICMP code, 0 to 255"},
	{"pointer", "an octet of the quoted packet, 0 to 255"},
	{"opt", "KIND:OCTETS or KIND/LENGTH:OCTETS, numbers to 255 and two hexadecimal digits an octet"},
	{"opt-first", "KIND:OCTETS or KIND/LENGTH:OCTETS, numbers to 255 and two hexadecimal digits an octet"},
}

// addrNames are the addresses that have a name, so that a script need not be of one family: the IUT's own, its other one,
// the peer's, all hosts of the link, "any", and the loopback.
var addrNames = []string{"self", "other", "peer", "multicast", "unspecified", "loopback"}

// maxIPOptions is how many octets of options an IPv4 header holds (RFC 791 §3.1: IHL is at most 15 words).
const maxIPOptions = 40

// mustBeWith reports whether a comment is a "with" line, or so near to one that it must not pass for free words: what it
// says of a packet would be lost without a sound. It begins with the word "with" and a colon, or with one at most one
// character away from it, in any case; or it has one of the names with a "=" behind it.
func mustBeWith(text string) bool {
	if word, colon := leadingWord(text); colon && edits(strings.ToLower(word), withKey) <= 1 {
		return true
	}
	for _, n := range withNames {
		if strings.Contains(text, n.name+"=") {
			return true
		}
	}
	return false
}

// with reads "with: checksum=bad src=192.0.2.9" and keeps it for the packet behind it.
func (p *parser) with(t token) {
	c := t.comment
	text := string(p.src[c.off:c.end])
	if head := strings.TrimLeft(text, " \t"); !strings.HasPrefix(head, withKey+":") {
		start := c.off + wordStart(text)
		end := start
		for end < c.end && p.src[end] > ' ' {
			end++
		}
		p.failAt(start, max(end, start+1), `"with:", or words that do not look like it`)
	}
	if p.pendingWith != nil {
		p.failAt(t.off, t.end, `one "with:" line in front of a packet`)
	}
	off := c.off + strings.Index(text, ":") + 1
	words := p.words(off, c.end)
	if len(words) == 0 {
		p.errorAt(p.pos(c.end), "end of line", "name=value behind \"with:\"")
		panic(bail{})
	}
	w := &With{}
	seen := make(map[string]bool)
	for _, word := range words {
		name, value, _ := strings.Cut(word.Text, "=")
		refuse := func(expected string) {
			p.errorAt(word.Pos, strconv.Quote(word.Text), expected)
			panic(bail{})
		}
		if seen[name] && !strings.HasPrefix(name, "opt") {
			refuse("one " + name)
		}
		seen[name] = true
		if expected := w.set(name, value); expected != "" {
			refuse(expected)
		}
		if expected := p.wantsFamily(name, w); expected != "" {
			refuse(expected)
		}
	}
	p.pendingWith, p.withAt = w, t
	p.advance()
}

// wantsFamily says what the script lacks where a name that was just read is of one family alone.
func (p *parser) wantsFamily(name string, w *With) string {
	family := ""
	of := func(a *Addr) {
		switch {
		case a.Name != "":
		case a.Literal.Is4():
			family = "ipv4"
		default:
			family = "ipv6"
		}
	}
	switch name {
	case "ip-checksum":
		family = "ipv4"
	case "src":
		of(w.Src)
	case "dst":
		of(w.Dst)
	}
	if family == "" || p.ipVersion() == family {
		return ""
	}
	return "it in a script with --ip_version=" + family
}

// ipVersion is the one family of the script, "" if it runs on both.
func (p *parser) ipVersion() string {
	for _, o := range p.file.Options {
		if o.Name == "ip_version" {
			return o.Value
		}
	}
	return ""
}

// set takes in one name=value; it returns what is expected in its place where it cannot be.
func (w *With) set(name, value string) (expected string) {
	number := func(to **uint8, bits int) bool {
		n, err := strconv.ParseUint(value, 10, bits)
		v := uint8(n)
		*to = &v
		return err == nil
	}
	ok := false
	switch name {
	case "checksum":
		w.BadChecksum, ok = true, value == "bad"
	case "ip-checksum":
		w.BadIPChecksum, ok = true, value == "bad"
	case "src":
		w.Src, ok = parseAddr(value)
	case "dst":
		w.Dst, ok = parseAddr(value)
	case "offset":
		ok = number(&w.Offset, 4)
	case "reserved":
		ok = number(&w.Reserved, 4)
	case "code":
		ok = number(&w.Code, 8)
	case "pointer":
		ok = number(&w.Pointer, 8)
	case "ip-options":
		data, err := hex.DecodeString(value)
		w.IPOptions, ok = data, err == nil && len(data) > 0 && len(data) <= maxIPOptions
	case "opt":
		var o RawOption
		o, ok = parseRawOption(value)
		w.Options = append(w.Options, o)
	case "opt-first":
		var o RawOption
		o, ok = parseRawOption(value)
		w.First = append(w.First, o)
	}
	var names []string
	for _, n := range withNames {
		if n.name == name {
			if ok {
				return ""
			}
			return name + "=VALUE, where VALUE is " + n.form
		}
		names = append(names, n.name)
	}
	return oneOf(names) + ", with a value"
}

func parseAddr(text string) (*Addr, bool) {
	if slices.Contains(addrNames, text) {
		return &Addr{Name: text}, true
	}
	a, err := netip.ParseAddr(text)
	return &Addr{Literal: a}, err == nil && a.Zone() == "" && !a.Is4In6()
}

// parseRawOption reads KIND:OCTETS or KIND/LENGTH:OCTETS. The kinds 0 and 1 have no length octet and so are not options
// of this form.
func parseRawOption(text string) (o RawOption, ok bool) {
	head, octets, ok := strings.Cut(text, ":")
	kind, length, lies := strings.Cut(head, "/")
	k, err := strconv.ParseUint(kind, 10, 8)
	if !ok || err != nil || k == trace.OptEOL || k == trace.OptNOP {
		return o, false
	}
	o.Kind = uint8(k)
	if lies {
		n, err := strconv.ParseUint(length, 10, 8)
		if err != nil {
			return o, false
		}
		l := uint8(n)
		o.Length = &l
	}
	o.Data, err = hex.DecodeString(octets)
	return o, err == nil
}

// applyWith gives the "with" line that was read to the event behind it. It fails where that is no packet that can be so.
func (p *parser) applyWith(e *Event) {
	w := p.pendingWith
	if w == nil {
		return
	}
	p.pendingWith = nil
	switch {
	case e == nil || e.Packet == nil:
		p.misplacedWith("a packet on the next line")
	case e.Packet.Dir == Outbound && !w.addressesOnly():
		p.misplacedWith("src and dst alone in front of an outbound packet")
	case e.Packet.TCP == nil && w.ofTCP():
		p.misplacedWith("a TCP segment behind it: offset, reserved, opt and opt-first are of TCP")
	case e.Packet.ICMP == nil && (w.Code != nil || w.Pointer != nil):
		p.misplacedWith("an ICMP message behind it: code and pointer are of ICMP")
	case w.Pointer != nil && e.Packet.ICMP.Type != "parameter_problem":
		p.misplacedWith("a parameter_problem behind it, which alone has a pointer")
	case e.Packet.TCP != nil && e.Packet.TCP.octetsWith(w) > maxOptions:
		p.misplacedWith(fmt.Sprintf("at most %d octets of TCP options, not %d", maxOptions, e.Packet.TCP.octetsWith(w)))
	}
	e.With = w
}

// misplacedWith ends the event: the "with" line in front of it does not go with it.
func (p *parser) misplacedWith(expected string) { p.failAt(p.withAt.off, p.withAt.end, expected) }

// octetsWith is how many octets of options the segment has with what w adds, filling not counted.
func (s *Segment) octetsWith(w *With) int {
	n := 0
	for _, o := range s.Options {
		n += o.octets()
	}
	for _, o := range slices.Concat(w.First, w.Options) {
		n += 2 + len(o.Data)
	}
	return n
}

func (w *With) addressesOnly() bool {
	return !w.BadChecksum && !w.BadIPChecksum && w.IPOptions == nil && w.Code == nil && w.Pointer == nil && !w.ofTCP()
}

func (w *With) ofTCP() bool {
	return w.Offset != nil || w.Reserved != nil || w.Options != nil || w.First != nil
}

// String is the line as a script writes it, comment marker included.
func (w *With) String() string { return "// " + withKey + ": " + w.Words() }

// Words is what stands behind "with:", in the order of the page.
func (w *With) Words() string {
	var words []string
	add := func(set bool, format string, args ...any) {
		if set {
			words = append(words, fmt.Sprintf(format, args...))
		}
	}
	number := func(name string, n *uint8) {
		if n != nil {
			add(true, "%s=%d", name, *n)
		}
	}
	add(w.BadChecksum, "checksum=bad")
	add(w.BadIPChecksum, "ip-checksum=bad")
	add(w.Src != nil, "src=%v", w.Src)
	add(w.Dst != nil, "dst=%v", w.Dst)
	number("offset", w.Offset)
	number("reserved", w.Reserved)
	add(w.IPOptions != nil, "ip-options=%x", w.IPOptions)
	number("code", w.Code)
	number("pointer", w.Pointer)
	for _, o := range w.First {
		add(true, "opt-first=%v", o)
	}
	for _, o := range w.Options {
		add(true, "opt=%v", o)
	}
	return strings.Join(words, " ")
}

// String is the address or its name.
func (a *Addr) String() string {
	if a == nil {
		return ""
	}
	if a.Name != "" {
		return a.Name
	}
	return a.Literal.String()
}

// String is KIND:OCTETS or KIND/LENGTH:OCTETS.
func (o RawOption) String() string {
	if o.Length != nil {
		return fmt.Sprintf("%d/%d:%x", o.Kind, *o.Length, o.Data)
	}
	return fmt.Sprintf("%d:%x", o.Kind, o.Data)
}
