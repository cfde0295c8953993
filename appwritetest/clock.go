package appwritetest

import (
	"sync/atomic"
	"time"
)

// Clock is the server's time. Everything that expires or carries a date uses it: sessions,
// tokens, JWTs, rate limit windows, the Date header.
//
// It runs at the speed of [time.Now], so it follows the fake time of a testing/synctest bubble,
// and a test moves it with Set and Advance instead of waiting. All methods are safe for any
// number of goroutines.
type Clock struct {
	offset atomic.Int64 // nanoseconds that the server is ahead of time.Now
}

// Now returns the server's time, in UTC.
func (c *Clock) Now() time.Time {
	// Round(0) drops the monotonic reading: times are compared by what they say.
	return time.Now().Add(time.Duration(c.offset.Load())).Round(0).UTC()
}

// Set moves the clock to t, from where it runs on. It may go back, but not before 1970, which
// IDs cannot tell, and it stops 292 years ahead of time.Now.
func (c *Clock) Set(t time.Time) {
	c.offset.Store(int64(time.Until(t)))
}

// Advance moves the clock by d.
func (c *Clock) Advance(d time.Duration) {
	c.offset.Add(int64(d))
}
