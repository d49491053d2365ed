package hub

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Limits of what strangers may ask for (PUBLISH-C25, RELIABILITY-W4).
const (
	maxForm    = 16 << 10
	maxAddress = 2048 // bytes of a callback
	maxSecret  = 199
	maxPerHost = 50 // subscriptions and open requests of one callback host
	maxInAll   = 1000

	shortestLease = time.Hour
	usualLease    = 10 * 24 * time.Hour
	longestLease  = 30 * 24 * time.Hour
)

// The modes of a request to a hub, or of a hub.
const (
	modeSubscribe   = "subscribe"
	modeUnsubscribe = "unsubscribe"
	modeDenied      = "denied"
)

// An intent is what a callback is to be asked, or told.
type intent struct {
	mode   string
	secret string
	lease  time.Duration
	reason string // of a denial
}

// A refusal answers a request that is not taken.
type refusal struct {
	status int
	wait   time.Duration // zero: asking again does not help
	text   string
}

// ServeHTTP takes requests to subscribe and unsubscribe. A request is answered
// before its callback is asked whether it was meant.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "text/plain; charset=utf-8")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	no := h.take(w, r)
	if no == nil {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	if no.status == http.StatusMethodNotAllowed {
		header.Set("Allow", http.MethodPost)
	}
	if no.wait > 0 {
		header.Set("Retry-After", strconv.Itoa(int(no.wait.Seconds())))
	}
	http.Error(w, no.text, no.status)
}

// take reads a request and lets its callback be asked.
func (h *Hub) take(w http.ResponseWriter, r *http.Request) *refusal {
	if r.Method != http.MethodPost {
		return &refusal{status: http.StatusMethodNotAllowed, text: "This is a WebSub hub: send it a form by POST."}
	}
	if http.NewCrossOriginProtection().Check(r) != nil {
		return &refusal{status: http.StatusForbidden, text: "Pages of other sites cannot subscribe anybody."}
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	var large *http.MaxBytesError
	if err := r.ParseForm(); errors.As(err, &large) {
		return &refusal{status: http.StatusRequestEntityTooLarge, text: "The form is too long."}
	} else if err != nil {
		return bad("The form cannot be read.")
	}
	k := key{r.PostForm.Get("hub.topic"), r.PostForm.Get("hub.callback")}
	in, no := read(r.PostForm)
	h.mu.Lock()
	defer h.mu.Unlock()
	if no == nil {
		no = h.permit(k, r.RemoteAddr)
	}
	if no != nil {
		h.stats.Refused++
		return no
	}
	h.stats.Accepted++
	h.intents[k] = in
	h.Wake()
	return nil
}

// read makes an intent of a form. Parameters that the protocol does not know
// are ignored.
func read(form url.Values) (*intent, *refusal) {
	in := &intent{mode: form.Get("hub.mode"), secret: form.Get("hub.secret"), lease: lease(form.Get("hub.lease_seconds"))}
	switch {
	case in.mode == "publish":
		return nil, bad("This hub serves its own site only, and needs no pings.")
	case in.mode != modeSubscribe && in.mode != modeUnsubscribe:
		return nil, bad("hub.mode must be subscribe or unsubscribe.")
	case form.Get("hub.topic") == "":
		return nil, bad("hub.topic is missing: it is the feed's own address.")
	case !callable(form.Get("hub.callback")):
		return nil, bad("hub.callback must be an http or https address without user, password or fragment.")
	case len(in.secret) > maxSecret:
		return nil, bad("hub.secret must be shorter than 200 bytes.")
	}
	return in, nil
}

func bad(text string) *refusal { return &refusal{status: http.StatusBadRequest, text: text} }

// callable reports whether a callback is an address that can be asked. Where it
// leads is seen when it is connected to.
func callable(callback string) bool {
	u, err := url.Parse(callback)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil &&
		len(callback) <= maxAddress && !strings.Contains(callback, "#") &&
		strings.IndexFunc(callback, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

// lease returns what is granted of the seconds that were asked for.
func lease(seconds string) time.Duration {
	n, err := strconv.ParseInt(seconds, 10, 64)
	switch {
	case n <= 0, err != nil && !errors.Is(err, strconv.ErrRange):
		return usualLease
	case n > int64(longestLease/time.Second):
		return longestLease
	}
	return max(time.Duration(n)*time.Second, shortestLease)
}

// permit says why a request is not taken, or nil. h.mu must be held.
func (h *Hub) permit(k key, client string) *refusal {
	host := hostOf(k.callback)
	switch {
	case h.config.Self == "" || h.topics[k.topic] == nil:
		return &refusal{status: http.StatusNotFound, text: "hub.topic is no feed of this site: take the address that its rel=self link names."}
	case ownServer(k.callback, h.config.Self):
		return bad("hub.callback is on this very site.")
	case !h.haste.allow(visitor(client), h.Now()) || !h.haste.allow(host, h.Now()):
		return &refusal{http.StatusTooManyRequests, time.Minute, "Too many requests from there. Try again in a minute."}
	case h.followers[k] != nil || h.intents[k] != nil:
		return nil
	}
	all, there := h.load(host)
	switch {
	case there >= maxPerHost:
		return &refusal{http.StatusTooManyRequests, time.Hour, "There are as many subscriptions of that host as this hub takes."}
	case all >= maxInAll:
		return &refusal{http.StatusServiceUnavailable, time.Hour, "There are as many subscriptions as this hub takes."}
	}
	return nil
}

// load counts subscriptions and open requests: all, and those of a host.
func (h *Hub) load(host string) (all, there int) {
	count := func(callback string) {
		all++
		if hostOf(callback) == host {
			there++
		}
	}
	for k, f := range h.followers {
		if !f.Hub {
			count(k.callback)
		}
	}
	for k := range h.intents {
		if h.followers[k] == nil {
			count(k.callback)
		}
	}
	return all, there
}

// visitor returns the network that a request came from: whoever has a /64 has
// all of its addresses. It is "" on this machine, where a proxy speaks for
// everybody.
func visitor(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return ""
	}
	ip, err := netip.ParseAddr(host)
	if ip = ip.Unmap().WithZone(""); err != nil || ip.IsLoopback() {
		return ""
	}
	if ip.Is6() {
		ip = netip.PrefixFrom(ip, 64).Masked().Addr()
	}
	return ip.String()
}

// haste slows down who asks much, by name: fifty requests at once, and then
// five a minute.
type haste map[string]*bucket

type bucket struct {
	left float64
	at   time.Time
}

const (
	burst   = 50
	perMin  = 5
	maxKept = 10_000 // names remembered before those that rested are forgotten
)

// allow reports whether a name may ask now. Nobody is "".
func (h haste) allow(name string, now time.Time) bool {
	if name == "" {
		return true
	}
	b := h[name]
	if b == nil {
		if len(h) >= maxKept {
			h.forget(now)
		}
		b = &bucket{left: burst, at: now}
		h[name] = b
	}
	b.left = min(burst, b.left+max(now.Sub(b.at), 0).Minutes()*perMin)
	b.at = now
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}

// forget makes room: those who rested long enough are as good as new.
func (h haste) forget(now time.Time) {
	for name, b := range h {
		if b.left+now.Sub(b.at).Minutes()*perMin >= burst {
			delete(h, name)
		}
	}
	if len(h) >= maxKept {
		clear(h)
	}
}
