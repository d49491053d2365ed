package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"wiredesk/publish/serve"
	"wiredesk/publish/signin"
	"wiredesk/publish/site"
	"wiredesk/store"
)

// DeskPath is where the desk's pages are. None of them is public, cached,
// exported or shown in another site's frame.
const DeskPath = "/desk"

// An Order is what somebody decides at the desk, in the words of the command
// line: desk VERB ARGS --topic --why.
type Order struct {
	Verb       store.Verb
	Args       []string
	Topic, Why string
	By         string
}

// An Office serves the desk's pages to those who signed in, and takes their
// decisions. It decides nothing itself: Decide is what the command line runs.
type Office struct {
	Desk    *Desk
	Pages   *site.Pages
	Site    *serve.Site
	Guard   *signin.Guard
	Decide  func(context.Context, Order) (store.Decision, error)
	Today   func(context.Context) (site.TodayData, error)
	Mistake func(error) string // words an error of Decide for people
	Log     *slog.Logger
}

// maxForm is the most bytes of a form.
const maxForm = 64 << 10

// ServeHTTP answers for all paths that start with DeskPath.
func (o *Office) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case !o.Site.Knows(r):
		o.Site.Fail(w, r, http.StatusMisdirectedRequest, "This server does not answer for that name.")
		return
	case !o.Guard.Open():
		o.Site.Fail(w, r, http.StatusNotFound, "Nobody may decide here yet: the configuration names nobody under desk.users.")
		return
	case r.URL.Path == DeskPath:
		http.Redirect(w, r, o.base()+DeskPath+"/", http.StatusMovedPermanently)
		return
	}
	private(w.Header())
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	who, in := o.Guard.Who(r)
	switch {
	case r.Method == http.MethodPost && !o.sameOrigin(r):
		o.Site.Fail(w, r, http.StatusForbidden, "This form comes from another site.")
	case r.Method == http.MethodPost && r.PostFormValue("do") == "sign-in":
		o.signIn(w, r)
	case r.Method != http.MethodPost && r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD, POST")
		o.Site.Fail(w, r, http.StatusMethodNotAllowed, "Only GET, HEAD and POST are understood here.")
	case !in:
		o.ask(w, r, http.StatusUnauthorized, "")
	case r.Method == http.MethodPost && !who.Genuine(r.PostFormValue("form")):
		o.Site.Fail(w, r, http.StatusForbidden, "This form is from an earlier session. Go back, load the page again, and send it from there.")
	case r.Method == http.MethodPost && r.PostFormValue("do") == "sign-out":
		o.signOut(w, r)
	case r.Method == http.MethodPost:
		o.order(w, r, who)
	default:
		o.show(w, r, who, http.StatusOK, "")
	}
}

// private sets what every answer of the desk carries (RELIABILITY-A3).
func private(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' https: http://127.0.0.1:* http://localhost:*; "+
		"form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Vary", "Cookie, Authorization")
}

// base is the path of the site's root, for a site that is not at the root of
// its host.
func (o *Office) base() string {
	u, err := url.Parse(o.Desk.Site.URL)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(u.EscapedPath(), "/")
}

// sameOrigin refuses what another site made a browser send. Browsers say so;
// where an old one does not, the form's own secret is the second lock.
func (o *Office) sameOrigin(r *http.Request) bool {
	p := http.NewCrossOriginProtection()
	if u, err := url.Parse(o.Desk.Site.URL); err == nil && u.Host != "" {
		_ = p.AddTrustedOrigin(u.Scheme + "://" + u.Host) // it was checked with the configuration
	}
	return p.Check(r) == nil
}

// ask shows the form to sign in, at the very address that was asked for: there
// is no address to be sent on to that anybody could forge.
func (o *Office) ask(w http.ResponseWriter, r *http.Request, status int, problem string) {
	body, err := o.Pages.SignIn(site.SignInData{Site: o.Desk.Site, Name: r.PostFormValue("name"), Problem: problem})
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="wiredesk"`)
	}
	o.page(w, r, status, body, err)
}

func (o *Office) signIn(w http.ResponseWriter, r *http.Request) {
	from := serve.Client(r)
	name := strings.ToLower(strings.TrimSpace(r.PostFormValue("name")))
	secret, err := o.Guard.Enter(r.Context(), from, name, r.PostFormValue("password"))
	switch {
	case errors.Is(err, signin.ErrSlow):
		w.Header().Set("Retry-After", "60")
		o.ask(w, r, http.StatusTooManyRequests, "Too many attempts came from your network. Wait a minute, then try again.")
	case err != nil:
		o.Log.Warn("sign-in refused", "name", fmt.Sprintf("%.32s", name), "from", from)
		o.ask(w, r, http.StatusUnauthorized, "That name and password do not belong together.")
	default:
		o.Log.Info("signed in", "name", name, "from", from)
		o.keep(w, r, secret)
		o.back(w, r)
	}
}

func (o *Office) signOut(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie(signin.Cookie); err == nil {
		o.Guard.Leave(c.Value)
	}
	o.keep(w, r, "")
	http.Redirect(w, r, o.base()+"/", http.StatusSeeOther)
}

func (o *Office) keep(w http.ResponseWriter, r *http.Request, secret string) {
	secure := r.URL.Scheme == "https" || strings.HasPrefix(o.Desk.Site.URL, "https:")
	http.SetCookie(w, signin.NewCookie(secret, o.base()+DeskPath+"/", secure))
}

// back shows the page anew after a form was taken.
func (o *Office) back(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, o.base()+r.URL.EscapedPath(), http.StatusSeeOther)
}

// order takes a decision.
func (o *Office) order(w http.ResponseWriter, r *http.Request, who signin.Visitor) {
	ord, err := orderOf(r, who.Name)
	if err == nil {
		_, err = o.Decide(r.Context(), ord)
	}
	if err != nil {
		o.show(w, r, who, http.StatusUnprocessableEntity, o.Mistake(err))
		return
	}
	o.Log.Info("decided", "verb", ord.Verb, "args", ord.Args[:1], "by", who.Name)
	if _, err := o.Desk.Once(r.Context(), false); err != nil { // so that the page shows what was decided
		o.Log.Debug("the desk comes round later", "err", err)
	}
	o.back(w, r)
}

// orderOf reads a form. What its fields mean is what the command line's
// arguments mean.
func orderOf(r *http.Request, by string) (Order, error) {
	field := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	o := Order{Verb: store.Verb(field("do")), Topic: field("topic"), Why: field("why"), By: by}
	story, article := field("story"), field("article")
	switch o.Verb {
	case store.Pin, store.Hide:
		o.Args = []string{story}
	case store.Note, store.SetTitle:
		o.Args = []string{story, field("text")}
	case store.SetLead:
		o.Args = []string{story, article}
	case store.Split:
		o.Args = []string{article}
	case store.Merge:
		o.Args = []string{story, storyIn(field("other"))}
	case store.Withdraw:
		o.Args = []string{cmp.Or(article, story)}
	case store.Undo:
		o.Args = []string{field("decision")}
	}
	if o.Args == nil || slices.Contains(o.Args, "") {
		return o, errors.New("the form is not filled in")
	}
	return o, nil
}

// storyIn finds the id of a story in what an editor pasted: the address of its
// page, or the id itself.
func storyIn(s string) string {
	if _, after, ok := strings.Cut(s, "/s/"); ok {
		s, _, _ = strings.Cut(after, "/")
	}
	return s
}

// show answers with one of the desk's pages.
func (o *Office) show(w http.ResponseWriter, r *http.Request, who signin.Visitor, status int, problem string) {
	sign := site.Signed{Name: who.Name, Form: who.Form, Problem: problem}
	if r.URL.Path == DeskPath+"/" {
		data, err := o.Today(r.Context())
		if err != nil {
			o.page(w, r, status, nil, err)
			return
		}
		data.Site, data.Signed = o.Desk.Site, sign
		body, err := o.Pages.Today(data)
		o.page(w, r, status, body, err)
		return
	}
	name, ok := strings.CutPrefix(r.URL.Path, DeskPath+"/s/")
	id, err := store.ParseStoryID(strings.TrimSuffix(name, "/"))
	if !ok || err != nil {
		o.Site.Fail(w, r, http.StatusNotFound, "")
		return
	}
	data, err := o.Desk.Manuscript(r.Context(), id, choiceOf(r.URL.Query()))
	if errors.Is(err, store.ErrNotFound) {
		o.Site.Fail(w, r, http.StatusNotFound, "")
		return
	}
	var body []byte
	if err == nil {
		data.Signed = sign
		body, err = o.Pages.Story(data)
	}
	o.page(w, r, status, body, err)
}

func (o *Office) page(w http.ResponseWriter, r *http.Request, status int, body []byte, err error) {
	if err != nil {
		o.Log.Error("desk page", "path", r.URL.Path, "err", err)
		o.Site.Fail(w, r, http.StatusInternalServerError, "")
		return
	}
	w.Header().Set("Content-Type", site.TypeHTML)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a reader that went away is not our fault
	}
}
