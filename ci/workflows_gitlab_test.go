package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// gitlabJob is what a job in a file for GitLab may hold here. A key that it has not is a mistake, or new: then it goes in.
type gitlabJob struct {
	Stage         string
	Image         string
	Extends       string
	Needs         []string
	Timeout       string
	Interruptible bool
	Variables     map[string]string
	Cache         gitlabCache
	Script        []string
	AfterScript   []string `yaml:"after_script"`
	Rules         []gitlabRule
	Artifacts     struct {
		When     string
		ExposeAs string `yaml:"expose_as"`
		Paths    []string
		Exclude  []string
		ExpireIn string `yaml:"expire_in"`
		Reports  struct{ JUnit, CodeQuality string }
	}
}

// gitlabRule says when a job is in a pipeline.
type gitlabRule struct{ If, When string }

// gitlabCache is what is kept from one pipeline to the next; an empty list is none.
type gitlabCache struct {
	Key   struct{ Files []string }
	Paths []string
}

func (c *gitlabCache) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		return nil
	}
	type plain gitlabCache
	return strictly(n, (*plain)(c))
}

// strictly decodes a node, and refuses keys that the value has not: a node's own Decode does not.
func strictly(n *yaml.Node, into any) error {
	text, err := yaml.Marshal(n)
	if err != nil {
		return err
	}
	d := yaml.NewDecoder(strings.NewReader(string(text)))
	d.KnownFields(true)
	return d.Decode(into)
}

// gitlabFile is a whole file: what is no global keyword is a job.
type gitlabFile struct {
	Stages    []string
	Workflow  struct{ Rules []gitlabRule }
	Default   gitlabJob
	Variables map[string]string
	Jobs      map[string]gitlabJob `yaml:",inline"`
}

func readGitlab(name, text string) (f gitlabFile, err error) {
	d := yaml.NewDecoder(strings.NewReader(text))
	d.KnownFields(true)
	return f, d.Decode(&f)
}

func gitlabJobs(t *testing.T, name string) map[string]gitlabJob {
	t.Helper()
	f, err := readGitlab(name, read(t, name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return f.Jobs
}

var (
	duration = regexp.MustCompile(`^\d+(m|h| days?)$`)
	// exposed is what GitLab takes for the name of a link in a merge request.
	exposed = regexp.MustCompile(`^\w[-\w ]*$`)
	// condition is one comparison of a variable; GitLab's expressions may be more than that, ours are not.
	condition = regexp.MustCompile(`^\$[A-Z_]+ (==|!=) ("[a-z_]+"|\$[A-Z_]+)$`)
)

// wrong gives what GitLab would refuse in a file, or would not do as it reads.
func (f *gitlabFile) wrong() (all []string) {
	say := func(job, what string) { all = append(all, job+": "+what) }
	stages := f.Stages
	if len(stages) == 0 {
		stages = []string{".pre", "build", "test", "deploy", ".post"}
	}
	rules := func(job string, rules []gitlabRule) {
		for _, r := range rules {
			if !condition.MatchString(r.If) || r.When != "" {
				say(job, "rule "+r.If+" "+r.When)
			}
		}
	}
	rules("workflow", f.Workflow.Rules)
	for _, name := range slices.Sorted(maps.Keys(f.Jobs)) {
		j := f.Jobs[name]
		rules(name, j.Rules)
		if j.Extends != "" {
			base, ok := f.Jobs[j.Extends]
			if !ok {
				say(name, "extends "+j.Extends+", which is no job")
			}
			j.Stage, j.Needs, j.Artifacts = base.Stage, base.Needs, base.Artifacts
		}
		if len(j.Script) == 0 && !strings.HasPrefix(name, ".") {
			say(name, "no script")
		}
		if j.Stage != "" && !slices.Contains(stages, j.Stage) {
			say(name, "stage "+j.Stage)
		}
		uses := called.MatchString(strings.Join(j.Script, "\n"))
		builds := slices.Contains(f.Jobs["build"].Artifacts.Paths, "out/twinstack") && slices.Contains(j.Needs, "build")
		if uses && !builds {
			say(name, "has no out/twinstack: needs no build that keeps it")
		}
		for _, need := range j.Needs {
			if _, ok := f.Jobs[need]; !ok {
				say(name, "needs "+need)
			}
		}
		for _, d := range []string{j.Timeout, j.Artifacts.ExpireIn} {
			if d != "" && !duration.MatchString(d) {
				say(name, "duration "+d)
			}
		}
		a := j.Artifacts
		if !slices.Contains([]string{"", "always", "on_failure", "on_success"}, a.When) {
			say(name, "artifacts when "+a.When)
		}
		if a.ExposeAs != "" && (!exposed.MatchString(a.ExposeAs) || len(a.Paths) == 0) {
			say(name, "expose_as "+a.ExposeAs)
		}
		for _, p := range a.Paths { // a link to a folder needs the slash, and no link begins with ./
			if strings.HasPrefix(p, "./") || strings.ContainsAny(p, "*$") || !strings.HasSuffix(p, "/") && !strings.Contains(p[1:], ".") && p != "out/twinstack" {
				say(name, "path "+p)
			}
		}
		for _, p := range []string{a.Reports.JUnit, a.Reports.CodeQuality} {
			if p != "" && !slices.ContainsFunc(a.Paths, func(in string) bool { return strings.HasPrefix(p, in) }) {
				say(name, "report "+p+" is in no path that is kept")
			}
		}
	}
	return all
}

func TestGitLabWorkflows(t *testing.T) {
	t.Parallel()
	for _, name := range workflows(t, "gitlab*.yml") {
		f, err := readGitlab(name, read(t, name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, w := range f.wrong() {
			t.Errorf("%s: %s", name, w)
		}
	}
}

// The check finds what a hand may get wrong.
func TestGitLabMistakesAreFound(t *testing.T) {
	t.Parallel()
	text := read(t, "workflows/gitlab-ci.yml")
	for _, test := range []struct{ from, to, want string }{
		{"after_script:", "afterscript:", "field afterscript not found"},
		{"junit:", "junits:", "field junits not found"},
		{"key:\n      files", "key:\n      file", "field file not found"},
		{"stage: check", "stage: checks", "stage checks"},
		{"needs: [build]", "needs: [built]", "needs built"},
		{"needs: [build]", "needs: []", "has no out/twinstack"},
		{"extends: .gate", "extends: gates", "extends gates, which is no job"},
		{"expose_as: twinstack report", "expose_as: twinstack, the report", "expose_as twinstack, the report"},
		{"paths: [comparison/]", "paths: [./comparison/]", "path ./comparison/"},
		{"paths: [comparison/]", "paths: [comparison]", "path comparison"},
		{"junit: out/junit.xml", "junit: junit.xml", "report junit.xml is in no path"},
		{`$CI_PIPELINE_SOURCE == "schedule"`, `CI_PIPELINE_SOURCE = "schedule"`, "rule CI_PIPELINE_SOURCE"},
		{"timeout: 1h", "timeout: an hour", "duration an hour"},
		{"when: always", "when: ever", "artifacts when ever"},
		{"  script:\n    - .ci/run\n", "", "checks: no script"},
	} {
		changed := strings.Replace(text, test.from, test.to, 1)
		if changed == text {
			t.Errorf("no %q in the file", test.from)
			continue
		}
		f, err := readGitlab("changed", changed)
		found := f.wrong()
		if err != nil {
			found = []string{err.Error()}
		}
		if !strings.Contains(strings.Join(found, "\n"), test.want) {
			t.Errorf("%q for %q: found %q, expected %q", test.to, test.from, found, test.want)
		}
	}
}
