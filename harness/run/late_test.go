package run_test

import (
	"errors"
	"testing"
	"time"

	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
	"github.com/twinstack/twinstack/harness/trace"
)

// stuck is an IUT that does not return from New before it is let go.
type stuck struct {
	fake
	letGo chan struct{}
}

func (s *stuck) New(iut.Config) (iut.Host, error) {
	<-s.letGo
	return nil, errors.New("let go")
}

// Of a run that does not end somebody is told while it goes on.
func TestLate(t *testing.T) {
	t.Parallel()
	f, err := script.Parse("t.pkt", []byte(opened))
	if err != nil {
		t.Fatal(err)
	}
	s := &stuck{letGo: make(chan struct{})}
	res := run.Run(f, s, run.Options{Settings: iut.Alike(), Late: func() { close(s.letGo) }, Patience: time.Microsecond})
	if res.Verdict != trace.Error {
		t.Errorf("%v, expected an error", res.Verdict)
	}
}
