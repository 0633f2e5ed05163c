package iut

import (
	"slices"
	"strings"
	"testing"
)

type named struct {
	IUT
	name string
}

func (n named) Name() string { return n.name }

// The one test of the registry, since there is one registry.
func TestRegistry(t *testing.T) {
	if _, err := Lookup("ours"); err == nil || !strings.Contains(err.Error(), "none is registered") {
		t.Errorf("looking up in an empty registry: %v", err)
	}
	for _, name := range []string{"ours", "kernel", "netstack"} {
		Register(named{name: name})
	}
	want := []string{"kernel", "netstack", "ours"}
	if got := Names(); !slices.Equal(got, want) || len(All()) != 3 || All()[0].Name() != "kernel" {
		t.Errorf("registered %v, want %v", got, want)
	}
	for _, name := range want {
		if i, err := Lookup(name); err != nil || i.Name() != name {
			t.Errorf("Lookup(%q) is %v, %v", name, i, err)
		}
	}
	if _, err := Lookup("lwip"); err == nil || err.Error() != `no IUT is called "lwip": there are kernel, netstack, ours` {
		t.Errorf("looking up an unknown name: %v", err)
	}
	for _, name := range []string{"ours", ""} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("registering %q must panic", name)
				}
			}()
			Register(named{name: name})
		}()
	}
}
