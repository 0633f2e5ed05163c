package script

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/twinstack/twinstack/harness/trace"
)

// mustBeStates reports whether a comment is an assertion, or so near to one that it must not pass for free words: an
// assertion that nobody reads would be lost without a sound.
//
// Behind the head every comment that begins with the word "state", in any case, must be an assertion. So must one in
// which what stands in front of the first colon, or of the first name of a state, is at most one character away from
// "state" or "states"; punctuation in front, blanks, and ports behind are not counted. In the head, where prose stands,
// the second holds alone.
func mustBeStates(text string, head bool) bool {
	if word, _ := leadingWord(text); !head && strings.EqualFold(word, "state") {
		return true
	}
	text = text[wordStart(text):]
	name := -1
	for _, n := range trace.States() {
		if i := strings.Index(text, n); i >= 0 && (name < 0 || i < name) {
			name = i
		}
	}
	for _, cut := range []int{strings.Index(text, ":"), name} {
		if cut < 0 {
			continue
		}
		stem := portsAtEnd.ReplaceAllString(text[:cut], "")
		stem = strings.ToLower(strings.Join(strings.Fields(stem), ""))
		if edits(stem, "state") <= 1 || edits(stem, "states") <= 1 {
			return true
		}
	}
	return false
}

// portsAtEnd are the ports of an assertion and the colon behind them.
var portsAtEnd = regexp.MustCompile(`(\d+\s*>\s*\d+)?\s*:?\s*$`)

// field is a run of characters with its offset.
type field struct {
	text string
	off  int
}

// fields splits text at white space; each of the characters in single is a field of its own.
func fields(text, single string) []field {
	var all []field
	for i := 0; i < len(text); {
		start := i
		switch c := text[i]; {
		case c <= ' ':
			i++
			continue
		case strings.IndexByte(single, c) >= 0:
			i++
		default:
			for i < len(text) && text[i] > ' ' && strings.IndexByte(single, text[i]) < 0 {
				i++
			}
		}
		all = append(all, field{text[start:i], start})
	}
	return all
}

// states reads the assertion in a comment: "state: A > B" or "state 80 > 5000: A > B".
func (p *parser) states(c comment) *States {
	text := string(p.src[c.off:c.end])
	rest := fields(text, ":>")
	// fail says that expected does not stand at rest[0].
	fail := func(expected string) *States {
		if len(rest) == 0 {
			p.errorAt(p.pos(c.end), "end of line", expected)
		} else {
			p.errorAt(p.pos(c.off+rest[0].off), strconv.Quote(rest[0].text), expected)
		}
		return nil
	}
	// take steps over s if it stands at rest[0].
	take := func(s string) bool {
		if len(rest) == 0 || rest[0].text != s {
			return false
		}
		rest = rest[1:]
		return true
	}
	port := func() (uint16, bool) {
		if len(rest) == 0 {
			return 0, false
		}
		n, err := strconv.ParseUint(rest[0].text, 10, 16)
		if err == nil {
			rest = rest[1:]
		}
		return uint16(n), err == nil
	}

	if !take("state") {
		return fail(`"state:" or "state PORT > PORT:"`)
	}
	var s States
	if !take(":") {
		local, ok := port()
		if !ok {
			return fail(`":" or a port, 0 to 65535`)
		}
		if !take(">") {
			return fail(`">"`)
		}
		remote, ok := port()
		if !ok {
			return fail("a port, 0 to 65535")
		}
		if !take(":") {
			return fail(`":"`)
		}
		s.Ports = &Ports{Src: local, Dst: remote}
	}
	for {
		var state trace.State
		known := false
		if len(rest) > 0 {
			state, known = trace.ParseState(rest[0].text)
		}
		if !known {
			return fail("one of " + strings.Join(trace.States(), ", "))
		}
		if n := len(s.Path); n > 0 && s.Path[n-1] == state {
			return fail("a state other than the one before it")
		}
		s.Path, rest = append(s.Path, state), rest[1:]
		if len(rest) == 0 {
			return &s
		}
		if !take(">") {
			return fail(`">" or end of line`)
		}
	}
}
