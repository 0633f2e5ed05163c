package heatmap

import (
	"fmt"
	"regexp"
)

// part is a piece of a text, with the address that it links to; "" for none.
type part struct {
	Text string `json:"text"`
	URL  string `json:"url,omitempty"`
}

// section is a clause in a text: "RFC 9293 §3.10.7.4", "RFC 9293 §A.2".
var section = regexp.MustCompile(`RFC (\d+) §([0-9A-Z]+(?:\.[0-9]+)*)`)

// linked cuts a text into its clauses, which link to the RFC editor's pages, and what stands between them.
func linked(text string) []part {
	parts, from := []part{}, 0
	for _, m := range section.FindAllStringSubmatchIndex(text, -1) {
		if m[0] > from {
			parts = append(parts, part{Text: text[from:m[0]]})
		}
		number, id := text[m[2]:m[3]], text[m[4]:m[5]]
		anchor := "section-"
		if id[0] >= 'A' {
			anchor = "appendix-"
		}
		parts = append(parts, part{text[m[0]:m[1]], fmt.Sprintf("https://www.rfc-editor.org/rfc/rfc%s#%s%s", number, anchor, id)})
		from = m[1]
	}
	if from < len(text) {
		parts = append(parts, part{Text: text[from:]})
	}
	return parts
}
