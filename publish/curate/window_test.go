package curate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wiredesk/store"
)

func TestWindow(t *testing.T) {
	now := morning
	entry := func(id int, ago time.Duration, source string, outlets int) store.Entry {
		at := now.Add(-ago)
		return store.Entry{Story: store.StoryID(id), Published: at, Updated: at, Moved: at, Seen: at, Source: store.SourceID(source), Outlets: outlets}
	}
	var many []store.Entry
	for i := range 400 {
		many = append(many, entry(i+1, time.Duration(i)*time.Hour, "a", 1))
	}
	gone, held := entry(7, 0, "a", 1), entry(8, 0, "a", 1)
	gone.Gone, held.Held = now, true
	notice := entry(9, 2*time.Hour, "a", 1)
	notice.Gone, notice.Withdrawn = now.Add(-time.Hour), now.Add(-time.Hour)
	late := entry(4, 3*time.Hour, "c", 1)
	late.Moved, late.Bumped = now, now
	list := []store.Entry{entry(1, time.Hour, "a", 1), entry(2, 2*time.Hour, "a", 8), entry(3, 5*time.Hour, "b", 1), late, gone, held, notice}
	for _, tt := range []struct {
		name  string
		topic Topic
		list  []store.Entry
		pin   store.StoryID
		want  string
		until time.Time
	}{
		{"updated", Topic{}, list, 0, "4 1 9 2 3", now.Add(-time.Hour + Notice)},
		{"new", Topic{Sort: SortNew}, list, 0, "1 9 2 4 3", now.Add(-time.Hour + Notice)},
		{"top", Topic{Sort: SortTop}, list, 0, "2 4 1 9 3", now.Add(-time.Hour + Notice)},
		{"pinned", Topic{}, list, 3, "3 4 1 9 2", now.Add(-time.Hour + Notice)},
		{"limit", Topic{Limit: 2}, list, 0, "4 1", now.Add(-time.Hour + Notice)},
		{"per source", Topic{PerSource: 1}, list, 0, "4 1 3", now.Add(-time.Hour + Notice)},
		{"max age", Topic{MaxAge: 3 * time.Hour}, list, 0, "1 9 2", now.Add(time.Hour)},
		{"max age spares the pinned", Topic{MaxAge: 3 * time.Hour}, list, 3, "3 1 9 2", now.Add(time.Hour)},
		{"50 entries where 48 hours have fewer", Topic{}, many, 0, "50 entries", time.Time{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &Rule{Topic: tt.topic}
			got, until := r.Window(tt.list, func(id store.StoryID) bool { return id == tt.pin }, now)
			var ids []string
			for _, e := range got {
				ids = append(ids, fmt.Sprint(uint64(e.Story)))
			}
			text := strings.Join(ids, " ")
			if len(ids) > 10 {
				text = fmt.Sprint(len(ids), " entries")
			}
			if text != tt.want || !until.Equal(tt.until) {
				t.Errorf("Window = %s until %v, want %s until %v", text, until, tt.want, tt.until)
			}
		})
	}
}

func TestMaxAge(t *testing.T) {
	at := func(minutes ...int) (list []store.Entry) {
		for _, m := range minutes {
			list = append(list, store.Entry{Moved: morning.Add(time.Duration(m) * time.Minute)})
		}
		return list
	}
	for _, tt := range []struct {
		list []store.Entry
		want time.Duration
	}{
		{nil, 15 * time.Minute}, {at(0, 1, 2, 3), 5 * time.Minute}, {at(0, 40, 80, 120), 20 * time.Minute}, {at(0, 600), time.Hour},
	} {
		if got := MaxAge(tt.list); got != tt.want {
			t.Errorf("MaxAge of %d entries = %v, want %v", len(tt.list), got, tt.want)
		}
	}
}
