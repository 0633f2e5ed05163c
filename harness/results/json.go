package results

import (
	"encoding/json"
	"io"
)

// Object is one run of a script as JSON.
type Object struct {
	Script    string `json:"script"`
	IUT       string `json:"iut"`
	Family    string `json:"family"`
	Verdict   string `json:"verdict"` // pass, fail, inconclusive, unsupported, error
	Line      int    `json:"line"`    // of the script, of the first failure; 0 where there is none
	Expected  string `json:"expected"`
	Got       string `json:"got"`
	Reason    string `json:"reason"`
	VirtualNS int64  `json:"virtual_ns"`
	WallNS    *int64 `json:"wall_ns,omitempty"`
	Trace     string `json:"trace_sha256,omitempty"`
}

// ObjectOf gives a run as JSON has it. timing adds the wall time.
func ObjectOf(r Run, timing bool) Object {
	o := Object{Script: r.Case, IUT: r.IUT, Family: r.Family, Verdict: r.Result.Verdict.String(), Reason: r.Result.Reason,
		VirtualNS: int64(r.Result.Virtual)}
	if len(r.Result.Failures) > 0 {
		f := r.Result.Failures[0]
		o.Line, o.Expected, o.Got, o.Reason = f.Line, f.Expected, f.Got, f.Reason
	}
	if r.Result.Trace != nil {
		o.Trace = Hash(r.Result.Trace)
	}
	if timing {
		ns := int64(r.Wall)
		o.WallNS = &ns
	}
	return o
}

// WriteJSON writes a value as indented JSON, with < and > as they are.
func WriteJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
