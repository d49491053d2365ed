package query

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Plain returns what a query takes in plain words, for readers who never wrote
// one: “syria”, and “isis” or “daesh”, but not “football”.
func (q *Query) Plain() string { return q.plain(q.root) }

func (q *Query) plain(n *node) string {
	switch n.op {
	case opAnd:
		return q.plainAll(n.kids)
	case opOr:
		var list []string
		for _, k := range n.kids {
			list = append(list, q.plainPart(k))
		}
		return series(list, " or ")
	case opNot:
		return "not " + q.plainPart(n.kids[0])
	}
	return q.plainLeaf(n)
}

// plainAll joins what is wanted, and then what is not.
func (q *Query) plainAll(kids []*node) string {
	var wanted, barred []string
	alone := true // no part has a comma in it
	for _, k := range kids {
		if k.op == opNot {
			barred = append(barred, q.plainPart(k.kids[0]))
			continue
		}
		alone = alone && k.op == opLeaf
		wanted = append(wanted, q.plain(k))
	}
	out := series(wanted, " and ")
	if !alone {
		out = strings.Join(wanted, ", and ")
	}
	switch {
	case out == "":
		return "not " + series(barred, " or ")
	case len(barred) > 0:
		return out + ", but not " + series(barred, " or ")
	}
	return out
}

// plainPart puts what is itself a list in parentheses.
func (q *Query) plainPart(n *node) string {
	if n.op == opLeaf {
		return q.plainLeaf(n)
	}
	return "(" + q.plain(n) + ")"
}

func series(list []string, last string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	end := len(list) - 1
	return strings.Join(list[:end], ", ") + last + list[end]
}

func (q *Query) plainLeaf(n *node) string {
	l := n.leaf
	switch l.kind {
	case everything:
		return "everything"
	case outlets:
		return "carried by " + atLeast(l.cmp, strconv.Itoa(l.count)) + " outlets"
	case age:
		return "seen " + atLeast(l.cmp, spell(l.span)) + " ago"
	case pattern:
		return "what matches /" + l.raw + "/" + whereabouts(l.field)
	case near:
		return fmt.Sprintf("%s within %d words%s", quote(q.written(n)), l.within, whereabouts(l.field))
	case facet:
		return map[field]string{
			fSource: "from ", fTag: "from sources tagged ", fLang: "in the language ", fSite: "published at ",
		}[l.field] + quote(q.written(n))
	}
	text := quote(q.written(n))
	if len(l.words) > 0 && l.words[0].exact {
		text = "exactly " + text
	}
	switch l.field {
	case fAuthor:
		return "written by " + text
	case fCredit:
		return "credited to " + text
	case fCategory:
		return "filed under " + text
	}
	return text + whereabouts(l.field)
}

// written returns a leaf's words as they were typed: what we keep is folded.
func (q *Query) written(n *node) string {
	s := strings.TrimSpace(q.src[n.start:n.end])
	if name, rest, ok := strings.Cut(s, ":"); ok && n.leaf.field != anyText && strings.EqualFold(name, n.leaf.field.String()) {
		s = rest
	}
	s, _, _ = strings.Cut(s, `"~`)
	return strings.Trim(s, `="`)
}

func quote(s string) string {
	if i := strings.LastIndexByte(s, '*'); i == len(s)-1 && i > 0 {
		s = s[:i] + "…"
	}
	return "“" + s + "”"
}

func whereabouts(f field) string {
	return map[field]string{fTitle: " in the headline", fIntro: " in the opening", fBody: " in the text", fURL: " in the address"}[f]
}

func atLeast(cmp, n string) string {
	return map[string]string{"<": "less than ", "<=": "at most ", "=": "", ">=": "at least ", ">": "more than "}[cmp] + n
}

func spell(d time.Duration) string {
	for _, u := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "days"}, {time.Hour, "hours"}, {time.Minute, "minutes"}} {
		if d >= 2*u.of && d%u.of == 0 {
			return fmt.Sprintf("%d %s", d/u.of, u.name)
		}
	}
	return d.String()
}
