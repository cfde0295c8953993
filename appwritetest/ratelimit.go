package appwritetest

import (
	"regexp"
	"strconv"
	"time"
)

// rate is how many calls of an operation the server takes in a window of time; the zero rate
// means no limit, and sends no headers.
type rate struct {
	limit  int
	window time.Duration
	keys   []string // each is limited for itself, see call.rateKey
	resets bool     // a success takes back what was counted
}

// What calls are counted by, in the server's notation. Calls of several operations that fill in
// to the same text are counted together.
const (
	byURLAndIP  = "url:{url},ip:{ip}"
	byIP        = "ip:{ip}"
	byIPAndUser = "ip:{ip},userId:{param-userId}"
	byEmail     = "url:{url},email:{param-email}"
	byPhone     = "url:{url},phone:{param-phone}"
	byCaller    = "url:{url},userId:{userId}"
	byUser      = "url:{url},userId:{param-userId}"
	byUserOnly  = "userId:{param-userId}"
	byChallenge = "url:{url},challengeId:{param-challengeId}"
)

// hourly is a limit of so many calls an hour, by URL and address where no key is given.
func hourly(limit int, keys ...string) rate {
	if len(keys) == 0 {
		keys = []string{byURLAndIP}
	}
	return rate{limit: limit, window: time.Hour, keys: keys}
}

// resetting returns the limit as one that a success resets.
func (r rate) resetting() rate {
	r.resets = true
	return r
}

// counter counts the calls of one key in one window.
type counter struct {
	start time.Time
	calls int
}

// checkRate counts the call, refuses it where it is one too many, and tells the caller how much
// of the limit is left, counted or not. Of several keys, one with less left than those before
// it adds its headers to theirs.
func (c *call) checkRate() error {
	r := c.endpoint.rate
	closest := r.limit
	for _, key := range r.keys {
		n := c.counted(key)
		if left := max(0, r.limit-n.calls-1); left < closest {
			closest = left
			c.answer.header.Add("X-RateLimit-Limit", strconv.Itoa(r.limit))
			c.answer.header.Add("X-RateLimit-Remaining", strconv.Itoa(left))
			c.answer.header.Add("X-RateLimit-Reset", strconv.FormatInt(n.start.Add(r.window).Unix(), 10))
		}
		if !c.store.limited || c.caller.key || c.caller.dev {
			continue
		}
		if n.calls >= r.limit {
			return errRateLimit
		}
		n.calls++
		c.store.counters[c.rateKey(key)] = n
	}
	return nil
}

// counted returns what was counted for a key in the present window; windows start on the hour,
// or minute.
func (c *call) counted(key string) counter {
	start := c.now.Truncate(c.endpoint.rate.window)
	if n, ok := c.store.counters[c.rateKey(key)]; ok && n.start.Equal(start) {
		return n
	}
	return counter{start: start}
}

// resetRate takes back what was counted, once the caller has shown to be no guesser.
func (c *call) resetRate() {
	if !c.endpoint.rate.resets {
		return
	}
	for _, key := range c.endpoint.rate.keys {
		delete(c.store.counters, c.rateKey(key))
	}
}

var keyPart = regexp.MustCompile(`\{[a-zA-Z-]+\}`)

// rateKey fills in a key. What the request does not have stays as it is.
func (c *call) rateKey(key string) string {
	return keyPart.ReplaceAllStringFunc(key, func(part string) string {
		switch part {
		case "{url}":
			return c.host() + c.endpoint.path
		case "{ip}":
			return clientIP(c.r)
		case "{userId}":
			if c.caller.user == nil {
				return ""
			}
			return c.caller.user.id
		}
		name := part[len("{param-") : len(part)-1]
		if s, ok := c.params.values.Get(name).(string); ok && s != "" {
			return s
		}
		return part
	})
}
