package ledger

import "go.yaml.in/yaml/v3"

// Transition is an arrow of the state diagram that an IUT does not go along.
type Transition struct {
	Arrow   string // transitions.Arrow.ID
	Instead string // transitions.Outcome.Instead
	Pos     Pos
}

// transitions reads a row's list of them.
func (p *parser) transitions(n *yaml.Node, iut string) []Transition {
	if iut == Ours {
		p.errorf(posOf(n), "transitions of %s, expected none: %s is mended", iut, iut)
	}
	list := p.list(n, "transitions")
	if n.Kind == yaml.SequenceNode && len(list) == 0 {
		p.errorf(posOf(n), "no transition, expected at least one")
	}
	var out []Transition
	for _, e := range list {
		t := Transition{Pos: posOf(e)}
		p.mapping(e, "a transition", []field{
			{"arrow", true, func(v *yaml.Node) { t.Arrow, t.Pos = p.text(v, "the name of an arrow"), posOf(v) }},
			{"instead", true, func(v *yaml.Node) { t.Instead = p.text(v, "what happens instead") }},
		})
		out = append(out, t)
	}
	return out
}

// TransitionTopic stands in front of an arrow's name in the Key of a finding.
const TransitionTopic = "transition/"

// noCase is what is told of an arrow where no case shows what the IUT does instead.
const noCase = "not taken, and no case shows why"

// JudgeTransition judges how an IUT stands to an arrow: it is to go along it, or to do instead what is recorded. instead
// is "" where it is not taken and nothing shows why.
func (l *Ledger) JudgeTransition(iut, arrow string, taken bool, instead string) Finding {
	f := Finding{Key: Key{Case: TransitionTopic + arrow, IUT: iut}, Expected: []string{"taken"}}
	recorded := ""
	for _, row := range l.Rows {
		for _, t := range row.Transitions {
			if row.IUT == iut && t.Arrow == arrow && recorded == "" { // the first counts
				recorded = t.Instead
				f.Rows, f.Expected = append(f.Rows, row), []string{recorded}
			}
		}
	}
	switch {
	case taken:
		f.Got = []string{"taken"}
	case instead != "":
		f.Got = []string{instead}
	default:
		f.Got = []string{noCase}
	}
	switch {
	case taken && recorded == "":
		f.Status = Clean
	case taken:
		f.Status = Passes
	case recorded == "":
		f.Status = Unrecorded
	case instead == recorded:
		f.Status = AsRecorded
	default:
		f.Status = Changed
	}
	return f
}
