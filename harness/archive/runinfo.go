package archive

import (
	"fmt"
	"io"
	"time"
)

// RunInfoSchema names the form of run-info.json, as Schema does that of results.json.
const RunInfoSchema = "twinstack-run-info/1"

// RunInfo is run-info.json, beside results.json: when, where and how fast a run was. It is another each time.
type RunInfo struct {
	Schema   string    `json:"schema"`
	Began    time.Time `json:"began"`
	TotalNS  int64     `json:"total_ns"`            // from there to the last result, the matrix included
	MatrixNS int64     `json:"matrix_ns,omitempty"` // of it the matrix
	Go       string    `json:"go"`                  // "go1.26.3"
	OS       string    `json:"os"`                  // GOOS
	Arch     string    `json:"arch"`                // GOARCH
	Cores    int       `json:"cores"`
	Workers  int       `json:"workers"` // how many runs were made at a time
	// Revision is the commit that the command was built from, and Modified says that something had been changed since. "go run"
	// does not tell.
	Revision string    `json:"revision,omitempty"`
	Modified bool      `json:"modified"`
	Runs     []RunTime `json:"runs"` // in the order of results.json
}

// RunTime is how long a run took, in real time.
type RunTime struct {
	Case   string `json:"case"`
	IUT    string `json:"iut"`
	Family string `json:"family"`
	WallNS int64  `json:"wall_ns"`
}

// WriteRunInfo writes it as Write does a File.
func WriteRunInfo(w io.Writer, r *RunInfo) error { return write(w, r) }

// ReadRunInfo reads it. name is the file's, for errors.
func ReadRunInfo(name string, r io.Reader) (*RunInfo, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	info := &RunInfo{}
	if err := unmarshal(name, data, info, RunInfoSchema); err != nil {
		return nil, err
	}
	return info, nil
}
