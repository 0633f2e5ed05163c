package diagram

import (
	"fmt"
	"strings"
)

const (
	radius   = 14 // of a corner
	headLong = 11
	headHalf = 6 // half of its width
)

// towards is the unit step from one point to another on the same row or column.
func towards(from, to point) point { return point{sign(to.x - from.x), sign(to.y - from.y)} }

func sign(n int) int {
	switch {
	case n > 0:
		return 1
	case n < 0:
		return -1
	}
	return 0
}

// plus is p moved n steps.
func (p point) plus(n int, step point) point { return point{p.x + n*step.x, p.y + n*step.y} }

// rounded is a path through points in right angles, as SVG has it.
func rounded(path []point) string {
	var b strings.Builder
	fmt.Fprintf(&b, "M%d %d", path[0].x, path[0].y)
	for i := 1; i < len(path)-1; i++ {
		corner := path[i]
		in, out := corner.plus(radius, towards(corner, path[i-1])), corner.plus(radius, towards(corner, path[i+1]))
		fmt.Fprintf(&b, "L%d %dQ%d %d %d %d", in.x, in.y, corner.x, corner.y, out.x, out.y)
	}
	end := path[len(path)-1]
	fmt.Fprintf(&b, "L%d %d", end.x, end.y)
	return b.String()
}

// shortened is a path that ends inside the arrowhead.
func shortened(path []point) []point {
	last := len(path) - 1
	end := path[last].plus(headLong-2, towards(path[last], path[last-1]))
	return append(append([]point{}, path[:last]...), end)
}

// head is the arrowhead at the end of a path.
func head(path []point) string {
	tip := path[len(path)-1]
	back := towards(tip, path[len(path)-2])
	base, across := tip.plus(headLong, back), point{back.y, back.x}
	a, b := base.plus(headHalf, across), base.plus(-headHalf, across)
	return fmt.Sprintf("M%d %dL%d %dL%d %dZ", tip.x, tip.y, a.x, a.y, b.x, b.y)
}
