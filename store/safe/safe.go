// Package safe turns HTML written by strangers into HTML that may be
// republished: parsed into a tree, reduced to allow-listed elements,
// attributes and addresses, and rendered from the tree, so that the output is
// balanced and means the same to every parser. What cannot be made safe
// becomes text; nothing of the input is ever passed through unparsed.
//
// It is called twice on everything: when an article comes in, and again before
// it is published, because the rules may have grown stricter in between.
package safe

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// MaxHTML is the most bytes HTML returns; the rest of a longer fragment goes,
// at the end of an element or a word. It is store.MaxBody.
const MaxHTML = 1 << 20

// maxInput is the most bytes of a fragment that are looked at.
const maxInput = 2 * MaxHTML

// rounds is how often a fragment is rendered and parsed again until it stands
// still. Taking an element away moves what it kept apart; twice settles
// everything seen so far.
const rounds = 5

// HTML returns the fragment with everything active, hidden or tracking
// removed. HTML(HTML(s)) == HTML(s).
func HTML(fragment string) string {
	if out, ok := Simple(fragment, nil); ok {
		return out
	}
	return Rewrite(fragment, nil)
}

// Rewrite is HTML with a look at the tree before anything is removed from it.
// What edit leaves behind is judged like all else, so it need not be careful.
func Rewrite(fragment string, edit func(root *html.Node)) string {
	s := characters(lineFeeds.Replace(fragment))
	if len(s) > maxInput {
		s = cut(s, maxInput)
	}
	if strings.IndexByte(s, '<') < 0 {
		return cutText(html.UnescapeString(s))
	}
	s = guard(s)
	for range rounds {
		root, err := fragmentTree(s)
		if err != nil {
			break
		}
		if edit != nil {
			edit(root)
			edit = nil
		}
		filter(root)
		out, tags := render(root, MaxHTML, len(s)+len(s)/8)
		passes := len(tags) == 0 || equal(gate.SanitizeBytes(tags), tags)
		if passes && steady(root) {
			return string(out)
		}
		if !passes {
			out = gate.SanitizeBytes(out)
		}
		again, same := settle(out)
		if same {
			return string(out)
		}
		s = again
	}
	return cutText(Text(s))
}

// settle parses rendered HTML and renders it once more. It reports whether it
// still is the same document, as a parser sees it.
func settle(out []byte) (string, bool) {
	root, err := fragmentTree(string(out))
	if err != nil {
		return "", false
	}
	again, _ := render(root, maxInput, len(out))
	return string(again), bytes.Equal(again, out)
}

// equal reports whether the gate let everything through: it writes quotes in
// text as references, and changes nothing else of what it allows.
func equal(passed, out []byte) bool {
	for len(out) > 0 {
		i := bytes.IndexAny(out, "'\"")
		if i < 0 {
			break
		}
		if len(passed) < i || !bytes.Equal(passed[:i], out[:i]) {
			return false
		}
		passed = passed[i:]
		ref := []byte("&#39;")
		if out[i] == '"' {
			ref = []byte("&#34;")
		}
		if rest, ok := bytes.CutPrefix(passed, ref); ok {
			passed = rest
		} else if len(passed) > 0 && passed[0] == out[i] {
			passed = passed[1:]
		} else {
			return false
		}
		out = out[i+1:]
	}
	return bytes.Equal(passed, out)
}

// fragmentTree parses s as the content of a div, as a page without scripts
// would, and returns the div. Nesting beyond the parser's limit is an error.
func fragmentTree(s string) (*html.Node, error) {
	root := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragmentWithOptions(strings.NewReader(s), root, html.ParseOptionEnableScripting(false))
	if err != nil {
		return nil, err
	}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	return root, nil
}

// Document parses a whole page, guarded against nesting and other input that
// costs a parser more than its length. The tree is as the page wrote it:
// nothing of it is safe.
func Document(page string) (*html.Node, error) {
	return html.ParseWithOptions(strings.NewReader(guard(page)), html.ParseOptionEnableScripting(false))
}

// cutText returns plain text as HTML within the size limit.
func cutText(text string) string {
	out := escape(nil, text, false)
	if len(out) <= MaxHTML {
		return string(out)
	}
	return string(escape(nil, cut(text, MaxHTML/8), false)) // an escape is 5 bytes at most
}

// cut returns the longest beginning of s of at most n bytes that ends neither
// inside a tag nor inside a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	s = s[:n]
	if i := strings.LastIndexByte(s, '<'); i > n-4096 && i >= 0 && strings.IndexByte(s[i:], '>') < 0 {
		s = s[:i]
	}
	return strings.ToValidUTF8(s, "")
}
