package appwrite_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
)

func TestCaptureResponseNotesSuccessAndFailureOfEveryCall(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		respond := c.Succeed
		a := memory(t, func(r *http.Request) (*http.Response, error) {
			resp, err := respond(r)
			resp.Header.Set("X-RateLimit-Limit", "50")
			resp.Header.Set("X-RateLimit-Remaining", "49")
			resp.Header.Set("X-RateLimit-Reset", "1795222800")
			resp.Header.Set("X-Own", "1")
			return resp, err
		}).Account
		check := func(got appwrite.Response, status int) {
			assert.Equal(t, status, got.StatusCode)
			assert.Equal(t, "1", got.Header.Get("X-Own"))
			assert.Equal(t, appwrite.RateLimit{Limit: 50, Remaining: 49, Reset: time.Unix(1795222800, 0).UTC()}, got.RateLimit)
			assert.Equal(t, 1, got.Attempts)
		}
		var got appwrite.Response
		_, err := c.Do(t.Context(), a, c.Full(), appwrite.CaptureResponse(&got))
		require.NoError(t, err)
		check(got, c.Status)

		respond = answersJSON(409, errorBody(409, appwrite.ErrUserAlreadyExists))
		_, err = c.Do(t.Context(), a, c.Full(), appwrite.CaptureResponse(&got))
		require.ErrorIs(t, err, appwrite.ErrConflict)
		check(got, 409)
		e := as[*appwrite.Error](t, err)
		got.Header.Set("Content-Type", "changed")
		assert.Equal(t, jsonType, e.Header.Get("Content-Type"), "the captured headers are the caller's")
	})
}

func TestACapturedResponseIsOfTheLastAttempt(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection broke")
	for _, tc := range []struct {
		name     string
		script   []any
		status   int
		attempts int
	}{
		{"success after failures", []any{503, 502, 200}, 200, 3},
		{"failure after failures", []any{503, 500, 504}, 504, 3},
		{"success after a broken connection", []any{broken, 200}, 200, 2},
		{"no answer at all", []any{broken, broken, broken}, 0, 3},
		{"no answer to the last attempts", []any{503, broken, broken}, 0, 3},
		{"no answer to the last attempt", []any{503, 503, broken}, 0, 3},
		{"final at once", []any{401}, 401, 1},
	} {
		script := tc.script
		a := memory(t, func(*http.Request) (*http.Response, error) {
			next := script[0]
			script = script[1:]
			if err, ok := next.(error); ok {
				return nil, err
			}
			resp := response(next.(int), jsonType, userBody)
			resp.Header.Set("X-Status", fmt.Sprint(next))
			resp.Header.Set("X-RateLimit-Limit", "10")
			return resp, nil
		}, appwrite.WithRetryPolicy(quickly)).Account
		got := appwrite.Response{StatusCode: 999, Header: http.Header{"Stale": {"1"}}, Attempts: 99}
		_, err := a.Get(t.Context(), appwrite.CaptureResponse(&got))
		assert.Equal(t, tc.status == 200, err == nil, tc.name)
		if tc.status == 0 {
			require.ErrorIs(t, err, broken)
			assert.Equal(t, appwrite.Response{Attempts: tc.attempts}, got, tc.name)
			continue
		}
		if tc.status != 200 {
			assert.Equal(t, tc.status, as[*appwrite.Error](t, err).StatusCode, "the last error is what the caller gets")
			assert.NoError(t, errors.Unwrap(err), "nothing but the answer ended the call")
		}
		assert.Equal(t, tc.status, got.StatusCode, tc.name)
		assert.Equal(t, tc.attempts, got.Attempts, tc.name)
		assert.Empty(t, got.Header.Get("Stale"), tc.name)
		assert.Equal(t, fmt.Sprint(tc.status), got.Header.Get("X-Status"), tc.name)
	}
}

func TestACapturedResponseIsEmptyWhereNothingWasSent(t *testing.T) {
	t.Parallel()
	client := memory(t, answersJSON(204, ""), appwrite.WithSession("s"))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, refused := range map[string]func(capture appwrite.RequestOption) error{
		"bad ID": func(capture appwrite.RequestOption) error {
			return client.Account.DeleteSession(t.Context(), "", capture)
		},
		"bad credential": func(capture appwrite.RequestOption) error {
			return client.WithSession("\n").Account.DeleteSessions(t.Context(), capture)
		},
		"ended context": func(capture appwrite.RequestOption) error { return client.Account.DeleteSessions(ended, capture) },
		"bad option": func(capture appwrite.RequestOption) error {
			return client.Account.DeleteSessions(t.Context(), capture, appwrite.RequestHeader("Cookie", "a=b"))
		},
	} {
		got := appwrite.Response{StatusCode: 200, Header: http.Header{"Stale": {"1"}}, Attempts: 1}
		require.Error(t, refused(appwrite.CaptureResponse(&got)), name)
		// What a call before left there must not pass for this one's answer.
		assert.Equal(t, appwrite.Response{}, got, name)
	}
	assert.Empty(t, client.Take())
}
