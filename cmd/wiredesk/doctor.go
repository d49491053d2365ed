package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/store"
	"wiredesk/store/bolt"
)

func (p *program) doctorCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Say what is wrong, and what to type next",
		Long: `Lists what is wrong, each with what it means and what to type or to write next:
a configuration that was refused, a disk that is full, a store that cannot be
written to, sources that bring nothing, hubs that refuse, settings that will
surprise. Says so when all is well.`,
		Example: `  wiredesk doctor
  wiredesk doctor --json | jq -r .next`,
		Args: cobra.NoArgs,
		RunE: p.onStore(func(ctx context.Context, s *session, _ []string) error { return s.doctor(ctx) }),
	}
}

// A complaint is a line of `doctor --json`.
type complaint struct {
	About   string     `json:"about"` // a source, or a key of the configuration
	Problem string     `json:"problem"`
	Next    string     `json:"next"` // what to type or to write
	Since   *time.Time `json:"since"`
}

func (s *session) doctor(ctx context.Context) error {
	list, err := s.complaints(ctx)
	if err != nil {
		return err
	}
	t := s.table("ABOUT", "PROBLEM", "NEXT", "SINCE")
	for _, c := range list {
		since := time.Time{}
		if c.Since != nil {
			since = *c.Since
		}
		if err := t.row(c, c.About, oneLine(c.Problem), oneLine(c.Next), since); err != nil {
			return err
		}
	}
	if len(list) == 0 {
		s.say("all is well")
		return nil
	}
	return t.flush()
}

// complaints returns all that is wrong, the gravest kind first.
func (s *session) complaints(ctx context.Context) ([]complaint, error) {
	var list []complaint
	if d := s.lender; d != nil {
		if bad := d.bad.Load(); bad != nil {
			for _, m := range bad.mistakes() {
				list = append(list, complaint{"configuration", "the changed file was refused: " + m, "mend it; wiredesk check says more", jsonTime(bad.At)})
			}
		}
	}
	health, err := s.db.Health(ctx)
	if err != nil {
		return nil, err
	}
	if s.lender != nil {
		list = append(list, s.lender.ailments(health)...)
	}
	more, err := s.storeComplaints(ctx)
	if err != nil {
		return nil, err
	}
	list = append(list, more...)
	for _, h := range health {
		if !h.Removed && troubled(h) {
			list = append(list, complaint{string(h.Source), trouble(h), remedy(h), jsonTime(h.Since)})
		}
	}
	hubs, err := s.hubComplaints(ctx)
	if err != nil {
		return nil, err
	}
	list = append(list, hubs...)
	for _, n := range s.cfg.notes() {
		list = append(list, complaint{"configuration", n, "see config.yaml; wiredesk schema explains every key", nil})
	}
	return list, nil
}

// hubComplaints says which hubs do not push to us, and which do not hear us.
func (s *session) hubComplaints(ctx context.Context) ([]complaint, error) {
	var list []complaint
	hubs, err := s.db.Subscriptions(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range hubs {
		if h.Why != "" && !h.Leaving {
			list = append(list, complaint{string(h.Source), "its hub does not push to us: " + h.Why, "nothing: it is polled instead", jsonTime(h.Denied)})
		}
	}
	followers, err := s.db.Followers(ctx)
	if err != nil {
		return nil, err
	}
	told := map[string]bool{}
	for _, f := range followers {
		if f.Hub && f.Why != "" && !told[f.Callback] {
			told[f.Callback] = true
			list = append(list, complaint{"publish.hubs", "cannot tell " + f.Callback + " of news: " + f.Why, "ask who runs it, or leave it out", jsonTime(f.Failing)})
		}
	}
	return list, nil
}

// storeComplaints says what will be wrong with the store one day.
func (s *session) storeComplaints(ctx context.Context) (list []complaint, err error) {
	stats, err := s.db.Stats(ctx)
	if err != nil {
		return nil, err
	}
	k := s.cfg.Keep
	dir := filepath.Dir(s.cfg.Store.Path)
	if room, err := bolt.Room(dir); err == nil && room < 2*stats.Used {
		list = append(list, complaint{"disk", fmt.Sprintf("%s are left at %s: too little to compact a store of %s, or to copy it", size(room), dir, size(stats.Used)), "free some space, or let the keep section forget", nil})
	}
	if stats.Wasteful() {
		list = append(list, complaint{"store", fmt.Sprintf("%s of %s hold nothing", size(stats.Free), size(stats.File)), "wiredesk compact", nil})
	}
	if k.Size > 0 && stats.Used > 2*int64(k.Size) {
		list = append(list, complaint{"keep.size", fmt.Sprintf("the store holds %s, twice what it may", size(stats.Used)), "wiredesk prune says what stays and why", nil})
	}
	if paths, newest := s.cfg.series().list(); k.Backups > 0 && len(paths) > 0 && s.now().Sub(newest) > 2*k.BackupEvery {
		list = append(list, complaint{"keep.backups", "the last backup was made at " + when(newest), "run the daemon, or: wiredesk backup FILE", jsonTime(newest)})
	}
	return list, nil
}

// trouble says in plain words how a source does.
func trouble(h store.Health) string {
	what := map[store.State]string{
		store.StateMoved:    "it answers from another address, " + h.MovedTo,
		store.StateEmpty:    "it has never brought anything",
		store.StateChurning: "it gives its articles new names all the time",
		store.StateClock:    "its articles claim to be from the future",
	}[h.State]
	if h.Code != store.OK {
		what = h.Code.Sentence()
		if h.Detail != "" {
			what += " (" + h.Detail + ")"
		}
	}
	return fmt.Sprintf("%s: %s", h.State, cmp.Or(what, "it has trouble"))
}

// remedy says what to type or to write about a source in trouble.
func remedy(h store.Health) string {
	source := string(cmp.Or(h.Of, h.Source))
	switch h.Code {
	case store.CodeGone:
		return "wiredesk remove " + source
	case store.CodeMissing, store.CodeHTML, store.CodeNotFeed, store.CodeScheme, store.CodeRedirect:
		return "wiredesk add " + home(h) + ", then wiredesk remove " + source
	case store.CodeLogin:
		return "name a file with user:password in sources." + source + ".auth_file"
	case store.CodePrivate:
		return "if the network is yours, add it to fetch.allow_networks"
	case store.CodeTooBig:
		return "raise fetch.max_body"
	case store.CodeTLS:
		return "if the certificate is the host's own, pin it with sources." + source + ".certificate"
	case store.CodeBlocked, store.CodeRobots, store.CodeWall:
		return "ask the publisher to let feed readers in; set site.contact so that they can reach you"
	case store.CodeLocal:
		return "look after this machine's network, disk and open files"
	case store.CodeHTTP:
		return "try sources." + source + ".http1: true"
	case store.CodeEncoding, store.CodeXML, store.CodeHostile, store.CodeSurprise:
		return "look at it with wiredesk parse " + h.URL + ", and tell the publisher"
	case store.CodeLimited, store.CodeBusy:
		return "nothing: it is asked again when the host said"
	}
	return lasting(h, source)
}

// lasting is the remedy of what is over by itself, or is not.
func lasting(h store.Health, source string) string {
	switch h.State {
	case store.StateMoved:
		return "set sources." + source + ".url to " + h.MovedTo
	case store.StateDead:
		return "wiredesk remove " + source + ", or find its new address with wiredesk add " + home(h)
	case store.StateSlow, store.StateUnreadable:
		return "nothing: it is asked again, see NEXT in wiredesk sources"
	}
	return "wiredesk parse " + h.URL
}

// home returns where to look for a source's feed.
func home(h store.Health) string {
	if h.Home != "" {
		return h.Home
	}
	if u, err := url.Parse(h.URL); err == nil && u.Host != "" {
		return u.Scheme + "://" + u.Host
	}
	return h.URL
}
