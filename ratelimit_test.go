package appwrite_test

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
)

const limitBody = `{"message":"Rate limit for the current endpoint has been exceeded. Please try again after some time.","code":429,"type":"general_rate_limit_exceeded","version":"1.9.6"}`

// limited is a 429 as servers send it.
func limited(reset time.Time) *http.Response {
	resp := response(429, jsonType, limitBody)
	resp.Header.Set("X-Ratelimit-Limit", "10")
	resp.Header.Set("X-Ratelimit-Remaining", "0")
	resp.Header.Set("X-Ratelimit-Reset", strconv.FormatInt(reset.Unix(), 10))
	return resp
}

// limitedFor answers 429 until a time has passed since the bubble's start, and then with
// success.
func limitedFor(c everycall.Call, d time.Duration) tripper {
	reset := time.Now().Add(d)
	return func(*http.Request) (*http.Response, error) {
		if time.Now().Before(reset) {
			return limited(reset), nil
		}
		return c.Success(), nil
	}
}

func requireLimited(t *testing.T, err error) *appwrite.Error {
	t.Helper()
	assert.ErrorIs(t, err, appwrite.ErrRateLimited)
	assert.ErrorIs(t, err, appwrite.ErrGeneralRateLimitExceeded)
	assert.NotErrorIs(t, err, context.DeadlineExceeded)
	assert.NotErrorIs(t, err, context.Canceled)
	return as[*appwrite.Error](t, err)
}

func TestARateLimitBeyondTheDeadlineComesBackAtOnce(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		// An hour is beyond the policy, too; three seconds are beyond the context alone.
		for _, reset := range []time.Duration{time.Hour, 3 * time.Second} {
			synctest.Test(t, func(t *testing.T) {
				started := time.Now()
				client := memory(t, limitedFor(c, reset))
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				got, err := c.Do(ctx, client.Account, c.Full())
				assert.Zero(t, time.Since(started))
				assert.Nil(t, got)
				e := requireLimited(t, err)
				assert.Equal(t, appwrite.RateLimit{Limit: 10, Remaining: 0, Reset: started.Add(reset).UTC()}, e.RateLimit)
				client.One(t)
			})
		}
	})
}

// A reset that is just within the longest wait leaves no room for jitter, and needs none.
func TestThePolicySaysHowLongARateLimitIsWaitedFor(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		policy appwrite.RetryPolicy
		reset  time.Duration
		waits  bool
	}{
		"default":          {appwrite.RetryPolicy{}, 9 * time.Second, false},
		"at the edge":      {appwrite.RetryPolicy{}, 8 * time.Second, true},
		"shorter":          {appwrite.RetryPolicy{MaxDelay: time.Second}, 2 * time.Second, false},
		"longer":           {appwrite.RetryPolicy{MaxDelay: time.Minute}, 61 * time.Second, false},
		"longer, the edge": {appwrite.RetryPolicy{MaxDelay: time.Minute}, 60 * time.Second, true},
		"one attempt":      {appwrite.RetryPolicy{MaxAttempts: 1}, time.Second, false},
		"end of times":     {appwrite.RetryPolicy{}, time.Duration(math.MaxInt64), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				started := time.Now()
				client := memory(t, limitedFor(everycall.All[0], test.reset), appwrite.WithRetryPolicy(test.policy))
				_, err := client.Account.Get(t.Context())
				if test.waits {
					require.NoError(t, err)
					assert.Equal(t, test.reset, time.Since(started))
					assert.Len(t, client.Take(), 2)
					return
				}
				requireLimited(t, err)
				assert.Zero(t, time.Since(started))
				client.One(t)
			})
		})
	}
}

func TestANearRateLimitIsWaitedOut(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		synctest.Test(t, func(t *testing.T) {
			started := time.Now()
			client := memory(t, limitedFor(c, 5*time.Second))
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			var answered appwrite.Response
			_, err := c.Do(ctx, client.Account, c.Full(), appwrite.CaptureResponse(&answered))
			require.NoError(t, err)
			took := time.Since(started)
			assert.GreaterOrEqual(t, took, 5*time.Second, "not before the window ends")
			assert.LessOrEqual(t, took, 5*time.Second+200*time.Millisecond, "and not long after")
			assert.Len(t, client.Take(), 2)
			assert.Equal(t, 2, answered.Attempts)
			assert.Equal(t, c.Status, answered.StatusCode)
		})
	})
}

func TestThoseWhoWaitForOneWindowDoNotComeBackTogether(t *testing.T) {
	t.Parallel()
	seen := map[time.Duration]bool{}
	for range 20 {
		synctest.Test(t, func(t *testing.T) {
			started := time.Now()
			client := memory(t, limitedFor(everycall.All[0], time.Second), appwrite.WithRetryPolicy(appwrite.RetryPolicy{MinDelay: time.Second}))
			_, err := client.Account.Get(t.Context())
			require.NoError(t, err)
			took := time.Since(started)
			assert.LessOrEqual(t, took, 2*time.Second)
			seen[took] = true
		})
	}
	assert.Greater(t, len(seen), 10)
}

func TestARateLimitThatHoldsOnEndsWithTheLastAnswer(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		synctest.Test(t, func(t *testing.T) {
			sent := 0
			client := memory(t, func(*http.Request) (*http.Response, error) {
				sent++
				resp := limited(time.Now().Add(time.Second))
				resp.Header.Set("X-Ratelimit-Limit", strconv.Itoa(sent))
				return resp, nil
			})
			_, err := c.Do(t.Context(), client.Account, c.Full())
			assert.Equal(t, 3, requireLimited(t, err).RateLimit.Limit)
			assert.Equal(t, 3, sent)
		})
	})
}

func TestARateLimitWithoutAUsableResetIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	for _, reset := range []string{"", "0", "-5", "soon", "1.5e9", "99999999999999999999", "Sat, 21 Nov 2026 00:12:51 GMT"} {
		synctest.Test(t, func(t *testing.T) {
			started := time.Now()
			client := memory(t, func(*http.Request) (*http.Response, error) {
				resp := response(429, jsonType, limitBody)
				resp.Header.Set("Retry-After", "1") // no Appwrite sends it, proxies do
				if reset != "" {
					resp.Header.Set("X-Ratelimit-Reset", reset)
				}
				return resp, nil
			})
			_, err := client.Account.UpdateName(t.Context(), "Walter")
			assert.Equal(t, appwrite.RateLimit{}, requireLimited(t, err).RateLimit, reset)
			client.One(t)
			assert.Zero(t, time.Since(started), reset)
		})
	}
}

// Several limits of a route, say of the address and of the IP, send their headers each.
func TestOfSeveralLimitsTheTightestCounts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		remaining []string
		want      appwrite.RateLimit
	}{
		{nil, appwrite.RateLimit{}}, // a route without limit
		{[]string{"9", "8"}, appwrite.RateLimit{10, 8, time.Unix(1795222801, 0).UTC()}},
		{[]string{"8", "9"}, appwrite.RateLimit{10, 8, time.Unix(1795222800, 0).UTC()}},
		{[]string{"0", "9"}, appwrite.RateLimit{10, 0, time.Unix(1795222800, 0).UTC()}},
	} {
		h := http.Header{}
		if test.remaining != nil {
			h = http.Header{"X-Ratelimit-Limit": {"10", "10"}, "X-Ratelimit-Remaining": test.remaining, "X-Ratelimit-Reset": {"1795222800", "1795222801"}}
		}
		assert.Equal(t, test.want, appwrite.ParseRateLimit(h))
	}
}

// Servers and clients do not agree on the time; the answer's Date tells by how much.
func TestARateLimitIsCountedOnTheServersClock(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		skew  time.Duration // of the server's clock
		reset time.Duration // after the server's present
		wait  time.Duration // -1: not at all
	}{
		"ahead by an hour":      {time.Hour, 5 * time.Second, 5 * time.Second},
		"behind by an hour":     {-time.Hour, 5 * time.Second, 5 * time.Second},
		"ahead, reset too far":  {time.Hour, time.Hour, -1},
		"behind, reset too far": {-time.Hour, time.Hour, -1},
		"ahead by years":        {3 * 365 * 24 * time.Hour, time.Second, time.Second},
		"ahead by a second":     {time.Second, 5 * time.Second, 5 * time.Second},
		"behind by a second":    {-time.Second, 5 * time.Second, 5 * time.Second},
		"reset has passed":      {time.Hour, -time.Minute, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				started := time.Now()
				client := memory(t, func(*http.Request) (*http.Response, error) {
					if sent++; sent > 1 {
						return response(200, jsonType, userBody), nil
					}
					resp := limited(started.Add(test.skew + test.reset))
					resp.Header.Set("Date", time.Now().Add(test.skew).UTC().Format(http.TimeFormat))
					return resp, nil
				})
				_, err := client.Account.UpdateName(t.Context(), "Walter")
				if test.wait < 0 {
					requireLimited(t, err)
					assert.Equal(t, 1, sent)
					assert.Zero(t, time.Since(started))
					return
				}
				require.NoError(t, err)
				assert.Equal(t, 2, sent)
				assert.GreaterOrEqual(t, time.Since(started), test.wait)
				assert.LessOrEqual(t, time.Since(started), test.wait+time.Second+200*time.Millisecond) // Date has whole seconds
			})
		})
	}
}
