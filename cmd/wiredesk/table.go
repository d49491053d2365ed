package main

import (
	"encoding/json"
	"fmt"
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
