package specs

import (
	"fmt"
	"path"
	"runtime"
	"strings"

	"github.com/twinstack/twinstack/harness/ledger"
)

// Part is one of several parts of a suite: of every Of cases and live pairs one. The zero value is all.
type Part struct {
	N, Of int // N is 1 to Of
}

// ParsePart reads "1/2".
func ParsePart(text string) (p Part, err error) {
	var rest string
	n, _ := fmt.Sscanf(text+"\n", "%d/%d%s", &p.N, &p.Of, &rest)
	if n != 2 || p.N < 1 || p.N > p.Of || text != fmt.Sprintf("%d/%d", p.N, p.Of) {
		return Part{}, fmt.Errorf("part %q, expected the like of 1/2: the first of two", text)
	}
	return p, nil
}

// has says whether the part has the thing with an index.
func (p Part) has(index int) bool { return p.Of == 0 || index%p.Of == p.N-1 }

// pick keeps what Only and Part ask for: of all cases, in their order, and of all live pairs.
func (s *Suite) pick() error {
	topic, name, _ := strings.Cut(s.options.Only, "/")
	for _, pattern := range []string{topic, name} {
		if _, err := path.Match(pattern, ""); err != nil {
			return fmt.Errorf("the pattern %q: %w", pattern, err)
		}
	}
	like := func(id string) bool {
		t, n, _ := strings.Cut(id, "/")
		for _, p := range [][2]string{{topic, t}, {name, n}} {
			if ok, _ := path.Match(p[0], p[1]); !ok && p[0] != "" {
				return false
			}
		}
		return true
	}
	s.Cases = picked(s.Cases, func(c *Case) bool { return like(c.Name) }, s.options.Part)
	s.pairs = picked(s.pairs, func(*pair) bool { return like(ledger.Live) }, s.options.Part)
	if len(s.Cases)+len(s.pairs)+len(s.Broken) == 0 {
		return fmt.Errorf("no case is like %q and in the part, expected at least one", s.options.Only)
	}
	return nil
}

// picked are those of a list that are asked for and in the part.
func picked[T any](all []T, asked func(T) bool, p Part) (some []T) {
	n := 0
	for _, one := range all {
		if !asked(one) {
			continue
		}
		if p.has(n) {
			some = append(some, one)
		}
		n++
	}
	return some
}

// maxWorkers bounds how many runs are made at a time.
const maxWorkers = 8

// Workers is how many runs are made at a time.
func (s *Suite) Workers() int {
	if s.options.Workers > 0 {
		return min(maxWorkers, s.options.Workers)
	}
	return min(maxWorkers, runtime.GOMAXPROCS(0))
}
