// Package diagram draws RFC 9293 figure 5 for one IUT: the state diagram, with how the IUT stands to each arrow.
package diagram

import (
	"fmt"
	"io"
	"slices"

	"github.com/twinstack/twinstack/harness/results"
	"github.com/twinstack/twinstack/harness/transitions"
)

// Draw writes the state diagram of an IUT as SVG, Width pixels wide. Of the transitions it takes those of the IUT. The
// drawing needs nothing but itself, has a light and a dark form, and is the same for the same transitions. The error is
// that of writing, or says which arrow has no transition or no place in the drawing.
func Draw(w io.Writer, iut results.IUT, ts []results.Transition) error {
	return write(w, iut, ts, "", style())
}

// DrawInPage writes the drawing as a part of a page, which needs Style for it. The id of each arrow begins with the prefix.
func DrawInPage(w io.Writer, iut results.IUT, ts []results.Transition, prefix string) error {
	return write(w, iut, ts, prefix, "")
}

func write(w io.Writer, iut results.IUT, ts []results.Transition, prefix, style string) error {
	byID := map[string]*results.Transition{}
	for i := range ts {
		if t := &ts[i]; t.IUT == iut.Name {
			byID[t.Arrow.ID()] = t
		}
	}
	var drawn []drawing
	for _, a := range transitions.Arrows() {
		id := a.ID()
		at := slices.IndexFunc(places, func(p place) bool { return p.arrow == id })
		if at < 0 {
			return fmt.Errorf("diagram: arrow %s has no place in the drawing", id)
		}
		t := byID[id]
		if t == nil {
			return fmt.Errorf("diagram: no transition %s of %s", id, iut.Name)
		}
		drawn = append(drawn, drawing{t, places[at]})
	}
	s := svg{prefix: prefix}
	s.page(iut, drawn, style)
	_, err := w.Write(s.Bytes())
	return err
}

// drawing is one arrow, with where it stands.
type drawing struct {
	*results.Transition
	place
}
