// Package archive is results.json: what a run gave, as it lasts.
package archive

// Schema names the form of results.json. Whoever reads another refuses it. A field that is added leaves the number as it
// is; one that is taken out, renamed or means something else raises it.
const Schema = "twinstack-results/1"

// Version is the version of twinstack, and so of ours.
const Version = "0.5.0"

// File is results.json: what a run gave. The same fixtures, ledger, IUTs and seed give the same octets: it holds no real
// time, host, path, job or number of workers (those stand in run-info.json), and everything in it is sorted: cases by id,
// families by name, IUTs with the reference first, rows as in the ledger. A part of a run (some of the cases) is a File, too; Merge joins parts.
type File struct {
	Schema    string `json:"schema"`
	Twinstack string `json:"twinstack"` // Version
	GVisor    string `json:"gvisor"`    // version of the module

	Complete    bool   `json:"complete"`     // every case of the fixtures was run, and every live pair played
	Planned     int    `json:"planned"`      // runs that all fixtures make, on all IUTs and families
	PlannedLive int    `json:"planned_live"` // live pairs that there are
	Seed        uint64 `json:"seed"`         // of all randomness of the hosts

	Settings []CommonSetting  `json:"settings"`
	IUTs     []Implementation `json:"iuts"` // the first is the reference

	Ledger       []LedgerRow   `json:"ledger"`
	Entries      []Entry       `json:"entries,omitempty"` // of the ledger: those that are judged by themselves
	Requirements []Requirement `json:"requirements"`      // the whole catalogue, in its order; empty where the run is a part
	Cases        []Case        `json:"cases"`
	Live         []LivePair    `json:"live"`
	Transitions  []Transition  `json:"transitions"` // empty where the run is a part
	Divergences  []Divergence  `json:"divergences"`
	Matrix       *Matrix       `json:"matrix,omitempty"` // where it was played
	Part         *Part         `json:"part,omitempty"`   // where the run is not complete
}

// Part is what Requirements and Transitions are made from once the other parts have come: what there is to show.
type Part struct {
	Requirements []Requirement `json:"requirements"` // the whole catalogue, without cases
	Arrows       []Arrow       `json:"arrows"`       // of the state diagram; empty where transitions are not judged
}

// Arrow is one transition of the state diagram.
type Arrow struct {
	Arrow  string `json:"arrow"` // its name: "listen-syn-received-rcv-syn"
	From   string `json:"from"`
	To     string `json:"to"`
	On     string `json:"on"`     // "rcv SYN"
	Clause string `json:"clause"` // "RFC 9293 §3.3.2"
}

// CommonSetting is one of the settings that every IUT gets.
type CommonSetting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Implementation is an IUT that took part.
type Implementation struct {
	Name    string   `json:"name"`
	Version string   `json:"version"`
	Honours []Honour `json:"honours"` // the settings that it does not take as they are
}

// Honour is a setting of which an IUT has its own value, or which it has not got.
type Honour struct {
	Setting string `json:"setting"`
	Honour  string `json:"honour"` // "fixed" or "absent"
	Value   string `json:"value"`
}

// LedgerRow is a row of the ledger, as far as reports need it.
type LedgerRow struct {
	ID     string `json:"id"`
	IUT    string `json:"iut"`
	Class  string `json:"class"`
	Clause string `json:"clause"`
	Reason string `json:"reason"`

	Transitions []Instead `json:"transitions,omitempty"` // arrows that the IUT does not go along
}

// Entry is an entry of the ledger that is judged by itself: a pattern, which one of its cases must show, or one that is red
// whatever happens (of what is no more; to be filled in).
type Entry struct {
	At       string   `json:"at"` // line and column in the ledger: "12:3"
	Row      string   `json:"row"`
	IUT      string   `json:"iut"`
	Case     string   `json:"case,omitempty"` // a pattern, a name, or "transition/" and an arrow; missing where it is the row
	Family   string   `json:"family,omitempty"`
	Status   string   `json:"status"`             // ledger.Status in words; "clean" of a pattern some of whose cases were not run
	Recorded []string `json:"recorded,omitempty"` // what stands there
	Now      []string `json:"now,omitempty"`      // where it is red: why
}

// Instead is what a row of the ledger says of an arrow.
type Instead struct {
	Arrow   string `json:"arrow"`
	Instead string `json:"instead"`
}

// Requirement is how a row of the catalogue stands.
type Requirement struct {
	ID       string   `json:"id"`
	Level    string   `json:"level"`
	Clause   string   `json:"clause"` // "RFC 9293 §3.5"
	Text     string   `json:"text"`
	Testable string   `json:"testable"` // blackbox, api, internal, no
	Cases    []string `json:"cases"`    // that name it
	Shown    []string `json:"shown"`    // those that reject a stack that breaks it
	Passed   []string `json:"passed"`   // IUTs that pass all that name it
}

// Case is a fixture with all its runs.
type Case struct {
	ID           string     `json:"id"` // "reset/rst-in-window": its path, without .pkt
	Title        string     `json:"title"`
	Script       string     `json:"script"` // its text
	Requirements []string   `json:"requirements"`
	Clauses      []string   `json:"clauses"`
	Shows        []string   `json:"shows"`  // those of its requirements of which it rejects a stack that breaks them
	Labels       []string   `json:"labels"` // "State: LISTEN"
	Runs         []Run      `json:"runs"`
	Comparisons  []Compared `json:"comparisons"`
}

// Run is a case on an IUT and a family.
type Run struct {
	IUT       string    `json:"iut"`
	Family    string    `json:"family"`  // ipv4, ipv6
	Verdict   string    `json:"verdict"` // pass, fail, inconclusive, unsupported, error
	Failures  []Failure `json:"failures"`
	Reason    string    `json:"reason,omitempty"` // where the verdict is neither pass nor fail
	VirtualNS int64     `json:"virtual_ns"`
	SHA256    string    `json:"trace_sha256,omitempty"` // of the whole trace, see results.Hash; "" where there is none
	Arrows    []string  `json:"arrows"`                 // of the state diagram that it goes along, in the diagram's order
	Detours   []Detour  `json:"detours,omitempty"`      // of arrows that the reference goes along in this case, and this IUT does not
	Trace     []Event   `json:"trace"`
	Judgement
}

// Detour is what an IUT does in place of an arrow that the reference goes along in the same case.
type Detour struct {
	Arrow string `json:"arrow"`
	How   string `json:"how"`  // "not offered" or "otherwise"
	Rank  int    `json:"rank"` // 0: it was in the state that the arrow is from; 1: it was in another already; 2: it could not run the case
	Text  string `json:"text"` // "time-wait/rst-closes, line 24: stays in TIME-WAIT"
}

// Failure is an expectation that was not met.
type Failure struct {
	Line     int    `json:"line"` // of the script, from 1
	Expected string `json:"expected"`
	Got      string `json:"got"`
	Reason   string `json:"reason"`
}

// Judgement is how the ledger judges a run, a comparison, a live pair or a transition.
type Judgement struct {
	Status   string   `json:"status"`             // ledger.Status in words
	Rows     []string `json:"rows,omitempty"`     // ids of the rows that speak of it
	Recorded []string `json:"recorded,omitempty"` // where it is not as recorded: what is on record and did not happen
	Now      []string `json:"now,omitempty"`      // where it is not as recorded: what happened and is not on record
}

// Event is one thing that happened, in the script's own numbers.
type Event struct {
	NS    int64  `json:"ns"`              // virtual time since the start of the case
	Kind  string `json:"kind"`            // received (by the IUT), sent, call, state
	Line  int    `json:"line,omitempty"`  // of the script, that caused or expected it; 0 if none did
	Cause int    `json:"cause,omitempty"` // line of the last stimulus
	// Text is a packet in packetdrill's notation with ports, window and options ("> 8080 > 40000 S. 0:0(0) ack 1 win
	// 28000 <mss 1460>"), a call with its result ("accept(3, ..., ...) = 4"), or the name of a state.
	Text string `json:"text"`
	With string `json:"with,omitempty"` // of a packet: what is unusual about it
	Conn string `json:"conn,omitempty"` // of a state: "192.168.0.1:8080 - 192.0.2.1:40000"; of a listener "192.168.0.1:8080"
}

// Compared is what sets a run apart from that of the reference.
type Compared struct {
	IUT         string       `json:"iut"`
	With        string       `json:"with"`
	Family      string       `json:"family"`
	Differences []Difference `json:"differences"`
	NotCompared string       `json:"not_compared,omitempty"` // why not
	Judgement
}

// Difference is one difference, in the order of the script.
type Difference struct {
	Line int    `json:"line"` // of the stimulus that both had just had, or of the call
	NS   int64  `json:"ns"`   // since the start of the case, in the first trace that has it
	Kind string `json:"kind"` // segment, time, call, states
	With string `json:"with"` // what the reference did; "" is nothing
	IUT  string `json:"iut"`  // what the IUT did; "" is nothing
	Text string `json:"text"` // the whole in words, as the ledger has it
}

// LivePair is the textbook's connection, live between two IUTs.
type LivePair struct {
	Client    string   `json:"client"`
	Server    string   `json:"server"`
	Family    string   `json:"family"`
	Wrong     []string `json:"wrong"`
	NotPlayed string   `json:"not_played,omitempty"`
	SHA256    string   `json:"trace_sha256,omitempty"`
	Judgement
}

// Transition is how an IUT stands to an arrow of the state diagram (RFC 9293 figure 5, its notes and §3.10).
type Transition struct {
	IUT     string `json:"iut"`
	Arrow   string `json:"arrow"`
	From    string `json:"from"`
	To      string `json:"to"`
	On      string `json:"on"`
	Clause  string `json:"clause"`
	How     string `json:"how"`               // taken, not offered, otherwise, not taken
	Cases   int    `json:"cases"`             // that take it
	First   string `json:"first,omitempty"`   // of them
	Instead string `json:"instead,omitempty"` // the Detour that shows best what it does instead
	Judgement
}

// Divergence is a root cause that was seen: a row of the ledger with where it shows, or one finding that no row speaks of.
type Divergence struct {
	ID     string   `json:"id"` // of the row; of what has none "unrecorded: " and the finding's name
	IUT    string   `json:"iut"`
	Class  string   `json:"class"` // "" where there is no row
	Clause string   `json:"clause"`
	Status string   `json:"status"`           // the worst of its findings
	Cases  []string `json:"cases"`            // ids, sorted
	Matrix int      `json:"matrix,omitempty"` // cases of the matrix
}
