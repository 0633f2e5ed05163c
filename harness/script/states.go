package script

import (
	"strconv"
	"strings"

	"github.com/twinstack/twinstack/harness/trace"
)

// mustBeStates reports whether a comment is an assertion, or so near to one that it must not pass for free words: an
// assertion that nobody reads would be lost without a sound.
//
// Behind the head every comment that begins with the word "state", in any case, must be an assertion. A word one letter
// away from "state" or "states" counts where a colon or the name of a state follows, ports in between or not. In the
// head, where prose stands, that holds for "state" itself as well.
func mustBeStates(text string, head bool) bool {
	word, _ := leadingWord(text)
	lower := strings.ToLower(word)
	if lower == "state" && !head {
		return true
	}
	if edits(lower, "state") > 1 && edits(lower, "states") > 1 {
		return false
	}
	for _, f := range fields(text[wordStart(text)+len(word):], ":>") {
		if _, err := strconv.Atoi(f.text); f.text == ">" || err == nil {
			continue
		}
		_, named := trace.ParseState(strings.ToUpper(f.text))
		return f.text == ":" || named
	}
	return false
}

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
