package main

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"time"

	"wiredesk/publish"
	"wiredesk/publish/curate"
	"wiredesk/publish/serve"
	"wiredesk/publish/site"
)

// A newsroom is the desk of one configuration, with what it publishes to. A
// reload opens another and closes the old one; readers are served by the old
// one's pages until the new one has made its own.
type newsroom struct {
	desk  *publish.Desk
	site  *serve.Site
	press *publish.Press
	end   func() error // closes the export
	stop  context.CancelFunc
	done  chan struct{} // closed when the desk has ended; nil: it never began
}

// newRoom makes all that can fail before anything is touched.
func (d *daemon) newRoom(ctx context.Context, cfg *config) (*newsroom, error) {
	s := &session{program: d.program, cfg: cfg, db: d.db, log: d.log, daemon: true}
	dir := cfg.Publish.Dir
	old := d.cfg.Load()
	moves := old != nil && old.Publish.Dir == dir && dir != ""
	if moves {
		dir = "" // the old newsroom has the folder open
	}
	press, end, err := s.newPress(dir)
	if err != nil {
		return nil, err
	}
	r := &newsroom{press: press, end: end}
	if moves {
		press.Folder = d.room.press.Folder
	}
	r.desk, err = s.desk(ctx, watchedSink{d.metrics.Sink(press, d.program.now), d})
	if err != nil {
		return nil, errors.Join(err, end())
	}
	r.site = serve.New(serve.Config{
		Hosts: hosts(cfg), Render: press.OnDemand(r.desk), Error: errorPage(press.Pages, r.desk), Log: d.log,
	})
	press.Site = r.site
	if moves {
		press.Folder.Compress(cfg.Publish.Compress)
	}
	redirect(r.site, cfg.Topics)
	lockPrivate(r.site, cfg.Topics)
	return r, nil
}

// lockPrivate closes the topics that want a token, under their old names as well.
func lockPrivate(pages *serve.Site, topics []curate.Topic) {
	for _, t := range topics {
		for _, slug := range append([]string{t.Slug}, t.Was...) {
			if !t.Public() {
				pages.Lock("/t/"+slug+"/", t.Token)
			}
		}
	}
}

// redirect leads readers from where topics were. Who asks for the old name of a
// topic with a token must have that as well: the answer names it.
func redirect(pages *serve.Site, topics []curate.Topic) {
	for _, t := range topics {
		for _, was := range t.Was {
			old := t
			old.Slug = was
			pages.Redirect(old.Path(""), t.Path(""))
		}
	}
}

// open fills the newsroom's pages, shows them to readers and keeps them current.
func (d *daemon) open(ctx context.Context, r *newsroom) error {
	lookAhead(ctx, r.press)
	if _, err := r.desk.Once(ctx, false); err != nil && !passing(err) {
		return err // else readers are given what could be made
	}
	d.site.Store(r.site)
	d.desk.Store(r.desk)
	d.office.Store(d.newOffice(d.cfg.Load(), r))
	d.resume(ctx, r)
	return nil
}

// resume keeps a newsroom current until it is paused or closed.
func (d *daemon) resume(ctx context.Context, r *newsroom) {
	if r == nil {
		return
	}
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	r.stop, r.done = stop, make(chan struct{})
	go func() { // pause waits for it
		defer close(r.done)
		var copying sync.WaitGroup
		defer copying.Wait()
		if r.press.Target != nil {
			copying.Go(func() { r.press.Target.Run(run, d.bucketAils) })
		} else {
			d.bucketAils(nil)
		}
		for {
			err := r.desk.Run(run)
			switch {
			case run.Err() != nil:
				return
			case !passing(err):
				d.fail(err)
				return
			}
			d.log.Warn("the desk rests", "err", err, "for", publishAgain)
			select {
			case <-run.Done():
			case <-time.After(publishAgain):
			}
		}
	}()
}

func (d *daemon) bucketAils(err error) {
	d.ails("bucket", err, "see that publish.target can be reached; its readers have older pages, and it is tried again by itself")
}

// publishAgain is how long the desk rests after it could not keep its work.
const publishAgain = 5 * time.Second

// A watchedSink notes when publishing fails, and when it works again.
type watchedSink struct {
	publish.Sink
	d *daemon
}

func (w watchedSink) Flush(ctx context.Context) error {
	err := w.Sink.Flush(ctx)
	if !interrupted(err) {
		w.d.ails("publishing", err, "see that publish.dir can be written to and has room; readers are served from memory, and it goes on by itself")
	}
	return err
}

// pause ends what resume began.
func (r *newsroom) pause() {
	if r != nil && r.done != nil {
		r.stop()
		<-r.done
		r.done = nil
	}
}

// succeed closes the newsroom old, which may be nil, and takes over its folder
// if both write to the same.
func (r *newsroom) succeed(old *newsroom) error {
	if old == nil {
		return nil
	}
	if old.press.Folder != nil && old.press.Folder == r.press.Folder {
		r.end, old.end = old.end, nil
	}
	return old.close()
}

// close ends the desk and writes the export's last changes.
func (r *newsroom) close() error {
	if r == nil {
		return nil
	}
	if r.done != nil {
		r.stop()
		<-r.done
		r.copyLast()
	}
	r.pause()
	if r.end == nil {
		return nil
	}
	return r.end()
}

// copyLast brings the bucket up to date before the newsroom closes, as far as
// there is time. What is left is sent after the next start.
func (r *newsroom) copyLast() {
	if r.press.Target == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), ending)
	defer cancel()
	if _, err := r.press.Target.Flush(ctx); err != nil {
		r.press.Log.Warn("the bucket is behind until the next start", "err", err)
	}
}

// hosts are the names that the public listener answers to.
func hosts(cfg *config) []string {
	u, err := url.Parse(cfg.Site.URL)
	if err != nil || u.Host == "" {
		return nil
	}
	return []string{u.Host}
}

func errorPage(pages *site.Pages, desk *publish.Desk) func(int, string) []byte {
	return func(status int, detail string) []byte {
		body, err := pages.Error(site.ErrorData{Site: desk.Site, Status: status, Detail: detail})
		if err != nil {
			return []byte(detail)
		}
		return body
	}
}
