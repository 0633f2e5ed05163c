package archive

// Matrix is what the matrix of states and events came to: the same octets in every run, with any number of workers.
type Matrix struct {
	Scope string    `json:"scope"` // "whole" or "reduced"
	Only  string    `json:"only,omitempty"`
	IUTs  []Outline `json:"iuts"` // those that played it
	// Causes are the root causes, and the entries of the ledger that nothing shows.
	Causes []Cause `json:"causes"`

	// The table: a row a state, a column an event. Rows, columns and squares are sorted as pages show them.
	Rows    []Row    `json:"rows"`
	Columns []Column `json:"columns"`
	Squares []Square `json:"squares"`
}

// Outline is what the matrix came to on one IUT. Product = NoPosition + SameOctets + Generated.
type Outline struct {
	IUT        string       `json:"iut"`
	Entries    int          `json:"entries"` // entry paths × families
	Product    int          `json:"product"`
	NoPosition int          `json:"no_position"` // left out: the position is none in that state
	SameOctets int          `json:"same_octets"` // left out: another case has the same octets
	Generated  int          `json:"generated"`
	States     []StateCount `json:"states"`
	NotJudged  []NotJudged  `json:"not_judged"` // inconclusive cases and errors
	Hash       string       `json:"hash"`       // of all results
}

// StateCount is the cases that begin in a state, by verdict.
type StateCount struct {
	State    string         `json:"state"`
	Cases    int            `json:"cases"`
	Verdicts map[string]int `json:"verdicts"`
	Probes   int            `json:"fail_in_probe"` // of those that fail
}

// NotJudged is why nothing can be said of some cases.
type NotJudged struct {
	Reason string `json:"reason"`
	Where  string `json:"where"` // entry and family of the first
	Cases  int    `json:"cases"`
}

// Cause is a root cause, with its smallest case.
type Cause struct {
	IUT      string         `json:"iut"`
	Rule     string         `json:"rule"`
	Shape    string         `json:"shape"`
	After    string         `json:"after,omitempty"`
	In       string         `json:"in,omitempty"`
	Verdict  string         `json:"verdict,omitempty"` // fail, non-strict; "" where nothing shows it
	Clause   string         `json:"clause,omitempty"`
	Level    string         `json:"level,omitempty"`
	Cases    int            `json:"cases"`
	States   map[string]int `json:"states,omitempty"`
	Example  string         `json:"example,omitempty"` // its id
	Expected string         `json:"expected,omitempty"`
	Got      string         `json:"got,omitempty"`
	Status   string         `json:"status"` // how the ledger judges it
	Ledger   string         `json:"ledger,omitempty"`
	Class    string         `json:"class,omitempty"`
}

// Row is a state with the ways into it.
type Row struct {
	State   string   `json:"state"`
	Entries []string `json:"entries"` // "time-wait-active, IPv4"
}

// Column is an event, with the positions that it has in some state. Those of one group stand together.
type Column struct {
	Group     string   `json:"group"` // flags, ICMP, calls, …
	Name      string   `json:"name"`  // once in its group
	Positions []string `json:"positions"`
}

// Square is the cases of an IUT that begin in a state and meet an event. There is one only where there are cases.
type Square struct {
	IUT    int     `json:"iut"`    // in IUTs, from 0
	Row    int     `json:"row"`    // in Rows
	Column int     `json:"column"` // in Columns
	Counts [][]int `json:"counts"` // how many cases, by entry of the row and position of the column; zeros at the end are left out
	Shares []Share `json:"shares"` // those that are not as the RFCs allow, or not judged; the others are
}

// Share is what a root cause has in a square.
type Share struct {
	Cause  int    `json:"cause"`            // in Causes; -1 where the cases are not judged
	Reason string `json:"reason,omitempty"` // why they are not
	// Places are where in the square they are: entry of the row, position of the column, how many cases.
	Places [][3]int `json:"places"`
	Named  []Named  `json:"named"` // some of them, at most MostNamed, spread over the places
}

// Named is a case of a share.
type Named struct {
	Place int    `json:"place"` // in the share's Places
	ID    string `json:"id"`    // as "ci matrix --show" takes it
}

// MostNamed is how many cases a Share names at most.
const MostNamed = 20
