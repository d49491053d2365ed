// Package metrics tells Prometheus what a daemon does. No label comes from a
// feed or from a request: values are of closed lists or of the operator's own
// configuration (RELIABILITY-A7).
package metrics

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"wiredesk/store"
)

// Metrics counts what happens. What merely is (sizes, states) is read when
// somebody asks, see [State].
type Metrics struct {
	registry *prometheus.Registry

	polls     *prometheus.CounterVec
	wire      *prometheus.CounterVec
	took      *prometheus.HistogramVec
	articles  *prometheus.CounterVec
	revisions *prometheus.CounterVec
	folds     *prometheus.CounterVec

	editions prometheus.Counter
	claimed  *prometheus.HistogramVec
	seen     prometheus.Histogram
	news     newness
}

// minutes are the bounds of how late news is, in seconds: from what a hub can
// do to what was found days later.
var minutes = []float64{5, 15, 30, 60, 2 * 60, 5 * 60, 10 * 60, 15 * 60, 30 * 60, 3600, 2 * 3600, 6 * 3600, 24 * 3600}

// New returns the metrics of a daemon of this version.
func New(version string) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "wiredesk_" + name, Help: help}, labels)
	}
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		polls:    counter("polls_total", "Documents asked for, by what was asked for and how it ended: new, unchanged, not-modified, or an error code.", "kind", "outcome"),
		wire:     counter("fetched_bytes_total", "Bytes received on the wire.", "kind"),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "wiredesk_poll_duration_seconds", Help: "Time from the request to the end of the answer.",
			Buckets: prometheus.ExponentialBuckets(0.01, 2.5, 9),
		}, []string{"kind"}),
		articles:  counter("articles_total", "Articles delivered, by verdict.", "verdict"),
		revisions: counter("revisions_total", "Revised articles, by class of the change.", "class"),
		folds:     counter("folds_total", "Articles that joined a story, by the rule that folded them.", "rule"),
		editions:  prometheus.NewCounter(prometheus.CounterOpts{Name: "wiredesk_editions_published_total", Help: "Editions of topics that were published."}),
		claimed: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "wiredesk_claim_to_live_seconds", Help: "From the publication that a source claims to the story's first edition, by how its source is followed: push or poll.",
			Buckets: minutes,
		}, []string{"followed"}),
		seen: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "wiredesk_seen_to_live_seconds", Help: "From the moment a story was first seen to its first edition, settling included.",
			Buckets: minutes,
		}),
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "wiredesk_build_info", Help: "Always 1; the version is in the label.", ConstLabels: prometheus.Labels{"version": version},
	})
	info.Set(1)
	m.registry.MustRegister(
		m.polls, m.wire, m.took, m.articles, m.revisions, m.folds, m.editions, m.claimed, m.seen, info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// Watch adds what is read from the daemon whenever somebody asks.
func (m *Metrics) Watch(read Reader) { m.registry.MustRegister(&watcher{read: read}) }

// Handler answers Prometheus.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry, Timeout: 10 * time.Second})
}

// Stored counts a delivery that was committed.
func (m *Metrics) Stored(d store.Delivery, r store.Receipt) {
	m.follow(&d)
	kind := d.Kind.String()
	m.polls.WithLabelValues(kind, outcome(&d)).Inc()
	m.wire.WithLabelValues(kind).Add(float64(d.Bytes))
	if !d.Start.IsZero() && d.At.After(d.Start) {
		m.took.WithLabelValues(kind).Observe(d.At.Sub(d.Start).Seconds())
	}
	for _, a := range r.Articles {
		m.articles.WithLabelValues(a.Verdict.String()).Inc()
		if a.Verdict == store.Revised {
			m.revisions.WithLabelValues(a.Class.String()).Inc()
		}
		if a.Verdict == store.New && a.InStory == store.Copy {
			m.folds.WithLabelValues(a.Rule).Inc()
		}
	}
}

// outcome says in a word how a delivery ended.
func outcome(d *store.Delivery) string {
	switch {
	case d.Failed():
		return string(d.Code)
	case d.Status == http.StatusNotModified:
		return "not-modified"
	case len(d.Articles) == 0:
		return "unchanged"
	}
	return "new"
}
