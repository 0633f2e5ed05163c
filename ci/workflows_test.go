package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// shellScript is what a job of a workflow has a shell do.
type shellScript struct {
	where, text string
}

// githubJob is as much of a job as the tests look at.
type githubJob struct {
	Needs yaml.Node
	Steps []struct {
		Name, Run, If string
	}
}

func readYAML(t *testing.T, name string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(read(t, name)), into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func workflows(t *testing.T, glob string) []string {
	t.Helper()
	names, err := filepath.Glob("workflows/" + glob)
	if err != nil || len(names) == 0 {
		t.Fatalf("no workflows/%s: %v", glob, err)
	}
	return names
}

// shellScripts are all scripts of all workflows.
func shellScripts(t *testing.T) (all []shellScript) {
	t.Helper()
	for _, name := range workflows(t, "github*.yml") {
		var w struct{ Jobs map[string]githubJob }
		readYAML(t, name, &w)
		for job, j := range w.Jobs {
			for _, s := range j.Steps {
				if s.Run != "" {
					all = append(all, shellScript{name + " " + job + " " + s.Name, s.Run})
				}
			}
		}
	}
	for _, name := range workflows(t, "gitlab*.yml") {
		for job, j := range gitlabJobs(t, name) {
			for key, lines := range map[string][]string{"script": j.Script, "after_script": j.AfterScript} {
				if len(lines) > 0 {
					all = append(all, shellScript{name + " " + job + " " + key, strings.Join(lines, "\n")})
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b shellScript) int { return strings.Compare(a.where, b.where) })
	return all
}

// Every script is one that bash reads, and that shellcheck finds nothing in, where it is installed.
func TestWorkflowScriptsAreShell(t *testing.T) {
	t.Parallel()
	checker := []string{"bash", "-n"}
	if name, err := exec.LookPath("shellcheck"); err == nil {
		checker = []string{name, "--shell=bash", "-"}
	}
	for _, s := range shellScripts(t) {
		cmd := exec.Command(checker[0], checker[1:]...)
		cmd.Stdin = strings.NewReader(s.text + "\n")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", s.where, err, out)
		}
	}
}

var (
	continued = regexp.MustCompile(`\\\n\s*`)
	called    = regexp.MustCompile(`\bout/twinstack ([a-z]+)([^|;>&)\n]*)`)
	flagGiven = regexp.MustCompile(`(?:^|\s)--?([a-z]+)`)
)

// The command has every command and every flag that the workflows give it, and the workflows give it to no "go run", which
// turns every exit status into 1.
func TestWorkflowFlagsExist(t *testing.T) {
	t.Parallel()
	help := map[string]string{}
	calls := map[string]bool{}
	for _, s := range shellScripts(t) {
		if strings.Contains(s.text, "go run") {
			t.Errorf("%s: go run hides the exit status", s.where)
		}
		for _, call := range called.FindAllStringSubmatch(continued.ReplaceAllString(s.text, " "), -1) {
			command := call[1]
			calls[command] = true
			if help[command] == "" {
				status, stdout, stderr := ci(t, t.TempDir(), command, "--help")
				if status != good {
					t.Fatalf("%s: %s: %s", s.where, call[0], stderr)
				}
				help[command] = stdout
			}
			for _, f := range flagGiven.FindAllStringSubmatch(call[2], -1) {
				if !regexp.MustCompile(`(?m)^  -` + f[1] + `\b`).MatchString(help[command]) {
					t.Errorf("%s: %s has no --%s:\n%s", s.where, command, f[1], help[command])
				}
			}
		}
	}
	for _, command := range []string{"gate", "run", "diff", "annotate"} {
		if !calls[command] {
			t.Errorf("no workflow calls %q", command)
		}
	}
}

// githubStep is the script of a step of a job in github.yml.
func githubStep(t *testing.T, job, name string) string {
	t.Helper()
	var w struct{ Jobs map[string]githubJob }
	readYAML(t, "workflows/github.yml", &w)
	for _, s := range w.Jobs[job].Steps {
		if s.Name == name && s.Run != "" {
			return s.Run
		}
	}
	t.Fatalf("job %q has no step %q with a script", job, name)
	return ""
}

// shell runs a script in a folder as GitHub's runner does, and gives its exit status and output.
func shell(t *testing.T, folder, script string, env ...string) (int, string) {
	t.Helper()
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// workspace is a folder with the built command at out/twinstack, as the jobs have it.
func workspace(t *testing.T) string {
	t.Helper()
	name, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(folder, "out"), 0o755), os.Symlink(name, filepath.Join(folder, "out", "twinstack"))); err != nil {
		t.Fatal(err)
	}
	return folder
}

// tooMany is a row about a case that there is not.
const tooMany = `- id: too-many
  iut: netstack
  class: latitude
  clause: RFC 9293 §3.5
  reason: None.
  cases:
    - {case: reset/no-such-case, fails: "line 1: expected x, got y"}
`

// The gate's job, green and red: its status is the gate's, and the summary and the annotations are of the same run.
func TestWorkflowGate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, ledger string
		status       int
		summary      string
		annotated    string
	}{
		{"green", read(t, "ledger.yaml"), good, "all is as recorded", ""},
		{"red", "[]\n", bad, "are not as recorded", "::error file=fixtures/"},
		{"a row too many", read(t, "ledger.yaml") + tooMany, bad, "one thing is not as recorded", "::error file=ci/ledger.yaml,line="},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := workspace(t)
			name := filepath.Join(folder, defaultLedger)
			if err := errors.Join(os.Mkdir(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(test.ledger), 0o644)); err != nil {
				t.Fatal(err)
			}
			if status, out := shell(t, folder, githubStep(t, "gate", "Gate")); status != test.status {
				t.Fatalf("the gate's status is %d, expected %d:\n%s", status, test.status, out)
			}
			summary := filepath.Join(folder, "summary")
			status, out := shell(t, folder, githubStep(t, "gate", "Summary and annotations"), "GITHUB_STEP_SUMMARY="+summary)
			if status != good || !strings.HasPrefix(out, test.annotated) || (out == "") != (test.annotated == "") {
				t.Errorf("status %d, annotations\n%s\nexpected 0 and %q", status, out, test.annotated)
			}
			if text := read(t, summary); !strings.Contains(text, test.summary) || len(text) > 60_000 {
				t.Errorf("%d octets of summary, expected 60,000 at most, and %q in\n%s", len(text), test.summary, text)
			}
			for _, name := range []string{"results.json", "summary.md", "junit.xml", "report.html"} {
				if _, err := os.Stat(filepath.Join(folder, "out", name)); err != nil {
					t.Errorf("the report that is kept lacks %v", err)
				}
			}
		})
	}
}

// The comparison's job: a run and itself, and a run and one that lacks a part. Its status is good either way.
func TestWorkflowCompare(t *testing.T) {
	t.Parallel()
	folder := workspace(t)
	if status, out := shell(t, folder, strings.Replace(githubStep(t, "compare", "Run the pull request"), "chmod +x out/twinstack", "", 1)); status != good {
		t.Fatalf("status %d:\n%s", status, out)
	}
	whole := read(t, filepath.Join(folder, "out", "head", "results.json"))
	base := filepath.Join(folder, "out", "base", "out", "results.json")
	if err := os.MkdirAll(filepath.Dir(base), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, base string
		status     int
		changed    string
	}{
		{"nothing changed", whole, good, "changed=0\n"},
		{"a case is renamed", strings.ReplaceAll(whole, `"reset/rst-at-rcv-nxt"`, `"reset/rst-at-rcv-nxt-of-old"`), good, "changed=1\n"},
		{"no results", "{", bad, ""},
	} {
		if err := errors.Join(os.WriteFile(base, []byte(test.base), 0o644), os.RemoveAll(filepath.Join(folder, "comparison"))); err != nil {
			t.Fatal(err)
		}
		output, summary := filepath.Join(t.TempDir(), "output"), filepath.Join(t.TempDir(), "summary")
		for _, name := range []string{output, summary} { // the runner makes both
			if err := os.WriteFile(name, nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		status, out := shell(t, folder, githubStep(t, "compare", "Compare"), "GITHUB_OUTPUT="+output, "GITHUB_STEP_SUMMARY="+summary)
		if status != test.status || read(t, output) != test.changed {
			t.Errorf("%s: status %d, output %q, expected %d, %q:\n%s", test.name, status, read(t, output), test.status, test.changed, out)
		}
		if test.status != good {
			continue
		}
		text := read(t, filepath.Join(folder, "comparison", "diff.md"))
		if text == "" || text != read(t, summary) || len(text) > 65_000 {
			t.Errorf("%s: the summary is not the comparison, or it fits no comment: %d octets", test.name, len(text))
		}
		for _, name := range []string{"diff.html", "diff.json"} {
			if read(t, filepath.Join(folder, "comparison", name)) == "" {
				t.Errorf("%s: %s is empty", test.name, name)
			}
		}
	}
}

// fakeGH stands for GitHub's command: asked for the comments it gives the ids that the test says match, and it writes down
// what it is asked to change.
const fakeGH = `#!/usr/bin/env bash
set -eu
case " $* " in
*" --method "*) printf '%s\n' "$*" >> "$ASKED" ;;
*) printf '%s' "$COMMENTS" ;;
esac
`

// One comment: written over where it is there, added only where something changed.
func TestWorkflowComment(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, comments, changed, want string
	}{
		{"first, changed", "", "1", "api --silent --method POST repos/a/b/issues/7/comments -F body=@comment.md\n"},
		{"first, nothing changed", "", "0", ""},
		{"again, changed", "41\n42\n", "1", "api --silent --method PATCH repos/a/b/issues/comments/41 -F body=@comment.md\n"},
		{"again, nothing changed any more", "41\n", "0", "api --silent --method PATCH repos/a/b/issues/comments/41 -F body=@comment.md\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			asked := filepath.Join(folder, "asked")
			if err := errors.Join(os.Mkdir(filepath.Join(folder, "comparison"), 0o755), os.WriteFile(asked, nil, 0o644),
				os.WriteFile(filepath.Join(folder, "comparison", "diff.md"), []byte("what changed\n"), 0o644),
				os.WriteFile(filepath.Join(folder, "gh"), []byte(fakeGH), 0o755)); err != nil {
				t.Fatal(err)
			}
			status, out := shell(t, folder, githubStep(t, "comment", "Write over the comment, or add it where something changed"),
				"PATH="+folder+":"+os.Getenv("PATH"), "ASKED="+asked, "COMMENTS="+test.comments, "CHANGED="+test.changed,
				"PULL_REQUEST=7", "GITHUB_REPOSITORY=a/b")
			if status != good || read(t, asked) != test.want {
				t.Errorf("status %d, asked for %q, expected %q:\n%s", status, read(t, asked), test.want, out)
			}
			if text := read(t, filepath.Join(folder, "comment.md")); text != "<!-- twinstack: comparison with the base -->\nwhat changed\n" {
				t.Errorf("the comment is %q", text)
			}
		})
	}
}
