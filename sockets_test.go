package appwrite_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
)

// The tests of this file claim over sockets, through the client's own transport, what others
// look at closer with answers from memory.

func TestOverSocketsTheOneCredentialArrivesWithEveryCall(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		seen, server := recordingServer(t, func(w http.ResponseWriter, _ *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "a_session_" + (testProject), Value: "of-the-server", Path: "/"})
			w.Header().Set("X-Fallback-Cookies", `{"`+"a_session_"+(testProject)+`":"of-the-server"}`)
			w.Header().Set("X-Appwrite-Session", "of-the-server")
			answer(c, w)
		})
		base := newClient(t, server.URL+"/v1", appwrite.WithAPIKey("first"))
		for kind, option := range credentialOptions("second") {
			client, err := base.With(option)
			require.NoError(t, err)
			for range 2 { // after the answer of the first, too
				_, err = c.Do(t.Context(), client.Account, c.Full())
				require.NoError(t, err)
				requests := seen.take()
				require.Len(t, requests, 1)
				assert.Equal(t, wantCredential(kind, appwrite.LatestServerVersion, "second"), credentialsIn(requests[0].header), kind)
			}
		}
	})
}

func TestOverSocketsNoHeaderIsSplit(t *testing.T) {
	t.Parallel()
	seen, server := recordingServer(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, userBody) })
	for _, bad := range []string{"a\r\nX-Split: 1", "a\nX-Split: 1", "a\r", "\n", "a\x00"} {
		for name, option := range credentialOptions(bad) {
			_, err := appwrite.NewClient(server.URL+"/v1", testProject, option)
			if name == "jwtSource" { // which is asked by the call
				var client *appwrite.Client
				client, err = appwrite.NewClient(server.URL+"/v1", testProject, option)
				require.NoError(t, err)
				_, err = client.Account.Get(t.Context())
			}
			assert.Error(t, err, name)
		}
		client := newClient(t, server.URL+"/v1")
		for _, c := range everycall.All {
			for _, a := range []*appwrite.Account{client.WithSession(bad).Account, client.WithJWT(bad).Account, client.WithAPIKey(bad).Account} {
				_, err := c.Do(t.Context(), a, c.Full())
				assert.ErrorIs(t, err, appwrite.ErrUnauthorized, c.Method)
			}
			_, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.RequestHeader("X-Own", bad))
			assert.Error(t, err, c.Method)
		}
	}
	assert.Empty(t, seen.take())
}

func TestOverSocketsAnAnswerIsAResultOrATypedError(t *testing.T) {
	t.Parallel()
	object := func(contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil // none is guessed
			if contentType != "" {
				w.Header().Set("Content-Type", contentType)
			}
			_, _ = io.WriteString(w, body)
		}
	}
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		var now atomic.Pointer[http.HandlerFunc]
		client := sockClient(t, func(w http.ResponseWriter, r *http.Request) { (*now.Load())(w, r) }, appwrite.WithRetryPolicy(quickly))
		for name, test := range map[string]struct {
			serve http.HandlerFunc
			right bool
		}{
			"its success":      {func(w http.ResponseWriter, _ *http.Request) { answer(c, w) }, true},
			"Application/JSON": {object("Application/JSON", jsonBody(c)), !(c.Kind() == everycall.Redirects)},
			"no content type":  {object("", jsonBody(c)), !(c.Kind() == everycall.Redirects)},
			"204 that says JSON": {func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", jsonType)
				w.WriteHeader(204)
			}, (c.Kind() == everycall.Deletes)},
			"an empty 200":           {object(jsonType, ""), (c.Kind() == everycall.Deletes)},
			"a page":                 {object("text/html", "<html><title>Hello</title></html>"), false},
			"truncated JSON":         {object(jsonType, jsonBody(c)[:len(jsonBody(c))/2]), false},
			"a text for an object":   {object(jsonType, `"`+strings.Repeat("x", 100)+`"`), (c.Kind() == everycall.Deletes)},
			"302 without a Location": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(302) }, false},
		} {
			now.Store(&test.serve)
			got, err := c.Do(t.Context(), client.Account, c.Full())
			requireTyped(t, err)
			assert.Equal(t, test.right, err == nil, "%s: %v", name, err)
			assert.Equal(t, test.right && !(c.Kind() == everycall.Deletes), got != nil, name)
		}
	})
}

func TestOverSocketsEveryErrorTypeIsMatched(t *testing.T) {
	t.Parallel()
	var now atomic.Value
	client := sockClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", jsonType)
		w.WriteHeader(409)
		_, _ = io.WriteString(w, errorBody(409, now.Load().(appwrite.ErrorType)))
	})
	for name, errorType := range errorTypes(t) {
		now.Store(errorType)
		_, err := client.Account.UpdateName(t.Context(), "Walter")
		require.ErrorIs(t, err, errorType, name)
		require.ErrorIs(t, err, appwrite.ErrConflict, name)
	}
}

func TestOverSocketsARateLimitIsToldAtOnceOrWaitedOut(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	client := sockClient(t, func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) > 1 {
			_, _ = io.WriteString(w, userBody)
			return
		}
		w.Header().Set("Content-Type", jsonType)
		w.Header().Set("X-Ratelimit-Limit", "10")
		w.Header().Set("X-Ratelimit-Remaining", "0")
		w.Header().Set("X-Ratelimit-Reset", fmt.Sprint(time.Now().Add(2*time.Second).Unix()))
		w.WriteHeader(429)
		_, _ = io.WriteString(w, errorBody(429, appwrite.ErrGeneralRateLimitExceeded))
	})
	short, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	_, err := client.Account.UpdateName(short, "Walter")
	require.ErrorIs(t, err, appwrite.ErrRateLimited)
	require.NoError(t, short.Err(), "it came at once")
	var limited *appwrite.Error
	require.ErrorAs(t, err, &limited)
	assert.Equal(t, []int{10, 0}, []int{limited.RateLimit.Limit, limited.RateLimit.Remaining})
	assert.WithinDuration(t, time.Now(), limited.RateLimit.Reset, 5*time.Second)

	asked.Store(0)
	var answered appwrite.Response
	_, err = client.Account.UpdateName(t.Context(), "Walter", appwrite.CaptureResponse(&answered))
	require.NoError(t, err)
	assert.Equal(t, 2, answered.Attempts)
}

func TestOverSocketsTheLastHeaderWins(t *testing.T) {
	t.Parallel()
	seen, server := recordingServer(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, userBody) })
	for i := range 1000 {
		client := newClient(t, server.URL+"/v1", appwrite.WithHeader("x-own", "1"), appwrite.WithHeader("X-OWN", "2"))
		shared, err := client.With(appwrite.WithHTTPClient(&http.Client{Transport: http.DefaultTransport}), appwrite.WithHeader("X-oWn", "3"))
		require.NoError(t, err)
		_, err = shared.Account.Get(t.Context(), appwrite.RequestHeader("x-OWN", "4"), appwrite.RequestHeader("X-Own", fmt.Sprint(i)))
		require.NoError(t, err)
		require.Equal(t, []string{fmt.Sprint(i)}, seen.take()[0].header["X-Own"])
	}
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
}

func TestOverSocketsEveryFormOfADateIsRead(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 11, 21, 0, 12, 51, 0, time.UTC)
	for _, form := range []string{
		`"2026-11-21T00:12:51.000+00:00"`, `"2026-11-21T01:12:51+01:00"`, `"2026-11-21 00:12:51.000"`, `"2026-11-21T00:12:51Z"`, `1795219971`, `""`, `null`, `0`,
	} {
		client := sockClient(t, asJSON(200, strings.ReplaceAll(`{"$id":"s1","$createdAt":?,"$updatedAt":?,"expire":?,"providerAccessTokenExpiry":?,"mfaUpdatedAt":?}`, "?", form)))
		session, err := client.Account.GetSession(t.Context(), appwrite.CurrentSession)
		require.NoError(t, err, form)
		for _, got := range []time.Time{session.CreatedAt.Time, session.UpdatedAt.Time, session.Expire.Time, session.ProviderAccessTokenExpiry.Time, session.MFAUpdatedAt.Time} {
			if form == `""` || form == "null" || form == "0" {
				assert.True(t, got.IsZero(), form)
				continue
			}
			assert.True(t, want.Equal(got), "%s: %v", form, got)
		}
	}
}
