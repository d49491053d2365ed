package site

import (
	"wiredesk/publish/curate"
	"wiredesk/store"
)

// Signed says who reads one of the desk's pages. The zero Signed is the public.
type Signed struct {
	Name    string
	Form    string // secret that each form carries back
	Problem string // why the last order was refused
}

// SignInData fills the page that asks who is there.
type SignInData struct {
	Site    curate.Site
	Name    string
	Problem string
}

type signInView struct {
	frame
	Given, Problem string
}

// SignIn renders the form to sign in. It posts to the address it is shown at.
func (p *Pages) SignIn(d SignInData) ([]byte, error) {
	v := signInView{frame: newFrame(d.Site, "Sign in"), Given: d.Name, Problem: d.Problem}
	v.NoIndex = true
	return p.render("sign-in.html", &v)
}

// An override is the way to change one of our reasons: a button at the desk, a
// command elsewhere.
type override struct {
	Label, Command string
	Fields         []field // of the button's form; none: there is no button
}

type field struct{ Name, Value string }

// An overrider makes overrides for one page.
type overrider struct {
	signed Signed
	story  store.StoryID
}

// to returns the way to run a verb. args are what the command takes; fields are
// what the form carries besides.
func (o overrider) to(label string, verb store.Verb, args string, fields ...field) override {
	out := override{Label: label, Command: "wiredesk desk " + string(verb) + " " + args}
	if o.signed.Name != "" {
		out.Fields = append([]field{{"form", o.signed.Form}, {"story", o.story.String()}, {"do", string(verb)}}, fields...)
	}
	return out
}

// A Reason says why a topic shows a story or does not, to the desk.
type Reason struct {
	Topic curate.Topic
	Shown bool
	Why   string
}

// deskView is what the desk's page of a story has beside the public one.
type deskView struct {
	Signed
	Story     string
	Topics    []deskTopic // every topic
	Decisions []decisionView
	Public    string // address of the public page
}

type deskTopic struct {
	Slug, Title, URL, Why string
	Shown                 bool
	Overrides             []override
}

type decisionView struct {
	Seq            uint64
	At             stamp
	What, By, Why  string
	Story, StoryID string // address and id of its page at the desk
	Undone         bool
	Undo           override
}

func newDesk(d *StoryData, base string) *deskView {
	if d.Signed.Name == "" {
		return nil
	}
	o := overrider{d.Signed, d.ID}
	v := &deskView{Signed: d.Signed, Story: d.ID.String(), Public: base + "/s/" + d.ID.String() + "/"}
	for _, r := range d.Reasons {
		slug := r.Topic.Slug
		t := deskTopic{Slug: slug, Title: title(r.Topic), URL: base + r.Topic.Path(""), Why: r.Why, Shown: r.Shown}
		if r.Shown {
			t.Overrides = []override{
				o.to("Pin", store.Pin, v.Story+" --topic "+slug, field{"topic", slug}),
				o.to("Hide", store.Hide, v.Story+" --topic "+slug, field{"topic", slug}),
			}
		}
		v.Topics = append(v.Topics, t)
	}
	for i := len(d.Decisions) - 1; i >= 0; i-- {
		v.Decisions = append(v.Decisions, newDecision(d.Decisions[i], d.Signed, d.Site, base))
	}
	return v
}

func newDecision(dec store.Decision, signed Signed, s curate.Site, base string) decisionView {
	v := decisionView{
		Seq: dec.Seq, At: newStamp(dec.At, s), What: deed(dec), By: dec.By, Why: dec.Why, Undone: dec.Undone,
		Story: base + "/desk/s/" + dec.Story.String() + "/", StoryID: dec.Story.String(),
	}
	if !dec.Undone && dec.Verb != store.Undo {
		n := number(dec.Seq)
		v.Undo = overrider{signed, dec.Story}.to("Undo", store.Undo, n, field{"decision", n})
	}
	return v
}

// deed words what was decided.
func deed(dec store.Decision) string {
	what := map[store.Verb]string{
		store.Pin: "pinned", store.Hide: "hidden", store.Note: "note", store.SetLead: "lead set to " + dec.Article.String(),
		store.SetTitle: "headline", store.Merge: "took in " + dec.Other.String(), store.Split: "split off " + dec.Article.String(),
		store.Withdraw: "withdrawn", store.Undo: "undid decision " + number(dec.Undoes),
	}[dec.Verb]
	if dec.Text != "" {
		what += ": “" + dec.Text + "”"
	}
	if dec.Topic != "" {
		what += ", in " + dec.Topic
	}
	return what
}

func title(t curate.Topic) string {
	if t.Title != "" {
		return t.Title
	}
	return t.Slug
}
