package websub_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"wiredesk/fetch/websub"
	"wiredesk/store"
)

// S-01, S-02: what Link headers say; documents are package parse's matter.
func TestS01Links(t *testing.T) {
	for _, tt := range []struct {
		name, header string
		hubs, self   string
	}{
		{"S-01 both", `<https://hub.example/>; rel="hub", <http://paper.example/feed>; rel=self`, "https://hub.example/", "http://paper.example/feed"},
		{"several hubs, in order", `<https://a.example/>; rel=hub, </b>; title="a, b; c"; rel="next HUB"`, "https://a.example/ http://paper.example/b", ""},
		{"relative self", `<x>; rel=self`, "", "http://paper.example/x"},
		{"first rel counts", `<x>; rel=next; rel=self`, "", ""},
		{"no addresses", `<javascript:x>; rel=hub, <ftp://h/>; rel=hub, rel=hub, <`, "", ""},
		{"none", ``, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			hubs, self := websub.Links(http.Header{"Link": {tt.header}}, "http://paper.example/feed")
			if strings.Join(hubs, " ") != tt.hubs || self != tt.self {
				t.Errorf("Links = %q, %q; want %q, %q", hubs, self, tt.hubs, tt.self)
			}
		})
	}
}

// S-02: a page's head is its own word, its body is not.
func TestS02HeadOfAPage(t *testing.T) {
	links := `<link rel="hub" href="https://hub.example/"><link href='/feed' rel=self>`
	for _, tt := range []struct{ name, page, hubs, self string }{
		{"S-02 HTML head", "<!doctype html><html><head><title><link></title>" + links + "</head><body></body></html>", "https://hub.example/", "http://paper.example/feed"},
		{"S-02 HTML head without tags", "<title>x</title>" + links + "<p>", "https://hub.example/", "http://paper.example/feed"},
		{"S-02 HTML body", "<html><head></head><body>" + links + "</body></html>", "", ""},
		{"S-02 HTML body without tags", "<html><p>x</p>" + links, "", ""},
		{"in a script", "<html><head><script>'" + links + "'</script></head>", "", ""},
		{"breaking out", `<head><link rel="hub" href='https://hub.example/>; rel="hub", <https://evil.example/'></head>`, "https://hub.example/;%20rel=hub,%20https://evil.example/", ""},
	} {
		hubs, self := websub.Head([]byte(tt.page), "http://paper.example/")
		if strings.Join(hubs, " ") != tt.hubs || self != tt.self {
			t.Errorf("%s: Head = %q, %q; want %q, %q", tt.name, hubs, self, tt.hubs, tt.self)
		}
	}
}

// S-07, S-08, ws-subscribe: the request is well formed, the wrong question gets
// 404, the right one the challenge and nothing else, as plain text.
func TestS07S08Verification(t *testing.T) {
	d, h := newDesk(t), newHub(t, nil)
	d.offer("paper", []string{h.URL}, topic)
	form := h.last(1)
	callback := form.Get("hub.callback")
	if form.Get("hub.mode") != "subscribe" || form.Get("hub.topic") != topic || len(form.Get("hub.secret")) < 32 ||
		len(form.Get("hub.secret")) >= 200 || form.Get("hub.lease_seconds") != "864000" {
		t.Errorf("asked %v", form)
	}
	if token := callback[strings.LastIndexByte(callback, '/')+1:]; len(token) != 32 {
		t.Errorf("callback %s can be guessed", callback)
	}
	for _, q := range []struct{ mode, topic, callback string }{
		{"subscribe", topic + "x", callback},
		{"unsubscribe", topic, callback},
		{"dance", topic, callback},
		{"", topic, callback},
		{"subscribe", topic, callback[:len(callback)-1] + "g"},
		{"subscribe", topic, d.sub.Base + websub.Path},
	} {
		if res, _ := h.verify(q.callback, q.mode, q.topic, "60"); res.StatusCode != http.StatusNotFound {
			t.Errorf("%v: status %d, want 404", q, res.StatusCode)
		}
	}
	if s := d.kept("paper"); s.Live(d.clock()) {
		t.Error("live before it was verified")
	}
	res, _ := h.verify(callback, "subscribe", topic, "864000")
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain") || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("verification: %d %v", res.StatusCode, res.Header)
	}
	if s := d.kept("paper"); !s.Live(d.clock()) || !s.Trusted(d.clock()) {
		t.Errorf("after verification: %+v", s)
	}
}

// S-09: a hub may ask back before it answers.
func TestS09VerificationBeforeTheAnswer(t *testing.T) {
	d := newDesk(t)
	var h *hub
	done := make(chan int, 1)
	h = newHub(t, func(_ int, w http.ResponseWriter, form url.Values) {
		res, _ := h.verify(form.Get("hub.callback"), "subscribe", topic, "3600")
		done <- res.StatusCode
		w.WriteHeader(http.StatusAccepted)
	})
	d.offer("paper", []string{h.URL}, topic)
	if status := <-done; status != 200 {
		t.Errorf("status %d, want 200", status)
	}
	if s := d.kept("paper"); !s.Live(d.clock()) {
		t.Errorf("subscription %+v", s)
	}
}

// S-04: the second hub is asked when the first fails, and only then.
func TestS04SecondHub(t *testing.T) {
	d := newDesk(t)
	bad := newHub(t, func(_ int, w http.ResponseWriter, _ url.Values) {
		http.Error(w, "broken", http.StatusInternalServerError)
	})
	good := newHub(t, nil)
	d.offer("paper", []string{bad.URL, good.URL}, topic)
	good.last(1)
	if n := len(bad.asked()); n != 1 {
		t.Errorf("the first hub was asked %d times, want once", n)
	}
	d.offer("other", []string{good.URL, bad.URL}, topic+"/2")
	good.last(2)
	if n := len(bad.asked()); n != 1 {
		t.Errorf("the second hub was asked though the first took it")
	}
}

// S-06: 307 and 308 repeat the form, 302 is an error.
func TestS06HubRedirects(t *testing.T) {
	for _, tt := range []struct {
		status int
		want   bool
	}{{307, true}, {308, true}, {302, false}, {301, false}, {303, false}} {
		t.Run(fmt.Sprint("S-06 ", tt.status), func(t *testing.T) {
			d, target := newDesk(t), newHub(t, nil)
			h := newHub(t, func(_ int, w http.ResponseWriter, _ url.Values) {
				w.Header().Set("Location", target.URL)
				w.WriteHeader(tt.status)
			})
			d.offer("paper", []string{h.URL}, topic)
			if tt.want {
				if form := target.last(1); form.Get("hub.topic") != topic || form.Get("hub.callback") != h.last(1).Get("hub.callback") {
					t.Errorf("the form did not arrive whole: %v", form)
				}
				return
			}
			h.last(1)
			waitFor(t, func() bool { return d.kept("paper").Why != "" })
			if len(target.asked()) > 0 {
				t.Error("the redirect was followed")
			}
		})
	}
}

func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it did not come to pass")
		}
	}
}

// S-10: what is never verified is asked for again, less and less often.
func TestS10NeverVerified(t *testing.T) {
	d, h := newDesk(t), newHub(t, nil)
	d.offer("paper", []string{h.URL}, topic)
	h.last(1)
	var last time.Duration
	for n := 2; n < 7; n++ {
		waitFor(t, func() bool { return len(h.asked()) == n-1 && d.kept("paper").Due.After(d.clock()) })
		wait := d.kept("paper").Due.Sub(d.clock())
		if wait < time.Hour || wait < last || wait > 24*time.Hour {
			t.Errorf("wait %d is %v after %v", n, wait, last)
		}
		last = wait
		d.pass(wait)
		h.last(n)
	}
	callbacks := map[string]bool{}
	for _, f := range h.asked() {
		callbacks[f.Get("hub.callback")] = true
	}
	if len(callbacks) != 6 {
		t.Errorf("%d callbacks in 6 requests, want a new one each", len(callbacks))
	}
}

// S-11: leases of every length are renewed in time and not all the time.
func TestS11Leases(t *testing.T) {
	for _, tt := range []struct {
		name, lease string
		renew, ends time.Duration
	}{
		{"S-11 a minute", "60", 40 * time.Second, time.Minute},
		{"S-11 a second", "1", 30 * time.Second, time.Second},
		{"S-11 ten days", "864000", 160 * time.Hour, 240 * time.Hour},
		{"S-11 ten years", "315360000", 20 * 24 * time.Hour, 30 * 24 * time.Hour},
		{"S-11 beyond numbers", "99999999999999999999", 20 * 24 * time.Hour, 30 * 24 * time.Hour},
		{"none", "", 160 * time.Hour, 240 * time.Hour},
		{"nonsense", "-5", 160 * time.Hour, 240 * time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, h, _ := subscribed(t, tt.lease)
			s := d.kept("paper")
			if renew, ends := s.Due.Sub(d.clock()), s.Active.Until.Sub(d.clock()); renew != tt.renew || ends != tt.ends {
				t.Errorf("renewed after %v, ends after %v; want %v, %v", renew, ends, tt.renew, tt.ends)
			}
			d.pass(tt.renew)
			h.last(2)
		})
	}
}

// S-12: a renewal has a callback of its own; the old one answers until that is
// verified.
func TestS12Renewal(t *testing.T) {
	d, h, old := subscribed(t, "864000")
	d.pass(160 * time.Hour)
	form := h.last(2)
	if form.Get("hub.callback") == old.Get("hub.callback") || form.Get("hub.secret") == old.Get("hub.secret") {
		t.Error("the renewal has the old callback or secret")
	}
	push := func(f url.Values) int {
		return h.push(f.Get("hub.callback"), sign("sha256", f.Get("hub.secret"), "x"), "x")
	}
	if status := push(old); status/100 != 2 || d.takings() != 1 {
		t.Errorf("before the renewal is verified the old callback says %d", status)
	}
	if status := push(form); status != 404 {
		t.Errorf("before it is verified the new callback says %d", status)
	}
	h.verify(form.Get("hub.callback"), "subscribe", topic, "864000")
	if status := push(form); status/100 != 2 || d.takings() != 2 {
		t.Errorf("the new callback says %d", status)
	}
	if status := push(old); status != 404 || d.takings() != 2 {
		t.Errorf("after the renewal the old callback says %d", status)
	}
}

// A publisher changes its hub: the old one is told, and may verify that; the new
// one is asked.
func TestHubThatIsLeftIsTold(t *testing.T) {
	d, old, form := subscribed(t, "864000")
	hub := newHub(t, nil)
	d.offer("paper", []string{hub.URL}, topic)
	bye := old.last(2)
	if bye.Get("hub.mode") != "unsubscribe" || bye.Get("hub.callback") != form.Get("hub.callback") || bye.Get("hub.topic") != topic {
		t.Errorf("the old hub was asked %v", bye)
	}
	asked := hub.last(1)
	if asked.Get("hub.mode") != "subscribe" || asked.Get("hub.callback") == form.Get("hub.callback") {
		t.Errorf("the new hub was asked %v", asked)
	}
	for _, v := range []struct{ mode, callback string }{{"unsubscribe", form.Get("hub.callback")}, {"subscribe", asked.Get("hub.callback")}} {
		if res, _ := hub.verify(v.callback, v.mode, topic, "864000"); res.StatusCode != http.StatusOK {
			t.Errorf("%s is answered with %s", v.mode, res.Status)
		}
	}
	push := func(f url.Values) int {
		return hub.push(f.Get("hub.callback"), sign("sha256", f.Get("hub.secret"), "x"), "x")
	}
	if was, is := push(form), push(asked); was != http.StatusGone || is/100 != 2 || d.takings() != 1 {
		t.Errorf("the old callback says %d, the new one %d, %d taken", was, is, d.takings())
	}
	d.pass(11 * 24 * time.Hour)
	for _, q := range old.asked()[1:] {
		if q.Get("hub.mode") == "subscribe" {
			t.Error("the hub that was left was asked to push")
		}
	}
}

// S-13: a refusal is kept, and the hub left alone for a day.
func TestS13Denied(t *testing.T) {
	d, h := newDesk(t), newHub(t, nil)
	d.offer("paper", []string{h.URL}, topic)
	h.verify(h.last(1).Get("hub.callback"), "denied", topic, "")
	s := d.kept("paper")
	if s.Denied.IsZero() || !strings.Contains(s.Why, "no reason") || s.Due.Sub(d.clock()) < 24*time.Hour || s.Live(d.clock()) {
		t.Errorf("subscription %+v", s)
	}
	d.pass(23 * time.Hour)
	d.offer("paper", []string{h.URL}, topic)
	if n := len(h.asked()); n != 1 {
		t.Errorf("asked %d times within a day", n)
	}
	d.pass(2 * time.Hour)
	h.last(2)
}

// S-14: nobody but us ends a subscription.
func TestS14UnsolicitedUnsubscribe(t *testing.T) {
	d, h, form := subscribed(t, "864000")
	if res, _ := h.verify(form.Get("hub.callback"), "unsubscribe", topic, ""); res.StatusCode != 404 {
		t.Errorf("status %d, want 404", res.StatusCode)
	}
	if s := d.kept("paper"); !s.Live(d.clock()) {
		t.Error("the subscription is gone")
	}
}

// S-22: a hub that asks to wait is given its time; a source that goes is
// unsubscribed from, and its callback says so.
func TestS22HubAsksToWait(t *testing.T) {
	for _, status := range []int{429, 503} {
		d, other := newDesk(t), newHub(t, nil)
		h := newHub(t, func(_ int, w http.ResponseWriter, _ url.Values) {
			w.Header().Set("Retry-After", "18000")
			w.WriteHeader(status)
		})
		d.offer("paper", []string{h.URL, other.URL}, topic)
		h.last(1)
		waitFor(t, func() bool { return d.kept("paper").Due.Sub(d.clock()) == 5*time.Hour })
		d.pass(4 * time.Hour)
		d.offer("paper", []string{h.URL, other.URL}, topic)
		if n := len(h.asked()); n != 1 {
			t.Errorf("%d: asked %d times before it said", status, n)
		}
		d.pass(2 * time.Hour)
		h.last(2)
	}
}

func TestS22Unsubscribe(t *testing.T) {
	d, h, form := subscribed(t, "864000")
	must(t, d.sub.Keep(t.Context(), func(id store.SourceID) bool { return id != "paper" }))
	last := h.last(2)
	if last.Get("hub.mode") != "unsubscribe" || last.Get("hub.callback") != form.Get("hub.callback") || last.Get("hub.topic") != topic {
		t.Errorf("asked %v", last)
	}
	if res, _ := h.verify(form.Get("hub.callback"), "unsubscribe", topic, ""); res.StatusCode != 200 {
		t.Errorf("S-22: verification of the end: %d", res.StatusCode)
	}
	if status := h.push(form.Get("hub.callback"), sign("sha256", form.Get("hub.secret"), "x"), "x"); status != 410 || d.takings() > 0 {
		t.Errorf("S-22: afterwards the callback says %d, want 410", status)
	}
	d.pass(12 * 24 * time.Hour)
	waitFor(t, func() bool { return d.kept("paper").Topic == "" })
	d.offer("paper", []string{h.URL}, topic)
	if h.last(3).Get("hub.mode") != "subscribe" {
		t.Error("a source that comes back is not subscribed to")
	}
}

// S-15, S-16, S-17, S-21: what is taken of what comes.
func TestS15S16S17S21Pushes(t *testing.T) {
	d, h, form := subscribed(t, "864000")
	callback, secret := form.Get("hub.callback"), form.Get("hub.secret")
	large := strings.Repeat("x", 2<<20)
	for _, tt := range []struct {
		name, callback, sign, body string
		status                     int
		taken                      bool
	}{
		{"S-15 sha1", callback, sign("sha1", secret, "a"), "a", 202, true},
		{"S-15 sha256", callback, sign("sha256", secret, "a"), "a", 202, true},
		{"S-15 sha384", callback, sign("sha384", secret, "a"), "a", 202, true},
		{"S-15 sha512", callback, sign("sha512", secret, "a"), "a", 202, true},
		{"S-16 wrong", callback, sign("sha256", "guess", "a"), "a", 202, false},
		{"S-16 of another body", callback, sign("sha256", secret, "b"), "a", 202, false},
		{"S-16 missing", callback, "", "a", 202, false},
		{"S-16 unknown method", callback, "md5=900150983cd24fb0d6963f7d28e17f72", "a", 202, false},
		{"S-16 garbage", callback, "sha256=zz", "a", 202, false},
		{"S-17 too large", callback, sign("sha256", secret, large), large, 413, false},
		{"S-21 guessed", d.sub.Base + websub.Path + strings.Repeat("0", 32), sign("sha256", secret, "a"), "a", 404, false},
		{"S-21 short", d.sub.Base + websub.Path + "x", "", "a", 404, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := d.takings()
			if got := h.push(tt.callback, tt.sign, tt.body); got != tt.status {
				t.Errorf("status %d, want %d", got, tt.status)
			}
			if taken := d.takings() > before; taken != tt.taken {
				t.Errorf("taken: %v, want %v", taken, tt.taken)
			}
		})
	}
	d.mu.Lock()
	d.fault = errors.New("no space left on device")
	d.mu.Unlock()
	if got := h.push(callback, sign("sha256", secret, "a"), "a"); got != 503 {
		t.Errorf("what could not be stored is acknowledged with %d", got)
	}
}

// S-20: what a poll finds and no push brought demotes the hub, until it pushes
// again.
func TestS20SilentHubIsDemoted(t *testing.T) {
	d, h, form := subscribed(t, "864000")
	at := d.clock()
	poll := func(published time.Time, v store.Verdict, pushed bool) bool {
		return websub.Missed(
			&store.Delivery{At: at, Pushed: pushed, Articles: []store.Article{{Published: store.Claim{At: published}}}},
			&store.Receipt{Articles: []store.Receipted{{Verdict: v}}})
	}
	for _, tt := range []struct {
		name string
		got  bool
		want bool
	}{
		{"old and new to us", poll(at.Add(-time.Hour), store.New, true), true},
		{"no date", poll(time.Time{}, store.New, true), true},
		{"just out", poll(at.Add(-time.Minute), store.New, true), false},
		{"was pushed", poll(at.Add(-time.Hour), store.Unchanged, true), false},
		{"no hub", poll(at.Add(-time.Hour), store.New, false), false},
	} {
		if tt.got != tt.want {
			t.Errorf("S-20 %s: missed %v, want %v", tt.name, tt.got, tt.want)
		}
	}
	must(t, d.sub.Missed(t.Context(), "paper"))
	if s := d.kept("paper"); s.Trusted(d.clock()) || !s.Live(d.clock()) {
		t.Errorf("after a miss: %+v", s)
	}
	h.push(form.Get("hub.callback"), sign("sha256", form.Get("hub.secret"), "a"), "a")
	if s := d.kept("paper"); !s.Trusted(d.clock()) {
		t.Error("a hub that pushes again is not trusted again")
	}
}

// What was agreed outlives the program.
func TestSubscriptionsOutliveTheProgram(t *testing.T) {
	d, h, form := subscribed(t, "864000")
	again := &websub.Subscriber{Store: d.db, Client: d.sub.Client, Base: d.sub.Base, Log: d.sub.Log, Now: d.clock, Take: d.take}
	must(t, again.Load(t.Context()))
	must(t, again.Offer(t.Context(), "paper", store.FeedInfo{Hubs: []string{h.URL}, Self: topic}))
	if status := h.push(form.Get("hub.callback"), sign("sha256", form.Get("hub.secret"), "a"), "a"); status != 202 || len(h.asked()) != 1 {
		t.Errorf("status %d, asked %d times", status, len(h.asked()))
	}
}
