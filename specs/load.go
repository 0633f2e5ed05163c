package specs

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/twinstack/twinstack/harness/catalogue"
	"github.com/twinstack/twinstack/harness/run"
	"github.com/twinstack/twinstack/harness/script"
)

// Case is one fixture.
type Case struct {
	Name         string // its path without .pkt: "reset/rst-in-window"
	File         *script.File
	Source       string // its text
	Families     []bool // true is IPv6
	Requirements []*catalogue.Requirement
	Labels       []Label // sorted as they stand: topic, words of the header, what was found out
}

// Clauses are the clauses of the requirements that the case names, each once.
func (c *Case) Clauses() []string {
	var clauses []string
	seen := map[string]bool{}
	for _, r := range c.Requirements {
		if clause := r.Clause(); !seen[clause] {
			seen[clause] = true
			clauses = append(clauses, clause)
		}
	}
	return clauses
}

// FamilyName is what traces, ledgers and results call a family.
func FamilyName(ipv6 bool) string {
	if ipv6 {
		return "ipv6"
	}
	return "ipv4"
}

// Broken is a fixture that cannot be used.
type Broken struct {
	Path string
	Err  error // with the place
}

// Load reads the fixtures of a file system: every .pkt in a folder, and requirements.csv beside the folders. What is
// wrong with a fixture makes it Broken, and the others are there all the same; the error is of the whole: no fixture,
// no catalogue.
func Load(fsys fs.FS, labels *Registry) (cases []*Case, broken []Broken, err error) {
	known, err := readCatalogue(fsys)
	if err != nil {
		return nil, nil, err
	}
	var paths []string
	err = fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(p, ".pkt") {
			paths = append(paths, p)
		}
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("fixtures: %w", err)
	}
	if len(paths) == 0 {
		return nil, nil, errors.New("fixtures: no .pkt file, expected at least one")
	}
	sort.Strings(paths)
	titles := map[string]string{}
	for _, p := range paths {
		c, err := load(fsys, p, known, labels)
		if err == nil {
			if first, twice := titles[c.File.Header.Title]; twice {
				err = fmt.Errorf("%s:1:1: the title of %s, expected one of its own", p, first)
			}
		}
		if err != nil {
			broken = append(broken, Broken{p, err})
			continue
		}
		titles[c.File.Header.Title] = p
		cases = append(cases, c)
	}
	slices.SortFunc(cases, func(a, b *Case) int { return strings.Compare(a.Name, b.Name) })
	return cases, broken, nil
}

const catalogueFile = "requirements.csv"

func readCatalogue(fsys fs.FS) (*catalogue.Catalogue, error) {
	f, err := fsys.Open(catalogueFile)
	if err != nil {
		return nil, fmt.Errorf("fixtures: %w", err)
	}
	defer f.Close()
	return catalogue.Read(catalogueFile, f)
}

// load reads one fixture and holds its header against the catalogue and the labels.
func load(fsys fs.FS, p string, known *catalogue.Catalogue, labels *Registry) (*Case, error) {
	src, err := fs.ReadFile(fsys, p)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	file, err := script.Parse(p, src)
	if err != nil {
		return nil, err
	}
	c := &Case{Name: strings.TrimSuffix(p, ".pkt"), File: file, Source: string(src), Families: run.Families(file)}
	var errs []error
	at := func(pos script.Pos, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s:%s: %s", p, pos, fmt.Sprintf(format, args...)))
	}
	start := script.Pos{Line: 1, Col: 1}
	if file.Header.Title == "" {
		at(start, "no title, expected \"// title: …\"")
	}
	topic, err := labels.Topic(path.Dir(p))
	if err != nil {
		at(start, "%v", err)
	}
	c.Labels = []Label{topic}
	for _, w := range file.Header.Labels {
		l, err := labels.Word(w.Text)
		if err != nil {
			at(w.Pos, "%v", err)
		}
		c.Labels = append(c.Labels, l)
	}
	if len(file.Header.Requirements) == 0 {
		at(start, "no requirement, expected \"// requirements: …\" with ids of %s", catalogueFile)
	}
	for _, w := range file.Header.Requirements {
		r, ok := known.Lookup(w.Text)
		if !ok {
			at(w.Pos, "unknown requirement %q, expected an id of %s", w.Text, catalogueFile)
			continue
		}
		if !r.CanBeShown() {
			at(w.Pos, "requirement %s is testable %q by %s:%d, expected one that is blackbox or api", r.ID, r.Testable, catalogueFile, r.Line)
		}
		c.Requirements = append(c.Requirements, r)
		c.Labels = append(c.Labels, Label{Requirement, r.ID}, Label{Level, string(r.Level)})
	}
	for _, e := range file.Events {
		if e.States == nil {
			continue
		}
		for _, s := range e.States.Path {
			c.Labels = append(c.Labels, Label{State, s.String()})
		}
	}
	c.Labels = unique(c.Labels)
	return c, errors.Join(errs...)
}

// unique keeps the first of equal labels.
func unique(labels []Label) []Label {
	seen := map[Label]bool{}
	var kept []Label
	for _, l := range labels {
		if !seen[l] {
			seen[l] = true
			kept = append(kept, l)
		}
	}
	return kept
}
