package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"wiredesk/store"
)

// A scene is one thing that an outlet does, and the sentence about it.
type scene struct {
	name string                           // for the complaint that it was never seen
	act  func(now time.Time)              // what the outlet does; nil: nothing new
	seen func(ctx context.Context) report // the sentence, once the store shows it
}

// A report is what came of looking for a scene in the store.
type report struct {
	line string // empty: not seen yet
	err  error
}

// A script makes the scenes. What one scene prints, later ones change.
type script struct {
	n *newsroom
	w *witness
	d desk

	text      bool // the store folds by text: copies under other addresses are expected to fold
	ferry     *item
	ferryPage *item
	mayor     *item
	typo      *item
	festival  *item
	victim    *item
	hostile   *item
}

// scenes returns them in the order that makes the point.
func (s *script) scenes() []scene {
	return slices.Concat(s.arriving(), s.folding(), s.apart(), s.changing(), s.failing())
}

func (s *script) arriving() []scene {
	return []scene{
		{name: "first round", seen: s.backlog},
		{name: "a new story", act: func(now time.Time) {
			s.ferry = s.own("meridian", "ferry", now)
		}, seen: func(ctx context.Context) report { return s.arrived(ctx, s.ferry, "new: %s from "+s.ferry.feed.name) }},
	}
}

func (s *script) folding() []scene {
	var trimmed, boxed, section, listed *item
	return []scene{
		{name: "a trimmed copy", act: func(now time.Time) {
			trimmed = s.copied("tribune", "ferry", "Meridian Wire", now, reprint{title: "Night on a sandbank for thirty pupils and their teacher", keep: 5})
		}, seen: func(ctx context.Context) report { return s.joined(ctx, trimmed) }},
		{name: "a copy with a box of links", act: func(now time.Time) {
			boxed = s.copied("ledger", "ferry", "Meridian Wire", now, reprint{
				title: "“Mostly card games”: 221 stuck within sight of the berth", skip: []int{5},
				caption: "So near: the Queen of Skerry and her berth.", box: []string{"Ferries: your rights when a crossing fails", "The estuary and its sands: a map"},
			})
		}, seen: func(ctx context.Context) report { return s.joined(ctx, boxed) }},
		{name: "a copy behind a short summary", act: func(now time.Time) {
			s.ferryPage = s.copied("herald", "ferry", "Meridian Wire", now.Add(-3*time.Minute), reprint{
				title: "Skerry ferry spends the night aground off our harbour", skip: []int{5},
				caption: "Lifeboats stand by the Queen of Skerry.", box: []string{"Harbour pilots ask for a second buoy", "In pictures: forty years of Skerry ferries", "Tide tables for the week"},
			})
		}, seen: func(ctx context.Context) report { return s.joined(ctx, s.ferryPage) }},
		{name: "the page behind it", seen: func(ctx context.Context) report { return s.pageRead(ctx, s.ferryPage) }},
		{name: "a section feed", act: func(time.Time) {
			section = s.ferryPage.listedBy(s.n.feeds["herald-shipping"])
			s.n.publish(section)
		}, seen: func(ctx context.Context) report { return s.joined(ctx, section) }},
		{name: "a planet", act: func(now time.Time) {
			s.festival = s.own("courier", "cheese", now)
			listed = s.festival.listedBy(s.n.feeds["planet"])
			s.n.publish(listed)
		}, seen: func(ctx context.Context) report { return s.joined(ctx, listed) }},
	}
}

func (s *script) apart() []scene {
	var rival, market *item
	return []scene{
		{name: "a rival's own text", act: func(now time.Time) {
			rival = s.own("corvus", "quake-rival", now)
		}, seen: func(ctx context.Context) report { return s.separate(ctx, rival, "a rival's own text on the quake") }},
		{name: "today's market report", act: func(now time.Time) {
			market = s.own("meridian", "market-2", now)
		}, seen: func(ctx context.Context) report { return s.separate(ctx, market, "today's shares are not yesterday's") }},
		{name: "a hostile copy", act: func(now time.Time) {
			s.victim = s.printed("meridian", "bank")
			s.hostile = s.n.stories["spam"].quoting(s.victim, s.n.feeds["mirror"])
			s.n.publish(s.hostile)
		}, seen: s.notTakenOver},
	}
}

func (s *script) changing() []scene {
	return []scene{
		{name: "first edit", act: func(now time.Time) {
			s.n.revise(s.ferry, store.Edit, now, func(it *item) {
				it.title = "Stranded ferry with 221 aboard towed free after eleven hours"
				it.paras[0] = "A ferry carrying 221 people that ran onto a sandbank at the mouth of the Ardmoor estuary late on Saturday was towed free by two tugs on the morning tide, eleven hours later, the coastguard said."
			})
		}, seen: func(ctx context.Context) report { return s.revisedTo(ctx, s.ferry, 1) }},
		{name: "second edit", act: func(now time.Time) {
			s.n.revise(s.ferry, store.Edit, now, func(it *item) {
				it.paras = append(it.paras, "Investigators said on Sunday afternoon that a seized valve in the hydraulic system had locked both rudders to port. The part was fitted during the spring refit; a sister ship with the same valve was ordered to stay at her berth.")
			})
		}, seen: func(ctx context.Context) report { return s.revisedTo(ctx, s.ferry, 2) }},
		{name: "a word changed", act: func(now time.Time) {
			s.n.touch(s.printed("corvus", "cup"), now)
			s.typo = s.printed("meridian", "dam")
			s.n.revise(s.typo, store.Minor, now, func(it *item) {
				last := len(it.paras) - 1
				it.paras[last] = strings.Replace(it.paras[last], "for want of money", "for lack of money", 1)
			})
		}, seen: func(ctx context.Context) report { return s.revisedTo(ctx, s.typo, 1) }},
		{name: "the correction", act: func(now time.Time) {
			s.n.revise(s.ferry, store.Correction, now, func(it *item) {
				it.title = "CORRECTED: Stranded ferry with 212 aboard towed free after eleven hours"
				it.paras[0] = strings.Replace(it.paras[0], "221", "212", 1)
				it.paras = append(it.paras, "(Corrects the number of people aboard to 212, not 221, in headline and first paragraph.)")
			})
		}, seen: func(ctx context.Context) report { return s.revisedTo(ctx, s.ferry, 3) }},
		{name: "the withdrawal", act: func(now time.Time) {
			s.mayor = s.printed("corvus", "mayor")
			s.n.withdraw(s.mayor, now)
		}, seen: s.takenBack},
	}
}

func (s *script) failing() []scene {
	var strike, bridge, wool *item
	observer, gazette := s.n.feeds["observer"], s.n.feeds["gazette"]
	return []scene{
		{name: "the outage", act: func(time.Time) { s.n.setDown(observer.site, true) }, seen: func(ctx context.Context) report {
			h := s.w.health[observer.id]
			if h.Errors == 0 {
				return report{}
			}
			means, _, _ := strings.Cut(h.Code.Sentence(), ";")
			return report{line: fmt.Sprintf("down: %s (%s)", observer.name, means)}
		}},
		{name: "the feed during the outage", act: func(now time.Time) {
			strike = s.own("meridian", "strike", now)
		}, seen: func(ctx context.Context) report { return s.unharmed(ctx, strike, observer) }},
		{name: "the end of the outage", act: func(now time.Time) {
			s.n.setDown(observer.site, false)
			bridge = s.own("observer", "bridge", now)
		}, seen: func(ctx context.Context) report { return s.arrived(ctx, bridge, "back: "+observer.name+", with %s") }},
		{name: "the move", act: func(now time.Time) { s.n.move(gazette, s.n.site("Gazette House")) }, seen: func(ctx context.Context) report {
			to := s.w.health[gazette.id].MovedTo
			if to == "" {
				return report{}
			}
			host, _, _ := strings.Cut(strings.TrimPrefix(to, "http://"), "/")
			return report{line: "moved: " + gazette.name + " answers 301 and is followed to " + host}
		}},
		{name: "a story from the new address", act: func(now time.Time) {
			wool = s.own("gazette", "wool", now)
		}, seen: func(ctx context.Context) report {
			return s.arrived(ctx, wool, "new: %s from the Gazette's new address")
		}},
	}
}

// own has a feed print a story of its own newsroom.
func (s *script) own(f store.SourceID, slug string, now time.Time) *item {
	it := s.n.stories[slug].print(s.n.feeds[f], now)
	s.n.publish(it)
	return it
}

// copied has a feed print another newsroom's story.
func (s *script) copied(f store.SourceID, slug, agency string, now time.Time, r reprint) *item {
	it := s.n.stories[slug].reprint(s.n.feeds[f], agency, r, now)
	s.n.publish(it)
	return it
}

// printed returns what a feed made of a story.
func (s *script) printed(f store.SourceID, slug string) *item {
	for _, it := range s.n.printed {
		if it.feed.id == f && it.text == slug {
			return it
		}
	}
	return nil
}

// quoting makes an item that sets another's whole text among its own matter,
// takes its guid and dates itself an hour before it.
func (st story) quoting(victim *item, f *feed) *item {
	at := victim.published.Add(-time.Hour)
	it := st.print(f, at)
	it.guid, it.hostile = victim.guid, true
	it.paras = nil
	for _, p := range st.paras {
		if p == "%" {
			it.paras = append(it.paras, victim.paras...)
			continue
		}
		it.paras = append(it.paras, p)
	}
	return it
}

// ferryID is the article to ask explain about: it was edited and corrected.
func (s *script) ferryID() store.ArticleID { return s.w.articles[s.ferry.place()] }
