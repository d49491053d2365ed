package bolt

import "wiredesk/store"

// setArchive makes the next document of a source's archive due, at the source's
// own host, or forgets it when there is none.
func (ix *index) setArchive(s *source, b store.Backfill, moved bool) {
	wanted := b.Next != "" && s.polled()
	if s.archive != nil && (moved || !wanted) {
		ix.drop(s.archive)
		s.archive = nil
	}
	switch {
	case !wanted:
	case s.archive == nil:
		s.archive = &job{kind: store.ArchiveJob, source: s.ID, url: b.Next, due: nano(b.Due)}
		ix.add(s.archive, s.URL)
	default:
		s.archive.url = b.Next
		ix.move(s.archive, nano(b.Due))
	}
}
