package site

import (
	"fmt"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/store"
	"wiredesk/store/diff"
)

// noon is the moment the sample newsroom is looked at.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func newsroom() curate.Site {
	return curate.Site{Title: "The Harbour Desk", URL: "https://desk.example", Authority: "desk.example", Language: "en", Zone: time.FixedZone("CET", 3600)}
}

func paper(id, name string) curate.Outlet {
	return curate.Outlet{ID: store.SourceID(id), Name: name, Home: "https://" + id + ".example/", Feed: "https://" + id + ".example/feed"}
}

var (
	meridian  = paper("meridian", "Meridian")
	northwire = paper("northwire", "Northwire")
	post      = paper("post", "Harbour Post")
	herald    = paper("herald", "Evening Herald")
	courier   = paper("courier", "Coast Courier")
	tribune   = paper("tribune", "Saltmarsh Tribune")
)

// told is a line of the sample: hours before noon, and what was told.
type told struct {
	ago        float64
	outlet     curate.Outlet
	credit     string
	title, sum string
	others     []curate.Other
}

func also(list ...any) []curate.Other {
	var out []curate.Other
	for i := 0; i < len(list); i += 2 {
		o := list[i].(curate.Outlet)
		out = append(out, curate.Other{Outlet: o, URL: o.Home + "story", Title: "Printed there", Seen: noon, Relation: list[i+1].(string)})
	}
	return out
}

var harbourNews = []told{
	{0.4, meridian, "Meridian", "Container crane collapses at pier 4, shipping halted until evening", "The 62-metre crane fell into the basin shortly after the morning shift began. Port police said all eleven workers on the pier were accounted for; divers are inspecting the channel before traffic may resume.", also(post, "verbatim", herald, "trimmed", courier, "rewritten", tribune, "verbatim")},
	{1.1, northwire, "Northwire", "Port authority knew of cracks in crane’s base, inspection report shows", "A report dated November, seen by Northwire, lists hairline cracks in two of the four bolts and recommends that the crane be taken out of service within ninety days.", also(courier, "trimmed")},
	{2.3, post, "", "What a week without the container pier would cost the region", "Four figures that explain why the town hall is nervous, and one that nobody has.", nil},
	{3.2, herald, "", "Fishermen win appeal over quota for spring herring", "The administrative court sent the ministry’s decision back: it had counted boats that were scrapped two years ago.", also(tribune, "rewritten", post, "trimmed")},
	{4.6, courier, "", "Ferry line to the islands adds a night crossing from May", "The late boat leaves at 23:15 on Fridays and Saturdays. Tickets cost the same as by day, the operator says, for the first season at least.", nil},
	{6.8, meridian, "Meridian", "Grain prices fall for a third day as southern harvest beats forecasts", "Wheat for May delivery lost 1.8 percent. Traders pointed to record yields and to freight rates that have not been this low since autumn.", also(herald, "trimmed", tribune, "trimmed")},
	{8.0, tribune, "", "Museum buys the last steam tug, and must now raise it", "The “Wilhelmina” has lain on the bottom of the old basin since 1987.", nil},
	{19.5, northwire, "Northwire", "Strike ballot at the container terminal: 81 percent in favour", "The union calls the result a mandate. Talks continue on Wednesday; a first stoppage is possible from the weekend.", also(meridian, "rewritten", post, "verbatim", herald, "verbatim", courier, "trimmed")},
	{21.0, herald, "", "Council approves flood gate after nine-hour session", "The gate will close at a level of 4.20 metres, forty centimetres lower than the first draft had it.", also(post, "rewritten")},
	{23.7, courier, "", "Two pilots retire with 41 years between them and the sandbank", "They brought in 19,000 ships and lost none.", nil},
	{26.2, meridian, "Meridian", "Customs seize four tonnes of eel larvae in refrigerated container", "The shipment was declared as bait. Investigators put its value at six million.", also(northwire, "rewritten", herald, "trimmed")},
	{28.9, post, "", "Why the tide gauge was wrong for a month and nobody noticed", "", nil},
}

func editionOf(slug, title, about string, news []told) curate.Edition {
	e := curate.Edition{
		Site:     newsroom(),
		Topic:    curate.Topic{Slug: slug, Title: title, About: about, Match: `harbour OR port OR "container pier" -sport`, Sort: "updated", Changes: slug == "harbour"},
		Articles: 71, Sources: 14, Silent: 2,
		Outlets: []curate.Outlet{courier, herald, meridian, northwire, post, tribune},
	}
	for i, n := range news {
		at := noon.Add(-time.Duration(n.ago * float64(time.Hour)))
		en := curate.Entry{
			ID: fmt.Sprintf("tag:desk.example,2026:story/%s%d", slug, i), Story: store.StoryID(1000*len(slug) + i), Title: n.title, URL: n.outlet.Home + "2026/story",
			Page: curate.StoryPage(newsroom(), curate.Topic{}, store.StoryID(1000*len(slug)+i)), Published: at, Updated: at, Outlet: n.outlet, Credit: n.credit, Language: "en",
			Summary: n.sum, Content: "<p>" + n.sum + "</p>", Others: n.others, Seen: at,
		}
		e.Entries = append(e.Entries, en)
		e.Updated = later(e.Updated, at)
	}
	return e
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// harbour is a topic page with one of everything on it.
func harbour(pictures string) curate.Edition {
	e := editionOf("harbour", "The harbour", "Everything that moves on the quay, and what it costs when it does not.", harbourNews)
	first := &e.Entries[0]
	first.Note = curate.Note{Text: "Meridian and Northwire differ on when the crane fell. We go by the port’s log: 06:52.", By: "Maria Quay"}
	first.Published, first.Class = first.Updated.Add(-150*time.Minute), store.Edit
	first.Authors = []store.Person{{Name: "Ada Pier"}}
	e.Entries[3].Class, e.Entries[3].Published = store.Correction, e.Entries[3].Updated.Add(-50*time.Minute)
	e.Entries[6].Withdrawn = e.Entries[6].Published.Add(time.Hour)
	if pictures != "" {
		for i, name := range []string{"crane", "", "", "boat", "", "", "", "gate"} {
			if name != "" {
				e.Entries[i].Image = store.Image{URL: pictures + name + ".png", Caption: "The crane’s jib rests on the edge of the basin", Credit: "J. Dock"}
			}
		}
	}
	return e
}

func front(pictures string) FrontData {
	fish := []told{
		{0.9, courier, "", "Herring shoals move north two weeks early", "Sonar counts off the cape are the highest for the season since they began in 1994.", also(post, "trimmed")},
		{5.5, herald, "", "Fishermen win appeal over quota for spring herring", "The administrative court sent the ministry’s decision back.", also(tribune, "rewritten", post, "trimmed")},
		{22, meridian, "Meridian", "Cod moratorium extended to the eastern grounds", "", nil},
		{30, northwire, "Northwire", "Minister: net size rule stays", "", also(meridian, "rewritten")},
		{49, tribune, "", "Eight boats sold, one bought", "", nil},
	}
	town := []told{
		{1.8, herald, "", "Council approves flood gate after nine-hour session", "The gate will close at 4.20 metres, lower than the first draft had it.", also(post, "rewritten")},
		{3.4, post, "", "Tram to the fish market opens a year late and a station short", "", nil},
		{9.2, tribune, "", "Library lends out its last card catalogue, drawer by drawer", "", nil},
		{27, courier, "", "Night buses get their own lights", "", nil},
	}
	a := harbour(pictures)
	b := editionOf("fisheries", "Fisheries", "Quotas, courts and the fish themselves.", fish)
	c := editionOf("town", "Town hall", "", town)
	b.Articles, c.Articles = 23, 9
	if pictures != "" {
		b.Entries[0].Image = store.Image{URL: pictures + "boat.png"}
	}
	return FrontData{Site: newsroom(), Editions: []curate.Edition{a, b, c}}
}

// crane is a story with copies, edits, a correction and a near miss.
func crane(pictures string) StoryData {
	e := harbour(pictures).Entries[0]
	e.Class = store.Correction
	e.Others = nil
	e.Rights = "© 2026 Meridian"
	e.Content = "<p>A 62-metre container crane collapsed at pier 4 on Monday morning and fell into the basin shortly after the early shift began. Port police said all eleven workers on the pier were accounted for.</p><p>Divers are inspecting the channel. The port authority said that no ship would pass before the evening tide; about 12,000 containers are waiting.</p>"
	t := func(h, m int) time.Time { return time.Date(2026, 3, 2, h, m, 0, 0, time.UTC) }
	return StoryData{
		Site: newsroom(), ID: e.Story, Entry: e, Leads: "it was first",
		Copies: []Copy{
			{Article: 1, Outlet: meridian, Title: e.Title, URL: e.URL, Seen: t(6, 11), Lead: true, Relation: store.Original},
			{Article: 2, Outlet: post, Title: "Crane falls into basin, port closed", URL: "https://post.example/crane", Seen: t(6, 24), Relation: store.Verbatim, Share: 1, Why: "100 % of its words, 214 of them, stand in “Container crane collapses” of Meridian"},
			{Article: 3, Outlet: herald, Title: "Drama at pier 4", URL: "https://herald.example/pier", Seen: t(6, 41), Relation: store.Trimmed, Share: 0.58, Cut: 90, Why: "97 % of its words, 124 of them, stand in “Container crane collapses” of Meridian"},
			{Article: 4, Outlet: tribune, Title: "Container crane collapses at pier 4", URL: "https://tribune.example/1", Seen: t(7, 2), Relation: store.Verbatim, Share: 0.99, Added: 2, Why: "99 % of its words, 212 of them, stand in “Container crane collapses” of Meridian"},
			{Article: 5, Outlet: courier, Title: "Nobody hurt as harbour crane topples", URL: "https://courier.example/crane", Credit: "Meridian", Seen: t(8, 30), Relation: store.Rewritten, Share: 0.71, Cut: 61, Added: 143, Why: "71 % of the words of “Container crane collapses”, 152 of them, stand in it"},
		},
		Events: []Event{
			{At: t(6, 11), Claimed: t(5, 58), Kind: EventSeen, Outlet: meridian, Article: 1, N: 1},
			{At: t(6, 24), Kind: EventCopy, Outlet: post, Article: 2, What: "prints it word for word"},
			{At: t(6, 41), Kind: EventCopy, Outlet: herald, Article: 3, What: "prints the first three paragraphs"},
			{
				At: t(7, 15), Kind: EventEdit, Outlet: meridian, Article: 1, N: 2, What: "31 words changed",
				Title: diff.Words("Crane collapses at pier 4", "Container crane collapses at pier 4, shipping halted until evening"),
				Text: diff.Words(
					"Port police said they were looking for two workers who had not answered the roll call on the pier. Divers are on their way. The port authority said that no ship would pass before noon.",
					"Port police said all eleven workers on the pier were accounted for. Divers are inspecting the channel. The port authority said that no ship would pass before the evening tide."),
			},
			{At: t(8, 30), Kind: EventUpdate, Outlet: courier, Article: 5, What: "adds the port’s own chronology"},
			{
				At: t(11, 36), Claimed: t(10, 2), Kind: EventCorrection, Outlet: meridian, Article: 1, N: 3, Silent: true, What: "a figure was wrong",
				Text: diff.Words(
					"The port authority said that no ship would pass before the evening tide; about 11,500 containers are waiting, most of them for the islands and the northern ports of the line.",
					"The port authority said that no ship would pass before the evening tide; about 12,000 containers are waiting, most of them for the islands and the northern ports of the line."),
			},
			{At: t(11, 50), Kind: EventDesk, What: "Maria Quay added a note"},
		},
		Topics: []Taken{
			{Topic: curate.Topic{Slug: "harbour", Title: "The harbour"}, Why: "“pier” stands in the headline of Meridian, “port” in the text of 5 outlets; no negated word matched", At: t(6, 13)},
			{Topic: curate.Topic{Slug: "town", Title: "Town hall"}, Why: "“port authority” stands in the text of Coast Courier", At: t(8, 32)},
		},
		Misses: []Miss{{Story: 7001, Title: "Port authority knew of cracks in crane’s base", Outlet: "Northwire", Why: "only 12 % of its words stand in “Container crane collapses”; it is Northwire’s own text on the same event"}},
	}
}

func health() SourcesData {
	return SourcesData{Site: newsroom(), Sources: []store.Health{
		{Source: "meridian", Name: "Meridian", Home: "https://meridian.example/", State: store.StateOK, Articles: 1204, Newest: noon, Since: noon.Add(-900 * time.Hour)},
		{Source: "post", Name: "Harbour Post", Home: "https://post.example/", State: store.StateOK, Articles: 311, Newest: noon.Add(-2 * time.Hour), Since: noon.Add(-300 * time.Hour)},
		{Source: "herald", Name: "Evening Herald", Home: "https://herald.example/", State: store.StateDead, Code: store.CodeTimeout, Articles: 87, Newest: noon.Add(-80 * time.Hour), Since: noon.Add(-71 * time.Hour)},
		{Source: "courier", Name: "Coast Courier", Home: "https://courier.example/", State: store.StateMoved, MovedTo: "https://news.courier.example/rss", Articles: 140, Newest: noon.Add(-4 * time.Hour), Since: noon.Add(-30 * time.Hour)},
		{Source: "tribune", Name: "Saltmarsh Tribune", Home: "https://tribune.example/", State: store.StateClock, Articles: 66, Newest: noon.Add(-8 * time.Hour), Since: noon.Add(-200 * time.Hour)},
		{Source: "gull", Name: "The Gull", State: store.StateUnreadable, Code: store.CodeHTML, Articles: 0, Since: noon.Add(-5 * time.Hour)},
		{Source: "old", Name: "Old Quay Gazette", State: store.StateGone, Code: store.CodeGone, Articles: 412, Newest: noon.Add(-4000 * time.Hour), Removed: true},
	}}
}
