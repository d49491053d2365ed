package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"wiredesk/cmd/wiredesk/strict"
	"wiredesk/store/safe"
)

// change rewrites a file of the configuration: edit returns its path and new
// bytes. The whole configuration is read with them first; a change that would
// make it wrong, or touch more than the named sources, is not written. Then
// these sources are there, or they are not.
func (p *program) change(cfg *config, ids []string, there bool, edit func(*strict.Doc) (string, []byte, error)) error {
	path, text, err := edit(cfg.doc)
	if err != nil {
		return err
	}
	changed, err := load(strict.Input{Path: cfg.path, Name: p.config, Env: os.LookupEnv, Changed: map[string][]byte{path: text}})
	if err != nil {
		return err
	}
	done := true
	for _, id := range ids {
		done = done && changed.doc.Has("sources."+id) == there
	}
	if !done || !reflect.DeepEqual(cfg.without(ids), changed.without(ids)) {
		return fmt.Errorf("%s is written in a way that only its author can edit; change %s by hand", path, strings.Join(ids, ", "))
	}
	return replace(path, text)
}

// without returns what the file says, less some sources.
func (c *config) without(ids []string) config {
	bare := *c
	bare.doc, bare.Sources = nil, nil
	for _, s := range c.Sources {
		if !slices.Contains(ids, string(s.ID)) {
			bare.Sources = append(bare.Sources, s)
		}
	}
	return bare
}

// replace writes a file in one step, through links, with the rights it had.
func replace(path string, text []byte) (err error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".wiredesk-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// addition is a source to be added.
type addition struct {
	ID   string   `json:"id"`
	URL  string   `json:"url"`
	Name string   `json:"name,omitempty"`
	Tags []string `json:"tags,omitempty"`
}

// addSources splices sources into the configuration and returns them as they
// were added. Those whose address is there already are left out.
func (p *program) addSources(cfg *config, add []addition) ([]addition, error) {
	ids, urls := map[string]bool{}, map[string]bool{}
	for _, s := range cfg.Sources {
		ids[string(s.ID)], urls[sameURL(s.URL)] = true, true
	}
	added := []addition{}
	var entries []strict.Addition
	for _, a := range add {
		if urls[sameURL(a.URL)] {
			continue
		}
		a.ID = free(ids, slug(a.Name, a.URL))
		ids[a.ID], urls[sameURL(a.URL)] = true, true
		keys := []strict.KeyValue{{Key: "url", Value: a.URL}}
		if a.Name != "" {
			keys = append(keys, strict.KeyValue{Key: "name", Value: a.Name})
		}
		if len(a.Tags) > 0 {
			keys = append(keys, strict.KeyValue{Key: "tags", Value: a.Tags})
		}
		entries = append(entries, strict.Addition{Name: a.ID, Keys: keys})
		added = append(added, a)
	}
	if len(entries) == 0 {
		return added, nil
	}
	names := make([]string, len(added))
	for i, a := range added {
		names[i] = a.ID
	}
	return added, p.change(cfg, names, true, func(d *strict.Doc) (string, []byte, error) { return d.Add("sources", entries) })
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// slug makes a source's name of its title, or of its address.
func slug(title, address string) string {
	s := strings.Trim(notSlug.ReplaceAllString(strings.ToLower(safe.Line(title)), "-"), "-")
	if len(s) < 2 {
		_, s, _ = strings.Cut(address, "://")
		s, _, _ = strings.Cut(s, "/")
		s = strings.Trim(notSlug.ReplaceAllString(strings.TrimPrefix(strings.ToLower(s), "www."), "-"), "-")
	}
	if len(s) > 40 {
		s = strings.TrimRight(s[:40], "-")
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil || s == "" || slices.Contains([]string{"true", "false", "null"}, s) {
		s = "source-" + s // YAML would read a number or a word of its own
	}
	return s
}

// free returns name, or name with the first number that nobody has.
func free(taken map[string]bool, name string) string {
	for n := 2; taken[name]; n++ {
		name = strings.TrimSuffix(name, "-"+strconv.Itoa(n-1)) + "-" + strconv.Itoa(n)
	}
	return name
}
