package iut

import (
	"fmt"
	"slices"
	"strings"
)

// registered holds the IUTs in the order of their names.
var registered []IUT

// Register makes an IUT known by its name. Adapters call it from their init function; a second IUT of the same name, or
// one without a name, is a mistake in the program and panics.
func Register(i IUT) {
	name := i.Name()
	at, taken := find(name)
	if taken || name == "" {
		panic(fmt.Sprintf("iut: cannot register %T as %q: there is one already, or it has no name", i, name))
	}
	registered = slices.Insert(registered, at, i)
}

// Lookup finds an IUT by its name. The error says which there are.
func Lookup(name string) (IUT, error) {
	if at, ok := find(name); ok {
		return registered[at], nil
	}
	if len(registered) == 0 {
		return nil, fmt.Errorf("no IUT is called %q: none is registered", name)
	}
	return nil, fmt.Errorf("no IUT is called %q: there are %s", name, strings.Join(Names(), ", "))
}

// All are the registered IUTs, sorted by name.
func All() []IUT { return slices.Clone(registered) }

// Names are the names of the registered IUTs, sorted.
func Names() []string {
	names := make([]string, len(registered))
	for i, r := range registered {
		names[i] = r.Name()
	}
	return names
}

func find(name string) (int, bool) {
	return slices.BinarySearchFunc(registered, name, func(i IUT, name string) int { return strings.Compare(i.Name(), name) })
}
