package site

import "wiredesk/publish/curate"

// helpView fills help.html.
type helpView struct {
	frame
	Groups []exampleGroup
}

type exampleGroup struct {
	Heading  string
	Examples []example
}

// An example is a query, and what it finds.
type example struct{ Query, Means string }

// Help renders /help/: the query language, by example.
func (p *Pages) Help(s curate.Site) ([]byte, error) {
	v := helpView{frame: newFrame(s, "How queries are written"), Groups: examples()}
	v.NoIndex = true
	return p.render("help.html", &v)
}

func examples() []exampleGroup {
	return []exampleGroup{
		{"Words", []example{
			{"harbour crane", "both words, in any order and place"},
			{"ferry OR ship", "one of the two; OR in capitals"},
			{"harbour (ferry OR ship)", "parentheses keep together what belongs together"},
			{"harbour -football", "without a word; NOT football says the same"},
			{"*", "every story"},
		}},
		{"How exactly", []example{
			{`"islamic state"`, "the words in this order"},
			{"syria*", "words that begin so: Syria, Syrian, Syrians"},
			{"=reading", "this very form of the word, not read or reads"},
			{`"bank rate"~5`, "both within five words of each other"},
			{`/cr[ao]ne/`, "a regular expression (RE2), in small letters"},
			{"央行", "Chinese, Japanese and Thai need no spaces"},
		}},
		{"Where", []example{
			{"title:crane", "in the headline"},
			{"intro:crane", "in the headline or the first paragraph"},
			{"body:crane", "below the headline"},
			{"author:halloran", "in the byline"},
			{"category:sport", "in what the outlet files it under"},
			{"url:live", "in the words of the address"},
		}},
		{"From whom", []example{
			{"source:post", "an outlet, by its name in the configuration"},
			{"tag:wire", "outlets with a tag"},
			{"site:example.org", "published at this host, or below it"},
			{"credit:AFP", "credited to a news agency, whoever prints it"},
			{"lang:en", "in a language"},
		}},
		{"How widely, and when", []example{
			{"outlets:>=3", "carried by at least three outlets"},
			{"age:<48h", "first seen in the last two days; also m, d, w"},
		}},
		{"Together", []example{
			{`syria (isis OR daesh OR "islamic state") -football title:hajin`, "what a topic may look like"},
		}},
	}
}
