package script

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// MaxSize is how many octets a script may have.
const MaxSize = 1 << 20

// Parse reads one script; name is its path, for the messages. The error is an *Error or, where there are several, an
// ErrorList of at most ten; each has its place. After an error reading goes on at the next line that begins an event.
func Parse(name string, src []byte) (*File, error) {
	p := &parser{scanner: newScanner(src), file: &File{Name: name}, settings: map[string]Pos{}}
	if len(src) > MaxSize {
		p.errorAt(p.pos(MaxSize), fmt.Sprintf("a file of %d octets", len(src)), fmt.Sprintf("at most %d", MaxSize))
		return nil, asError(p.errors)
	}
	if i := bytes.IndexByte(src, 0); i >= 0 {
		p.errorAt(p.pos(i), "a NUL octet", "text")
		return nil, asError(p.errors)
	}
	p.run()
	if err := asError(p.errors); err != nil {
		return nil, err
	}
	return p.file, nil
}

// parser reads the events by recursive descent, one token ahead.
type parser struct {
	*scanner
	file    *File
	errors  ErrorList
	tok     token // the token to look at
	prevEnd int   // where the token before it ended
	inEvent bool  // an event has begun: a line's end is worth telling of
	givenUp bool  // an event was given up, and an assertion stood in the rest of its line

	settings map[string]Pos // where each setting of the header stands

	pendingWith *With // a "with" line whose packet has not been read yet
	withAt      token // and where it stands
}

// bail is thrown by fail and caught by event: the rest of the event is not read.
type bail struct{}

func (p *parser) run() {
	p.onComment = func(c comment) bool {
		if mustBeWith(string(p.src[c.off:c.end])) { // the first event may be a packet: then it ends the head
			p.onComment = p.courseLine
			return true
		}
		p.headLine(c)
		return false
	}
	p.advance()
	p.onComment = p.courseLine
	for p.tok.kind != tokEOF && len(p.errors) < maxErrors {
		p.event()
	}
	if p.pendingWith != nil && len(p.errors) < maxErrors {
		p.errorAt(p.pos(p.withAt.off), p.quote(p.withAt.off, p.withAt.end), "a packet on the next line")
	}
	if len(p.errors) == 0 && len(p.file.Events) == 0 {
		p.errorAt(p.pos(len(p.src)), "end of file", "an event")
	}
}

// courseLine says whether a comment behind the head must be an assertion, an alternative or a "with" line.
func (p *parser) courseLine(c comment) bool {
	text := string(p.src[c.off:c.end])
	if key, exact := headerKey(text); exact {
		p.errorAt(p.pos(c.off+wordStart(text)), strconv.Quote(key+":"), "header lines in front of the first option or event")
	}
	return isAlternative(text) || mustBeWith(text) || mustBeStates(text, false)
}

// advance goes to the next token.
func (p *parser) advance() {
	p.prevEnd = p.tok.end
	p.tok = p.next()
}

// goOn continues behind off, where the parser has itself read what stands before.
func (p *parser) goOn(off int) {
	p.off, p.tok.end = off, off
	p.advance()
}

func (p *parser) errorAt(pos Pos, found, expected string) {
	p.errors = append(p.errors, &Error{File: p.file.Name, Pos: pos, Found: found, Expected: expected})
}

// fail ends the event: expected does not stand where p.tok is.
func (p *parser) fail(expected string) {
	t := p.tok
	switch {
	case p.inEvent && t.newline:
		p.errorAt(p.pos(p.prevEnd), "end of line", expected)
	case t.kind == tokEOF:
		p.errorAt(p.pos(p.prevEnd), "end of file", expected)
	case t.kind == tokBad:
		found := t.found
		if found == "" {
			found = strconv.Quote(p.text(t))
		}
		p.errorAt(p.pos(t.off), found, t.expected)
	case t.kind == tokStates && isAlternative(string(p.src[t.comment.off:t.comment.end])):
		p.errorAt(p.pos(t.off), "an alternative", expected)
	case t.kind == tokStates && mustBeWith(string(p.src[t.comment.off:t.comment.end])):
		p.errorAt(p.pos(t.off), `a "with" line`, expected)
	case t.kind == tokStates:
		p.errorAt(p.pos(t.off), "a state assertion", expected)
	default:
		p.errorAt(p.pos(t.off), p.quote(t.off, t.end), expected)
	}
	panic(bail{})
}

// failAt ends the event: what stands from off to end is not as expected.
func (p *parser) failAt(off, end int, expected string) {
	p.errorAt(p.pos(off), p.quote(off, end), expected)
	panic(bail{})
}

// unsupported ends the event: what stands from off to end is packetdrill's, but not built here.
func (p *parser) unsupported(off, end int, what, expected string) {
	found := strings.TrimSpace(what + " " + p.quote(off, end))
	p.errors = append(p.errors, &Error{File: p.file.Name, Pos: p.pos(off), Found: found, Expected: expected, Unsupported: true})
	panic(bail{})
}

// quote quotes the source from off to end, or the beginning of it.
func (p *parser) quote(off, end int) string {
	const most = 40
	if end-off > most {
		return strconv.Quote(string(p.src[off:off+most])) + "…"
	}
	return strconv.Quote(string(p.src[off:end]))
}

// is reports whether the token is the word or the character s.
func (p *parser) is(s string) bool {
	return (p.tok.kind == tokWord || p.tok.kind == tokPunct || p.tok.kind == tokEllipsis) && p.text(p.tok) == s
}

// accept steps over s if it is there.
func (p *parser) accept(s string) bool {
	if !p.is(s) {
		return false
	}
	p.advance()
	return true
}

// expect steps over s, which must be there.
func (p *parser) expect(s string) {
	if !p.accept(s) {
		p.fail(strconv.Quote(s))
	}
}

// end fails unless the event ends here.
func (p *parser) end(expected string) {
	if t := p.tok; !t.newline && t.kind != tokEOF && t.kind != tokStates {
		p.fail(expected)
	}
}

// parseInt reads a decimal number, or a hexadecimal one behind "0x".
func parseInt(s string) (n uint64, ok bool) {
	base := 10
	if strings.HasPrefix(s, "0x") {
		s, base = s[2:], 16
	}
	n, err := strconv.ParseUint(s, base, 64)
	return n, err == nil
}

// number reads a decimal number from 0 to most.
func (p *parser) number(what string, most uint64) uint64 {
	n, err := strconv.ParseUint(p.text(p.tok), 10, 64)
	if p.tok.kind != tokNumber || err != nil || n > most {
		p.fail(fmt.Sprintf("%s, 0 to %d", what, most))
	}
	p.advance()
	return n
}

// event reads an option line, an assertion or a timed event; after an error it goes to where the next one begins.
func (p *parser) event() {
	first := p.tok
	defer func() {
		p.inEvent = false
		if r := recover(); r != nil {
			if _, ok := r.(bail); !ok {
				panic(r)
			}
			p.pendingWith = nil
			p.resume(first)
		}
	}()
	if first.kind == tokStates && mustBeWith(string(p.src[first.comment.off:first.comment.end])) {
		p.with(first)
		return
	}
	if first.kind == tokOption || first.kind == tokStates {
		p.applyWith(nil)
	}
	switch first.kind {
	case tokOption:
		p.option()
		return
	case tokStates:
		if isAlternative(string(p.src[first.comment.off:first.comment.end])) {
			p.alternative(first)
			return
		}
		if s := p.states(first.comment); s != nil {
			p.file.Events = append(p.file.Events, Event{Pos: p.pos(first.off), Text: p.text(first), States: s})
		}
		p.advance()
		if p.givenUp {
			p.resume(first)
		}
		return
	case tokShell:
		p.unsupported(first.off, first.end, "the shell command", "a time")
	case tokCode:
		p.unsupported(first.off, first.end, "the Python code", "a time")
	}
	e := Event{Pos: p.pos(first.off), Time: p.time()}
	p.action(&e)
	p.end("end of line")
	p.applyWith(&e)
	e.Text = string(p.src[first.off:p.prevEnd])
	p.file.Events = append(p.file.Events, e)
}

// resume goes to the next token that begins a line and may begin an event, or to an assertion, wherever it stands: none
// may be lost. It moves on at least one token from first.
func (p *parser) resume(first token) {
	p.givenUp = false
	for ; p.tok.kind != tokEOF; p.advance() {
		if p.tok.off == first.off {
			continue
		}
		switch t := p.tok; {
		case t.kind == tokStates:
			p.givenUp = true
			return
		case !t.newline:
			continue
		case t.kind == tokNumber, t.kind == tokOption, t.kind == tokShell, t.kind == tokCode, p.is("+"), p.is("*"), p.is("."):
			return
		}
	}
}

// option reads a "--name=value".
func (p *parser) option() {
	t := p.tok
	name, value, valued := strings.Cut(p.text(t)[2:], "=")
	valueOff := t.end - len(value)
	switch {
	case len(p.file.Events) > 0:
		p.failAt(t.off, t.end, "options in front of the first event")
	case !isName("_" + name):
		p.failAt(t.off, t.end, "--name or --name=value")
	case valued && value == "":
		p.errorAt(p.pos(t.end), "end of option", "a value")
		panic(bail{})
	}
	if name == "ip_version" {
		for _, o := range p.file.Options {
			if o.Name == name {
				p.failAt(t.off, t.end, "one --ip_version")
			}
		}
		switch value {
		case "ipv4", "ipv6":
		case "ipv4_mapped_ipv6":
			p.unsupported(valueOff, t.end, "", "ipv4 or ipv6")
		default:
			p.failAt(valueOff, t.end, "ipv4 or ipv6")
		}
	}
	p.file.Options = append(p.file.Options, Flag{Name: name, Value: value, Pos: p.pos(t.off)})
	p.advance()
}

// maxSeconds is the longest time that a script may write: more than three years, and far from where a Duration ends.
const maxSeconds = 100_000_000

// time reads the time of an event and, for a blocking call, the time of its end.
func (p *parser) time() Time {
	var t Time
	switch {
	case p.accept("*"):
		t.Kind = Anytime
		p.inEvent = true
		return t
	case p.accept("+"):
		p.inEvent = true
	default:
		t.Kind = Absolute
	}
	start := p.tok.off
	t.At = p.seconds(`a time: "+0.1", "0.1" or "*"`)
	p.inEvent = true
	switch {
	case p.accept("~"):
		if t.Kind == Relative && !p.accept("+") {
			p.fail(`"+"`)
		}
		t.Range, t.Until = true, p.seconds("a time")
	case p.accept("..."):
		t.Blocking, t.Until = true, p.seconds("a time")
	default:
		return t
	}
	if t.Until < t.At {
		p.failAt(start, p.prevEnd, "a time that does not end before it begins")
	}
	return t
}

// seconds reads a number of seconds, "1", "0.1", ".1" or "0.", to the nanosecond. Three dots are none of it: "0...0.2".
func (p *parser) seconds(what string) time.Duration {
	start, end := p.tok.off, p.tok.off
	digits := func() string {
		from := end
		for end < len(p.src) && isDigit(p.src[end]) {
			end++
		}
		return string(p.src[from:end])
	}
	if p.inEvent && p.tok.newline {
		p.fail(what)
	}
	whole, fraction := digits(), ""
	if p.at(end, ".") && !p.at(end, "...") {
		end++
		fraction = digits()
	}
	if whole == "" && fraction == "" {
		p.fail(what)
	}
	if end < len(p.src) && isAlpha(p.src[end]) {
		p.failAt(start, end+1, what)
	}
	s, err := strconv.ParseUint("0"+whole, 10, 64)
	if err != nil || s > maxSeconds {
		p.failAt(start, end, fmt.Sprintf("a time of at most %d s", maxSeconds))
	}
	if len(fraction) > 9 {
		p.failAt(start, end, "a time of at most nine decimals")
	}
	ns, _ := strconv.Atoi((fraction + "000000000")[:9]) // digits alone
	p.goOn(end)
	return time.Duration(s)*time.Second + time.Duration(ns)
}

// action reads what happens at the time of e, and checks that it may have such a time.
func (p *parser) action(e *Event) {
	start, end, t := p.offset(e.Pos), p.prevEnd, e.Time
	switch {
	case p.is("<"), p.is(">"):
		if t.Blocking {
			p.failAt(start, end, "a time without \"...\" in front of a packet: calls alone block")
		}
		if p.is("<") && (t.Range || t.Kind == Anytime) {
			p.failAt(start, end, "one time: \"*\" and ranges are for outbound packets")
		}
		e.Packet = p.packet()
	case p.tok.kind == tokWord && !p.tok.newline:
		if t.Range || t.Kind == Anytime {
			p.failAt(start, end, "one time: \"*\" and ranges are for outbound packets")
		}
		e.Call = p.call()
	case p.tok.kind == tokShell:
		p.unsupported(p.tok.off, p.tok.end, "the shell command", "a packet or a call")
	case p.tok.kind == tokCode:
		p.unsupported(p.tok.off, p.tok.end, "the Python code", "a packet or a call")
	default:
		p.fail(`"<", ">" or a call`)
	}
}

// offset is the offset of a place.
func (s *scanner) offset(pos Pos) int { return s.lines[pos.Line-1] + pos.Col - 1 }
