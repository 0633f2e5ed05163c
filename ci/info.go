package main

import (
	"runtime"
	"runtime/debug"
	"time"

	"github.com/twinstack/twinstack/harness/archive"
	"github.com/twinstack/twinstack/harness/ledger"
)

// stopwatch is the real time that a run took.
type stopwatch struct {
	began         time.Time
	suite, matrix time.Duration // from then on to the end of each; 0 where it was not run
}

func (s *stopwatch) suiteIsRun()     { s.suite = time.Since(s.began) }
func (s *stopwatch) matrixIsPlayed() { s.matrix = time.Since(s.began) }

// info is run-info.json.
func (j *judged) info() *archive.RunInfo {
	info := &archive.RunInfo{Schema: archive.RunInfoSchema, Began: j.clock.began.UTC(), TotalNS: int64(max(j.clock.suite, j.clock.matrix)),
		Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, Cores: runtime.NumCPU(), Workers: j.workers, Runs: []archive.RunTime{}}
	if j.clock.matrix > 0 {
		info.MatrixNS = int64(j.clock.matrix - j.clock.suite)
	}
	if built, ok := debug.ReadBuildInfo(); ok {
		for _, s := range built.Settings {
			switch s.Key {
			case "vcs.revision":
				info.Revision = s.Value
			case "vcs.modified":
				info.Modified = s.Value == "true"
			}
		}
	}
	for _, r := range j.Runs {
		info.Runs = append(info.Runs, archive.RunTime{Case: r.Case, IUT: r.IUT, Family: r.Family, WallNS: int64(r.Wall)})
	}
	return info
}

// times are the real times of the runs.
func (j *judged) times() map[ledger.Key]time.Duration {
	times := map[ledger.Key]time.Duration{}
	for _, r := range j.Runs {
		times[r.Key] = r.Wall
	}
	return times
}
