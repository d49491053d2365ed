package site

import (
	"time"

	"wiredesk/publish/curate"
	"wiredesk/store"
)

// TodayData fills the desk's first page: what matters today.
type TodayData struct {
	Site      curate.Site
	Signed    Signed
	At        time.Time
	Facts     []Figure
	Problems  []Problem // the gravest first
	Waiting   []Waiting // what a person may have to decide
	Tallies   []Tally
	Decisions []store.Decision // oldest first
	Newest    []Filed          // stories, newest first
}

// A Figure is one measure of how things go.
type Figure struct {
	Name, Value string
	Note        string
	Bad         bool
}

// A Problem is something that is wrong, and what to do about it.
type Problem struct {
	About, What, Next string
	Since             time.Time
}

// A Waiting is a story that asks for a look.
type Waiting struct {
	Story store.StoryID
	Title string
	Why   string
	At    time.Time
	Grave bool // readers still have what was taken back
}

// A Filed is a story that came in.
type Filed struct {
	Story   store.StoryID
	Title   string
	Outlet  string
	Outlets int
	At      time.Time
}

type todayView struct {
	frame
	Who       Signed
	At        stamp
	Facts     []Figure
	Problems  []problemView
	Waiting   []waitingView
	Charts    []chartView
	Decisions []decisionView
	Newest    []filedView
}

type problemView struct {
	Problem
	Since stamp
}

type waitingView struct {
	Waiting
	URL string
	At  stamp
}

type filedView struct {
	Filed
	URL    string
	At     stamp
	Others string // how many further outlets have it
}

// recentDecisions is how many decisions the page shows.
const recentDecisions = 20

// Today renders the desk's first page.
func (p *Pages) Today(d TodayData) ([]byte, error) {
	v := todayView{frame: newFrame(d.Site, "The desk"), Who: d.Signed, Facts: d.Facts, At: newStamp(d.At, d.Site)}
	v.NoIndex, v.Here = true, "desk"
	for _, x := range d.Problems {
		v.Problems = append(v.Problems, problemView{x, newStamp(x.Since, d.Site)})
	}
	for _, x := range d.Waiting {
		v.Waiting = append(v.Waiting, waitingView{x, v.DeskURL + "s/" + x.Story.String() + "/", newStamp(x.At, d.Site)})
	}
	for i, t := range d.Tallies {
		v.Charts = append(v.Charts, newChart("chart"+number(uint64(i)), t, d.Site))
	}
	for i := len(d.Decisions) - 1; i >= 0 && len(v.Decisions) < recentDecisions; i-- {
		v.Decisions = append(v.Decisions, newDecision(d.Decisions[i], d.Signed, d.Site, v.Base))
	}
	for _, x := range d.Newest {
		v.Newest = append(v.Newest, filedView{x, v.DeskURL + "s/" + x.Story.String() + "/", newStamp(x.At, d.Site), count(x.Outlets-1, "other", "others")})
	}
	return p.render("desk.html", &v)
}
