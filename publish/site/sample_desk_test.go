package site

import (
	"strings"
	"time"

	"wiredesk/publish/curate"
	"wiredesk/store"
	"wiredesk/store/diff"
)

// craneText is Meridian's report, before and after its correction.
func craneText(tonnes string) string {
	return strings.Join([]string{
		"A container crane fell into the basin at pier 4 on Monday morning.",
		"It weighed " + tonnes + " tonnes, the port authority said.",
		"All eleven workers on the pier were accounted for.",
		"Divers are inspecting the channel.",
	}, "\n")
}

// compared is the crane's story with two of its versions compared.
func compared(d StoryData, side bool) StoryData {
	d.Versions = []Version{
		{ID: "a1.1", Outlet: meridian, N: 1, At: noon.Add(-30 * time.Minute)},
		{ID: "a2.1", Outlet: post, N: 1, At: noon.Add(-17 * time.Minute)},
		{ID: "a1.2", Outlet: meridian, N: 2, At: noon.Add(-5 * time.Minute)},
	}
	d.Compare = &Comparison{
		From: d.Versions[0], To: d.Versions[2], Side: side, Whole: true,
		Title: diff.Words("Crane falls at pier 4", "Crane collapses at pier 4"),
		Text:  diff.Words(craneText("11,500"), craneText("12,000")),
	}
	return d
}

// atDesk is the crane's story as Maria sees it.
func atDesk(d StoryData) StoryData {
	d = compared(d, false)
	d.Site.Desk = true
	d.Signed = Signed{Name: "maria", Form: "f0rm", Problem: "there is no topic of that name"}
	d.Reasons = []Reason{
		{Topic: curate.Topic{Slug: "harbour", Title: "The harbour"}, Shown: true, Why: "taken: crane: “crane” in the headline"},
		{Topic: curate.Topic{Slug: "sport", Title: "Sport"}, Why: "left: football is not in it"},
		{Topic: curate.Topic{Slug: "board", Title: "For the board", Token: "k3y"}, Shown: true, Why: "taken: the topic takes everything"},
	}
	d.Decisions = decisions()
	return d
}

func decisions() []store.Decision {
	return []store.Decision{
		{Seq: 6, At: noon.Add(-20 * time.Minute), Verb: store.Pin, Story: 7, Topic: "harbour", By: "maria", Undone: true},
		{Seq: 7, At: noon.Add(-10 * time.Minute), Verb: store.Note, Story: 7, Text: "Wait for the port's own figure.", By: "maria", Why: "two figures go round"},
		{Seq: 8, At: noon.Add(-9 * time.Minute), Verb: store.Undo, Story: 7, Undoes: 6, By: "robot"},
	}
}

// today is a day with something of everything.
func today() TodayData {
	s := newsroom()
	s.Desk = true
	hours := func(n ...int) []int { return append(make([]int, 24-len(n)), n...) }
	return TodayData{
		Site: s, Signed: Signed{Name: "maria", Form: "f0rm"}, At: noon,
		Facts: []Figure{
			{Name: "Sources in trouble", Value: "2 of 6", Bad: true},
			{Name: "Polls late by", Value: "0s"},
			{Name: "Stories", Value: "1204", Note: "from 3310 articles"},
		},
		Problems: []Problem{{About: "courier", What: "dead: the host did not answer in time", Next: "wiredesk parse https://courier.example/feed", Since: noon.Add(-40 * time.Hour)}},
		Waiting: []Waiting{
			{Story: 9, Title: "Mayor to step down, aides say", Why: "killed by Northwire: “KILL”; 2 copies of it still standing", At: noon.Add(-time.Hour), Grave: true},
			{Story: 10, Title: "Port's yearly report", Why: "embargoed until 14:00", At: noon.Add(2 * time.Hour)},
		},
		Tallies: []Tally{
			{Name: "Polls", Unit: "polls", Ends: noon.Add(time.Hour), Series: []Series{
				{Name: "nothing new", Counts: hours(40, 38, 41, 39)}, {Name: "brought something", Counts: hours(3, 9, 12, 7)}, {Name: "failed", Counts: hours(0, 2, 0, 1), Bad: true},
			}},
			{Name: "Articles", Unit: "articles", Ends: noon.Add(time.Hour), Series: []Series{{Name: "new stories", Counts: hours()}}},
		},
		Decisions: decisions(),
		Newest:    []Filed{{Story: 7, Title: "Container crane collapses", Outlet: "Meridian", Outlets: 5, At: noon}, {Story: 8, Title: "Herring quota", Outlet: "Herald", Outlets: 1, At: noon}},
	}
}
