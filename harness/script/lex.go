package script

import (
	"bytes"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// tokenKind is the kind of a token.
type tokenKind uint8

const (
	tokEOF      tokenKind = iota
	tokWord               // letters, digits and "_" that are not all digits
	tokNumber             // decimal digits
	tokString             // "…", quotes included
	tokEllipsis           // ...
	tokPunct              // any other single character
	tokOption             // --name=value
	tokShell              // `…`
	tokCode               // %{ … }%
	tokStates             // a comment that must be a state assertion, or an alternative
	tokBad                // expected says what is wrong with it
)

// token is a token with its place in the source, in octets.
type token struct {
	kind     tokenKind
	off, end int
	newline  bool   // a line ended between the token before and this one
	expected string // tokBad: what should have stood there
	found    string // tokBad: how to call what stands there; "": its text
	comment  comment
}

// comment is one line of a comment: a "/* … */" is as many as it has lines.
type comment struct {
	mark, off, end int // where it begins with its marker, where its text begins and ends
}

// scanner makes tokens of the source. The language needs two readings that depend on the place (times and flags, in
// which "." is a character like others); the parser reads those itself and sets off behind them.
type scanner struct {
	src   []byte
	off   int
	lines []int // where each line begins
	// onComment is told each comment line, and says whether it must be an assertion.
	onComment func(comment) bool
	pending   []token // assertions of the comment just read
}

func newScanner(src []byte) *scanner {
	s := &scanner{src: src, lines: []int{0}}
	for i, c := range src {
		if c == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// pos is the place of an offset.
func (s *scanner) pos(off int) Pos {
	line := sort.SearchInts(s.lines, off+1)
	return Pos{Line: line, Col: off - s.lines[line-1] + 1}
}

func (s *scanner) text(t token) string { return string(s.src[t.off:t.end]) }

// at reports whether prefix stands at offset off.
func (s *scanner) at(off int, prefix string) bool {
	return bytes.HasPrefix(s.src[off:], []byte(prefix))
}

// until is the offset behind the next occurrence of end from off on, or -1 if there is none.
func (s *scanner) until(off int, end string) int {
	i := bytes.Index(s.src[off:], []byte(end))
	if i < 0 {
		return -1
	}
	return off + i + len(end)
}

// next is the next token. What stands between tokens is handed to onComment or skipped.
func (s *scanner) next() token {
	newline := false
	for len(s.pending) == 0 {
		if s.off >= len(s.src) {
			return token{kind: tokEOF, off: len(s.src), end: len(s.src), newline: newline}
		}
		start := s.off
		switch c := s.src[s.off]; {
		case c == '\n':
			newline = true
			s.off++
		case c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v':
			s.off++
		case c == '#':
			s.lineComment(start, start+1)
		case s.at(start, "//"):
			s.lineComment(start, start+2)
		case s.at(start, "/*"):
			end := s.until(start+2, "*/")
			if end < 0 {
				s.off = len(s.src)
				return token{kind: tokBad, off: start, end: s.off, newline: newline,
					found: `"/*" without an end`, expected: `"*/" behind it`}
			}
			s.blockComment(start, end)
			newline = newline || bytes.IndexByte(s.src[start:end], '\n') >= 0
		default:
			t := s.solid()
			t.newline = newline
			s.off = t.end
			return t
		}
	}
	t := s.pending[0]
	s.pending = s.pending[1:]
	t.newline = newline
	return t
}

// lineComment reads a comment that runs to the end of the line.
func (s *scanner) lineComment(mark, off int) {
	end := off
	for end < len(s.src) && s.src[end] != '\n' {
		end++
	}
	s.off = end
	s.tell(comment{mark, off, s.trimEnd(off, end)})
}

// blockComment reads "/* … */", line by line; the "*" with which such lines are often drawn is not text.
func (s *scanner) blockComment(mark, end int) {
	off := mark + 2
	for first := true; ; first = false {
		lineEnd := off
		for lineEnd < end-2 && s.src[lineEnd] != '\n' {
			lineEnd++
		}
		last := lineEnd >= end-2
		if !first {
			for off < lineEnd && strings.IndexByte(" \t*", s.src[off]) >= 0 {
				off++
			}
			mark = off
		}
		c := comment{mark, off, s.trimEnd(off, lineEnd)}
		if c.end > c.off || !first && !last {
			s.tell(c)
		}
		if last {
			s.off = end
			return
		}
		off = lineEnd + 1
	}
}

// tell hands a comment line on, and queues it if it must be an assertion.
func (s *scanner) tell(c comment) {
	if s.onComment != nil && s.onComment(c) {
		s.pending = append(s.pending, token{kind: tokStates, off: c.mark, end: c.end, comment: c})
	}
}

// trimEnd is end without the white space in front of it, but not below off.
func (s *scanner) trimEnd(off, end int) int {
	for end > off && strings.IndexByte(" \t\r\f\v", s.src[end-1]) >= 0 {
		end--
	}
	return end
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isAlpha(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' }

// solid is the token that begins at off; it is never empty.
func (s *scanner) solid() token {
	start := s.off
	tok := func(kind tokenKind, end int) token { return token{kind: kind, off: start, end: end} }
	switch c := s.src[start]; {
	case isAlpha(c) || isDigit(c):
		kind, end := tokNumber, start
		for end < len(s.src) && (isAlpha(s.src[end]) || isDigit(s.src[end])) {
			if !isDigit(s.src[end]) {
				kind = tokWord
			}
			end++
		}
		return tok(kind, end)
	case s.at(start, "..."):
		return tok(tokEllipsis, start+3)
	case s.at(start, "--") && start+2 < len(s.src) && (isAlpha(s.src[start+2]) || isDigit(s.src[start+2])):
		return s.optionToken()
	case c == '"':
		return s.quotedToken(tokString, '"', "a string")
	case c == '`':
		return s.quotedToken(tokShell, '`', "a shell command")
	case s.at(start, "%{"):
		if end := s.until(start, "}%"); end >= 0 {
			return tok(tokCode, end)
		}
		t := tok(tokBad, len(s.src))
		t.found, t.expected = `"%{" without an end`, `"}%" behind it`
		return t
	case c > ' ' && c < utf8.RuneSelf-1:
		return tok(tokPunct, start+1)
	}
	_, size := utf8.DecodeRune(s.src[start:])
	t := tok(tokBad, start+size)
	t.expected = "printable ASCII outside of comments"
	return t
}

// quotedToken reads up to the closing quote; a backslash takes the meaning off the character behind it. A string ends on its
// line, a shell command need not.
func (s *scanner) quotedToken(kind tokenKind, quote byte, what string) token {
	end := s.off + 1
	for ; end < len(s.src); end++ {
		switch c := s.src[end]; {
		case c == quote:
			return token{kind: kind, off: s.off, end: end + 1}
		case c == '\\' && end+1 < len(s.src) && s.src[end+1] != '\n':
			end++
		case c == '\n' && kind == tokString:
			return token{kind: tokBad, off: s.off, end: end, found: what + " without an end", expected: strconv.QuoteRune(rune(quote))}
		}
	}
	return token{kind: tokBad, off: s.off, end: len(s.src), found: what + " without an end", expected: strconv.QuoteRune(rune(quote))}
}

// optionToken reads "--name=value": the value runs to the next white space that is not in quotes.
func (s *scanner) optionToken() token {
	end, quote := s.off, byte(0)
	for ; end < len(s.src) && s.src[end] != '\n'; end++ {
		c := s.src[end]
		if quote == 0 && c <= ' ' {
			break
		}
		if c == quote {
			quote = 0
		} else if quote == 0 && (c == '"' || c == '`') {
			quote = c
		}
	}
	t := token{kind: tokOption, off: s.off, end: end}
	if quote != 0 {
		t.kind, t.found, t.expected = tokBad, "an option with an open quote", strconv.QuoteRune(rune(quote))
	}
	return t
}
