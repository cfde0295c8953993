package appwrite

import (
	"net/http"
	"strconv"
	"time"
)

// RateLimit is the rate limit of a call's route. Servers send it with every answer of a limited
// route; without it, all fields are zero.
type RateLimit struct {
	Limit     int       // calls per window
	Remaining int       // calls left in this window
	Reset     time.Time // end of the window, by the server's clock
}

// parseRateLimit reads the headers. A route can have several limits; the one with the fewest
// calls left counts.
func parseRateLimit(h http.Header) RateLimit {
	limits, remaining, resets := h["X-Ratelimit-Limit"], h["X-Ratelimit-Remaining"], h["X-Ratelimit-Reset"]
	var least RateLimit
	for i := range max(len(limits), len(remaining), len(resets)) {
		r := RateLimit{Limit: nthInt(limits, i), Remaining: nthInt(remaining, i)}
		if reset := nthInt(resets, i); reset > 0 {
			r.Reset = time.Unix(int64(reset), 0).UTC()
		}
		if i == 0 || r.Remaining < least.Remaining {
			least = r
		}
	}
	return least
}

func nthInt(values []string, i int) int {
	if i >= len(values) {
		return 0
	}
	n, err := strconv.Atoi(values[i])
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// untilReset returns how long to wait until the window ends, by the server's clock if the
// answer has a Date. A Date is rounded down to the second, so the wait is never too short.
func untilReset(r RateLimit, h http.Header, now time.Time) time.Duration {
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(r.Reset.Sub(now), 0)
}
