package causes

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
)

// Outcome is what came of the export of a group: a script, or why there is none.
type Outcome struct {
	Group *Group
	*Exported
	Path string // of the script that was written
	Err  error
}

// Write writes the scripts of groups into a folder, those of each IUT into one of its own, which it makes, and from which it
// takes those that an export before has written. Outcomes are in the order of the groups. The error is of a folder or a file that cannot be written, or the context's.
func (e *Exporter) Write(ctx context.Context, dir string, groups []*Group) ([]Outcome, error) {
	out := make([]Outcome, len(groups))
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(groups)) {
		all.Go(func() {
			for n := int(next.Add(1)) - 1; n < len(groups) && ctx.Err() == nil; n = int(next.Add(1)) - 1 {
				out[n].Group = groups[n]
				out[n].Exported, out[n].Err = e.Script(groups[n])
			}
		})
	}
	all.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var errs []error
	cleared := map[string]bool{}
	for i := range out {
		o := &out[i]
		if o.Err != nil {
			continue
		}
		folder := filepath.Join(dir, o.Group.IUT)
		if !cleared[folder] {
			cleared[folder] = true
			errs = append(errs, clearExport(folder))
		}
		o.Path = filepath.Join(folder, o.Name)
		errs = append(errs, os.MkdirAll(folder, 0o755), os.WriteFile(o.Path, append(o.Text, '\n'), 0o644))
	}
	return out, errors.Join(errs...)
}

// clearExport removes the scripts of an export before from a folder; a script of another kind stays.
func clearExport(folder string) error {
	all, err := filepath.Glob(filepath.Join(folder, "*.pkt"))
	if err != nil {
		return err
	}
	for _, path := range all {
		text, err := os.ReadFile(path)
		if err == nil && bytes.Contains(text, []byte("\n// "+exported)) {
			err = os.Remove(path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
