package schedule

import (
	"time"

	"wiredesk/store"
)

// PagePatience is how long an article waits for its page before it is
// published without.
const PagePatience = 10 * time.Minute

// tries are the waits after which a page that could not be had is asked for
// again. The first is short enough that the article still waits for it.
var tries = [...]time.Duration{3 * time.Minute, time.Hour, 6 * time.Hour}

// visits are an article's ages at which a watched page is read again. Most
// silent edits come within hours.
var visits = [...]time.Duration{time.Hour, 4 * time.Hour, 12 * time.Hour, day, 3 * day, 7 * day}

// RetryPage returns when to ask for a page again after its errors-th failure
// in a row; zero: never. Only what may be better later is worth another try.
func RetryPage(code store.Code, errors int, retryAfter, now time.Time) time.Time {
	switch code {
	case store.CodeDNS, store.CodeRefused, store.CodeReset, store.CodeTimeout, store.CodeCut, store.CodeStatus, store.CodeLocal,
		store.CodeLimited, store.CodeBusy:
	case store.CodeRobots:
		if retryAfter.IsZero() { // robots.txt was read, and it says no
			return time.Time{}
		}
	default:
		return time.Time{}
	}
	if errors < 1 || errors > len(tries) {
		return time.Time{}
	}
	return later(now.Add(tries[errors-1]), earlier(retryAfter, now.Add(MaxWait)))
}

// WatchPage returns when to read a watched article's page again; zero: never.
func WatchPage(seen, now time.Time) time.Time {
	for _, age := range visits {
		if at := seen.Add(age); at.After(now) {
			return at
		}
	}
	return time.Time{}
}
