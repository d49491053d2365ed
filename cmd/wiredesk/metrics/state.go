package metrics

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"wiredesk/publish/hub"
	"wiredesk/store"
	"wiredesk/store/bolt"
)

// State is what a daemon is at one moment.
type State struct {
	Store       bolt.Stats
	Sources     map[store.State]int
	Topics      int
	Subscribers map[string]int // by topic, as feed services report them
	Lag         time.Duration  // of the poll that is most overdue
	Hub         hub.Stats
	Refused     bool // the last change of the configuration was refused
	Degraded    int  // how many things do not work, as /readyz names them
}

// A Reader finds out the state.
type Reader func(context.Context) (State, error)

// maxTopics is how many topics have a series of their own: those with most
// subscribers.
const maxTopics = 500

// readWithin is how long finding out may take.
const readWithin = 5 * time.Second

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("wiredesk_"+name, help, labels, nil)
}

// descriptions of the series that a watcher gives.
var (
	descUp          = desc("store_readable", "1 if the store could be read for this answer.")
	descBytes       = desc("store_bytes", "Size of the store's file.")
	descFree        = desc("store_free_bytes", "Bytes of the store's file that hold nothing.")
	descArticles    = desc("stored_articles", "Articles in the store.")
	descStories     = desc("stored_stories", "Stories in the store.")
	descRevisions   = desc("stored_revisions", "Versions of articles in the store, the current ones included.")
	descChange      = desc("last_change", "Number of the newest entry of the change feed.")
	descSources     = desc("sources", "Configured sources, by state.", "state")
	descTopics      = desc("topics", "Configured topics.")
	descSubscribers = desc("subscribers", "Readers of a topic, as feed services report them.", "topic")
	descLag         = desc("schedule_lag_seconds", "How late the most overdue poll is.")
	descFollowers   = desc("hub_subscriptions", "Subscriptions at our own WebSub hub.")
	descWaiting     = desc("hub_waiting", "Subscribers and other hubs that have not been told of the present document.")
	descDelivered   = desc("hub_deliveries_total", "Attempts to push a document to a subscriber, by outcome.", "outcome")
	descPinged      = desc("hub_pings_total", "Attempts to tell another hub, by outcome.", "outcome")
	descRefused     = desc("config_refused", "1 if the last change of the configuration was refused.")
	descDegraded    = desc("degraded", "How many things do not work at the moment; /readyz names them.")
)

// A watcher is a [prometheus.Collector].
type watcher struct{ read Reader }

// Describe implements [prometheus.Collector].
func (w *watcher) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		descUp, descBytes, descFree, descArticles, descStories, descRevisions, descChange,
		descSources, descTopics, descSubscribers, descLag, descRefused, descDegraded,
		descFollowers, descWaiting, descDelivered, descPinged,
	} {
		ch <- d
	}
}

// Collect implements [prometheus.Collector]. When the state cannot be read it
// says so and gives nothing else.
func (w *watcher) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	s, err := w.read(ctx)
	if err != nil {
		gauge(descUp, 0)
		return
	}
	gauge(descUp, 1)
	gauge(descBytes, float64(s.Store.File))
	gauge(descFree, float64(s.Store.Free))
	gauge(descArticles, float64(s.Store.Articles))
	gauge(descStories, float64(s.Store.Stories))
	gauge(descRevisions, float64(s.Store.Revisions))
	gauge(descChange, float64(s.Store.Changes))
	for state, n := range s.Sources {
		gauge(descSources, float64(n), string(state))
	}
	gauge(descTopics, float64(s.Topics))
	for _, slug := range largest(s.Subscribers, maxTopics) {
		gauge(descSubscribers, float64(s.Subscribers[slug]), slug)
	}
	gauge(descLag, s.Lag.Seconds())
	gauge(descRefused, truth(s.Refused))
	gauge(descDegraded, float64(s.Degraded))
	gauge(descFollowers, float64(s.Hub.Subscriptions))
	gauge(descWaiting, float64(s.Hub.Waiting))
	count := func(d *prometheus.Desc, n int64, outcome string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), outcome)
	}
	count(descDelivered, s.Hub.Delivered, "arrived")
	count(descDelivered, s.Hub.Failed, "failed")
	count(descPinged, s.Hub.Pinged, "arrived")
	count(descPinged, s.Hub.Unpinged, "failed")
}

// largest returns the n keys with the largest values.
func largest(m map[string]int, n int) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(m[b], m[a]), cmp.Compare(a, b)) })
	return keys[:min(n, len(keys))]
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
