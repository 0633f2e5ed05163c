package script

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// calls are the calls that a script may make.
var calls = []string{"socket", "bind", "listen", "accept", "connect", "read", "write", "send", "recv", "shutdown", "close",
	"setsockopt", "getsockopt", "fcntl", "poll", "ioctl"}

// call reads "name(arguments) = result errno (note)".
func (p *parser) call() *Call {
	name := p.tok
	c := &Call{Name: p.text(name)}
	known := slices.Contains(calls, c.Name)
	p.advance()
	switch {
	case !known && p.is("("):
		p.unsupported(name.off, name.end, "the call", "one of "+strings.Join(calls, ", "))
	case !known:
		p.failAt(name.off, name.end, `"<", ">" or a call`)
	}
	p.expect("(")
	c.Args = p.exprs(")", 0)
	p.expect("=")
	p.result(c)
	if p.is("(") {
		c.Note = p.note()
	}
	return c
}

// result reads what a call gives: a number or names, or "?" or "..." where nobody cares, and the errno of a -1.
func (p *parser) result(c *Call) {
	if p.accept("?") || p.accept("...") {
		return
	}
	const expected = `a result: a number, "?" or "..."`
	if p.tok.kind != tokNumber && p.tok.kind != tokWord && !p.is("-") {
		p.fail(expected)
	}
	start := p.tok
	result := p.expr(0)
	c.Result = &result
	if p.tok.kind != tokWord || p.tok.newline {
		return
	}
	errno := p.text(p.tok)
	if !isErrno(errno) {
		p.fail("an errno as ECONNRESET, a note in round brackets or end of line")
	}
	if result.Kind != Int || result.Int != -1 {
		p.failAt(start.off, p.tok.end, "-1 in front of an errno")
	}
	c.Errno = errno
	p.advance()
}

// isErrno reports whether s has the form of an errno name.
func isErrno(s string) bool {
	for i := range len(s) {
		if c := s[i]; !('A' <= c && c <= 'Z') && !isDigit(c) {
			return false
		}
	}
	return len(s) > 1 && s[0] == 'E'
}

// note reads free words in round brackets, up to the first ")" of the line.
func (p *parser) note() string {
	start := p.tok.end
	for end := start; end < len(p.src) && p.src[end] != '\n'; end++ {
		if p.src[end] == ')' {
			p.goOn(end + 1)
			return strings.TrimFunc(string(p.src[start:end]), func(r rune) bool { return r <= ' ' })
		}
	}
	p.failAt(p.tok.off, p.tok.end, `")" behind it on its line`)
	return ""
}

// maxDepth is how deep lists and structs may stand in each other.
const maxDepth = 16

// exprs reads expressions with commas in between up to closing.
func (p *parser) exprs(closing string, depth int) []Expr {
	if p.accept(closing) {
		return nil
	}
	for all := []Expr(nil); ; {
		all = append(all, p.expr(depth))
		if p.accept(closing) {
			return all
		}
		if !p.accept(",") {
			p.fail(`"," or ` + strconv.Quote(closing))
		}
	}
}

// expr reads one argument.
func (p *parser) expr(depth int) Expr {
	t := p.tok
	e := Expr{Pos: p.pos(t.off)}
	if (p.is("[") || p.is("{")) && depth == maxDepth {
		p.fail("brackets at most " + strconv.Itoa(maxDepth) + " deep")
	}
	switch {
	case p.accept("..."):
		e.Kind = Ellipsis
	case p.accept("["):
		e.Kind, e.Elems = List, p.exprs("]", depth+1)
	case p.accept("{") && p.is("sa_family"):
		e.Kind, e.Addr = SockAddr, p.sockaddr()
	case t.kind == tokPunct && p.text(t) == "{":
		e.Kind, e.Fields = Struct, p.fields(depth+1)
	case t.kind == tokString:
		e.Kind = String
		for p.tok.kind == tokString { // as in C, strings behind each other are one
			e.Text += p.unquote(p.tok)
			p.advance()
		}
	case t.kind == tokWord && isName(p.text(t)):
		e.Kind, e.Text = Name, p.nameList()
	case t.kind == tokNumber, t.kind == tokWord, p.is("-"):
		e.Kind, e.Int = Int, p.integer()
	default:
		p.fail("an argument")
	}
	return e
}

// nameList reads names joined by "|".
func (p *parser) nameList() string {
	var names []string
	for {
		t := p.tok
		if t.kind != tokWord || !isName(p.text(t)) {
			p.fail("a name")
		}
		p.advance()
		if p.is("(") && !p.tok.newline && len(names) == 0 && p.tok.off == t.end {
			p.unsupported(t.off, t.end, "the function", "a number, a name, a string, a list or a struct")
		}
		names = append(names, p.text(t))
		if !p.accept("|") {
			return strings.Join(names, "|")
		}
	}
}

// integer reads a decimal or hexadecimal number of 64 bits, signed.
func (p *parser) integer() int64 {
	negative := p.accept("-")
	n, ok := parseInt(p.text(p.tok))
	if !ok || n > math.MaxInt64 || p.tok.kind != tokNumber && p.tok.kind != tokWord {
		p.fail("a number of at most 63 bits")
	}
	p.advance()
	if negative {
		return -int64(n)
	}
	return int64(n)
}

// fields reads "name=value" or ".name=value" with commas in between, up to the "}".
func (p *parser) fields(depth int) []Field {
	var all []Field
	seen := make(map[string]bool)
	for {
		dot := p.accept(".")
		name := p.tok
		f := Field{Name: p.text(name)}
		isField := name.kind == tokWord && isName(f.Name)
		if isField {
			p.advance()
		}
		switch {
		case isField && p.is("="):
		case isField && !dot && (p.is("(") || p.is(",") || p.is("}")),
			!isField && !dot && (p.is("...") || p.is("{") || p.tok.kind == tokNumber || p.tok.kind == tokString):
			p.unsupported(name.off, name.end, "in a struct", "a field: name=value")
		case isField:
			p.fail(`"="`)
		default:
			p.fail("a field: name=value")
		}
		p.advance()
		if seen[f.Name] {
			p.failAt(name.off, name.end, "one field of that name")
		}
		seen[f.Name] = true
		f.Value = p.expr(depth)
		all = append(all, f)
		if p.accept("}") {
			return all
		}
		if !p.accept(",") {
			p.fail(`"," or "}"`)
		}
	}
}

// escapes are the characters behind a backslash that stand for another one.
var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'f': '\f', 'v': '\v', '0': 0, '\\': '\\', '"': '"'}

// unquote gives the octets of a string.
func (p *parser) unquote(t token) string {
	var b strings.Builder
	for i := t.off + 1; i < t.end-1; i++ {
		c := p.src[i]
		if c != '\\' {
			b.WriteByte(c)
			continue
		}
		i++
		if x, ok := escapes[p.src[i]]; ok {
			b.WriteByte(x)
			continue
		}
		end := min(i+3, t.end-1)
		n, err := strconv.ParseUint(string(p.src[i+1:end]), 16, 8)
		if p.src[i] != 'x' || end != i+3 || err != nil {
			p.failAt(i-1, min(i+1, t.end), `one of \n \r \t \f \v \0 \\ \" or \x and two hexadecimal digits`)
		}
		b.WriteByte(byte(n))
		i += 2
	}
	return b.String()
}
