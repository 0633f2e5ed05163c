package archive

import (
	"bytes"
	"encoding/json"
	"io"
)

// Write writes a file in its canonical form: the same File gives the same octets. An object that holds no other stands on
// one line, so that an event is a line; so does a list of numbers, and whatever is short.
func Write(w io.Writer, f *File) error { return write(w, f) }

func write(w io.Writer, v any) error {
	var compact bytes.Buffer
	e := json.NewEncoder(&compact)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	p := printer{in: compact.Bytes(), out: make([]byte, 0, compact.Len()*5/4)}
	p.value(0)
	_, err := w.Write(append(p.out, '\n'))
	return err
}

// printer lays compact JSON out.
type printer struct {
	in  []byte // what is left
	out []byte
}

// width is how long a value on one line may be that may also be parted, in octets.
const width = 120

// value takes one value.
func (p *printer) value(depth int) {
	open, e := p.in[0], extent(p.in)
	switch {
	case open != '{' && open != '[', e.n <= width, open == '{' && e.leaf, e.numbers:
		p.take(e.n)
	default:
		p.take(1)
		for p.in[0] != '}' && p.in[0] != ']' {
			if p.in[0] == ',' {
				p.take(1)
			}
			p.line(depth + 1)
			if open == '{' {
				p.take(extent(p.in).n + 1)
				p.out = append(p.out, ' ')
			}
			p.value(depth + 1)
		}
		p.line(depth)
		p.take(1)
	}
}

func (p *printer) take(n int) { p.out, p.in = append(p.out, p.in[:n]...), p.in[n:] }

func (p *printer) line(depth int) {
	p.out = append(p.out, '\n')
	for range depth {
		p.out = append(p.out, '\t')
	}
}

// extents are of one value.
type extents struct {
	n       int  // its length
	leaf    bool // in it is no object or list that has anything in it
	numbers bool // in it are numbers, and lists of them
}

// extent measures the value that compact JSON begins with.
func extent(in []byte) extents {
	e, depth := extents{leaf: true, numbers: true}, 0
	for e.n < len(in) {
		switch c := in[e.n]; c {
		case '"':
			e.numbers = false
			for e.n++; in[e.n] != '"'; e.n++ {
				if in[e.n] == '\\' {
					e.n++
				}
			}
		case '{', '[':
			depth++
			e.leaf = e.leaf && (depth == 1 || in[e.n+1] == '}' || in[e.n+1] == ']')
			e.numbers = e.numbers && c == '['
		case '}', ']':
			if depth == 0 {
				return e // behind a number or a word
			}
			depth--
		default:
			if depth > 0 || c != ',' {
				e.n++
				continue
			}
			return e
		}
		e.n++
		if depth == 0 {
			return e
		}
	}
	return e
}
