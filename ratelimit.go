package appwrite

import (
	"net/http"
	"strconv"
	"time"
)

// RateLimit is what the server says of the limit of a call's route. Servers send it with
// every answer of a limited route; it is the zero value where they sent none.
type RateLimit struct {
	Limit     int       // calls per window
	Remaining int       // calls left in this window
	Reset     time.Time // end of the window, by the server's clock
}

func parseRateLimit(h http.Header) RateLimit {
	var r RateLimit
	r.Limit = headerInt(h, "X-Ratelimit-Limit")
	r.Remaining = headerInt(h, "X-Ratelimit-Remaining")
	if reset := headerInt(h, "X-Ratelimit-Reset"); reset > 0 {
		r.Reset = time.Unix(int64(reset), 0).UTC()
	}
	return r
}

func headerInt(h http.Header, name string) int {
	text := h.Get(name)
	if text == "" { // as on most routes: spare the error that Atoi would allocate
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// untilReset returns how long to wait until the window ends. Where the clocks of the two
// sides are visibly apart, the answer's Date header stands for the present.
func untilReset(r RateLimit, h http.Header, now time.Time) time.Duration {
	const visible = 2 * time.Second // Date has whole seconds
	if date, err := http.ParseTime(h.Get("Date")); err == nil && date.Sub(now).Abs() > visible {
		now = date
	}
	return max(r.Reset.Sub(now), 0)
}
