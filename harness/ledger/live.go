package ledger

import "slices"

// The cases of the textbook's walk-through, live between two IUTs. Live names it as a whole; a row speaks of what one
// IUT does in it, as the client or as the server, whoever is on the other side.
const (
	Live         = "textbook/live"
	LiveAsClient = "textbook/live-as-client"
	LiveAsServer = "textbook/live-as-server"
)

// JudgeLive judges the walk-through of two IUTs by the first thing that was not as the textbook has it; wrong is empty
// where all was.
func (l *Ledger) JudgeLive(client, server, family string, wrong []string) Finding {
	f := Finding{Key: Key{Live, family, client + " to " + server}, Got: wrong}
	for _, side := range []Key{{LiveAsClient, family, client}, {LiveAsServer, family, server}} {
		for row, e := range l.entries(side.Case, family) {
			switch {
			case row.IUT != side.IUT || e.Fails == "":
			case !e.pattern():
				f.Rows, f.Expected = append(f.Rows, row), append(f.Expected, e.Fails)
			case len(wrong) > 0 && len(f.Rows) == 0 && Like(e.Fails, wrong[0]): // a pattern
				f.Rows, f.Expected, f.shows = []*Row{row}, []string{wrong[0]}, []*Entry{e}
			}
		}
	}
	switch {
	case len(wrong) == 0 && len(f.Rows) == 0:
		f.Status = Clean
	case len(wrong) == 0:
		f.Status = Passes
	case slices.Contains(f.Expected, wrong[0]):
		f.Status = AsRecorded
	case len(f.Rows) == 0:
		f.Status = Unrecorded
	default:
		f.Status = Changed
	}
	return f
}
