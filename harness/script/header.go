package script

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// headerKeys are the keys of the leading comment block, each with the other words that somebody may write for it and
// that are too far from it, or too short, to be caught as misspellings.
var headerKeys = []struct {
	key    string
	others []string
}{
	{"title", nil},
	{"requirements", []string{"req", "reqs", "require", "requires", "required"}},
	{"labels", nil},
	{"isn", []string{"isns", "iss"}},
	{"set", []string{"sets", "setting", "settings"}},
}

// headerKey finds the key that a comment line begins with: exactly so ("title:"), or as a near miss of it ("Title:",
// "titel:", "title :"). A near miss differs in case, in no more than one letter in five, or is one of the others.
func headerKey(text string) (key string, exact bool) {
	word, colon := leadingWord(text)
	if !colon {
		return "", false
	}
	lower := strings.ToLower(word)
	for _, k := range headerKeys {
		if edits(lower, k.key) <= len(k.key)/5 {
			return k.key, strings.HasPrefix(strings.TrimLeft(text, " \t"), k.key+":")
		}
		for _, o := range k.others {
			if lower == o {
				return k.key, false
			}
		}
	}
	return "", false
}

// leadingWord is the word that a comment begins with, punctuation in front of it left out, and whether a colon follows.
func leadingWord(text string) (word string, colon bool) {
	start := wordStart(text)
	end := start
	for end < len(text) && (isAlpha(text[end]) || text[end] == '-' || text[end] == '\'') {
		end++
	}
	return text[start:end], strings.HasPrefix(strings.TrimLeft(text[end:], " \t"), ":")
}

// wordStart is where the punctuation and the blanks end with which text begins.
func wordStart(text string) int {
	i := 0
	for i < len(text) && text[i] < 0x80 && !isAlpha(text[i]) && !isDigit(text[i]) {
		i++
	}
	return i
}

// edits is how many characters must be put in, taken out, changed or swapped with their neighbour to make to of from. It
// may say less where it is more than two.
func edits(from, to string) int {
	a, b := []rune(from), []rune(to)
	if d := len(a) - len(b); d > 2 || d < -2 {
		return max(d, -d)
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

// headLine reads one line of the leading comment block.
func (p *parser) headLine(c comment) {
	text := string(p.src[c.off:c.end])
	if mustBeStates(text, true) {
		p.errorAt(p.pos(c.off+wordStart(text)), "a state assertion", "header lines or free words: assertions stand behind the first option or event")
		return
	}
	key, exact := headerKey(text)
	switch {
	case key == "":
		p.file.Header.Comments = append(p.file.Header.Comments, strings.TrimPrefix(text, " "))
		return
	case !exact:
		word, _ := leadingWord(text)
		p.errorAt(p.pos(c.off+wordStart(text)), strconv.Quote(word), fmt.Sprintf("%q, or words that do not look like it", key+":"))
		return
	}
	off := c.off + strings.Index(text, ":") + 1
	words := p.words(off, c.end)
	if len(words) == 0 {
		p.errorAt(p.pos(c.end), "end of line", "something behind "+strconv.Quote(key+":"))
		return
	}
	p.headerValue(key, words, string(p.src[off:c.end]))
}

// words splits the source from off to end at white space.
func (p *parser) words(off, end int) []Word {
	var all []Word
	for _, w := range fields(string(p.src[off:end]), "") {
		all = append(all, Word{Text: w.text, Pos: p.pos(off + w.off)})
	}
	return all
}

// headerValue takes in what stands behind the colon of a key.
func (p *parser) headerValue(key string, words []Word, text string) {
	h := &p.file.Header
	switch key {
	case "title":
		if h.Title != "" {
			p.errorAt(words[0].Pos, "a second title", "one")
			return
		}
		h.Title = strings.TrimFunc(text, func(r rune) bool { return r <= ' ' })
	case "requirements":
		h.Requirements = append(h.Requirements, p.names(words, "a requirement id")...)
	case "labels":
		h.Labels = append(h.Labels, p.names(words, "a label")...)
	case "isn":
		n, ok := parseInt(words[0].Text)
		switch {
		case h.ISN != nil:
			p.errorAt(words[0].Pos, "a second ISN", "one")
		case !ok || n > math.MaxUint32:
			p.errorAt(words[0].Pos, strconv.Quote(words[0].Text), "a sequence number, 0 to 4294967295")
		case len(words) > 1:
			p.errorAt(words[1].Pos, strconv.Quote(words[1].Text), "end of line")
		default:
			isn := uint32(n)
			h.ISN, h.ISNPos = &isn, words[0].Pos
		}
	case "set":
		for _, w := range words {
			p.setting(w)
		}
	}
}

// names checks that each word is made of what ids and labels are made of.
func (p *parser) names(words []Word, what string) []Word {
	for _, w := range words {
		for i := range len(w.Text) {
			if c := w.Text[i]; !isAlpha(c) && !isDigit(c) && strings.IndexByte("-._/", c) < 0 {
				p.errorAt(w.Pos, strconv.Quote(w.Text), what+" of letters, digits, \"-\", \".\", \"_\" and \"/\"; blanks part them")
				return nil
			}
		}
	}
	return words
}

// setting takes in one "Name=value" of a "set" line.
func (p *parser) setting(w Word) {
	name, value, _ := strings.Cut(w.Text, "=")
	if !isName(name) || value == "" {
		p.errorAt(w.Pos, strconv.Quote(w.Text), "Name=value")
		return
	}
	if first, ok := p.settings[name]; ok {
		p.errorAt(w.Pos, "a second "+name, fmt.Sprintf("one (the first is at %v)", first))
		return
	}
	p.settings[name] = w.Pos
	p.file.Header.Settings = append(p.file.Header.Settings, Flag{Name: name, Value: value, Pos: w.Pos})
}

// isName reports whether s is letters, digits and "_", a letter or "_" in front.
func isName(s string) bool {
	for i := range len(s) {
		if !isAlpha(s[i]) && (i == 0 || !isDigit(s[i])) {
			return false
		}
	}
	return s != ""
}
