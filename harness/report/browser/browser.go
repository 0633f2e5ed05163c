// Package browser is what the pages of HTML here have in common: one look, in light and dark, and one way to be safe. A page
// is one file. It fetches nothing, so it works from a disk, and its text is in its data: what is written there by scripts and
// stacks cannot become markup.
package browser

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
)

// Style is the look of what every page has: colours, text, buttons, tables, marks.
//
//go:embed base.css
var Style string

// Script makes elements and links to clauses. It stands in front of a page's own script.
//
//go:embed base.js
var Script string

// Data is a value as JSON, to stand in a script element. json.Marshal writes <, > and & as escapes, so that no text in it
// ends the element.
func Data(v any) (template.JS, error) {
	blob, err := json.Marshal(v)
	return template.JS(blob), err
}

// Policy is the content security policy of a page that holds one script: nothing but this script and the page's own style.
// Not even a mistake in it could fetch anything.
func Policy(script string) string {
	sum := sha256.Sum256([]byte(script))
	return "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; script-src 'sha256-" +
		base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
