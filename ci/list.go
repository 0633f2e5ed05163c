package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"reflect"
	"strings"
	"text/tabwriter"

	"github.com/twinstack/twinstack/fixtures"
	"github.com/twinstack/twinstack/harness/catalogue"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/report"
	"github.com/twinstack/twinstack/specs"
)

func listCommand(ctx context.Context, c console, args []string) int {
	flags := flag.NewFlagSet("list", flag.ContinueOnError)
	rest, status, done := parseFlags(c, flags, "list [cases|requirements|iuts|settings|transitions]\n\n"+
		"Lists the cases (the default) with their requirements, the requirements with the cases that name them,\n"+
		"the IUTs, the common settings with what each IUT makes of them, or the arrows of RFC 9293's state diagram\n"+
		"with how many cases take each on each IUT, for which it runs the suite.", args)
	if done {
		return status
	}
	what := "cases"
	if len(rest) > 0 {
		what = rest[0]
	}
	if len(rest) > 1 {
		fmt.Fprintf(c.err, "ci list: unexpected argument %q, expected one at most\n", rest[1])
		return cannotRun
	}
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	defer w.Flush()
	var err error
	switch what {
	case "cases":
		err = listCases(w)
	case "requirements":
		err = listRequirements(w)
	case "iuts":
		for _, i := range suiteIUTs() {
			fmt.Fprintf(w, "%s\t%s\n", i.Name(), i.Version())
		}
	case "settings":
		listSettings(w)
	case "transitions":
		err = listTransitions(ctx, c)
	default:
		fmt.Fprintf(c.err, "ci list: unknown list %q, expected cases, requirements, iuts, settings or transitions\n", what)
		return cannotRun
	}
	if err != nil {
		fmt.Fprintln(c.err, err)
		return cannotRun
	}
	return good
}

func listTransitions(ctx context.Context, c console) error {
	known, err := readLedger("")
	if err != nil {
		return err
	}
	s, err := specs.New(specs.Options{IUTs: suiteIUTs(), Fixtures: fixtures.FS, Ledger: known, Transitions: true})
	if err != nil {
		return err
	}
	if len(s.Broken) > 0 {
		return s.Broken[0].Err
	}
	if err := s.Record(ctx, nil); err != nil {
		return err
	}
	report.AllTransitions(c.out, s.Results(), report.PaintFor(c.out))
	return nil
}

func loadCases() ([]*specs.Case, error) {
	registry, err := specs.NewRegistry(specs.Labels()...)
	if err != nil {
		return nil, err
	}
	cases, broken, err := specs.Load(fixtures.FS, registry)
	if err == nil && len(broken) > 0 {
		err = broken[0].Err
	}
	return cases, err
}

func listCases(w io.Writer) error {
	cases, err := loadCases()
	for _, c := range cases {
		var ids []string
		for _, r := range c.Requirements {
			ids = append(ids, r.ID)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", c.Name, c.File.Header.Title, strings.Join(ids, " "))
	}
	return err
}

func listRequirements(w io.Writer) error {
	cases, err := loadCases()
	if err != nil {
		return err
	}
	shown := map[string][]string{}
	for _, c := range cases {
		for _, r := range c.Requirements {
			shown[r.ID] = append(shown[r.ID], c.Name)
		}
	}
	f, err := fixtures.FS.Open("requirements.csv")
	if err != nil {
		return err
	}
	defer f.Close()
	known, err := catalogue.Read("requirements.csv", f)
	if err != nil {
		return err
	}
	for _, r := range known.Requirements {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.ID, r.Level, r.Clause(), r.Text, strings.Join(shown[r.ID], " "))
	}
	return nil
}

func listSettings(w io.Writer) {
	alike := iut.Alike()
	fmt.Fprint(w, "setting\talike")
	var honours []map[string]iut.Support
	for _, i := range suiteIUTs() {
		fmt.Fprintf(w, "\t%s", i.Name())
		by := map[string]iut.Support{}
		for _, s := range i.Support(alike) {
			by[s.Setting] = s
		}
		honours = append(honours, by)
	}
	fmt.Fprintln(w)
	v := reflect.ValueOf(alike)
	for n := range v.NumField() {
		name := v.Type().Field(n).Name
		fmt.Fprintf(w, "%s\t%v", name, v.Field(n).Interface())
		for _, by := range honours {
			fmt.Fprintf(w, "\t%s", strings.TrimSpace(by[name].Honour.String()+" "+by[name].Value))
		}
		fmt.Fprintln(w)
	}
}
