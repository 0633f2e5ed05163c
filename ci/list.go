package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"reflect"
	"strings"
	"text/tabwriter"

	"github.com/twinstack/twinstack/fixtures"
	"github.com/twinstack/twinstack/harness/catalogue"
	"github.com/twinstack/twinstack/harness/iut"
	"github.com/twinstack/twinstack/harness/oracle"
	"github.com/twinstack/twinstack/harness/report"
	"github.com/twinstack/twinstack/specs"
)

func listCommand(ctx context.Context, c console, args []string) int {
	flags := flag.NewFlagSet("list", flag.ContinueOnError)
	rest, status, done := parseFlags(c, flags, "list [cases|requirements|iuts|settings|transitions]\n\n"+
		"Lists the cases (the default) with their requirements; the requirements, for which it runs the suite (below);\n"+
		"the IUTs; the common settings with what each IUT makes of them; or the arrows of RFC 9293's state diagram\n"+
		"with how many cases take each on each IUT, for which it runs the suite, too.\n\n"+
		"list requirements prints how many there are for each RFC and level, and of these how many are testable (from\n"+
		"the link or through calls), shown (a case that names it rejects a stack that breaks it, as fixtures/breaks.csv\n"+
		"says), and passed by each IUT (it passes every case that names it, on both families: one that is unsupported\n"+
		"does not pass); then what has no case, or none that shows it; then each with its cases. A * marks a case that\n"+
		"rejects a break. Behind the cases stand the oracle's rules that show it, for each of which a trace that breaks it\n"+
		"is rejected. They judge the matrix, and do not count as cases.", args)
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
		err = listRequirements(ctx, c)
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

// newSuite is the suite, all of whose fixtures can be used.
func newSuite() (*specs.Suite, error) {
	known, err := readLedger("")
	if err != nil {
		return nil, err
	}
	s, err := specs.New(specs.Options{IUTs: suiteIUTs(), Fixtures: fixtures.FS, Ledger: known, Transitions: true})
	if err == nil && len(s.Broken) > 0 {
		err = s.Broken[0].Err
	}
	return s, err
}

func listTransitions(ctx context.Context, c console) error {
	s, err := newSuite()
	if err != nil {
		return err
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

// listRequirements runs the suite for what each IUT passes, and tries the breaks. A break that no case rejects is an
// error, behind the list.
func listRequirements(ctx context.Context, c console) error {
	s, err := newSuite()
	if err != nil {
		return err
	}
	all, broken, err := s.Requirements(ctx)
	if err != nil {
		return err
	}
	if err := nameRules(all, oracle.Rules()); err != nil {
		return err
	}
	var names []string
	for _, i := range suiteIUTs() {
		names = append(names, i.Name())
	}
	report.Requirements(c.out, all, names, report.PaintFor(c.out))
	return broken
}

// nameRules puts to each requirement the rules that name it. The errors are joined, one for each id that there is not.
func nameRules(all []catalogue.Standing, rules []*oracle.Rule) error {
	at := map[string]*catalogue.Standing{}
	for i := range all {
		at[all[i].ID] = &all[i]
	}
	var errs []error
	for _, r := range rules {
		for _, id := range r.Requirements {
			if s := at[id]; s != nil {
				s.Rules = append(s.Rules, r.ID)
			} else {
				errs = append(errs, fmt.Errorf("rule %s of the oracle: unknown requirement %q, expected an id of the catalogue", r.ID, id))
			}
		}
	}
	return errors.Join(errs...)
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
