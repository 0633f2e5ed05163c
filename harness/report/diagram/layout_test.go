package diagram

import (
	"testing"

	"github.com/twinstack/twinstack/harness/transitions"
)

// rect is a rectangle; its sides belong to it.
type rect struct {
	name                     string
	left, top, right, bottom int
}

func (r rect) meets(o rect) bool {
	return r.left <= o.right && o.left <= r.right && r.top <= o.bottom && o.top <= r.bottom
}

func (b box) rect() rect { return rect{b.state.String(), b.x, b.y, b.x + b.w, b.y + b.h} }

// on says whether a point stands on the edge of a box.
func (b box) on(p point) bool {
	r := b.rect()
	inside := r.meets(rect{"", p.x, p.y, p.x, p.y})
	return inside && (p.x == r.left || p.x == r.right || p.y == r.top || p.y == r.bottom)
}

// texts are the rectangles of an arrow's texts, each as long as it may be. Letters go 10 pixels up from the baseline
// and 3 down; those of a label are textWidth wide, those of the coverage 7.2 pixels.
func texts(p place, a transitions.Arrow) []rect {
	event := p.event
	if event == "" {
		event = a.On.String()
	}
	line := func(width, baseline int) rect {
		r := rect{p.arrow, p.at.x - width/2, baseline - 10, p.at.x + width/2, baseline + 3}
		switch p.side {
		case left:
			r.left, r.right = p.at.x-width, p.at.x
		case right:
			r.left, r.right = p.at.x, p.at.x+width
		}
		return r
	}
	below := p.room * 72 / 10
	if p.side == along {
		if p.action != "" {
			event += " / " + p.action
		}
		return []rect{line(len(event)*textWidth/10, p.at.y-7), line(below, p.at.y+15)}
	}
	bar := max(len(event), len(p.action)) * textWidth / 10
	return []rect{line(bar, p.at.y-9), line(bar, p.at.y+10), line(below, p.at.y+27)}
}

// lines are the pieces of an arrow's line, as wide as lines get.
func lines(p place) []rect {
	const half = 3
	var out []rect
	for i := 1; i < len(p.path); i++ {
		a, b := p.path[i-1], p.path[i]
		out = append(out, rect{p.arrow, min(a.x, b.x) - half, min(a.y, b.y) - half, max(a.x, b.x) + half, max(a.y, b.y) + half})
	}
	return out
}

func arrowsByID() map[string]transitions.Arrow {
	byID := map[string]transitions.Arrow{}
	for _, a := range transitions.Arrows() {
		byID[a.ID()] = a
	}
	return byID
}

func TestEachArrowHasOnePlace(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for _, p := range places {
		seen[p.arrow]++
	}
	for _, id := range transitions.IDs() {
		if seen[id] != 1 {
			t.Errorf("%s has %d places, expected 1", id, seen[id])
		}
		delete(seen, id)
	}
	for id := range seen {
		t.Errorf("a place for %q, which is no arrow", id)
	}
}

// An arrow goes in right angles from the edge of the state that it is from to that of the state that it is to.
func TestEachArrowJoinsItsStates(t *testing.T) {
	t.Parallel()
	all := boxes
	for _, b := range bundles {
		all = append(all[:len(all):len(all)], b.pill())
	}
	for _, p := range places {
		a := arrowsByID()[p.arrow]
		var from, to bool
		for _, b := range all {
			from = from || b.state == a.From && b.on(p.path[0])
			to = to || b.state == a.To && b.on(p.path[len(p.path)-1])
		}
		if !from || !to {
			t.Errorf("%s: begins at its state: %t, ends at its state: %t", p.arrow, from, to)
		}
		for i := 1; i < len(p.path); i++ {
			dx, dy := p.path[i].x-p.path[i-1].x, p.path[i].y-p.path[i-1].y
			if (dx == 0) == (dy == 0) {
				t.Errorf("%s: goes from %v to %v, expected along a row or a column", p.arrow, p.path[i-1], p.path[i])
			}
			if last := i == len(p.path)-1; max(dx, -dx, dy, -dy) < 2*radius && !(last && i == 1) && max(dx, -dx, dy, -dy) < radius+headLong {
				t.Errorf("%s: too short for its corners from %v to %v", p.arrow, p.path[i-1], p.path[i])
			}
		}
	}
}

// No text lies on another text, on a line, on a box, or off the page, however long the texts of an IUT are.
func TestNothingLiesOnAnything(t *testing.T) {
	t.Parallel()
	solid := []rect{{"the title", 0, 0, 600, 76}, {"the legend", 0, 77, 500, 226}}
	for _, b := range boxes {
		solid = append(solid, b.rect())
	}
	for _, b := range bundles {
		solid = append(solid, b.pill().rect())
	}
	for i, r := range solid {
		for _, other := range solid[:i] {
			if r.meets(other) {
				t.Errorf("%v lies on %v", r, other)
			}
		}
	}
	byID := arrowsByID()
	for i, p := range places {
		for _, text := range texts(p, byID[p.arrow]) {
			if text.left < 0 || text.right > Width || text.top < 0 || text.bottom > figureHeight {
				t.Errorf("%v is off the page", text)
			}
			for _, s := range solid {
				if text.meets(s) {
					t.Errorf("%v lies on %v", text, s)
				}
			}
			for j, other := range places {
				for _, line := range lines(other) {
					if text.meets(line) {
						t.Errorf("%v lies on the line %v", text, line)
					}
				}
				if j >= i {
					continue
				}
				for _, r := range texts(other, byID[other.arrow]) {
					if text.meets(r) {
						t.Errorf("%v lies on %v", text, r)
					}
				}
			}
		}
		for _, other := range places[:i] {
			for _, a := range lines(p) {
				for _, b := range lines(other) {
					if a.meets(b) {
						t.Errorf("%v crosses %v", a, b)
					}
				}
			}
		}
	}
}
