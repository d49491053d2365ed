package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/fetch/clean"
	"wiredesk/store"
	"wiredesk/store/bolt"
)

// foldSeed makes runs of `fold` repeatable.
const foldSeed = 0x77697265646573

// maxFoldLine is the longest line that `fold` reads.
const maxFoldLine = 8 << 20

func (p *program) foldCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "fold FILE.jsonl|-",
		Short: "Fold articles given as JSON lines, to try it on one's own",
		Long: `Reads articles as JSON lines {id, source, url, guid, canonical, title, published,
fetched, text}, takes them in file order with fetched as the clock, and prints what
the store makes of each: {id, story, verdict, lead, similarity, rule, reason}. It is
the very code that stores what is polled, on a store that is thrown away.`,
		Example: `  wiredesk fold articles.jsonl --json > stories.jsonl
  wiredesk fold - < articles.jsonl`,
		Args: cobra.ExactArgs(1),
		RunE: p.do(func(ctx context.Context, args []string) error {
			in := io.NopCloser(p.in)
			if args[0] != "-" {
				f, err := os.Open(p.abs(args[0]))
				if err != nil {
					return err
				}
				in = f
			}
			defer in.Close()
			return p.fold(ctx, in, args[0])
		}),
	}
}

// fold ingests the lines of in, and prints a line each.
func (p *program) fold(ctx context.Context, in io.Reader, name string) (err error) {
	dir, err := os.MkdirTemp("", "wiredesk-fold-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	f := folder{names: map[store.ArticleID]string{}, lines: map[string]int{}}
	defer func() {
		if f.db != nil {
			err = errors.Join(err, f.db.Close())
		}
	}()
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxFoldLine)
	t := p.table("ARTICLE", "STORY", "VERDICT", "RULE", "REASON")
	last := 0
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var a foldArticle
		if err := f.read(lines.Bytes(), n, &a); err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
		last = n
		if f.db == nil {
			c := bolt.Config{Path: filepath.Join(dir, "fold.db"), Seed: foldSeed, Scratch: true}
			if f.db, err = bolt.Open(c, a.Fetched.UTC()); err != nil {
				return err
			}
		}
		r, err := f.take(ctx, &a)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
		if err := t.row(r, r.ID, r.Story, r.Verdict, r.Rule, r.Reason); err != nil {
			return err
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return fmt.Errorf("%s: a line after line %d is longer than %d MB", name, last, maxFoldLine>>20)
	} else if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return t.flush()
}

// foldArticle is a line that `fold` reads.
type foldArticle struct {
	ID        string    `json:"id"`
	Source    string    `json:"source"`
	URL       string    `json:"url"`
	GUID      string    `json:"guid"`
	Canonical string    `json:"canonical"`
	Title     string    `json:"title"`
	Published string    `json:"published"`
	Fetched   time.Time `json:"fetched"`
	Text      string    `json:"text"`
}

// foldRow is a line that `fold --json` prints.
type foldRow struct {
	ID         string  `json:"id"`
	Story      string  `json:"story"`
	Verdict    string  `json:"verdict"`
	Lead       string  `json:"lead"`
	Similarity float64 `json:"similarity"`
	Rule       string  `json:"rule"`
	Reason     string  `json:"reason"`
	Rejected   string  `json:"rejected,omitempty"`
}

// A folder is a store that is thrown away, and who its articles are.
type folder struct {
	db    *bolt.DB
	names map[store.ArticleID]string // as the file calls them
	lines map[string]int             // by id: where it stands
}

// read decodes a line and checks what the store cannot do without.
func (f *folder) read(line []byte, n int, a *foldArticle) error {
	if err := json.Unmarshal(line, a); err != nil {
		return fmt.Errorf("no article in JSON: %w", err)
	}
	switch first, twice := f.lines[a.ID]; {
	case a.ID == "":
		return errors.New("the article has no id")
	case twice:
		return fmt.Errorf("the id %q stands in line %d already", a.ID, first)
	case a.Source == "":
		return fmt.Errorf("article %q has no source", a.ID)
	case a.Fetched.IsZero():
		return fmt.Errorf("article %q does not say when it was fetched, as in \"fetched\": \"2026-05-01T08:00:00Z\"", a.ID)
	}
	f.lines[a.ID] = n
	return nil
}

func (f *folder) take(ctx context.Context, in *foldArticle) (foldRow, error) {
	at := in.Fetched.UTC()
	r, err := f.db.Ingest(ctx, store.Delivery{
		Source: store.SourceID(in.Source), Start: at, At: at, Status: 200, Items: 1, Articles: []store.Article{in.article()},
	})
	if err != nil {
		return foldRow{}, err
	}
	got := r.Articles[0]
	s, err := f.db.Story(ctx, got.Story)
	if err != nil {
		return foldRow{}, err
	}
	if _, known := f.names[got.ID]; !known {
		f.names[got.ID] = in.ID
	}
	row := foldRow{ID: in.ID, Story: s.ID.String(), Verdict: verdict(got), Lead: f.names[s.Lead]}
	if m := s.Find(got.ID); m != nil {
		row.Rule, row.Reason, row.Similarity, row.Rejected = m.Fold.Rule, m.Fold.Reason, m.Fold.Share, m.Fold.RejectReason
	}
	if got.Verdict != store.New {
		row.Rule, row.Similarity = "identity", 1
		row.Reason = "its source sent the same article before"
		if got.Verdict == store.Revised {
			row.Reason += "; it changed (" + got.Class.String() + ")"
		}
	}
	return row, nil
}

// verdict says what an article is in its story: new, copy or update.
func verdict(r store.Receipted) string {
	switch {
	case r.Verdict == store.Revised && r.Class.Significant():
		return store.Update.String()
	case r.Verdict != store.New:
		return store.Copy.String()
	}
	return r.InStory.String()
}

// article brings a line into the form that fetch delivers.
func (in *foldArticle) article() store.Article {
	a := store.Article{
		GUID: in.GUID, URL: clean.URL(in.URL, nil), Title: in.Title, Text: in.Text, Body: in.Text,
		Published: clean.Claim(in.Published, "published", "", time.UTC, in.Fetched),
	}
	a.Canonical = clean.Canonical(a.URL)
	if in.Canonical != "" && clean.SameSite(in.Canonical, in.URL) {
		a.Canonical = clean.Canonical(in.Canonical)
	}
	a.Claimed = clean.Claimed(a.URL, in.GUID, in.Canonical)
	switch {
	case in.GUID != "":
		a.Key = "id:" + in.GUID
	case a.Canonical != "":
		a.Key = "url:" + a.Canonical
	default:
		a.Key = "text:" + in.ID
	}
	a.Hash = clean.Hash(&a)
	return a
}
