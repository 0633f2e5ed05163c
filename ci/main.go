// Command ci runs the suite: our TCP and gVisor's, the same segments, every difference on record.
//
// Its exit status is 0 where everything is as recorded (gate, run), passes (script) or is the same (diff), 1 where something
// is not, and 2 where it could not run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"

	_ "github.com/twinstack/twinstack/harness/iut/netstack"
	_ "github.com/twinstack/twinstack/harness/iut/ours"
)

// Exit statuses.
const (
	good      = 0 // all as recorded; all pass; nothing changed
	bad       = 1 // something is not
	cannotRun = 2
)

// maxProcs bounds GOMAXPROCS: netstack starts one processor goroutine for each, in every host.
const maxProcs = 8

// console is where a command writes.
type console struct {
	out, err *os.File
}

// command is one of the program's commands. run gets what follows the command's name.
type command struct {
	name, summary string
	run           func(context.Context, console, []string) int
}

func commands() []command {
	return []command{
		{"run", "run the suite; summary, every difference, and a report in out/ (the default)", runCommand},
		{"gate", "run the suite, or the matrix too; say only what is not as recorded in ci/ledger.yaml", gateCommand},
		{"script", "run scripts or folders of scripts on the IUTs", scriptCommand},
		{"matrix", "play every case of states and events on the IUTs", matrixCommand},
		{"merge", "make one results.json of the parts of a run", mergeCommand},
		{"report", "write a run, from results.json, as one page of HTML", reportCommand},
		{"diff", "say what changed from one run to another, by their results.json", diffCommand},
		{"annotate", "write what is not as recorded for those who review: GitHub, GitLab, Markdown", annotateCommand},
		{"list", "list cases, requirements, iuts, settings or transitions", listCommand},
	}
}

func main() {
	runtime.GOMAXPROCS(min(maxProcs, runtime.GOMAXPROCS(0)))
	// Where nobody reads on ("gate | head"), the report is written all the same, and the exit status is that of the judgement.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// After the first signal the next one ends the program at once.
	context.AfterFunc(ctx, stop)
	status := dispatch(ctx, console{os.Stdout, os.Stderr}, os.Args[1:])
	stop()
	os.Exit(status)
}

func dispatch(ctx context.Context, c console, args []string) int {
	name := "run"
	if len(args) > 0 {
		switch first := args[0]; {
		case first == "help" || first == "-h" || first == "-help" || first == "--help":
			usage(c.out)
			return good
		case !strings.HasPrefix(first, "-"):
			name, args = first, args[1:]
		}
	}
	for _, cmd := range commands() {
		if cmd.name == name {
			return cmd.run(ctx, c, args)
		}
	}
	var names []string
	for _, cmd := range commands() {
		names = append(names, cmd.name)
	}
	fmt.Fprintf(c.err, "ci: unknown command %q, expected one of %s\n", name, strings.Join(names, ", "))
	return cannotRun
}

func usage(w io.Writer) {
	fmt.Fprint(w, "usage: ci [COMMAND] [FLAGS] [ARGUMENTS]\n\ncommands:\n")
	for _, cmd := range commands() {
		fmt.Fprintf(w, "  %-8s %s\n", cmd.name, cmd.summary)
	}
	fmt.Fprint(w, "\n\"ci COMMAND --help\" tells the flags of a command.\n"+
		"exit status: 0 as recorded, all pass, or nothing changed; 1 not; 2 could not run\n")
}

// parseFlags reads a command's flags, which may stand before, between and after its arguments. done says that the
// command is over: help was asked for, or a flag is wrong.
func parseFlags(c console, flags *flag.FlagSet, about string, args []string) (rest []string, status int, done bool) {
	flags.SetOutput(io.Discard)
	for {
		err := flags.Parse(args)
		switch {
		case errors.Is(err, flag.ErrHelp):
			fmt.Fprintf(c.out, "usage: ci %s\n", about)
			flags.SetOutput(c.out)
			flags.PrintDefaults()
			return nil, good, true
		case err != nil:
			fmt.Fprintf(c.err, "ci %s: %v; \"ci %s --help\" tells the flags\n", flags.Name(), err, flags.Name())
			return nil, cannotRun, true
		}
		left := flags.Args()
		if len(left) == 0 {
			return rest, good, false
		}
		// What stands before the rest decides whether "--" ended the flags.
		if at := len(args) - len(left); at > 0 && args[at-1] == "--" {
			return append(rest, left...), good, false
		}
		rest, args = append(rest, left[0]), left[1:]
	}
}

// noArguments says whether a command that takes none got none.
func noArguments(c console, name string, rest []string) bool {
	if len(rest) > 0 {
		fmt.Fprintf(c.err, "ci %s: unexpected argument %q, expected none\n", name, rest[0])
	}
	return len(rest) == 0
}
