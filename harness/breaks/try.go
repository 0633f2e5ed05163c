package breaks

import (
	"fmt"
	"strings"

	"github.com/twinstack/twinstack/harness/catalogue"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// Unbroken plays a script as Try does, but with no fault. The error says what comes out otherwise than when it was recorded.
func Unbroken(f *script.File, i iut.IUT, o run.Options, recorded *trace.Result) error {
	c := &compiler{file: f, trace: recorded.Trace, at: -1, fault: &fault{}, until: -1}
	if err := c.calls(); err != nil {
		return err
	}
	b := &broken{IUT: i, fault: c.fault}
	got := run.Run(f, b, o)
	if was, is := recorded.Trace.Notation(), got.Trace.Notation(); was != is {
		return fmt.Errorf("another trace:\n%s\nrecorded:\n%s", is, was)
	}
	last := -1
	for n, call := range c.fault.calls {
		if call.reaches {
			last = n
		}
	}
	if b.host.call != last {
		return fmt.Errorf("after the last call it is in call %d, expected %d", b.host.call, last)
	}
	return nil
}

// Try plays a case on an IUT that breaks a requirement as b says. recorded is the same run without that, which must have
// passed. The error says why the case does not count: it does not reject the break where that shows, or the break cannot
// be made.
func Try(f *script.File, i iut.IUT, o run.Options, recorded *trace.Result, b catalogue.Break) error {
	if recorded.Verdict != trace.Pass {
		return fmt.Errorf("without the break: %s", recorded.Verdict)
	}
	c, err := compile(f, recorded.Trace, b.At, b.Instead)
	if err != nil {
		return fmt.Errorf("%q: %w", b.Instead, err)
	}
	got := run.Run(f, &broken{IUT: i, fault: c.fault}, o)
	if isn := f.Header.ISN; isn != nil && got.Verdict == trace.Error && strings.HasPrefix(got.Reason, f.Header.ISNPos.String()+": ") {
		return nil // the stack did not use the number that the script asks for
	}
	if got.Verdict != trace.Fail {
		return fmt.Errorf("%q: the case does not reject it: %s %s", b.Instead, got.Verdict, got.Reason)
	}
	if first, last := got.Failures[0], c.shows(); first.Line < b.At || first.Line > last {
		return fmt.Errorf("%q: the case fails at line %d, expected at %d to %d: %s", b.Instead, first.Line, b.At, last, first)
	}
	return nil
}

// shows is the last line at which a run can take notice of the fault: its own, or where a packet comes besides what the
// script expects, the next line that acts at that time or later, or that expects a packet later.
func (c *compiler) shows() int {
	line := c.file.Events[c.at].Pos.Line
	if c.until < 0 {
		return line
	}
	for i := c.at + 1; i < len(c.file.Events); i++ {
		e := &c.file.Events[i]
		line = e.Pos.Line
		if e.States != nil {
			continue
		}
		if at := c.begin(i); at > c.until || at == c.until && (e.Packet == nil || e.Packet.Dir == script.Inbound) {
			break
		}
	}
	return line
}
