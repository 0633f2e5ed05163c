package breaks

import (
	"errors"
	"fmt"
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
	call    *script.Call
	state   *trace.State
}

// parse reads what a broken stack does: things with "; " in between, each in the script's notation. A time may be left
// out, and a "with: …" line of the script stands in front of its packet as a thing of its own.
func parse(instead string) ([]item, error) {
	var items []item
	with := ""
	parts := strings.Split(instead, "; ")
	for _, text := range parts {
		text = strings.TrimSpace(text)
		if strings.HasPrefix(text, "with:") {
			with = text
			continue
		}
		it, err := parseItem(text, with)
		if err != nil {
			return nil, err
		}
		with = ""
		items = append(items, it)
	}
	switch {
	case with != "":
		return nil, fmt.Errorf("%q, expected a packet behind it", with)
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
	src := text
	bare := strings.HasPrefix(text, ">")
	isState := strings.HasPrefix(text, "state:")
	switch {
	case isState:
		src = "// " + text
	case bare, isCall(text):
		src = "+0 " + text
	}
	if with != "" { // a script may say this of inbound packets alone
		src = "// " + with + "\n" + strings.Replace(src, ">", "<", 1)
	}
	f, err := script.Parse("instead", []byte(src))
	if err != nil {
		return it, fmt.Errorf("%q: %w", text, err)
	}
	if len(f.Events) != 1 {
		return it, fmt.Errorf("%q, expected one packet, call or state", text)
	}
	e := &f.Events[0]
	it.packet, it.with, it.call = e.Packet, e.With, e.Call
	switch {
	case e.States != nil && len(e.States.Path) != 1:
		return it, fmt.Errorf("%q, expected one state", text)
	case e.States != nil:
		it.state = &e.States.Path[0]
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
