package script

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/twinstack/twinstack/harness/trace"
)

// maxOptions is how many octets of options a TCP header holds (RFC 9293 §3.1: Data Offset is at most 15 words).
const maxOptions = 40

// packet reads a packet from its "<" or ">" on.
func (p *parser) packet() *Packet {
	k := &Packet{Dir: Inbound}
	if p.is(">") {
		k.Dir = Outbound
	}
	p.advance()
	p.ipInfo(k)
	what := p.text(p.tok)
	switch {
	case p.is("icmp"):
		if k.Dir == Outbound {
			p.unsupported(p.tok.off, p.tok.end, "an outbound", "a TCP segment: ICMP is inbound")
		}
		p.advance()
		k.ICMP = p.icmp()
	case slices.Contains([]string{"udp", "ipv4", "ipv6", "gre", "GREv0", "mpls"}, what):
		p.unsupported(p.tok.off, p.tok.end, "", "a TCP segment or icmp")
	default:
		k.TCP = p.segment(k.Dir)
	}
	return k
}

// ipInfo reads what may stand in brackets in front of the flags. packetdrill takes round ones as well.
func (p *parser) ipInfo(k *Packet) {
	for p.is("[") || p.is("(") {
		closing := map[string]string{"[": "]", "(": ")"}[p.text(p.tok)]
		p.advance()
		word := p.tok
		setTOS := func(tos uint8) {
			if k.TOS != nil {
				p.failAt(word.off, word.end, "one TOS")
			}
			k.TOS = &tos
		}
		switch {
		case p.accept("ttl"):
			if k.TTL != nil {
				p.failAt(word.off, word.end, "one ttl")
			}
			ttl := uint8(p.number("a ttl", math.MaxUint8))
			k.TTL = &ttl
		case p.accept("tos"):
			n, ok := parseInt(p.text(p.tok))
			if !ok || n > math.MaxUint8 {
				p.fail("a TOS octet, 0x00 to 0xff")
			}
			setTOS(uint8(n))
			p.advance()
		case p.is("ect01"), p.is("flowlabel"):
			p.unsupported(word.off, word.end, "", "one of ttl, tos, noecn, ect0, ect1, ce")
		case slices.Contains(trace.ECN[:], p.text(word)):
			setTOS(uint8(slices.Index(trace.ECN[:], p.text(word))))
			p.advance()
		default:
			p.fail("one of ttl, tos, noecn, ect0, ect1, ce")
		}
		p.expect(closing)
	}
}

// portsFrom reads the rest of "5000 > 80", whose first number stands at start.
func (p *parser) portsFrom(start token, src uint64) *Ports {
	if src > math.MaxUint16 {
		p.failAt(start.off, start.end, "a port, 0 to 65535")
	}
	p.expect(">")
	return &Ports{Src: uint16(src), Dst: uint16(p.number("a port", math.MaxUint16))}
}

// segment reads a TCP segment: ports, flags, numbers, "ack", "win" and "urg" in this order, options.
func (p *parser) segment(dir Direction) *Segment {
	s := &Segment{}
	what := "ports, flags or icmp"
	if p.tok.kind == tokNumber {
		start := p.tok
		s.Ports, what = p.portsFrom(start, p.number("a port", math.MaxUint16)), "flags"
	}
	s.Flags = p.flags(what)
	s.Seq, s.SeqEnd, s.Len = p.sequence()
	left := []string{"ack", "win", "urg", "<options>", "end of line"}
	// upTo steps over a word if it stands here, and leaves what may still follow.
	upTo := func(word string) bool {
		if !p.accept(word) {
			return false
		}
		left = left[slices.Index(left, word)+1:]
		return true
	}
	if upTo("ack") {
		ack := uint32(p.number("an acknowledgment number", math.MaxUint32))
		s.Ack = &ack
	}
	if upTo("win") {
		win := uint16(p.number("a window", math.MaxUint16))
		s.Win = &win
	}
	if upTo("urg") {
		urg := uint16(p.number("an urgent pointer", math.MaxUint16))
		s.Urg = &urg
	}
	if p.is("<") {
		p.options(s, dir)
		left = left[len(left)-1:]
	}
	if p.is("{") {
		p.unsupported(p.tok.off, p.tok.end, "a fuzzing rule", oneOf(left))
	}
	p.end(oneOf(left))
	return s
}

// oneOf is "a", or "one of a, b or c".
func oneOf(words []string) string {
	n := len(words) - 1
	if n == 0 {
		return words[0]
	}
	return "one of " + strings.Join(words[:n], ", ") + " or " + words[n]
}

// flags reads the control bits, up to the next white space.
func (p *parser) flags(what string) trace.Flags {
	expected := what + `: flags are of F S R P . U E W, or "-"`
	if p.tok.newline || p.tok.kind == tokEOF || p.tok.kind == tokStates || p.tok.kind == tokBad {
		p.fail(expected)
	}
	start, end := p.tok.off, p.tok.off
	for end < len(p.src) && p.src[end] > ' ' && !p.at(end, "//") && !p.at(end, "/*") && p.src[end] != '#' {
		end++
	}
	text := string(p.src[start:end])
	f, ok := trace.ParseFlags(text)
	if digits := strings.TrimLeft(text, "FSRPUEW"); !ok && len(digits) == 2 && digits[0] == '.' && '0' <= digits[1] && digits[1] <= '7' {
		p.unsupported(start, end, "an accurate-ECN count", expected)
	}
	if !ok || text != "-" && len(text) != strings.Count(fmt.Sprintf("%b", uint8(f)), "1") {
		p.failAt(start, end, expected)
	}
	p.goOn(end)
	return f
}

// sequence reads "first:last(length)".
func (p *parser) sequence() (first, last, length uint32) {
	start := p.tok
	return p.sequenceFrom(start, p.number("a sequence number", math.MaxUint32))
}

// sequenceFrom reads the rest of "first:last(length)", whose first number stands at start. The last is the number behind
// the last octet: sequence numbers are modulo 2^32 (RFC 9293 §3.4).
func (p *parser) sequenceFrom(start token, number uint64) (first, last, length uint32) {
	first = uint32(number)
	p.expect(":")
	last = uint32(p.number("a sequence number", math.MaxUint32))
	p.expect("(")
	length = uint32(p.number("a length", math.MaxUint16))
	end := p.tok.end
	p.expect(")")
	if last-first != length {
		p.failAt(start.off, end, fmt.Sprintf("last - first to be the length, as in %d:%d(%d)", first, first+length, length))
	}
	return first, last, length
}

// options reads "<…>" behind a segment.
func (p *parser) options(s *Segment, dir Direction) {
	start := p.tok.off
	p.advance()
	if dots := p.tok; p.accept("...") {
		if dir == Inbound {
			p.failAt(dots.off, dots.end, "options: \"<...>\" is for outbound packets")
		}
		p.expect(">")
		s.AnyOptions = true
		return
	}
	octets := 0
	for {
		o := p.tcpOption()
		s.Options = append(s.Options, o)
		octets += o.octets()
		if !p.accept(",") {
			break
		}
	}
	if !p.is(">") {
		p.fail(`"," or ">"`)
	}
	end := p.tok.end
	p.advance()
	if octets > maxOptions {
		p.failAt(start, end, fmt.Sprintf("at most %d octets of options, not %d", maxOptions, octets))
	}
	if octets%4 != 0 {
		p.failAt(start, end, fmt.Sprintf("a multiple of 4 octets of options, not %d: nop and eol fill up", octets))
	}
}

// tcpOption reads one option.
func (p *parser) tcpOption() Option {
	if p.tok.kind != tokWord {
		p.fail("an option: " + optionWords)
	}
	word := p.tok
	number := func(what string, most uint64) uint32 { return uint32(p.number(what, most)) }
	switch {
	case p.accept("nop"):
		return Option{Kind: trace.OptNOP}
	case p.accept("eol"):
		return Option{Kind: trace.OptEOL}
	case p.accept("sackOK"):
		return Option{Kind: trace.OptSACKPermitted}
	case p.accept("mss"):
		return Option{Kind: trace.OptMSS, Value: number("a segment size", math.MaxUint16)}
	case p.accept("wscale"):
		return Option{Kind: trace.OptWindowScale, Value: number("a shift count", math.MaxUint8)}
	case p.accept("TS"):
		p.expect("val")
		val := number("a timestamp", math.MaxUint32)
		p.expect("ecr")
		return Option{Kind: trace.OptTimestamps, Value: val, Ecr: number("a timestamp", math.MaxUint32)}
	case p.accept("sack"):
		o := Option{Kind: trace.OptSACK}
		for len(o.Sack) == 0 || p.tok.kind == tokNumber {
			left := number("a sequence number", math.MaxUint32)
			p.expect(":")
			o.Sack = append(o.Sack, SackBlock{left, number("a sequence number", math.MaxUint32)})
		}
		return o
	case p.is("FO"), p.is("FOEXP"), p.is("md5"):
		p.unsupported(word.off, word.end, "the option", "one of "+optionWords)
	}
	p.fail("an option: " + optionWords)
	return Option{}
}

// optionWords are the words that begin an option.
const optionWords = "mss, wscale, sackOK, sack, TS, nop, eol"
