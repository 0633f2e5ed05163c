package specs

import (
	"fmt"
	"sort"
	"strings"
)

// Kind says what a label is about.
type Kind string

// The kinds of labels. Topics are folders of fixtures, roles and features stand in their headers; all others are found
// out and need not be written.
const (
	Topic       Kind = "Topic"
	Role        Kind = "Role"
	Feature     Kind = "Feature"
	State       Kind = "State"       // that the script asserts
	Level       Kind = "Level"       // of the requirements that it names
	Requirement Kind = "Requirement" // that it names
	OnIUT       Kind = "IUT"
	Family      Kind = "Family"
	Event       Kind = "Event" // of a square of the matrix
)

// Label is a typed label. As Ginkgo has it, "Topic: reset".
type Label struct {
	Kind Kind
	Name string
}

// String is the label as Ginkgo has it. Ginkgo's filters take no comma, bracket or slash in a label.
func (l Label) String() string {
	return string(l.Kind) + ": " + strings.ReplaceAll(l.Name, " ", "-")
}

// Registry is the labels that fixtures may bear.
type Registry struct {
	byName map[Kind]map[string]bool
}

// NewRegistry makes a registry. A label that is there twice, or is a role and a feature both, is an error.
func NewRegistry(labels ...Label) (*Registry, error) {
	r := &Registry{byName: map[Kind]map[string]bool{Topic: {}, Role: {}, Feature: {}}}
	for _, l := range labels {
		names, ok := r.byName[l.Kind]
		switch {
		case !ok:
			return nil, fmt.Errorf("label %q of kind %s, expected a topic, a role or a feature", l.Name, l.Kind)
		case names[l.Name]:
			return nil, fmt.Errorf("label %q a second time", l.String())
		case l.Kind == Role && r.byName[Feature][l.Name], l.Kind == Feature && r.byName[Role][l.Name]:
			return nil, fmt.Errorf("label %q is a role and a feature, expected one of them", l.Name)
		}
		names[l.Name] = true
	}
	return r, nil
}

// Topic finds the label of a folder.
func (r *Registry) Topic(name string) (Label, error) { return r.find(name, Topic) }

// Word finds a role or a feature.
func (r *Registry) Word(name string) (Label, error) { return r.find(name, Role, Feature) }

func (r *Registry) find(name string, kinds ...Kind) (Label, error) {
	var known []string
	for _, k := range kinds {
		if r.byName[k][name] {
			return Label{k, name}, nil
		}
		for n := range r.byName[k] {
			known = append(known, n)
		}
	}
	sort.Strings(known)
	what := "label"
	if kinds[0] == Topic {
		what = "topic"
	}
	return Label{}, fmt.Errorf("unknown %s %q, expected one of %s", what, name, strings.Join(known, ", "))
}
