package breaks

import (
	"errors"
	"fmt"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
)

// answer makes a call give something else.
func (c *compiler) answer(e *script.Event, say *script.Call) error {
	if e.Call == nil {
		return fmt.Errorf("the line is no call, expected one for %s", say.Name)
	}
	if say.Name != e.Call.Name || say.Result == nil {
		return fmt.Errorf("expected what %s gives", e.Call.Name)
	}
	n, err := run.Number(say.Result)
	if err != nil {
		return err
	}
	a := &answer{call: c.call(c.at), n: n, errno: iut.Errno(say.Errno), octets: func(remote uint16, at uint64, n int) []byte {
		return run.Octets(script.Inbound, remote, at, n)
	}}
	switch {
	case n < 0 && a.errno == "":
		return errors.New("a call that fails needs its errno")
	case len(say.Args) != len(e.Call.Args):
		return fmt.Errorf("%d arguments, expected the %d that the call has", len(say.Args), len(e.Call.Args))
	}
	if !c.fault.calls[a.call].reaches {
		return errors.New("the call does not come to the stack")
	}
	c.fault.answer = a
	switch say.Name {
	case "accept":
		a.conn = c.connOf(nil)
	case "poll":
		a.events, err = pollEvents(&say.Args[0])
	case "getsockopt", "ioctl":
		if a.errno == "" {
			a.value, err = run.OptionValue(&say.Args[map[string]int{"getsockopt": 3, "ioctl": 2}[say.Name]])
		}
	}
	return err
}

// pollEvents are the revents of a list of struct pollfd.
func pollEvents(list *script.Expr) (events []iut.Events, err error) {
	for i := range list.Elems {
		for _, f := range list.Elems[i].Fields {
			if f.Name != "revents" {
				continue
			}
			n, err := run.Number(&f.Value)
			if err != nil {
				return nil, err
			}
			events = append(events, iut.Events(n))
		}
	}
	return events, nil
}
