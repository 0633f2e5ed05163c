package script

import "strings"

// alternativeKey begins a comment that says what else the RFCs allow in place of the outbound packet or the state before
// it. A slip in it is harmless: without the alternative the script only asks for more.
const alternativeKey = "or:"

// isAlternative reports whether a comment behind the head is an alternative.
func isAlternative(text string) bool {
	return strings.HasPrefix(strings.TrimLeft(text, " \t"), alternativeKey)
}

// alternative reads "or: > R. 1:1(0) ack 1", "or: nothing" or, behind a state assertion, "or: state: CLOSED", and adds it to
// the event before. What stands in the comment is read as if it stood in the script.
func (p *parser) alternative(t token) {
	c := t.comment
	key := strings.Index(string(p.src[c.off:c.end]), alternativeKey) + c.off
	if p.at(t.off, "/*") {
		p.failAt(t.off, c.end, "an alternative in a comment that begins with // or #")
	}
	var before *Event
	if n := len(p.file.Events); n > 0 {
		before = &p.file.Events[n-1]
	}
	if before != nil && before.States != nil {
		c.off = key + len(alternativeKey)
		p.otherStates(before.States, c)
		return
	}
	if before == nil || before.Packet == nil || before.Packet.Dir != Outbound {
		p.failAt(key, c.end, "an alternative behind an outbound packet or a state assertion")
	}
	p.inEvent = true
	p.goOn(key + len(alternativeKey))
	if p.accept("nothing") {
		before.OrNothing = true
	} else {
		if !p.is(">") || p.tok.newline {
			p.fail("\">\" and a segment, or \"nothing\"")
		}
		before.Or = append(before.Or, p.packet())
	}
	p.end("end of line")
}

// otherStates reads "state: CLOSED" in the comment behind the key: another path of the connection that s is about.
func (p *parser) otherStates(s *States, c comment) {
	other := p.states(c)
	switch {
	case other == nil: // it has said why
		panic(bail{})
	case (other.Ports == nil) != (s.Ports == nil) || other.Ports != nil && *other.Ports != *s.Ports:
		p.failAt(c.off, c.end, "the connection of the assertion before")
	}
	s.Or = append(s.Or, other.Path)
	p.advance()
}
