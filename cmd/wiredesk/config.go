package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"wiredesk/cmd/wiredesk/strict"
	"wiredesk/fetch"
	"wiredesk/publish"
	"wiredesk/publish/curate"
	"wiredesk/publish/query"
	"wiredesk/publish/signin"
	"wiredesk/publish/site"
	"wiredesk/store"
	"wiredesk/store/bolt"
)

// config is config.yaml. Each section is the Config type of the package that
// obeys it, so that an option is documented beside the code that it steers.
type config struct {
	Version  int             `yaml:"version" desc:"format of this file" enum:"1"`
	Include  []string        `yaml:"include" desc:"further files, or patterns as in conf.d/*.yaml, relative to this one"`
	Site     siteSection     `yaml:"site" desc:"who publishes"`
	Store    bolt.Config     `yaml:"store" desc:"where everything is remembered"`
	Fetch    fetch.Config    `yaml:"fetch" desc:"how sources are asked"`
	Defaults fetch.Inherited `yaml:"defaults" desc:"what sources inherit unless they set it themselves"`
	Sources  []fetch.Source  `yaml:"sources" key:"ID" desc:"the feeds to poll, by name"`
	Topics   []curate.Topic  `yaml:"topics" key:"Slug" desc:"what to publish, by the name in its address"`
	Publish  publishing      `yaml:"publish" desc:"where editions go"`
	Desk     signin.Config   `yaml:"desk" desc:"who may decide at the desk's pages, /desk/"`
	Keep     keep            `yaml:"keep" desc:"what may be forgotten"`

	doc  *strict.Doc
	path string // absolute, of the root file
}

// siteSection is the site section.
type siteSection struct {
	Title     string `yaml:"title" desc:"name of the site"`
	URL       string `yaml:"url" desc:"address that readers reach it at, as in https://news.example.org"`
	Authority string `yaml:"authority" desc:"domain or mail address of yours in which entry ids are minted, for ever; empty: one made at random"`
	Language  string `yaml:"language" desc:"BCP 47 language of its pages"`
	Zone      string `yaml:"zone" desc:"IANA time zone of the times that its pages show"`
	Contact   string `yaml:"contact" desc:"mail or web address that publishers can reach you at; without one no source is asked more than hourly"`
}

// inherited are the keys that sources take from defaults.
var inherited = []string{"read", "content", "zone", "lang", "rank", "tags"}

// defaults returns the configuration of an empty file.
func defaults() config {
	return config{
		Version:  1,
		Site:     siteSection{Title: "wiredesk", Language: "en", Zone: "UTC"},
		Store:    bolt.Config{Path: "wiredesk.db", LockTimeout: time.Second},
		Fetch:    fetch.Defaults(),
		Defaults: fetch.Inherited{Read: fetch.ReadAuto, Content: "excerpt", Rank: 50},
		Publish:  publishing{Config: publish.Config{Listen: "127.0.0.1:8080", Hub: true}},
		Desk:     signin.Config{Session: 12 * time.Hour},
		Keep:     keep{BackupEvery: 24 * time.Hour, BackupDir: "backups"},
	}
}

// topicDefaults returns the topic of an empty entry.
func topicDefaults() curate.Topic {
	return curate.Topic{Limit: 100, Sort: "updated", Settle: 2 * time.Minute, Formats: []string{"atom", "rss", "json", "html"}}
}

// load reads and checks a file and what it includes. The error is
// [strict.Mistakes] when the files could be read; then the config is returned
// as well, for those who must find a daemon that still runs on an earlier one.
func load(in strict.Input) (*config, error) {
	doc, err := strict.Read(in)
	if err != nil {
		return nil, err
	}
	c := defaults()
	c.doc, c.path = doc, doc.Files()[0]
	doc.Decode(&c,
		func() any { return fetch.Source{Inherited: c.Defaults} },
		func() any { return topicDefaults() },
	)
	c.resolve()
	doc.Check("store", c.Store.Check())
	doc.Check("fetch", c.Fetch.Check())
	doc.Check("defaults", c.Defaults.Check())
	doc.Check("publish", c.Publish.check())
	doc.Check("site", c.Site.check())
	doc.Check("desk", c.Desk.Check())
	doc.Check("keep", c.Keep.check())
	c.checkSources()
	c.derive()
	c.checkTopics()
	c.checkUsers()
	if c.Publish.Theme != "" {
		_, err := site.New(c.Publish.Theme)
		if err != nil {
			doc.Blame("publish.theme", "%v", err)
		}
	}
	return &c, doc.Mistakes.Err()
}

// resolve makes relative paths relative to the file that has them.
func (c *config) resolve() {
	at := func(key string, path *string) {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(c.doc.Dir(key), *path)
		}
	}
	at("store.path", &c.Store.Path)
	at("keep.backup_dir", &c.Keep.BackupDir)
	at("publish.dir", &c.Publish.Dir)
	at("publish.theme", &c.Publish.Theme)
	at("publish.tls.cert", &c.Publish.TLS.Cert)
	at("publish.tls.key", &c.Publish.TLS.Key)
	at("publish.tls.cache", &c.Publish.TLS.Cache)
	at("publish.target_secret_file", &c.Publish.Bucket.SecretFile)
	for i := range c.Desk.Users {
		u := &c.Desk.Users[i]
		at("desk.users."+u.Name+".password_file", &u.PasswordFile)
		at("desk.users."+u.Name+".token_file", &u.TokenFile)
	}
	for i := range c.Sources {
		at("sources."+string(c.Sources[i].ID)+".auth_file", &c.Sources[i].AuthFile)
	}
	for i := range c.Topics {
		at("topics."+c.Topics[i].Slug+".token_file", &c.Topics[i].TokenFile)
	}
}

// derive fills in what follows from other keys.
func (c *config) derive() {
	c.Site.URL = strings.TrimRight(c.Site.URL, "/")
	c.Publish.Listen, c.Publish.Admin = loopback(c.Publish.Listen), loopback(c.Publish.Admin)
	if c.Site.URL == "" && !strings.HasPrefix(c.Publish.Listen, "unix:") && c.Publish.Listen != "" {
		scheme := "http://"
		if c.Publish.TLS.on() {
			scheme = "https://"
		}
		c.Site.URL = scheme + c.Publish.Listen // so that the feeds can be tried from this machine
	}
	c.Publish.TLS.Cache = cmp.Or(c.Publish.TLS.Cache, c.certificates())
	c.Publish.TLS.Redirect = loopback(c.Publish.TLS.Redirect)
	fromFile(&c.Publish.Bucket.Secret, c.Publish.Bucket.SecretFile)
	for i := range c.Topics {
		t := &c.Topics[i]
		t.Title = cmp.Or(t.Title, t.Slug)
		fromFile(&t.Token, t.TokenFile)
	}
	for i := range c.Desk.Users {
		u := &c.Desk.Users[i]
		fromFile(&u.Password, u.PasswordFile)
		fromFile(&u.Token, u.TokenFile)
	}
	c.Fetch.Agent = agent(c.Fetch.UserAgent, c.Site.Contact)
}

// check reports every mistake of the section. Each line names the key.
func (s siteSection) check() error {
	var errs []error
	if u, err := url.Parse(s.URL); s.URL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" || u.User != nil) {
		errs = append(errs, fmt.Errorf("url: %q: write scheme and host, as in https://news.example.org", s.URL))
	}
	if !authority.MatchString(s.Authority) {
		errs = append(errs, fmt.Errorf("authority: %q: write a domain or mail address that is yours, in lower case, as in news.example.org", s.Authority))
	}
	if _, err := language.Parse(s.Language); err != nil {
		errs = append(errs, fmt.Errorf("language: %q is no language tag: write one as in en or pt-BR", s.Language))
	}
	if _, err := time.LoadLocation(s.Zone); err != nil || s.Zone == "Local" {
		errs = append(errs, fmt.Errorf("zone: %q is no time zone: write one as in Europe/Paris or UTC", s.Zone))
	}
	if s.Contact != "" && !reachable(s.Contact) {
		errs = append(errs, fmt.Errorf("contact: %q: write a mail or web address, as in desk@example.org", s.Contact))
	}
	return errors.Join(errs...)
}

// authority is what RFC 4151 allows, or nothing.
var authority = regexp.MustCompile(`^([a-z0-9._-]+@)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$|^$`)

func reachable(contact string) bool {
	if u, err := url.Parse(contact); err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
		return true
	}
	_, err := mail.ParseAddress(strings.TrimPrefix(contact, "mailto:"))
	return err == nil
}

// checkSources checks each source, and that no two are one.
func (c *config) checkSources() {
	byURL := map[string]store.SourceID{}
	for _, s := range c.Sources {
		at := "sources." + string(s.ID)
		c.doc.Check(at, s.Check(), inherited...)
		if s.URL == "" {
			continue
		}
		key := sameURL(s.URL)
		if first, ok := byURL[key]; ok {
			c.doc.Blame(at+".url", "source %q has this address already (%s); one source is enough, give it several tags", first, c.doc.Where("sources."+string(first)))
			continue
		}
		byURL[key] = s.ID
	}
}

// sameURL is equal for addresses that lead to one document.
func sameURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	host := strings.ToLower(u.Hostname())
	if p := u.Port(); p != "" && p != "80" && p != "443" {
		host += ":" + p
	}
	return host + cmp.Or(u.EscapedPath(), "/") + "?" + u.RawQuery
}

// checkTopics checks each topic, its query, and whom it names.
func (c *config) checkTopics() {
	slugs := map[string]string{}
	for _, t := range c.Topics {
		slugs[t.Slug] = t.Slug
	}
	for _, t := range c.Topics {
		at := "topics." + t.Slug
		c.checkQuery(at, t)
		for i, from := range t.From {
			c.checkFrom(fmt.Sprintf("%s.from.%d", at, i), from)
		}
		for i, was := range t.Was {
			if owner, taken := slugs[was]; taken {
				c.doc.Blame(fmt.Sprintf("%s.was.%d", at, i), "was: %q is a name of topic %q", was, owner)
				continue
			}
			slugs[was] = t.Slug
		}
		c.checkToken(at, t)
	}
}

// checkQuery puts a mistake in a query below its character, and all else that
// the topic says of itself at its key.
func (c *config) checkQuery(at string, t curate.Topic) {
	_, err := query.Parse(t.Match)
	var bad *query.Error
	switch {
	case !c.doc.Has(at + ".match"):
		c.doc.BlameKey(at, "match: topic %q has none; write a query, or \"*\" to take everything", t.Slug)
		t.Match = "*"
	case errors.As(err, &bad):
		c.doc.BlameAt(at+".match", bad.Col, "match: %s", bad.Msg)
		t.Match = "*"
	}
	c.doc.Check(at, t.Check())
}

// checkFrom wants the name of a source, or a tag that one has.
func (c *config) checkFrom(at, from string) {
	var known []string
	tag, isTag := strings.CutPrefix(from, "tag:")
	for _, s := range c.Sources {
		if isTag {
			known = append(known, s.Tags...)
		} else {
			known = append(known, string(s.ID))
		}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	switch {
	case isTag && !slices.Contains(known, tag):
		c.doc.Blame(at, "no source has the tag %q; %s", tag, strict.Suggest(tag, known))
	case !isTag && !slices.Contains(known, from):
		c.doc.Blame(at, "there is no source %q; a tag is written tag:NAME; %s", from, strict.Suggest(from, known))
	}
}

// known returns the sources as the store wants them.
func (c *config) known() []store.Source {
	known := make([]store.Source, 0, len(c.Sources))
	for _, s := range c.Sources {
		known = append(known, store.Source{
			ID: s.ID, URL: cmp.Or(s.URL, s.OPML), List: s.OPML != "", Name: s.Name, Rank: s.Rank, Tags: s.Tags, Private: s.Private,
			LowTrust: s.Trust == "low", Daily: s.Daily, Updates: s.Updates, Paused: s.Disabled,
		})
	}
	return known
}
