package appwritetest

import (
	"strconv"
	"time"
)

// rate is how many calls of an operation the server takes in a window of time;
// the zero rate is no limit, and sends no headers.
type rate struct {
	limit  int
	window time.Duration
}

// hourly is the window of all limits but that of JWTs.
func hourly(limit int) rate { return rate{limit, time.Hour} }

// announceRate tells the caller how much of the limit is left. Nothing is counted
// yet, as on a server with limits switched off: each call is the first one.
func (c *call) announceRate() error {
	r := c.endpoint.rate
	if r.limit == 0 {
		return nil
	}
	reset := c.now.Truncate(r.window).Add(r.window) // windows start on the hour, or minute
	c.answer.header.Set("X-RateLimit-Limit", strconv.Itoa(r.limit))
	c.answer.header.Set("X-RateLimit-Remaining", strconv.Itoa(r.limit-1))
	c.answer.header.Set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
	return nil
}
