package breaks

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// item is one thing that a broken stack does.
type item struct {
	nothing bool
	time    *script.Time // nil: none is written
	packet  *script.Packet
	with    *script.With // in front of the packet
	text    *uint32      // the number whose text the packet carries, if not its own
	call    *script.Call
	state   *trace.State
}

// parse reads what a broken stack does: things with "; " in between, each in the script's notation. A time may be left
// out. In front of a packet may stand, as things of their own, a "with: …" line of the script, and "text: N" where it
// carries the text that belongs at number N.
func parse(instead string) ([]item, error) {
	var items []item
	with := ""
	var number *uint32
	parts := strings.Split(instead, "; ")
	for _, text := range parts {
		text = strings.TrimSpace(text)
		if strings.HasPrefix(text, "with:") {
			with = text
			continue
		}
		if n, ok := strings.CutPrefix(text, "text:"); ok {
			at, err := strconv.ParseUint(strings.TrimSpace(n), 10, 32)
			if err != nil {
				return nil, fmt.Errorf("%q, expected a sequence number", text)
			}
			number = new(uint32)
			*number = uint32(at)
			continue
		}
		it, err := parseItem(text, with)
		if err != nil {
			return nil, err
		}
		it.text = number
		with, number = "", nil
		items = append(items, it)
	}
	switch {
	case with != "" || number != nil:
		return nil, fmt.Errorf("%q, expected a packet at its end", instead)
	case len(items) > 1 && items[0].nothing:
		return nil, errors.New("nothing, and then something: expected one of them")
	}
	for _, it := range items[1:] {
		if it.packet == nil {
			return nil, errors.New("several things, expected packets alone")
		}
	}
	return items, nil
}

func parseItem(text, with string) (item, error) {
	var it item
	if text == "nothing" {
		it.nothing = true
		return it, nil
	}
	if name, ok := strings.CutPrefix(text, "state:"); ok {
		s, known := trace.ParseState(strings.TrimSpace(name))
		if !known {
			return it, fmt.Errorf("%q, expected one of %s", text, strings.Join(trace.States(), ", "))
		}
		it.state = &s
		return it, nil
	}
	src := text
	bare := strings.HasPrefix(text, ">")
	if bare || strings.HasPrefix(text, "<") || isCall(text) {
		src = "+0 " + text
	}
	if with != "" {
		src = "// " + with + "\n" + src
	}
	f, err := script.Parse("instead", []byte(src))
	if err != nil && with != "" { // a script may say of inbound packets alone what is malformed
		f, err = script.Parse("instead", []byte(strings.Replace(src, ">", "<", 1)))
	}
	if err != nil {
		return it, err
	}
	if len(f.Events) != 1 {
		return it, fmt.Errorf("%q, expected one packet or call", text)
	}
	e := &f.Events[0]
	it.packet, it.with, it.call = e.Packet, e.With, e.Call
	switch {
	case e.Packet != nil && (e.Packet.TCP == nil || e.Packet.Dir != script.Outbound && with == ""):
		return it, fmt.Errorf("%q, expected a segment of the stack's, > …", text)
	case e.Time.Range || e.Time.Blocking || e.Time.Kind == script.Anytime:
		return it, fmt.Errorf("%q, expected one time", text)
	case e.Packet != nil && !bare:
		it.time = &e.Time
	}
	return it, nil
}

// isCall reports whether the text begins with a word, as a call does.
func isCall(text string) bool { return text != "" && text[0] >= 'a' && text[0] <= 'z' }
