package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strings"

	"wiredesk/fetch/parse"
)

// everything is the topic that takes all stories.
const everything = "front"

// A desk is what readers get of the daemon: its pages and its static export.
type desk struct {
	url      string // with a slash at the end
	dir      string // static export
	password string // of the user demo
}

// An edition is a topic's JSON Feed as far as the demo looks at it.
type edition struct {
	Items []struct {
		Title   string `json:"title"`
		Content string `json:"content_html"`
		Summary string `json:"summary"`
	} `json:"items"`
}

// errorEntries counts the entries that are an outlet's error page.
func (e edition) errorEntries() int {
	n := 0
	for _, it := range e.Items {
		if strings.Contains(it.Title+it.Content+it.Summary, badGateway) {
			n++
		}
	}
	return n
}

// edition asks the daemon for a topic as a reader does.
func (d desk) edition(ctx context.Context, slug string) (edition, error) {
	var e edition
	address := d.url + "t/" + slug + "/feed.json"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return e, fmt.Errorf("read the edition: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return e, fmt.Errorf("read the edition: %w", err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return e, fmt.Errorf("read the edition: %s: %w", address, err)
	}
	if resp.StatusCode != http.StatusOK {
		return e, nil // not published yet
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		return e, fmt.Errorf("read the edition: %s: %w", address, err)
	}
	return e, nil
}

// A snapshot has the checksum and size of every file of the export by its path.
type snapshot map[string]stamp

type stamp struct {
	sum  uint32
	size int64
}

// snapshot reads the export. The page of the sources' health is left out: it
// says when each source was last asked, and that is meant to change.
func (d desk) snapshot() (snapshot, error) {
	files := snapshot{}
	root := os.DirFS(d.dir)
	err := fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if strings.HasPrefix(name, "sources/") || strings.HasPrefix(path.Base(name), ".") {
			return nil
		}
		raw, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		files[name] = stamp{crc32.ChecksumIEEE(raw), int64(len(raw))}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the static export: %w", err)
	}
	return files, nil
}

// changed returns the bytes of the files that differ.
func (s snapshot) changed(later snapshot) (bytes int64) {
	for name, st := range later {
		if s[name] != st {
			bytes += st.size
		}
	}
	for name, st := range s {
		if _, ok := later[name]; !ok {
			bytes += st.size
		}
	}
	return bytes
}

// editions reads every feed of the export as a subscriber would. It returns
// how many there are, what could not be read, and how many entries are errors.
func (d desk) editions() (n, errorEntries int, unreadable []string, err error) {
	root := os.DirFS(d.dir)
	names, err := fs.Glob(root, "t/*/feed.*")
	if err != nil {
		return 0, 0, nil, fmt.Errorf("read the editions: %w", err)
	}
	for _, name := range names {
		raw, err := fs.ReadFile(root, name)
		if err != nil {
			return n, errorEntries, unreadable, fmt.Errorf("read the editions: %w", err)
		}
		n++
		doc, err := parse.Parse(raw, parse.Options{URL: d.url + name})
		if err != nil {
			unreadable = append(unreadable, fmt.Sprintf("edition %s: %v", name, err))
			continue
		}
		for _, it := range doc.Items {
			if strings.Contains(it.Title+it.SummaryHTML+it.ContentHTML, badGateway) {
				errorEntries++
			}
		}
	}
	return n, errorEntries, unreadable, nil
}
