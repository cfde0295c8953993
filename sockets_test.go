package appwrite

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
)

// The tests of this file claim over sockets, through the client's own transport, what others
// look at closer with answers from memory.

func TestOverSocketsTheOneCredentialArrivesWithEveryCall(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everyCall) {
		seen, server := probeServer(t, func(w http.ResponseWriter, _ *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: sessionCookieName(probeProject), Value: "of-the-server", Path: "/"})
			w.Header().Set("X-Fallback-Cookies", `{"`+sessionCookieName(probeProject)+`":"of-the-server"}`)
			w.Header().Set("X-Appwrite-Session", "of-the-server")
			c.answer(w)
		})
		base := probeClient(t, server.URL+"/v1", WithAPIKey("first"))
		for kind, option := range credentialOptions("second") {
			client, err := base.With(option)
			require.NoError(t, err)
			for range 2 { // after the answer of the first, too
				_, err = c.do(t.Context(), client.Account, goodIDs)
				require.NoError(t, err)
				requests := seen.take()
				require.Len(t, requests, 1)
				assert.Equal(t, wantCredential(kind, LatestServerVersion, "second"), credentialsIn(requests[0].header), kind)
			}
		}
	})
}

func TestOverSocketsNoHeaderIsSplit(t *testing.T) {
	t.Parallel()
	seen, server := probeServer(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, userBody) })
	for _, bad := range []string{"a\r\nX-Split: 1", "a\nX-Split: 1", "a\r", "\n", "a\x00"} {
		for name, option := range credentialOptions(bad) {
			_, err := NewClient(server.URL+"/v1", probeProject, option)
			if name == "jwtSource" { // which is asked by the call
				var client *Client
				client, err = NewClient(server.URL+"/v1", probeProject, option)
				require.NoError(t, err)
				_, err = client.Account.Get(t.Context())
			}
			assert.Error(t, err, name)
		}
		client := probeClient(t, server.URL+"/v1")
		for _, c := range everyCalls {
			for _, a := range []*Account{client.WithSession(bad).Account, client.WithJWT(bad).Account, client.WithAPIKey(bad).Account} {
				_, err := c.do(t.Context(), a, goodIDs)
				assert.ErrorIs(t, err, ErrUnauthorized, c.method)
			}
			_, err := c.do(t.Context(), client.Account, goodIDs, RequestHeader("X-Own", bad))
			assert.Error(t, err, c.method)
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
	forEveryCall(t, func(t *testing.T, c everyCall) {
		var now atomic.Pointer[http.HandlerFunc]
		client := sockClient(t, func(w http.ResponseWriter, r *http.Request) { (*now.Load())(w, r) }, WithRetryPolicy(quickly))
		for name, test := range map[string]struct {
			serve http.HandlerFunc
			right bool
		}{
			"its success":      {func(w http.ResponseWriter, _ *http.Request) { c.answer(w) }, true},
			"Application/JSON": {object("Application/JSON", c.jsonBody()), !c.isRedirect()},
			"no content type":  {object("", c.jsonBody()), !c.isRedirect()},
			"204 that says JSON": {func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", jsonType)
				w.WriteHeader(204)
			}, c.isDelete()},
			"an empty 200":           {object(jsonType, ""), c.isDelete()},
			"a page":                 {object("text/html", "<html><title>Hello</title></html>"), false},
			"truncated JSON":         {object(jsonType, c.jsonBody()[:len(c.jsonBody())/2]), false},
			"a text for an object":   {object(jsonType, `"`+strings.Repeat("x", 100)+`"`), c.isDelete()},
			"302 without a Location": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(302) }, false},
		} {
			now.Store(&test.serve)
			got, err := c.do(t.Context(), client.Account, goodIDs)
			requireTyped(t, err)
			assert.Equal(t, test.right, err == nil, "%s: %v", name, err)
			assert.Equal(t, test.right && !c.isDelete(), got != nil, name)
		}
	})
}

func TestOverSocketsEveryErrorTypeIsMatched(t *testing.T) {
	t.Parallel()
	var now atomic.Value
	client := sockClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", jsonType)
		w.WriteHeader(409)
		_, _ = io.WriteString(w, errorBody(409, now.Load().(ErrorType)))
	})
	for name, errorType := range errorTypes(t) {
		now.Store(errorType)
		_, err := client.Account.UpdateName(t.Context(), "Walter")
		require.ErrorIs(t, err, errorType, name)
		require.ErrorIs(t, err, ErrConflict, name)
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
		_, _ = io.WriteString(w, errorBody(429, ErrGeneralRateLimitExceeded))
	})
	short, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	_, err := client.Account.UpdateName(short, "Walter")
	require.ErrorIs(t, err, ErrRateLimited)
	require.NoError(t, short.Err(), "it came at once")
	var limited *Error
	require.ErrorAs(t, err, &limited)
	assert.Equal(t, []int{10, 0}, []int{limited.RateLimit.Limit, limited.RateLimit.Remaining})
	assert.WithinDuration(t, time.Now(), limited.RateLimit.Reset, 5*time.Second)

	asked.Store(0)
	var answered Response
	_, err = client.Account.UpdateName(t.Context(), "Walter", CaptureResponse(&answered))
	require.NoError(t, err)
	assert.Equal(t, 2, answered.Attempts)
}

func TestOverSocketsTheLastHeaderWins(t *testing.T) {
	t.Parallel()
	seen, server := probeServer(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, userBody) })
	for i := range 1000 {
		client := probeClient(t, server.URL+"/v1", WithHeader("x-own", "1"), WithHeader("X-OWN", "2"))
		shared, err := client.With(WithHTTPClient(&http.Client{Transport: http.DefaultTransport}), WithHeader("X-oWn", "3"))
		require.NoError(t, err)
		_, err = shared.Account.Get(t.Context(), RequestHeader("x-OWN", "4"), RequestHeader("X-Own", fmt.Sprint(i)))
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
		session, err := client.Account.GetSession(t.Context(), CurrentSession)
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
