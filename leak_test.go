package appwrite_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
)

// Whatever the tests of this package did, no goroutine may be left at their end.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// This test is not parallel: it must know whose goroutines are left.
func TestNoGoroutineIsLeftAfterTheLastCall(t *testing.T) {
	before := goleak.IgnoreCurrent()
	// A handler that waits is not a goroutine of the client. One that goes on after its client
	// has left shows in the client.
	ofServer := []goleak.Option{
		before,
		goleak.IgnoreAnyFunction("net/http.(*Server).Serve"),
		goleak.IgnoreAnyFunction("net/http.(*conn).serve"),
		goleak.IgnoreAnyFunction("net/http.(*connReader).backgroundRead"),
	}
	end := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Header.Get("X-Do") {
		case "hang":
			<-end
		case "half":
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"$id":`)
			_ = http.NewResponseController(w).Flush()
			<-end
		case "long":
			_, _ = io.WriteString(w, `{"$id":"`+strings.Repeat("x", 256<<10)+`"}`)
		case "fail":
			http.Error(w, "<html>"+strings.Repeat("x", 256<<10), http.StatusServiceUnavailable)
		case "redirect":
			w.Header().Set("Location", everycall.ProviderPage)
			w.WriteHeader(http.StatusFound)
			_, _ = io.WriteString(w, strings.Repeat("x", 256<<10))
		default:
			_, _ = io.WriteString(w, `{"$id":"u1","jwt":"a.eyJleHAiOjQxMDI0NDQ4MDB9.c","identities":[{"$id":"i1"}]}`)
		}
	}))
	// Without a timeout nothing but the client's own care ends what it began.
	c, err := appwrite.NewClient(server.URL+"/v1", testProject, appwrite.WithSession("s"), appwrite.WithTimeout(0), appwrite.WithMaxResponseBytes(64<<10),
		appwrite.WithRetryPolicy(appwrite.RetryPolicy{MinDelay: time.Millisecond, MaxDelay: time.Millisecond}))
	require.NoError(t, err)
	require.NoError(t, goleak.Find(ofServer...), "an idle client has none")

	ctx := context.Background()
	_, err = c.Account.Get(ctx)
	require.NoError(t, err)
	_, err = c.Account.Get(ctx, appwrite.RequestHeader("X-Do", "long"))
	require.ErrorIs(t, err, appwrite.ErrResponseTooLarge)
	_, err = c.Account.Get(ctx, appwrite.RequestHeader("X-Do", "fail"))
	require.ErrorIs(t, err, appwrite.ErrServer)
	_, err = c.Account.CreateOAuth2Token(ctx, "github", appwrite.OAuth2Params{}, appwrite.RequestHeader("X-Do", "redirect"))
	require.NoError(t, err)
	_, err = c.Account.Get(ctx, appwrite.RequestHeader("X-Do", "redirect"))
	require.Error(t, err)

	for _, how := range []string{"hang", "half"} {
		short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		_, err = c.Account.Get(short, appwrite.RequestHeader("X-Do", how))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		cancel()
		quitting, cancel := context.WithCancel(ctx)
		done := make(chan error)
		go func() {
			_, err := c.Account.CreateAnonymousSession(quitting, appwrite.RequestHeader("X-Do", how))
			done <- err
		}()
		cancel()
		require.ErrorIs(t, <-done, context.Canceled)
	}

	acting, err := c.With(appwrite.WithJWTSource(appwrite.NewJWTSource(c.Account, 0)))
	require.NoError(t, err)
	_, err = acting.Account.Get(ctx)
	require.NoError(t, err)
	hanging, err := c.With(appwrite.WithHeader("X-Do", "hang"))
	require.NoError(t, err)
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	_, err = appwrite.NewJWTSource(hanging.Account, 0).JWT(short)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	cancel()

	for _, err := range c.Account.Identities(ctx, appwrite.ListParams{}) {
		require.NoError(t, err)
		break
	}
	c.CloseIdleConnections()
	assert.NoError(t, goleak.Find(ofServer...))
	close(end)
	server.Close()
	assert.NoError(t, goleak.Find(before))
}
