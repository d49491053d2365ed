package parse

import (
	"strings"
	"unicode"

	"wiredesk/store"
	"wiredesk/store/safe"
)

// person reads what feeds write into author elements: "e (n)", "n <e>",
// "n (e)", "e" or "n". No string that says anything is lost.
func person(s string) store.Person {
	s = short(s)
	s = strings.Join(strings.Fields(s), " ")
	if before, inside, ok := bracketed(s, '<', '>'); ok && isEmail(inside) {
		return store.Person{Name: safe.Line(before), Email: trimMailto(inside)}
	}
	s = safe.Line(s)
	if before, inside, ok := bracketed(s, '(', ')'); ok {
		switch {
		case isEmail(inside):
			return store.Person{Name: before, Email: trimMailto(inside)}
		case isEmail(before):
			return store.Person{Name: inside, Email: trimMailto(before)}
		}
	}
	if isEmail(s) {
		return store.Person{Email: trimMailto(s)}
	}
	if i := strings.LastIndexByte(s, ' '); i > 0 && isEmail(s[i+1:]) && !strings.Contains(s[:i], "@") {
		return store.Person{Name: strings.TrimRight(s[:i], " ,:-"), Email: trimMailto(s[i+1:])}
	}
	return store.Person{Name: s}
}

// bracketed cuts "before (inside)".
func bracketed(s string, open, close byte) (before, inside string, ok bool) {
	if s == "" || s[len(s)-1] != close {
		return "", "", false
	}
	i := strings.IndexByte(s, open)
	if i < 0 {
		return "", "", false
	}
	return strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+1 : len(s)-1]), true
}

func isEmail(s string) bool {
	s = trimMailto(s)
	at := strings.IndexByte(s, '@')
	return at > 0 && at < len(s)-1 && strings.Count(s, "@") == 1 && !strings.ContainsAny(s, "()<>[]\\,;:\"") &&
		strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || !unicode.IsPrint(r) }) < 0
}

func trimMailto(s string) string { return strings.TrimPrefix(s, "mailto:") }

// withEmail adds what a feed calls an e-mail address. What is none is a name,
// where there is no other.
func withEmail(p store.Person, email string) store.Person {
	switch e := trimMailto(strings.TrimSpace(email)); {
	case isEmail(e):
		p.Email = e
	case p.Name == "":
		p.Name = short(safe.Line(e))
	}
	return p
}

// A crowd is a list of people without repetition.
type crowd []store.Person

func (c *crowd) add(p store.Person) {
	if p == (store.Person{}) || len(*c) >= maxList {
		return
	}
	for i := range *c {
		q := &(*c)[i]
		if p.Name != "" && strings.EqualFold(p.Name, q.Name) && (p.Email == "" || q.Email == "" || p.Email == q.Email) ||
			p.Name == "" && p.Email != "" && p.Email == q.Email {
			if q.Email == "" {
				q.Email = p.Email
			}
			if q.URL == "" {
				q.URL = p.URL
			}
			return
		}
	}
	*c = append(*c, p)
}

// constructed reads an Atom person construct; some are plain text.
func (t *table) constructed(e *element) store.Person {
	if len(e.kids) == 0 {
		return person(e.text)
	}
	value := func(names ...string) string {
		if v := e.value(names...); v != "" {
			return v
		}
		for i, n := range names {
			names[i] = "atom:" + n
		}
		return e.value(names...)
	}
	name := value("name")
	p := withEmail(store.Person{Name: short(safe.Line(name))}, value("email"))
	if p.Email == "" && strings.Contains(name, "@") {
		p = person(name)
	}
	if uri := value("uri", "url", "homepage"); uri != "" {
		if p.URL = absolute(uri, t.at(e)); p.URL == "" && p.Email == "" && isEmail(trimMailto(uri)) {
			p.Email = trimMailto(uri)
		}
	}
	return p
}
