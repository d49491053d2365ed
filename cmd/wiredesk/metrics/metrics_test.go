package metrics

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"wiredesk/publish"
	"wiredesk/publish/curate"
	"wiredesk/publish/hub"
	"wiredesk/store"
	"wiredesk/store/bolt"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// nowhere is a sink that keeps nothing.
type nowhere struct{ publish.Sink }

func (nowhere) Edition(context.Context, curate.Edition) error { return nil }

// busy returns metrics of a daemon that did some of everything.
func busy(t *testing.T) *Metrics {
	t.Helper()
	m := New("1.2")
	m.Stored(store.Delivery{Source: "wire", Kind: store.PushJob, Start: noon, At: noon.Add(time.Second), Bytes: 500, Status: 200, Articles: make([]store.Article, 3)},
		store.Receipt{Articles: []store.Receipted{
			{Verdict: store.New, InStory: store.New},
			{Verdict: store.New, InStory: store.Copy, Rule: "trimmed"},
			{Verdict: store.Revised, Class: store.Correction},
		}})
	m.Stored(store.Delivery{Source: "post", Start: noon, At: noon.Add(time.Second), Status: 304}, store.Receipt{})
	m.Stored(store.Delivery{Source: "sun", Start: noon, At: noon.Add(time.Second), Code: store.CodeDNS}, store.Receipt{})
	m.Watch(func(context.Context) (State, error) {
		return State{
			Store: bolt.Stats{Articles: 3, File: 4096}, Sources: map[store.State]int{store.StateOK: 2, store.StateDead: 1},
			Topics: 2, Subscribers: map[string]int{"spain": 26}, Lag: time.Minute, Degraded: 2,
			Hub: hub.Stats{Subscriptions: 4, Delivered: 9},
		}, nil
	})
	now := noon
	sink := m.Sink(nowhere{}, func() time.Time { return now })
	publishAt := func(at time.Duration, stories ...curate.Entry) {
		now = noon.Add(at)
		if err := sink.Edition(t.Context(), curate.Edition{Topic: curate.Topic{Slug: "spain"}, Entries: stories}); err != nil {
			t.Fatal(err)
		}
	}
	old := curate.Entry{Story: 1, Seen: noon.Add(-time.Hour), Published: noon.Add(-2 * time.Hour)}
	fresh := curate.Entry{Story: 2, Seen: noon, Published: noon.Add(-time.Minute), Outlet: curate.Outlet{ID: "wire"}}
	publishAt(0, old) // was live before we began
	publishAt(10*time.Second, fresh, old)
	publishAt(time.Hour, fresh, old)
	return m
}

func scrape(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestMetricsTellWhatHappened(t *testing.T) {
	body := scrape(t, busy(t))
	for _, want := range []string{
		`wiredesk_polls_total{kind="push",outcome="new"} 1`,
		`wiredesk_polls_total{kind="feed",outcome="not-modified"} 1`,
		`wiredesk_polls_total{kind="feed",outcome="dns"} 1`,
		`wiredesk_fetched_bytes_total{kind="push"} 500`,
		`wiredesk_articles_total{verdict="new"} 2`,
		`wiredesk_revisions_total{class="correction"} 1`,
		`wiredesk_folds_total{rule="trimmed"} 1`,
		`wiredesk_claim_to_live_seconds_sum{followed="push"} 70`,
		`wiredesk_claim_to_live_seconds_count{followed="push"} 1`,
		`wiredesk_seen_to_live_seconds_sum 10`,
		`wiredesk_editions_published_total 3`,
		`wiredesk_sources{state="dead"} 1`,
		`wiredesk_subscribers{topic="spain"} 26`,
		`wiredesk_schedule_lag_seconds 60`,
		`wiredesk_degraded 2`,
		`wiredesk_stored_articles 3`,
		`wiredesk_hub_subscriptions 4`,
		`wiredesk_hub_deliveries_total{outcome="arrived"} 9`,
		`wiredesk_store_readable 1`,
		`wiredesk_build_info{version="1.2"} 1`,
	} {
		if !strings.Contains(body, want+"\n") {
			t.Errorf("no line %q", want)
		}
	}
	if strings.Contains(body, `followed="poll"`) {
		t.Error("a story that was live before the daemon began was timed")
	}
}

func TestMetricsArePromlintClean(t *testing.T) {
	problems, err := testutil.GatherAndLint(busy(t).registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestMetricsSayThatTheStoreCannotBeRead(t *testing.T) {
	m := New("1.2")
	m.Watch(func(context.Context) (State, error) { return State{}, errors.New("input/output error") })
	body := scrape(t, m)
	if !strings.Contains(body, "wiredesk_store_readable 0\n") || strings.Contains(body, "wiredesk_stored_articles") {
		t.Errorf("a store that cannot be read looks like an empty one:\n%s", body)
	}
}

// TestDashboardAsksForWhatExists keeps the dashboard and the metrics together.
func TestDashboardAsksForWhatExists(t *testing.T) {
	raw, err := os.ReadFile("../dist/grafana.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(raw, &board); err != nil {
		t.Fatal(err)
	}
	body := scrape(t, busy(t))
	name := regexp.MustCompile(`\b(wiredesk|process|go)_\w+`)
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			if !name.MatchString(target.Expr) {
				t.Errorf("panel %q asks for nothing of ours: %s", p.Title, target.Expr)
			}
			for _, n := range name.FindAllString(target.Expr, -1) {
				if !strings.Contains(body, "\n"+n+"{") && !strings.Contains(body, "\n"+n+" ") {
					t.Errorf("panel %q asks for %s, which nobody gives", p.Title, n)
				}
			}
		}
	}
	if len(board.Panels) < 10 {
		t.Errorf("%d panels", len(board.Panels))
	}
}
