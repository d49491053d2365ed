// Package curate decides what a topic shows: which stories it takes, in which
// order, how many, and what of each may be read here. It is pure: stories,
// decisions and the time come in, an [Edition] comes out.
package curate

import "time"

// The orders of [Topic.Sort].
const (
	// SortUpdated puts first what last changed significantly, by our clock.
	SortUpdated = "updated"
	// SortNew puts first what was last seen for the first time.
	SortNew = "new"
	// SortTop weighs outlets, rank and freshness: see [Rule.Window].
	SortTop = "top"
)

// A Topic is one entry of the topics section. Its key there is its slug.
type Topic struct {
	Slug       string        `yaml:"-"`
	Title      string        `yaml:"title" desc:"name of the topic; default: its slug"`
	About      string        `yaml:"about" desc:"one sentence that tells readers what the topic follows"`
	Match      string        `yaml:"match" desc:"query that a story must match; * takes everything"`
	From       []string      `yaml:"from" desc:"only these sources or tag:NAME"`
	Lang       string        `yaml:"lang" desc:"BCP 47 language of the topic's feeds"`
	Limit      int           `yaml:"limit" desc:"most entries in the feed, 1 to 300"`
	MaxAge     time.Duration `yaml:"max_age" desc:"leave out stories older than this; 0s: none is too old"`
	PerSource  int           `yaml:"per_source" desc:"most entries led by one source; 0: no cap"`
	MinOutlets int           `yaml:"min_outlets" desc:"take a story once so many outlets carry it"`
	Sort       string        `yaml:"sort" desc:"order of the entries" enum:"updated,new,top"`
	Settle     time.Duration `yaml:"settle" desc:"wait this long for copies to gather before a story first appears"`
	Formats    []string      `yaml:"formats" desc:"feeds to write" enum:"atom,rss,json,html"`
	Changes    bool          `yaml:"changes" desc:"also publish the revisions of its stories as a feed"`
	Content    string        `yaml:"content" desc:"show less than the sources allow" enum:"excerpt,full,link"`
	Token      string        `yaml:"token" desc:"secret that readers must have in the address"`
	TokenFile  string        `yaml:"token_file" desc:"file that holds the token"`
	Was        []string      `yaml:"was" desc:"earlier slugs, kept as redirects"`
}
