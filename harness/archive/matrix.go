package archive

// Matrix is what the matrix came to, the same octets in every run, with any number of workers.
type Matrix struct {
	Scope string    `json:"scope"` // "whole" or "reduced"
	Only  string    `json:"only,omitempty"`
	IUTs  []Outline `json:"iuts"`
	// Causes are the root causes, and the entries of the ledger that nothing shows.
	Causes []Cause `json:"causes"`
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
	Verdict  string         `json:"verdict,omitempty"`
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
