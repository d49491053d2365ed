package safe

import "strings"

// A Candidate is one image of a srcset attribute.
type Candidate struct{ URL, Descriptor string }

// Candidates splits a srcset attribute as browsers do: a candidate ends at a
// comma after white space or after its descriptor, so that commas and spaces
// in addresses do no harm.
func Candidates(v string) []Candidate {
	var list []Candidate
	for len(list) < 64 {
		v = strings.TrimLeft(v, ", \t\n\f\r")
		if v == "" {
			break
		}
		end := strings.IndexAny(v, " \t\n\f\r")
		if end < 0 {
			end = len(v)
		}
		c := Candidate{URL: v[:end]}
		v = v[end:]
		if trimmed := strings.TrimRight(c.URL, ","); trimmed != c.URL {
			c.URL = trimmed
		} else {
			rest := v
			if i := strings.IndexByte(v, ','); i >= 0 {
				rest, v = v[:i], v[i+1:]
			} else {
				v = ""
			}
			c.Descriptor = strings.Join(strings.Fields(rest), " ")
		}
		if c.URL != "" {
			list = append(list, c)
		}
	}
	return list
}

// Srcset writes candidates as a srcset attribute.
func Srcset(list []Candidate) string {
	var b strings.Builder
	for _, c := range list {
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strings.ReplaceAll(c.URL, ",", "%2C"))
		if c.Descriptor != "" {
			b.WriteByte(' ')
			b.WriteString(c.Descriptor)
		}
	}
	return b.String()
}

// srcset keeps the candidates that are addresses of pictures.
func srcset(v string) (string, bool) {
	list := Candidates(v)
	kept := list[:0]
	for _, c := range list {
		if c.URL = media(c.URL); c.URL == "" {
			continue
		}
		if strings.Trim(c.Descriptor, "0123456789.wxh ") != "" {
			c.Descriptor = ""
		}
		kept = append(kept, c)
	}
	return Srcset(kept), len(kept) > 0
}
