package bolt

import (
	"bytes"

	"wiredesk/store"
)

// sources checks the bookkeeping: that it can be read, and is of what is there.
func (v *verifier) sources() {
	v.scan("source", nil, func(k, raw []byte) bool {
		var doc sourceDoc
		if v.decode("source", raw, &doc); doc.Source.ID != store.SourceID(k) {
			v.fault("source %q: its record says %q", k, doc.Source.ID)
		}
		return true
	})
	v.scan("poll", nil, func(k, raw []byte) bool {
		var p poll
		if v.decode("poll", raw, &p); v.get("source", k) == nil {
			v.fault("poll of %q: there is no such source", k)
		}
		return true
	})
	v.scan("websub", nil, func(_, raw []byte) bool {
		var s store.Subscription
		v.decode("websub", raw, &s)
		return true
	})
	v.scan("follower", nil, func(_, raw []byte) bool {
		var f store.Follower
		v.decode("follower", raw, &f)
		return true
	})
	v.scan("hold", nil, func(k, raw []byte) bool {
		if len(raw) != 8 {
			v.fault("hold of host %q: it is no time", k)
		}
		return true
	})
	v.scan("page", nil, func(k, raw []byte) bool {
		var doc pageDoc
		if v.decode("page", raw, &doc); v.get("article", k) == nil {
			v.fault("page of article %s: there is no such article", store.ArticleID(tail(k)))
		}
		return true
	})
}

// sketches checks that every sampled text is filed under its article's story.
func (v *verifier) sketches() {
	v.scan("sketch", nil, func(k, raw []byte) bool {
		id := store.ArticleID(tail(k))
		a, ok := v.article(id)
		switch {
		case !ok:
			v.fault("sketch of article %s: there is no such article", id)
		case len(raw) < sketchHead || (len(raw)-sketchHead)%5 != 0:
			v.fault("sketch of article %s: it is cut off", id)
		case store.StoryID(tail(raw[:8])) != a.Story:
			v.fault("sketch of article %s: it names story %s, not %s", id, store.StoryID(tail(raw[:8])), a.Story)
		}
		return true
	})
	v.scan("text", nil, func(k, _ []byte) bool {
		if v.get("revision", k) == nil {
			v.fault("bucket text, key %x: there is no such revision", k)
		}
		return true
	})
}

// desk checks what the desk keeps.
func (v *verifier) desk() {
	v.scan("bookmark", nil, func(k, raw []byte) bool {
		if seal := len(raw) == 16 && bytes.HasPrefix(k, sealKey("")); !seal && (len(raw) != 8 || tail(raw) > v.number(lastChange)) {
			v.fault("bookmark %s: it stands where no change is", k)
		}
		return true
	})
	v.scan("rule", nil, func(_, raw []byte) bool {
		var r store.TopicRule
		v.decode("rule", raw, &r)
		return true
	})
	v.scan("archive", nil, func(_, raw []byte) bool {
		var p store.ArchivePage
		v.decode("archive", raw, &p)
		return true
	})
	v.scan("taking", nil, func(k, raw []byte) bool {
		at := bytes.IndexByte(k, 0)
		switch {
		case at < 0 || len(k) != at+17 || len(raw) != 8:
			v.fault("bucket taking, key %x: it names no story, or no time", k)
		case !v.pruned && v.get("story", storyKey(store.StoryID(^tail(k)))) == nil:
			v.fault("topic %s took story %s, which is missing", k[:at], store.StoryID(^tail(k)))
		}
		return true
	})
	v.scan("entry", nil, func(k, raw []byte) bool {
		var e store.Entry
		v.decode("entry", raw, &e)
		switch at := bytes.IndexByte(k, 0); {
		case at < 0 || len(k) != at+9:
			v.fault("bucket entry, key %x: it names no story", k)
		case !v.pruned && v.get("story", k[at+1:]) == nil:
			v.fault("topic %s shows story %s, which is missing", k[:at], store.StoryID(tail(k)))
		case e.ID == "":
			v.fault("topic %s: its entry of story %s has no id", k[:at], store.StoryID(tail(k)))
		}
		return true
	})
}
