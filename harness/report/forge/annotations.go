package forge

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/twinstack/twinstack/harness/archive"
)

// Options say where in a repository the annotations point.
type Options struct {
	Fixtures string // the folder of the scripts
	Ledger   string // the file of what is on record, for what points into no script
}

// MostAnnotations is how many errors GitHub shows of one step of a job.
const MostAnnotations = 10

// GitHub writes a workflow command for each thing that is not as recorded: an annotation at the line of the script. What is
// more than GitHub shows is counted in the last one.
func GitHub(w io.Writer, f *archive.File, o Options) error {
	var b strings.Builder
	all := findingsOf(f)
	for i, n := range all {
		if i == MostAnnotations-1 && len(all) > MostAnnotations {
			fmt.Fprintf(&b, "::error title=%s::%s\n", property("twinstack"),
				data(fmt.Sprintf("and %d more that are not as recorded: the job summary and the report have them all", len(all)-i)))
			break
		}
		place := ""
		if at := n.place(o); at.Path != "" {
			place = fmt.Sprintf("file=%s,line=%d,", property(at.Path), at.Lines.Begin)
		}
		fmt.Fprintf(&b, "::error %stitle=%s::%s\n", place, property(n.title()), data(n.message()))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// place is the line of a script or of the ledger; none of what the matrix makes.
func (n finding) place(o Options) location {
	switch {
	case n.script != "":
		return location{strings.TrimSuffix(o.Fixtures, "/") + "/" + n.script + ".pkt", lines{n.line}}
	case n.line > 0:
		return location{o.Ledger, lines{n.line}}
	}
	return location{}
}

// title says what stands otherwise, and by which clause.
func (n finding) title() string {
	t := n.name + " on " + n.where() + " " + n.status
	if c := n.clause(); c != "" {
		t += ", " + c
	}
	return t
}

func (n finding) message() string {
	return "on record: " + strings.Join(n.was(), " | ") + "\nnow: " + strings.Join(n.came(), " | ")
}

// data escapes the message of a workflow command, and property one of its properties, as GitHub's runner reads them.
func data(s string) string { return dataEscapes.Replace(s) }

func property(s string) string { return propertyEscapes.Replace(s) }

var (
	dataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// issue is an entry of GitLab's Code Quality report.
type issue struct {
	Description string   `json:"description"`
	CheckName   string   `json:"check_name"`
	Fingerprint string   `json:"fingerprint"`
	Severity    string   `json:"severity"`
	Location    location `json:"location"`
}

type location struct {
	Path  string `json:"path"`
	Lines lines  `json:"lines"`
}

type lines struct {
	Begin int `json:"begin"`
}

// GitLab writes a Code Quality report: a list with an issue for each thing that is not as recorded. A merge request shows
// those that its target has not; an issue is the same if its fingerprint is, and that is of all that it says.
func GitLab(w io.Writer, f *archive.File, o Options) error {
	issues := []issue{} // an empty list, not null
	for _, n := range findingsOf(f) {
		at := n.place(o)
		if at.Path == "" {
			at = location{o.Ledger, lines{1}} // an issue must have a place
		}
		text := n.title() + "; " + strings.ReplaceAll(n.message(), "\n", "; ")
		sum := sha256.Sum256([]byte(text))
		issues = append(issues, issue{text, "twinstack: " + n.status, hex.EncodeToString(sum[:]), "major", at})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(issues)
}
