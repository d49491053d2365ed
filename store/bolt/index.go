package bolt

import (
	"container/heap"
	"net/url"
	"strings"

	"wiredesk/store"
)

// An index is what the store keeps in memory to know what is due: under a
// kilobyte a source. Times are unix nanoseconds, as in the file.
type index struct {
	sources map[store.SourceID]*source
	pages   map[store.ArticleID]*job
	// pageDocs are newer than the file's; one without a URL is to be removed.
	pageDocs map[store.ArticleID]pageDoc
	hosts    map[string]*host
	leased   map[task]*job
	dirty    map[store.SourceID]bool // poll or doc is newer than the file's
	holds    map[string]int64        // newer than the file's
	queue    hostQueue               // hosts that nobody leased and that have jobs
	leases   uint64                  // last number given
}

// A source is a source's place in the index.
type source struct {
	store.Source
	poll    poll
	feed    *job       // nil: not to be polled
	archive *job       // nil: no older document is to be read
	doc     *sourceDoc // newer than the file's; nil: the file's holds
	version uint32     // counts what was learned of it
	removed bool
}

// A job is something to fetch. It sits in its host's heap unless leased.
type job struct {
	source  store.SourceID
	article store.ArticleID // of a page
	url     string          // of a page, or of an older document
	due     int64
	host    *host
	lease   uint64 // 0: not leased
	at      int    // place in the heap
	kind    store.JobKind
	dropped bool // forget it when its lease ends
	partial bool // what it was leased with is not kept any more: its answer is not all there is
}

// A task names a job as deliveries do.
type task struct {
	kind    store.JobKind
	source  store.SourceID
	article store.ArticleID
}

func (j *job) task() task { return task{j.kind, j.source, j.article} }

// A host is leased as a whole, so that no two visits ever meet there.
type host struct {
	name  string
	hold  int64 // no request before
	lease uint64
	jobs  jobQueue
	out   int32 // jobs of the lease that are not done
	at    int32 // place in the queue; -1: not in it
}

// due returns when the host may be visited next.
func (h *host) due() int64 { return max(h.hold, h.jobs[0].due) }

func newIndex() index {
	return index{
		sources: map[store.SourceID]*source{}, dirty: map[store.SourceID]bool{},
		pages: map[store.ArticleID]*job{}, pageDocs: map[store.ArticleID]pageDoc{},
		hosts: map[string]*host{}, holds: map[string]int64{}, leased: map[task]*job{},
	}
}

// hostOf returns the host of an address as visits name it.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	h := strings.TrimSuffix(strings.ToLower(u.Host), ".")
	switch u.Scheme {
	case "http":
		h = strings.TrimSuffix(h, ":80")
	case "https":
		h = strings.TrimSuffix(h, ":443")
	}
	return store.Patience(h)
}

func (ix *index) host(name string) *host {
	h := ix.hosts[name]
	if h == nil {
		h = &host{name: name, at: -1}
		ix.hosts[name] = h
	}
	return h
}

// add puts a new job in its host's heap.
func (ix *index) add(j *job, address string) {
	j.host = ix.host(hostOf(address))
	heap.Push(&j.host.jobs, j)
	ix.settle(j.host)
}

// move gives a job another due time. A leased job gets it when its lease ends.
func (ix *index) move(j *job, due int64) {
	j.due = due
	if j.lease == 0 {
		heap.Fix(&j.host.jobs, j.at)
		ix.settle(j.host)
	}
}

// drop forgets a job.
func (ix *index) drop(j *job) {
	if j.lease != 0 {
		j.dropped = true
		return
	}
	heap.Remove(&j.host.jobs, j.at)
	ix.settle(j.host)
}

// lease takes a job out of its host's heap.
func (ix *index) lease(j *job) {
	heap.Remove(&j.host.jobs, j.at)
	j.lease, j.partial = j.host.lease, false
	j.host.out++
	ix.leased[j.task()] = j
}

// done ends a leased job's part in a visit. When it was the last, the host is
// free.
func (ix *index) done(j *job) {
	h := j.host
	j.lease = 0
	delete(ix.leased, j.task())
	if !j.dropped {
		heap.Push(&h.jobs, j)
	}
	if h.out--; h.out == 0 {
		h.lease = 0
	}
	ix.settle(h)
}

// settle puts a host where it belongs in the queue, and forgets one that holds
// nothing worth remembering.
func (ix *index) settle(h *host) {
	wanted := h.lease == 0 && len(h.jobs) > 0
	switch {
	case wanted && h.at < 0:
		heap.Push(&ix.queue, h)
	case wanted:
		heap.Fix(&ix.queue, int(h.at))
	case h.at >= 0:
		heap.Remove(&ix.queue, int(h.at))
	}
	if len(h.jobs) == 0 && h.lease == 0 && h.hold == 0 {
		delete(ix.hosts, h.name)
	}
}

// hold keeps a host from being visited before t.
func (ix *index) hold(name string, t int64) {
	if h := ix.host(name); t > h.hold {
		h.hold, ix.holds[name] = t, t
		ix.settle(h)
	}
}

type jobQueue []*job

func (q jobQueue) Len() int { return len(q) }

func (q jobQueue) Less(i, j int) bool { return q[i].due < q[j].due }

func (q jobQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].at, q[j].at = i, j
}

func (q *jobQueue) Push(x any) {
	j := x.(*job)
	j.at = len(*q)
	*q = append(*q, j)
}

func (q *jobQueue) Pop() any {
	old := *q
	j := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	return j
}

type hostQueue []*host

func (q hostQueue) Len() int { return len(q) }

func (q hostQueue) Less(i, j int) bool { return q[i].due() < q[j].due() }

func (q hostQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].at, q[j].at = int32(i), int32(j)
}

func (q *hostQueue) Push(x any) {
	h := x.(*host)
	h.at = int32(len(*q))
	*q = append(*q, h)
}

func (q *hostQueue) Pop() any {
	old := *q
	h := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	h.at = -1
	return h
}
