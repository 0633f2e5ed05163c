package causes

import (
	"strings"
	"testing"

	"github.com/twinstack/twinstack/harness/iut/ours"
)

func TestScripts(t *testing.T) {
	t.Parallel()
	m := play(t, "[ct]*-wait-[pf]*e/*/? seq=*", 0, plant(deaf))
	e := &Exporter{Matrix: m, Reference: ours.IUT{}, Known: func(id string) bool { return strings.HasPrefix(id, "RFC9293") }}
	for _, g := range Groups(m) {
		x, err := e.Script(g)
		if err != nil {
			t.Errorf("%v: %v", g.Mistake, err)
			continue
		}
		t.Logf("%s %d %d\n%s", x.Name, x.Lines, x.Left, x.Text)
	}
}
