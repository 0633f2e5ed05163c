package archive

import (
	"bytes"
	"encoding/json"
	"io"
)

// Write writes a file in its canonical form: the same File gives the same octets. An object or a list that holds none of
// its own stands on one line, so that an event is a line.
func Write(w io.Writer, f *File) error {
	var compact bytes.Buffer
	e := json.NewEncoder(&compact)
	e.SetEscapeHTML(false)
	if err := e.Encode(f); err != nil {
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

// width is how long a list on one line may be, in octets.
const width = 120

// value takes one value.
func (p *printer) value(depth int) {
	n, leaf := extent(p.in)
	switch open := p.in[0]; {
	case open != '{' && open != '[', n == 2, leaf && open == '{', leaf && n <= width:
		p.take(n)
	default:
		p.take(1)
		for p.in[0] != '}' && p.in[0] != ']' {
			if p.in[0] == ',' {
				p.take(1)
			}
			p.line(depth + 1)
			if open == '{' {
				name, _ := extent(p.in)
				p.take(name + 1)
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

// extent is the length of the value that compact JSON begins with, and whether no object or list is in it that has anything
// in it.
func extent(in []byte) (n int, leaf bool) {
	depth := 0
	leaf = true
	for n < len(in) {
		switch in[n] {
		case '"':
			for n++; in[n] != '"'; n++ {
				if in[n] == '\\' {
					n++
				}
			}
		case '{', '[':
			depth++
			leaf = leaf && (depth == 1 || in[n+1] == '}' || in[n+1] == ']')
		case '}', ']':
			if depth == 0 {
				return n, leaf // behind a number or a word
			}
			depth--
		case ',', ':':
			if depth == 0 {
				return n, leaf
			}
			n++
			continue
		default:
			n++
			continue
		}
		n++
		if depth == 0 {
			return n, leaf
		}
	}
	return n, leaf
}
