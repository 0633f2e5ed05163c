package host

import (
	"fmt"
	"slices"
)

// check is Check, and that the sockets, all that are open, hold what is theirs alone.
func (h *Host) check(sockets []*Socket) error {
	if err := h.Check(); err != nil {
		return err
	}
	for i, s := range sockets {
		if s.c == nil {
			continue
		}
		for _, other := range sockets[:i] {
			if other.c == s.c {
				return fmt.Errorf("two sockets have one connection")
			}
		}
		if !s.c.socket || slices.Contains(h.free, s.c) {
			return fmt.Errorf("a socket holds a connection in %v that is free", s.c.State())
		}
	}
	return nil
}
