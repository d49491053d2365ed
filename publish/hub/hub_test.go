package hub_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"wiredesk/publish/hub"
)

func TestH01SecretsShorterThan200Bytes(t *testing.T) {
	r, s := newRig(t, true), newSubscriber(t)
	for n, want := range map[int]int{0: 202, 1: 202, 199: 202, 200: 400} {
		if w := r.ask(s.URL, "hub.secret", strings.Repeat("s", n)); w.Code != want {
			t.Errorf("secret of %d bytes: status %d, want %d", n, w.Code, want)
		}
	}
}

func TestH02BadRequests(t *testing.T) {
	r, s := newRig(t, true), newSubscriber(t)
	for _, tt := range []struct {
		name, callback string
		more           []string
		want           int
	}{
		{"no callback", "", nil, 400},
		{"no topic", s.URL, []string{"hub.topic", ""}, 400},
		{"no mode", s.URL, []string{"hub.mode", ""}, 400},
		{"odd mode", s.URL, []string{"hub.mode", "denied"}, 400},
		{"foreign topic", s.URL, []string{"hub.topic", "https://other.example/feed"}, 404},
		{"a page of ours", s.URL, []string{"hub.topic", "https://wire.example/"}, 404},
		{"our feed, made longer", s.URL, []string{"hub.topic", feed + "?x=1"}, 404},
		{"ftp", "ftp://files.example/cb", nil, 400},
		{"password", "http://a:b@reader.example/cb", nil, 400},
		{"fragment", "http://reader.example/cb#x", nil, 400},
		{"line break", "http://reader.example/cb\r\nX: y", nil, 400},
		{"no host", "http:///cb", nil, 400},
		{"endless", "http://reader.example/" + strings.Repeat("a", 3000), nil, 400},
		{"our own site", "https://wire.example/websub/x", nil, 400},
		{"endless form", s.URL, []string{"x", strings.Repeat("a", 1<<20)}, 413},
		{"a foreign ping", s.URL, []string{"hub.mode", "publish", "hub.url", "https://other.example/feed"}, 400},
		{"a ping of ours", s.URL, []string{"hub.mode", "publish"}, 400},
	} {
		if w := r.ask(tt.callback, tt.more...); w.Code != tt.want || w.Body.Len() < 10 {
			t.Errorf("%s: status %d, %q; want %d with a reason", tt.name, w.Code, w.Body, tt.want)
		}
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, self, nil))
	if w.Code != 405 || w.Header().Get("Allow") != "POST" {
		t.Errorf("GET: status %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	w = httptest.NewRecorder()
	req := httptest.NewRequest(http.MethodPost, self, strings.NewReader(""))
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	if r.ServeHTTP(w, req); w.Code != 403 {
		t.Errorf("a page of another site: status %d", w.Code)
	}
	r.pass(0)
	if len(s.asked) != 0 {
		t.Errorf("callbacks of bad requests were asked: %v", s.asked)
	}
}

func TestH03CallbackKeepsItsQuery(t *testing.T) {
	r, s := newRig(t, true), newSubscriber(t)
	r.ask(s.URL + "/cb?user=7&x=a%20b")
	r.pass(0)
	if len(s.asked) != 1 || s.asked[0].Get("user") != "7" || s.asked[0].Get("x") != "a b" || s.asked[0].Get("hub.topic") != feed {
		t.Errorf("asked %v", s.asked)
	}
}

func TestH04UnverifiedChangesNothing(t *testing.T) {
	for name, echo := range map[string]func(http.ResponseWriter, url.Values){
		"wrong body":     func(w http.ResponseWriter, _ url.Values) { _, _ = io.WriteString(w, "yes") },
		"more than that": func(w http.ResponseWriter, q url.Values) { _, _ = io.WriteString(w, q.Get("hub.challenge")+"!") },
		"404":            func(w http.ResponseWriter, _ url.Values) { w.WriteHeader(404) },
		"404 with the challenge": func(w http.ResponseWriter, q url.Values) {
			w.WriteHeader(404)
			_, _ = io.WriteString(w, q.Get("hub.challenge"))
		},
		"302":  func(w http.ResponseWriter, _ url.Values) { w.Header().Set("Location", "/cb"); w.WriteHeader(302) },
		"hung": func(http.ResponseWriter, url.Values) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			r, s := newRig(t, true), newSubscriber(t)
			s.mean(echo)
			r.subscribe(s, "hub.secret", "new")
			if f, ok := r.kept(); ok {
				t.Errorf("it is active: %+v", f)
			}
			s.mean(nil)
			r.subscribe(s, "hub.secret", "old")
			was, _ := r.kept()
			s.mean(echo)
			r.subscribe(s, "hub.secret", "new", "hub.lease_seconds", "3600")
			r.subscribe(s, "hub.mode", "unsubscribe")
			if is, _ := r.kept(); is != was {
				t.Errorf("it was %+v and is %+v", was, is)
			}
		})
	}
}

func TestH05RenewalTakesEffectWhenVerified(t *testing.T) {
	r, s := newRig(t, true), newSubscriber(t)
	r.subscribe(s, "hub.secret", "old", "hub.lease_seconds", "7200")
	r.now = r.now.Add(time.Hour)
	r.publish("second")
	r.ask(s.URL+"/cb", "hub.secret", "new", "hub.lease_seconds", "86400")
	if f, _ := r.kept(); f.Secret != "old" {
		t.Errorf("the secret is %q before it was verified", f.Secret)
	}
	r.pass(0)
	if f, _ := r.kept(); f.Secret != "new" || !f.Until.Equal(r.now.Add(24*time.Hour)) {
		t.Errorf("after it was verified: %+v", f)
	}
	if got := s.got(); len(got) != 1 || got[0] != "<feed>second</feed>" {
		t.Errorf("what changed between was delivered as %q", got)
	}
}

func TestH06LeasesAndUnknownParameters(t *testing.T) {
	for asked, want := range map[string]time.Duration{
		"": 240 * time.Hour, "0": 240 * time.Hour, "-1": 240 * time.Hour, "soon": 240 * time.Hour, "-99999999999999999999": 240 * time.Hour,
		"1": time.Hour, "86400": 24 * time.Hour, "1000000000000": 720 * time.Hour, "99999999999999999999": 720 * time.Hour,
	} {
		r, s := newRig(t, true), newSubscriber(t)
		r.subscribe(s, "hub.lease_seconds", asked, "hub.verify", "sync", "hub.verify_token", "x")
		f, _ := r.kept()
		if got := f.Until.Sub(r.now); got != want || s.asked[0].Get("hub.lease_seconds") != fmt.Sprint(int(want.Seconds())) {
			t.Errorf("asked for %q: %v, and said %s; want %v", asked, got, s.asked[0].Get("hub.lease_seconds"), want)
		}
	}
}

func TestH07Unsubscribe(t *testing.T) {
	r, s := newRig(t, true), newSubscriber(t)
	r.subscribe(s)
	r.subscribe(s, "hub.mode", "unsubscribe")
	if f, ok := r.kept(); ok || s.asked[1].Get("hub.lease_seconds") != "" || s.asked[0].Get("hub.challenge") == s.asked[1].Get("hub.challenge") {
		t.Errorf("asked %v; left: %+v", s.asked, f)
	}
	r.news("second")
	if got := s.got(); len(got) > 0 {
		t.Errorf("delivered %q", got)
	}
}

func TestH08PrivateCallbacks(t *testing.T) {
	r, s := newRig(t, false), newSubscriber(t)
	port := s.URL[strings.LastIndexByte(s.URL, ':'):]
	for _, host := range []string{"127.0.0.1", "127.9.9.9", "10.0.0.1", "[::1]", "localhost", "0x7f.1", "[::ffff:127.0.0.1]"} {
		if w := r.ask("http://" + host + port + "/cb"); w.Code/100 == 2 {
			r.pass(0)
		}
	}
	if _, ok := r.kept(); ok || len(s.asked) > 0 {
		t.Errorf("a private callback was asked: %v", s.asked)
	}
}

func TestH09ManySubscriptionsOfOneHost(t *testing.T) {
	r := newRig(t, true)
	taken := 0
	for i := range 1000 {
		w := r.ask(fmt.Sprintf("http://one.example/cb/%d", i))
		switch w.Code {
		case http.StatusAccepted:
			taken++
		case http.StatusTooManyRequests:
			if w.Header().Get("Retry-After") == "" {
				t.Fatal("no Retry-After")
			}
		default:
			t.Fatalf("status %d", w.Code)
		}
	}
	if taken != 50 {
		t.Errorf("%d of one host were taken, want 50", taken)
	}
	if w := r.ask("http://two.example/cb"); w.Code != http.StatusAccepted {
		t.Errorf("another host: status %d: %s", w.Code, w.Body)
	}
	all := 1
	for i := 0; i < 2000; i++ {
		if w := r.ask(fmt.Sprintf("http://host%d.example/cb", i)); w.Code == http.StatusAccepted {
			all++
		} else if w.Code != http.StatusServiceUnavailable {
			t.Fatalf("status %d", w.Code)
		}
	}
	if taken+all != 1000 {
		t.Errorf("%d subscriptions in all, want 1000", taken+all)
	}
}

func TestH10DeliveryIsWhatReadersGet(t *testing.T) {
	r, s := newRig(t, true), newSubscriber(t)
	r.subscribe(s)
	r.news("second")
	if got := s.got(); len(got) != 1 || got[0] != "<feed>second</feed>" {
		t.Fatalf("delivered %q", got)
	}
	h := s.heads[0]
	if h.Get("Content-Type") != "application/atom+xml; charset=utf-8" || h.Get("User-Agent") != "wiredesk/test" {
		t.Errorf("headers: %v", h)
	}
	if want := `<https://wire.example/hub>; rel="hub", <` + feed + `>; rel="self"`; len(h["Link"]) != 1 || h.Get("Link") != want {
		t.Errorf("Link: %q, want %q", h["Link"], want)
	}
}

func TestH11Signature(t *testing.T) {
	r, s := newRig(t, true), newSubscriber(t)
	r.subscribe(s, "hub.secret", "between us")
	r.news("second")
	r.subscribe(s)
	r.news("third")
	mac := hmac.New(sha256.New, []byte("between us"))
	mac.Write([]byte(s.got()[0]))
	if want := "sha256=" + hex.EncodeToString(mac.Sum(nil)); s.heads[0].Get("X-Hub-Signature") != want {
		t.Errorf("signed %q, want %q", s.heads[0].Get("X-Hub-Signature"), want)
	}
	if sign, ok := s.heads[1]["X-Hub-Signature"]; ok {
		t.Errorf("signed without a secret: %q", sign)
	}
}

func TestH12RetriedOnSchedule(t *testing.T) {
	r, s := newRig(t, true), newSubscriber(t)
	r.subscribe(s)
	s.take = func(w http.ResponseWriter, n int) {
		if n <= 3 {
			w.WriteHeader(500)
		}
	}
	r.news("second")
	for i, wait := range []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute} {
		r.pass(wait - time.Second)
		if n := len(s.got()); n != i+1 {
			t.Fatalf("%d attempts, want %d: too early", n, i+1)
		}
		if i == 1 {
			r.publish("third")
		}
		r.pass(time.Second)
	}
	r.pass(24 * time.Hour)
	if got := strings.Join(s.got(), " "); got != "<feed>second</feed> <feed>second</feed> <feed>third</feed> <feed>third</feed>" {
		t.Errorf("delivered %s", got)
	}
}

func TestH13GoneEndsTheSubscription(t *testing.T) {
	r, s := newRig(t, true), newSubscriber(t)
	r.subscribe(s)
	s.answer(http.StatusGone)
	r.news("second")
	r.news("third")
	if f, ok := r.kept(); ok || len(s.got()) != 1 {
		t.Errorf("%d deliveries; left: %+v", len(s.got()), f)
	}
}

func TestH14RedirectsAreFailures(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		r, s, other := newRig(t, true), newSubscriber(t), newSubscriber(t)
		r.subscribe(s)
		s.take = func(w http.ResponseWriter, _ int) { w.Header().Set("Location", other.URL); w.WriteHeader(status) }
		r.news("second")
		if f, _ := r.kept(); f.Tries != 1 || len(other.got())+len(other.asked) != 0 {
			t.Errorf("%d: %+v; the other got %d", status, f, len(other.got()))
		}
	}
}

func TestH15AnswersAreNotRead(t *testing.T) {
	r, s := newRig(t, true), newSubscriber(t)
	r.subscribe(s)
	var wrote int64
	s.take = func(w http.ResponseWriter, _ int) {
		chunk := make([]byte, 1<<20)
		for range 1024 { // a gigabyte, if anybody read it
			n, err := w.Write(chunk)
			if wrote += int64(n); err != nil {
				return
			}
		}
	}
	r.news("second")
	if f, _ := r.kept(); f.Tries != 0 || !f.Failing.IsZero() {
		t.Errorf("the delivery counts as failed: %+v", f)
	}
}

func TestH16NewestOnly(t *testing.T) {
	r, s := newRig(t, true), newSubscriber(t)
	r.subscribe(s)
	s.take = func(_ http.ResponseWriter, n int) {
		if n == 1 {
			r.publish("third")
			r.publish("fourth")
		}
	}
	r.news("second")
	r.pass(time.Minute)
	if got := strings.Join(s.got(), " "); got != "<feed>second</feed> <feed>fourth</feed>" {
		t.Errorf("delivered %s", got)
	}
}

func TestH17LeaseEnds(t *testing.T) {
	r, s := newRig(t, true), newSubscriber(t)
	r.subscribe(s, "hub.lease_seconds", "7200")
	r.news("second")
	r.news("third")
	if f, ok := r.kept(); ok || len(s.got()) != 1 {
		t.Errorf("%d deliveries, want 1 before the lease ended; left: %+v", len(s.got()), f)
	}
}

func TestH17KilledBeforeDelivery(t *testing.T) {
	r, s := newRig(t, true), newSubscriber(t)
	r.subscribe(s)
	sender := r.Sender
	r.now = r.now.Add(time.Hour)
	r.publish("second") // and nothing more of this hub
	r.hire(sender)
	r.publish("second")
	r.Keep([]string{feed, rss})
	r.pass(0)
	r.news("third")
	if got := strings.Join(s.got(), " "); got != "<feed>second</feed> <feed>third</feed>" {
		t.Errorf("delivered %s", got)
	}
}

func TestH18NothingNewNothingSent(t *testing.T) {
	r, s := newRig(t, true), newSubscriber(t)
	r.subscribe(s)
	r.news("second")
	r.news("second")
	r.hire(r.Sender)
	r.news("second")
	r.Keep([]string{feed, rss})
	r.pass(time.Hour)
	if n := len(s.got()); n != 1 {
		t.Errorf("%d deliveries, want 1", n)
	}
}

func TestH20PingsOfOtherHubs(t *testing.T) {
	r := newRig(t, true)
	published := false
	other := &subscriber{}
	pinged := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if !published {
			t.Error("pinged before the document was there")
		}
		other.ServeHTTP(w, req)
	}))
	defer pinged.Close()
	other.answer(503)
	r.Configure(hub.Config{Hubs: []string{pinged.URL}})
	r.pass(0)
	published = true
	r.Publish([]hub.Document{{Topic: feed, Body: []byte("second")}, {Topic: rss, Body: []byte("secret"), Private: true}})
	for _, wait := range []time.Duration{0, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 24 * time.Hour, 24 * time.Hour} {
		r.pass(wait)
	}
	got := other.got()
	if want := "hub.mode=publish&hub.url=" + url.QueryEscape(feed); len(got) != 6 || got[0] != want {
		t.Errorf("pinged %q, want %s once and five times more", got, want)
	}
	other.answer(204)
	r.now = r.now.Add(time.Hour)
	r.Publish([]hub.Document{{Topic: feed, Body: []byte("third")}})
	r.pass(0)
	r.pass(48 * time.Hour)
	if n := len(other.got()); n != 7 {
		t.Errorf("%d pings after a newer document, want one more than 6", n)
	}
}

// A topic that is gone, or that nobody may subscribe to any more, is said so.
func TestSubscribersAreToldTheEnd(t *testing.T) {
	r, s := newRig(t, true), newSubscriber(t)
	r.subscribe(s)
	r.Keep([]string{rss})
	r.pass(0)
	last := s.asked[len(s.asked)-1]
	if last.Get("hub.mode") != "denied" || last.Get("hub.topic") != feed || last.Get("hub.reason") == "" {
		t.Errorf("told %v", last)
	}
	if _, ok := r.kept(); ok {
		t.Error("the subscription is still there")
	}
	if w := r.ask(s.URL); w.Code != http.StatusNotFound {
		t.Errorf("a topic that is gone: status %d", w.Code)
	}
}

// One document is given up after five retries; a subscriber whom nothing
// reaches for three days is let go.
func TestDeadSubscribers(t *testing.T) {
	r, s := newRig(t, true), newSubscriber(t)
	r.subscribe(s)
	s.answer(500)
	for day := range 5 {
		r.now = r.now.Add(15 * time.Hour)
		r.publish(fmt.Sprint("day ", day))
		for _, wait := range []time.Duration{0, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour} {
			r.pass(wait)
		}
		f, ok := r.kept()
		if want := day < 3; ok != want || ok && f.Tries != 0 {
			t.Fatalf("after day %d: there %v, want %v; %+v", day, ok, want, f)
		}
	}
	if n := len(s.got()); n != 4*6 {
		t.Errorf("%d attempts, want six a document", n)
	}
}

// What changes again and again goes out every half a minute.
func TestCoalesced(t *testing.T) {
	r, s := newRig(t, true), newSubscriber(t)
	r.subscribe(s)
	r.now = r.now.Add(time.Hour)
	for i := range 60 {
		r.publish(fmt.Sprint(i))
		r.pass(time.Second)
	}
	r.pass(time.Minute)
	if got := s.got(); len(got) != 3 || got[0] != "<feed>0</feed>" || got[2] != "<feed>59</feed>" {
		t.Errorf("delivered %q in a minute", got)
	}
}

// Strangers elsewhere ask fifty times and then five times a minute.
func TestVisitorsAreSlowedDown(t *testing.T) {
	r := newRig(t, true)
	ask := func(n int, from string) (taken int) {
		for i := range n {
			form := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {feed}, "hub.callback": {fmt.Sprintf("http://h%d.example/", i)}}
			req := httptest.NewRequest(http.MethodPost, self, strings.NewReader(form.Encode()))
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.RemoteAddr = from
			w := httptest.NewRecorder()
			if r.ServeHTTP(w, req); w.Code == http.StatusAccepted {
				taken++
			}
		}
		return taken
	}
	if n := ask(100, "203.0.113.7:5"); n != 50 {
		t.Errorf("%d of 100 taken, want 50", n)
	}
	if n := ask(1, "203.0.113.8:5"); n != 1 {
		t.Error("a neighbour has to wait as well")
	}
	if n, more := ask(100, "[2001:db8::1]:5"), ask(1, "[2001:db8::2]:5"); n+more != 50 {
		t.Errorf("%d taken from one /64, want 50", n+more)
	}
	r.now = r.now.Add(2 * time.Minute)
	if n := ask(100, "203.0.113.7:5"); n != 10 {
		t.Errorf("%d of 100 taken two minutes later, want 10", n)
	}
}

// Other ports, other spellings and other modes of a callback host are that host.
func TestOneHostHasManyNames(t *testing.T) {
	r := newRig(t, true)
	taken := 0
	for i := range 100 {
		for _, callback := range []string{"http://one.example:%d/cb", "http://ONE.example./cb/%d"} {
			if w := r.ask(fmt.Sprintf(callback, 1000+i), "hub.mode", []string{"subscribe", "unsubscribe"}[i%2]); w.Code == http.StatusAccepted {
				taken++
			}
		}
	}
	if taken != 50 {
		t.Errorf("%d of one host were taken, want 50", taken)
	}
	for _, own := range []string{"https://wire.example/x", "https://wire.example:443/x", "http://Wire.Example.:80/x"} {
		if w := r.ask(own); w.Code != http.StatusBadRequest {
			t.Errorf("a callback at %s: status %d", own, w.Code)
		}
	}
}
