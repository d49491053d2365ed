package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"wiredesk/fetch"
)

const pushedFeed = `<rss version="2.0"><channel><title>Paper</title><link>http://paper.example/</link><description>d</description>` +
	`<item><guid>%s</guid><link>http://paper.example/%s</link><title>Story %s of the day</title><description>Something happened at the harbour %s.</description></item></channel></rss>`

// ws-subscribe: the daemon subscribes at the hub that the Link header names,
// answers it on the public listener, and what it pushes is stored at once.
func TestDaemonTakesPushes(t *testing.T) {
	asked := make(chan url.Values, 4)
	hub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		asked <- r.PostForm
		w.WriteHeader(http.StatusAccepted)
	}))
	defer hub.Close()
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="hub", <http://%s/self>; rel="self"`, hub.URL, r.Host))
		fmt.Fprintf(w, pushedFeed, "1", "1", "1", "today")
	}))
	defer origin.Close()
	d, address := begin(t, trial+"publish: {listen: LISTEN}\nsources: {paper: {url: \""+origin.URL+"/feed\"}}\n")
	form := <-asked
	if want := "http://" + address + "/websub/"; !strings.HasPrefix(form.Get("hub.callback"), want) || form.Get("hub.topic") != origin.URL+"/self" {
		t.Fatalf("asked %v, want a callback under %s for the self link", form, want)
	}
	q := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {"http://other.example/"}, "hub.challenge": {"echo"}, "hub.lease_seconds": {"864000"}}
	if status, _ := askHTTP(t, form.Get("hub.callback")+"?"+q.Encode()); status != http.StatusNotFound {
		t.Errorf("the wrong topic is answered by %d, want 404", status)
	}
	q.Set("hub.topic", form.Get("hub.topic"))
	if status, text := askHTTP(t, form.Get("hub.callback")+"?"+q.Encode()); status != http.StatusOK || text != "echo" {
		t.Errorf("verification is answered by %d %q", status, text)
	}
	body := fmt.Sprintf(pushedFeed, "2", "2", "2", "tonight")
	mac := hmac.New(sha256.New, []byte(form.Get("hub.secret")))
	mac.Write([]byte(body))
	req, _ := http.NewRequest(http.MethodPost, form.Get("hub.callback"), strings.NewReader(body))
	req.Header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	articles, err := d.db.Articles(t.Context(), "paper", 0, 0)
	if err != nil || res.StatusCode/100 != 2 || len(articles) != 2 {
		t.Errorf("the push is answered by %d; %d articles, %v", res.StatusCode, len(articles), err)
	}
}

func askHTTP(t *testing.T, address string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(raw)
}

// Hubs are given an address only where they can reach us.
func TestCallbacksNeedAPublicAddress(t *testing.T) {
	for _, tt := range []struct {
		url, allow string
		off        bool
		want       bool
	}{
		{url: "https://news.example.org", want: true},
		{url: "https://news.example.org", off: true},
		{url: "http://news.example.org"},
		{url: ""},
		{url: "https://localhost"},
		{url: "https://desk"},
		{url: "https://desk.local"},
		{url: "https://10.1.2.3"},
		{url: "https://127.0.0.1"},
		{url: "https://93.184.216.34", want: true},
		{url: "http://127.0.0.1:8080"},
		{url: "http://127.0.0.1:8080", allow: "127.0.0.0/8", want: true},
		{url: "http://localhost:8080", allow: "127.0.0.0/8", want: true},
	} {
		c := &config{Fetch: fetch.Defaults()}
		c.Site.URL, c.Publish.Listen, c.Fetch.WebSub = tt.url, ":8080", !tt.off
		if tt.allow != "" {
			c.Fetch.AllowNetworks = append(c.Fetch.AllowNetworks, netip.MustParsePrefix(tt.allow))
		}
		if got := c.callbacks() != ""; got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}
