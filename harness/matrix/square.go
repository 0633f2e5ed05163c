package matrix

import "strings"

// Square is the square of the table of states and events that an event belongs to: a group of columns, the column in it, and
// the position in that. Position is "" where the column has one only.
func Square(e Event) (group, column, position string) {
	switch e := e.(type) {
	case Segment:
		if e.Cross == Plain {
			flags, at := flagsFirst(e.Name())
			return "flags", flags, at
		}
		cross := crossNames[e.Cross]
		return "crossed", strings.TrimSpace(cross), strings.TrimSuffix(e.Name(), cross)
	case marked:
		return "ECN", e.mark.String(), e.segment.Name()
	case *marksInARow:
		return "ECN", "marks in a row", e.Name()
	case echoes, echoWrites:
		return "ECN", "ece in a row", e.Name()
	case twelve:
		flags, at := flagsFirst(e.segment.Name())
		return "twelve times", flags, at
	case halfway:
		flags, at := flagsFirst(e.segment.Name())
		return "at half of a timer", flags, at
	case quoting:
		name, quoted, _ := strings.Cut(strings.TrimPrefix(e.Name(), "icmp "), " quoted=")
		return "ICMP", name, "quoted number " + quoted
	case call:
		name, at := flagsFirst(strings.TrimPrefix(e.Name(), "call "))
		return "calls", name, at
	case silence:
		return "timers", "silence", strings.TrimPrefix(e.Name(), "silence ")
	case probed:
		return "keep-alives", comings[e.coming].name, e.Name()
	case blocks:
		return "SACK", "blocks of the peer's", e.Name()
	case growing:
		return "SACK", "blocks of the peer's", e.Name()
	case runs:
		return "SACK", "runs beyond holes", e.Name()
	case opening:
		return "SACK", "permitted or not", e.Name()
	case hole:
		return "in a row", "a hole and its fill", e.Name()
	}
	return "in a row", e.Name(), ""
}

// flagsFirst takes the first word off a name.
func flagsFirst(name string) (first, rest string) {
	first, rest, _ = strings.Cut(name, " ")
	return first, rest
}
