package demo

import (
	"time"

	"wiredesk/store"
)

// A plan says what stands at one address.
type plan struct {
	name  string
	traps bool
	feeds []*feed
}

// outlets returns the demo's media: two agencies, seven papers of which one has
// a section feed, a planet and a copycat. Gazette House is empty until the
// Gazette moves there.
func outlets() []plan {
	return []plan{
		{name: "Meridian Wire", feeds: []*feed{{id: "meridian", name: "Meridian Wire", path: "/wire.rss", format: rss20, agency: "Meridian", rank: 90, tags: []string{"wire"}}}},
		{name: "Corvus News", feeds: []*feed{{id: "corvus", name: "Corvus News", path: "/news.atom", format: atom, agency: "Corvus", rank: 85, tags: []string{"wire"}, weak: true}}},
		{name: "Harbour Herald", traps: true, feeds: []*feed{
			{id: "herald", name: "Harbour Herald", path: "/feed.rss", format: rss20, teaser: true, rank: 50},
			{id: "herald-shipping", name: "Herald Shipping", path: "/shipping/feed.rss", format: rss20, teaser: true, rank: 40},
		}},
		{name: "Valley Tribune", feeds: []*feed{{id: "tribune", name: "Valley Tribune", path: "/index.rdf", format: rss10, rank: 50}}},
		{name: "Lakeside Courier", feeds: []*feed{{id: "courier", name: "Lakeside Courier", path: "/courier.xml", format: rss20, latin: true, rank: 50}}},
		{name: "City Ledger", feeds: []*feed{{id: "ledger", name: "City Ledger", path: "/feed.json", format: jsonf, rank: 50}}},
		{name: "Plains Observer", feeds: []*feed{{id: "observer", name: "Plains Observer", path: "/observer.atom", format: atom, xhtml: true, rank: 50}}},
		{name: "Island Gazette", feeds: []*feed{{id: "gazette", name: "Island Gazette", path: "/gazette.rss", format: rss20, rank: 50}}},
		{name: "Planet Coast", feeds: []*feed{{id: "planet", name: "Planet Coast", path: "/planet.atom", format: atom, rank: 20}}},
		{name: "Trend Mirror", feeds: []*feed{{id: "mirror", name: "Trend Mirror", path: "/hot.rss", format: rss20, low: true, rank: 0}}},
		{name: "Gazette House"},
	}
}

// stockUp prints what stands in the feeds before the desk first asks.
func (n *newsroom) stockUp(now time.Time) {
	ago := func(d time.Duration) time.Time { return now.Add(-d).Truncate(time.Second) }
	own := func(f store.SourceID, slug string, d time.Duration) *item {
		return n.stories[slug].print(n.feeds[f], ago(d))
	}
	copied := func(f store.SourceID, slug, agency string, d time.Duration, r reprint) *item {
		return n.stories[slug].reprint(n.feeds[f], agency, r, ago(d))
	}
	n.publish(
		own("meridian", "market-1", 26*time.Hour), own("meridian", "wheat", 9*time.Hour), own("meridian", "bank", 5*time.Hour),
		own("meridian", "dam", 4*time.Hour), own("meridian", "quake", 3*time.Hour),
		own("corvus", "museum", 8*time.Hour), own("corvus", "vaccine", 7*time.Hour), own("corvus", "satellite", 6*time.Hour),
		own("corvus", "cup", 3*time.Hour), own("corvus", "mayor", 2*time.Hour),
		own("herald", "market-hall", 27*time.Hour), own("tribune", "library", 20*time.Hour), own("ledger", "tram", 22*time.Hour),
		own("observer", "fire", 5*time.Hour), own("gazette", "lighthouse", 30*time.Hour),
		copied("tribune", "dam", "Meridian Wire", 3*time.Hour, reprint{title: "900 told to pack a bag as Corrie dam springs a wet patch", keep: 5}),
		copied("courier", "museum", "Corvus News", 7*time.Hour, reprint{
			title: "The Ropemaker’s Daughter is home again", skip: []int{4},
			caption: "Wanda Pech will leave the horse where it is.",
		}),
		copied("courier", "quake", "Meridian Wire", 2*time.Hour, reprint{
			title: "Breakfast on the pavement: quake empties houses", keep: 5,
			box: []string{"What to do when the ground shakes", "Our archive: the great quake of 1987"},
		}),
		copied("ledger", "satellite", "Corvus News", 5*time.Hour, reprint{title: "“Tempest-2” is up, foxes permitting"}),
		copied("ledger", "bank", "Meridian Wire", 4*time.Hour, reprint{
			title: "Rates stay put: what Dahl said, and who voted how", skip: []int{4},
			caption: "A quiet Sunday outside, a long one inside.", box: []string{"Mortgages: three questions to ask", "Rate history since 1990"},
		}),
		copied("observer", "wheat", "Meridian Wire", 8*time.Hour, reprint{
			title: "Splendid straw, empty ears: a tenth of our wheat is missing", skip: []int{3},
			caption: "Waiting for the sun near Upper Hollin.",
		}),
		copied("gazette", "vaccine", "Corvus News", 6*time.Hour, reprint{title: "A jab that survives the mule", keep: 5}),
	)
}
