package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"wiredesk/store"
)

// A table prints rows as they come: one JSON object a line with --json, else
// aligned columns. The caller must close it.
type table struct {
	enc     *json.Encoder
	w       *tabwriter.Writer
	columns []string
	rows    int
}

func (p *program) table(columns ...string) *table {
	if p.json {
		enc := json.NewEncoder(p.out)
		enc.SetEscapeHTML(false)
		return &table{enc: enc}
	}
	return &table{w: tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0), columns: columns}
}

// row prints v, or the cells that stand for it.
func (t *table) row(v any, cells ...any) error {
	t.rows++
	if t.enc != nil {
		return t.enc.Encode(v)
	}
	if t.rows == 1 {
		if _, err := fmt.Fprintln(t.w, strings.Join(t.columns, "\t")); err != nil {
			return err
		}
	}
	text := make([]string, len(cells))
	for i, c := range cells {
		text[i] = cell(c)
	}
	_, err := fmt.Fprintln(t.w, strings.Join(text, "\t"))
	if err == nil && t.rows%500 == 0 {
		return t.w.Flush() // long lists appear while they are read
	}
	return err
}

func (t *table) flush() error {
	if t.w == nil {
		return nil
	}
	return t.w.Flush()
}

// cell formats one value: times short, text on one line and not too long.
func cell(c any) string {
	switch x := c.(type) {
	case time.Time:
		return when(x)
	case string:
		return clip(oneLine(x), 72)
	}
	return oneLine(fmt.Sprint(c))
}

func when(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04:05")
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func oneLine(s string) string { return strings.Join(strings.Fields(printable(s)), " ") }

// printable drops what could steer a terminal (RELIABILITY-O1): what it prints
// may come from a stranger's feed.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsPrint(r) || r == '\u200d' {
			return r
		}
		return -1
	}, s)
}

// jsonTime writes a time as RFC 3339 in UTC.
func jsonTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// progress shows one line that is rewritten, on a terminal only.
type progress struct {
	w     io.Writer
	width int
	shown bool
	start time.Time
}

func (p *program) progress() *progress { return &progress{w: p.err, width: p.width, start: time.Now()} }

// show rewrites the line, once the work has taken longer than a second.
func (g *progress) show(format string, args ...any) {
	if g.width == 0 || time.Since(g.start) < time.Second {
		return
	}
	g.shown = true
	fmt.Fprintf(g.w, "\r\x1b[K%s", clip(oneLine(fmt.Sprintf(format, args...)), g.width-1))
}

// clear takes the line away.
func (g *progress) clear() {
	if g.shown {
		fmt.Fprint(g.w, "\r\x1b[K")
	}
}

// articleID and storyID leave zero IDs out of JSON.
func articleID(id store.ArticleID) string {
	if id == 0 {
		return ""
	}
	return id.String()
}

func storyID(id store.StoryID) string {
	if id == 0 {
		return ""
	}
	return id.String()
}
