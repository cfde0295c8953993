package appwrite_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
)

func TestCopiesShareTheConnectionsUnlessTheirMakingChanges(t *testing.T) {
	t.Parallel()
	base := newClient(t, "http://host/v1")
	with := func(opts ...appwrite.Option) http.RoundTripper {
		c, err := base.With(opts...)
		require.NoError(t, err)
		return c.Transport()
	}
	own := base.Transport()
	for name, c := range map[string]*appwrite.Client{"session": base.WithSession("s"), "jwt": base.WithJWT("j"), "key": base.WithAPIKey("k"), "guest": base.AsGuest()} {
		assert.Same(t, own, c.Transport(), name)
		assert.True(t, appwrite.SharesCore(base, c), name)
	}
	for name, option := range map[string]appwrite.Option{
		"session": appwrite.WithSession("s"), "locale": appwrite.WithLocale("de"), "header": appwrite.WithHeader("X-Own", "1"), "timeout": appwrite.WithTimeout(time.Second),
		"retry": appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 1}), "version": appwrite.WithServerVersion("1.4"), "size": appwrite.WithMaxResponseBytes(1), "agent": appwrite.WithUserAgent("x"),
	} {
		assert.Same(t, own, with(option), name)
	}
	pool := x509.NewCertPool()
	assert.NotSame(t, own, with(appwrite.WithRootCAs(pool)))
	assert.NotSame(t, own, with(appwrite.WithInsecureSkipVerify()))
	transport := &http.Transport{}
	assert.Same(t, transport, with(appwrite.WithHTTPClient(&http.Client{Transport: transport})))

	trusting, err := base.With(appwrite.WithRootCAs(pool))
	require.NoError(t, err)
	again, err := trusting.WithSession("s").With(appwrite.WithLocale("de"))
	require.NoError(t, err)
	assert.Same(t, trusting.Transport(), again.Transport())
	assert.NotSame(t, trusting.Transport(), newClient(t, "http://host/v1", appwrite.WithRootCAs(pool)).Transport(), "clients made apart")
}

func TestManyGoroutinesThroughPerUserCopiesUseFewConnections(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*httptest.Server){
		"http":        (*httptest.Server).Start,
		"TLS":         (*httptest.Server).StartTLS,
		"TLS, HTTP/2": func(s *httptest.Server) { s.EnableHTTP2 = true; s.StartTLS() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const goroutines, calls = 64, 100
			var opened atomic.Int64
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, userBody)
			}))
			server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					opened.Add(1)
				}
			}
			start(server)
			t.Cleanup(server.Close)
			base := newClient(t, server.URL+"/v1", appwrite.WithInsecureSkipVerify())
			var wg sync.WaitGroup
			for i := range goroutines {
				wg.Go(func() {
					for j := range calls {
						_, err := base.WithJWT(fmt.Sprint("jwt ", i, j)).Account.Get(context.Background())
						assert.NoError(t, err)
					}
				})
			}
			wg.Wait()
			// On a busy machine a call may start before the one before it has given its room back.
			assert.LessOrEqual(t, opened.Load(), int64(goroutines+goroutines/10))
		})
	}
}

func TestCallsBeyondTheBoundsOfTheOwnTransportDoNotWait(t *testing.T) {
	t.Parallel()
	const calls = 64 + 192 + 44
	entered, respond := make(chan struct{}, calls), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		entered <- struct{}{}
		<-respond
		_, _ = io.WriteString(w, userBody)
	}))
	t.Cleanup(server.Close)
	client := newClient(t, server.URL+"/v1")
	var wg sync.WaitGroup
	for range calls {
		wg.Go(func() {
			_, err := client.Account.Get(context.Background())
			assert.NoError(t, err)
		})
	}
	for range calls { // all are with the server before it answers one
		<-entered
	}
	close(respond)
	wg.Wait()
	requireNoneInFlight(t, client)
}

func requireNoneInFlight(t *testing.T, c *appwrite.Client) {
	t.Helper()
	p := c.Transport().(*appwrite.Pool)
	require.Equal(t, []int64{0, 0, 0}, p.InFlight())
}

// Slow calls of one tier must not make others wait while the tier before has room again.
func TestACallGoesWhereThereIsRoom(t *testing.T) {
	t.Parallel()
	entered, slow, quick := make(chan struct{}, 300), make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		entered <- struct{}{}
		switch r.Header.Get("X-Wait") {
		case "slow":
			<-slow
		case "quick":
			<-quick
		}
		_, _ = io.WriteString(w, userBody)
	}))
	t.Cleanup(server.Close)
	client := newClient(t, server.URL+"/v1")
	var slowOnes, quickOnes sync.WaitGroup
	start := func(wg *sync.WaitGroup, n int, kind string) {
		for range n {
			wg.Go(func() {
				_, err := client.Account.Get(context.Background(), appwrite.RequestHeader("X-Wait", kind))
				assert.NoError(t, err)
			})
		}
		for range n {
			<-entered
		}
	}
	start(&quickOnes, 64, "quick")
	start(&slowOnes, 192, "slow")
	close(quick)
	quickOnes.Wait()
	_, err := client.Account.Get(t.Context())
	require.NoError(t, err)
	<-entered
	assert.Equal(t, int64(192), client.Transport().(*appwrite.Pool).InFlight()[1])
	close(slow)
	slowOnes.Wait()
	requireNoneInFlight(t, client)
}

// net/http goes on with the dials of cancelled calls, and counts them as connections.
func TestDialsOfCancelledCallsMakeNobodyWait(t *testing.T) {
	t.Parallel()
	var stalled atomic.Bool
	stalled.Store(true)
	release := make(chan struct{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, userBody)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		if stalled.Load() {
			<-release
		}
		return nil, nil
	}}
	server.StartTLS()
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	client := newClient(t, server.URL+"/v1", appwrite.WithInsecureSkipVerify())
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
			defer cancel()
			_, err := client.Account.Get(ctx)
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		})
	}
	wg.Wait()
	stalled.Store(false)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_, err := client.Account.Get(ctx)
	require.NoError(t, err)
}

func TestCallsThatFailAreNoLongerInFlight(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	client := newClient(t, "http://"+listener.Addr().String()+"/v1")
	_, err = client.Account.Get(context.Background(), appwrite.NoRetry())
	require.Error(t, err)
	requireNoneInFlight(t, client)
}

func TestConnectionsAreUsedAgainAfterErrorsAndEmptyAnswers(t *testing.T) {
	t.Parallel()
	var opened atomic.Int64
	var respond atomic.Value
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		respond.Load().(func(http.ResponseWriter))(w)
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	a := newClient(t, server.URL+"/v1").Account
	for name, f := range map[string]func(http.ResponseWriter){
		"success":   func(w http.ResponseWriter) { _, _ = io.WriteString(w, userBody) },
		"404":       func(w http.ResponseWriter) { http.Error(w, `{"message":"no","type":"user_not_found"}`, 404) },
		"page":      func(w http.ResponseWriter) { http.Error(w, "<html>"+strings.Repeat("x", 20<<10), 400) },
		"204":       func(w http.ResponseWriter) { w.WriteHeader(204) },
		"redirect":  func(w http.ResponseWriter) { w.Header().Set("Location", "/x"); w.WriteHeader(301) },
		"not JSON":  func(w http.ResponseWriter) { _, _ = io.WriteString(w, "hello") },
		"truncated": func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"$id":`) },
	} {
		respond.Store(f)
		for range 5 {
			_, _ = a.Get(context.Background(), appwrite.NoRetry())
			_ = a.DeleteSession(context.Background(), "s")
			_, _ = a.CreateOAuth2Token(context.Background(), "github", appwrite.OAuth2Params{})
		}
		assert.Equal(t, int64(1), opened.Load(), name)
	}
}

// slow is a Transport that answers only when the request's context ends.
type slow struct{ deadlines chan time.Duration }

func (s slow) RoundTrip(r *http.Request) (*http.Response, error) {
	deadline, ok := r.Context().Deadline()
	if !ok {
		s.deadlines <- 0
		return httpmock.NewStringResponse(200, userBody), nil
	}
	s.deadlines <- time.Until(deadline)
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestTimeoutsBoundEachAttempt(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		opts   func(transport http.RoundTripper) []appwrite.Option
		want   time.Duration // of an attempt, 0 for none
		method string
	}{
		{"default", func(rt http.RoundTripper) []appwrite.Option {
			return []appwrite.Option{appwrite.WithHTTPClient(&http.Client{Transport: rt})}
		}, 30 * time.Second, "GET"},
		{"option", func(rt http.RoundTripper) []appwrite.Option {
			return []appwrite.Option{appwrite.WithHTTPClient(&http.Client{Transport: rt}), appwrite.WithTimeout(time.Second)}
		}, time.Second, "GET"},
		{"none", func(rt http.RoundTripper) []appwrite.Option {
			return []appwrite.Option{appwrite.WithHTTPClient(&http.Client{Transport: rt}), appwrite.WithTimeout(0)}
		}, 0, "GET"},
		{"http.Client's", func(rt http.RoundTripper) []appwrite.Option {
			return []appwrite.Option{appwrite.WithHTTPClient(&http.Client{Transport: rt, Timeout: 3 * time.Second})}
		}, 3 * time.Second, "GET"},
		{"option before http.Client's", func(rt http.RoundTripper) []appwrite.Option {
			return []appwrite.Option{appwrite.WithTimeout(2 * time.Second), appwrite.WithHTTPClient(&http.Client{Transport: rt, Timeout: 3 * time.Second})}
		}, 2 * time.Second, "GET"},
		{"none before http.Client's", func(rt http.RoundTripper) []appwrite.Option {
			return []appwrite.Option{appwrite.WithHTTPClient(&http.Client{Transport: rt, Timeout: 3 * time.Second}), appwrite.WithTimeout(0)}
		}, 0, "GET"},
		{"changing call", func(rt http.RoundTripper) []appwrite.Option {
			return []appwrite.Option{appwrite.WithHTTPClient(&http.Client{Transport: rt})}
		}, 30 * time.Second, "DELETE"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				transport := slow{make(chan time.Duration, 10)}
				c, err := appwrite.NewClient("http://host/v1", testProject, append(tc.opts(transport), appwrite.WithRetryPolicy(appwrite.RetryPolicy{MinDelay: 1, MaxDelay: 1}))...)
				require.NoError(t, err)
				attempts := 3
				if tc.method == "DELETE" {
					attempts = 1 // it may have been done
					err = c.Account.DeleteSessions(context.Background())
				} else {
					_, err = c.Account.Get(context.Background())
				}
				if tc.want == 0 {
					require.NoError(t, err)
					assert.Zero(t, <-transport.deadlines)
					return
				}
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.Contains(t, err.Error(), tc.want.String())
				assert.Len(t, transport.deadlines, attempts)
				for range attempts {
					assert.Equal(t, tc.want, <-transport.deadlines)
				}
			})
		})
	}
}

func TestTheCallersHTTPClientIsNeitherChangedNorAskedForMoreThanItsTransport(t *testing.T) {
	t.Parallel()
	seen, server := recordingServer(t, redirector(func(string) string { return "/followed" }))
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	jar.SetCookies(parsed(t, server.URL), []*http.Cookie{{Name: "from-the-jar", Value: "1"}})
	redirects := 0
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	hc := &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { redirects++; return nil },
		Jar:           jar,
		Timeout:       time.Minute,
	}
	check := func() {
		t.Helper()
		assert.Same(t, transport, hc.Transport)
		assert.Same(t, jar, hc.Jar)
		assert.NotNil(t, hc.CheckRedirect)
		assert.Equal(t, time.Minute, hc.Timeout)
	}
	c := newClient(t, server.URL+"/302/x", appwrite.WithHTTPClient(hc), appwrite.WithTimeout(time.Second))
	_, err = c.Account.Get(context.Background())
	requireRedirectError(t, err, "account.get", 302, server.URL)
	check()
	requests := seen.take()
	require.Len(t, requests, 1)
	assert.Empty(t, requests[0].header["Cookie"])
	assert.Zero(t, redirects)
	assert.Len(t, jar.Cookies(parsed(t, server.URL)), 1)

	// What the caller changes later is the caller's.
	hc.Transport, hc.Timeout = nil, 1
	assert.Same(t, transport, c.Transport())
	_, err = c.Account.Get(context.Background())
	requireRedirectError(t, err, "account.get", 302, server.URL)
}

func TestAnHTTPClientWithoutTransportGetsThePackagesOwn(t *testing.T) {
	t.Parallel()
	c := newClient(t, "http://host/v1", appwrite.WithHTTPClient(&http.Client{}))
	assert.IsType(t, &appwrite.Pool{}, c.Transport())
	_, err := c.With(appwrite.WithInsecureSkipVerify())
	require.NoError(t, err)
}

// meddler is a middleware that writes into everything of a request that it can reach.
type meddler struct {
	next  http.RoundTripper
	user  string
	inner bool // also into the slices of header values
}

func (m meddler) RoundTrip(r *http.Request) (*http.Response, error) {
	mine := m.user + "-" + r.Header.Get("X-Call")
	if m.inner {
		for _, values := range r.Header {
			for i := range values {
				values[i] += mine
			}
		}
	}
	for name := range r.Header {
		r.Header.Add(name, mine)
	}
	r.Header.Set("User-Agent", mine)
	r.Header.Set("X-Appwrite-Project", mine)
	r.Header.Set("X-Meddled", mine)
	r.Header.Del("X-Sdk-Name")
	r.URL.Scheme, r.URL.Host, r.URL.Path, r.URL.RawPath, r.URL.RawQuery = "https", mine, "/"+mine, "", mine
	r.Host, r.Method = mine, "PUT"
	return m.next.RoundTrip(r)
}

// noted notes each request as it enters, before the Transport that follows writes into it.
func noted(p *recorder, next http.RoundTripper) http.RoundTripper {
	return tripper(func(r *http.Request) (*http.Response, error) {
		entering := r.Clone(context.Background())
		if r.GetBody != nil {
			entering.Body, _ = r.GetBody()
		}
		p.note(entering)
		return next.RoundTrip(r)
	})
}

func TestWhatAMiddlewareWritesIntoARequestReachesNoOtherCall(t *testing.T) {
	t.Parallel()
	for _, inner := range []bool{false, true} {
		t.Run(fmt.Sprintf("values in place %t", inner), func(t *testing.T) {
			t.Parallel()
			_, sink := recordingTransport(memAnswer(201, jsonType, userBody))
			entered := &recorder{}
			middleware := appwrite.WithHTTPClient(&http.Client{Transport: noted(entered, meddler{sink.Transport, "meddler", inner})})
			base := newClient(t, "http://host/v1", middleware, appwrite.WithSession("session"), appwrite.WithHeader("X-Own", "own"))
			create := func(c *appwrite.Client) error {
				_, err := c.Account.Create(context.Background(), appwrite.CreateAccountParams{UserID: "u1", Email: "w@example.com", Password: "password"}, appwrite.RequestHeader("X-Call", "1"))
				return err
			}
			require.NoError(t, create(base))
			first := entered.take()[0]
			assert.Equal(t, http.Header{
				"Content-Type": {"application/json"}, "User-Agent": {appwrite.UserAgent}, "X-Appwrite-Project": {testProject}, "X-Appwrite-Response-Format": {appwrite.LatestServerVersion},
				"X-Appwrite-Session": {"session"}, "X-Call": {"1"}, "X-Own": {"own"}, "X-Sdk-Language": {"go"}, "X-Sdk-Name": {"Go"}, "X-Sdk-Platform": {"server"}, "X-Sdk-Version": {appwrite.Version},
			}, first.header)
			assert.Equal(t, "/v1/account", first.uri)

			copied, err := base.With(appwrite.WithLocale("de"), appwrite.WithTimeout(0))
			require.NoError(t, err)
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					for range 5 {
						for _, c := range []*appwrite.Client{base, base.WithSession("session"), copied} {
							assert.NoError(t, create(c))
						}
					}
				})
			}
			wg.Wait()
			requests := entered.take()
			assert.Len(t, requests, 120)
			for _, r := range requests {
				delete(r.header, "X-Appwrite-Locale")
				require.Equal(t, first, r)
			}
		})
	}
}

func TestEveryAttemptIsARequestOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, inner := range []bool{false, true} {
		t.Run(fmt.Sprintf("values in place %t", inner), func(t *testing.T) {
			t.Parallel()
			attempts := 0
			seen, hc := recordingTransport(func(*http.Request) (*http.Response, error) {
				attempts++
				if attempts < 3 {
					return nil, &net.OpError{Op: "dial", Err: errors.New("refused")}
				}
				return httpmock.NewStringResponse(201, sessionBody), nil
			})
			entered := &recorder{}
			transport := noted(entered, meddler{hc.Transport, "meddler", inner})
			c := newClient(t, "http://host/v1", appwrite.WithHTTPClient(&http.Client{Transport: transport}), appwrite.WithAPIKey("key"), appwrite.WithRetryPolicy(appwrite.RetryPolicy{MinDelay: 1, MaxDelay: 1}))
			_, err := c.Account.CreateSession(context.Background(), appwrite.SessionParams{UserID: "u1", Secret: "secret"}, appwrite.RequestHeader("X-Call", "1"))
			require.NoError(t, err)
			require.Len(t, seen.take(), 3)
			requests := entered.take()
			require.Len(t, requests, 3)
			assert.JSONEq(t, `{"userId":"u1","secret":"secret"}`, requests[0].body)
			assert.Equal(t, requests[0], requests[1])
			assert.Equal(t, requests[0], requests[2])
		})
	}
}

// tlsServer speaks TLS in the given range of versions and HTTP/2 where the client wants it.
func tlsServer(t *testing.T, lowest, highest uint16) (*recorder, *httptest.Server) {
	t.Helper()
	seen := &recorder{}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.note(r)
		_, _ = io.WriteString(w, userBody)
	}))
	server.EnableHTTP2 = true
	server.TLS = &tls.Config{MinVersion: lowest, MaxVersion: highest}
	server.Config.ErrorLog = discardLog()
	server.StartTLS()
	t.Cleanup(server.Close)
	return seen, server
}

func poolOf(server *httptest.Server) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	return pool
}

func TestCertificatesAreVerified(t *testing.T) {
	t.Parallel()
	seen, server := tlsServer(t, tls.VersionTLS12, tls.VersionTLS13)
	endpoint := server.URL + "/v1"
	for name, c := range map[string]*appwrite.Client{
		"system's authorities": newClient(t, endpoint, appwrite.WithSession("secret-session")),
		"empty pool":           newClient(t, endpoint, appwrite.WithSession("secret-session"), appwrite.WithRootCAs(x509.NewCertPool())),
		"wrong name": newClient(t, strings.Replace(endpoint, "127.0.0.1", "localhost", 1), appwrite.WithSession("secret-session"),
			appwrite.WithRootCAs(poolOf(server))),
	} {
		t.Run(name, func(t *testing.T) {
			var got appwrite.Response
			_, err := c.Account.Get(context.Background(), appwrite.CaptureResponse(&got))
			var refused *tls.CertificateVerificationError
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, 1, got.Attempts, "a bad certificate does not get better")
			assert.Empty(t, seen.take())
			assert.NotContains(t, err.Error(), "secret-session")
		})
	}
}

func TestOwnAuthoritiesAndSkippedVerification(t *testing.T) {
	t.Parallel()
	seen, server := tlsServer(t, tls.VersionTLS12, tls.VersionTLS13)
	base := newClient(t, server.URL+"/v1")
	trusting, err := base.With(appwrite.WithRootCAs(poolOf(server)))
	require.NoError(t, err)
	t.Cleanup(trusting.CloseIdleConnections)
	careless, err := base.With(appwrite.WithInsecureSkipVerify())
	require.NoError(t, err)
	t.Cleanup(careless.CloseIdleConnections)
	for name, c := range map[string]*appwrite.Client{"authorities": trusting, "copy": trusting.WithSession("s"), "skipped": careless} {
		_, err := c.Account.Get(context.Background())
		require.NoError(t, err, name)
		requests := seen.take()
		require.Len(t, requests, 1)
		assert.Equal(t, 2, requests[0].proto, "%s: HTTP version", name)
	}
	_, err = base.Account.Get(context.Background())
	require.Error(t, err, "the client that the copies came from")
}

func TestSkippedVerificationIsWarnedOfOnce(t *testing.T) {
	t.Parallel()
	_, server := tlsServer(t, tls.VersionTLS12, tls.VersionTLS13)
	const text = "certificates are not verified"
	for name, order := range map[string][][]appwrite.Option{
		"together":          {{appwrite.WithInsecureSkipVerify(), nil}},
		"the option first":  {{appwrite.WithInsecureSkipVerify()}, {nil}},
		"the logger first":  {{nil}, {appwrite.WithInsecureSkipVerify()}},
		"and again":         {{appwrite.WithInsecureSkipVerify(), nil}, {appwrite.WithInsecureSkipVerify()}, {nil}},
		"with other copies": {{appwrite.WithInsecureSkipVerify(), nil}, {appwrite.WithLocale("de")}, {appwrite.WithRootCAs(poolOf(server))}, {appwrite.WithJWT("j")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			logger := appwrite.WithLogger(slog.New(slog.NewTextHandler(&log, nil))) // stands for nil above
			c := newClient(t, server.URL+"/v1")
			for _, opts := range order {
				opts = slices.Clone(opts)
				for i := range opts {
					if opts[i] == nil {
						opts[i] = logger
					}
				}
				var err error
				c, err = c.With(opts...)
				require.NoError(t, err)
				t.Cleanup(c.CloseIdleConnections)
				_, err = c.WithSession("s").Account.Get(context.Background(), appwrite.NoRetry())
				assert.Equal(t, c.Insecure(), err == nil, "%v", err)
			}
			assert.Equal(t, 1, strings.Count(log.String(), text), log.String())
			assert.Contains(t, log.String(), "level=WARN")
		})
	}
	var log bytes.Buffer
	newClient(t, server.URL, appwrite.WithLogger(slog.New(slog.NewTextHandler(&log, nil))), appwrite.WithRootCAs(poolOf(server)))
	assert.Empty(t, log.String(), "verification is on by default")
}

// net/http reads the environment once, so that it takes a process of its own.
func TestProxiesAreThoseOfTheEnvironment(t *testing.T) {
	const child, host = "APPWRITE_TEST_PROXY", "appwrite.invalid" // no such host: the proxy alone can answer
	if os.Getenv(child) != "" {
		user, err := newClient(t, "http://"+host+"/v1", appwrite.WithSession("s")).Account.Get(t.Context())
		require.NoError(t, err)
		require.Equal(t, "u1", user.ID)
		return
	}
	t.Parallel()
	asked := make(chan string, 10)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.String()
		_, _ = io.WriteString(w, userBody)
	}))
	t.Cleanup(proxy.Close)
	own, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), own, "-test.run=^TestProxiesAreThoseOfTheEnvironment$", "-test.v")
	cmd.Env = []string{child + "=1", "HTTP_PROXY=" + proxy.URL}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "--- PASS")
	assert.Equal(t, "http://"+host+"/v1/account", <-asked)
}

func TestTLSBefore12IsRefused(t *testing.T) {
	t.Parallel()
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			t.Parallel()
			seen, server := tlsServer(t, version, version)
			for _, option := range []appwrite.Option{appwrite.WithRootCAs(poolOf(server)), appwrite.WithInsecureSkipVerify()} {
				_, err := newClient(t, server.URL+"/v1", option).Account.Get(context.Background(), appwrite.NoRetry())
				require.Error(t, err)
				assert.Empty(t, seen.take())
			}
		})
	}
	seen, server := tlsServer(t, tls.VersionTLS12, tls.VersionTLS12)
	_, err := newClient(t, server.URL+"/v1", appwrite.WithRootCAs(poolOf(server))).Account.Get(context.Background())
	require.NoError(t, err)
	assert.Len(t, seen.take(), 1)
	for _, opts := range [][]appwrite.Option{nil, {appwrite.WithInsecureSkipVerify()}, {appwrite.WithRootCAs(poolOf(server))}} {
		own := newClient(t, server.URL, opts...).Transport().(*appwrite.Pool)
		for _, tier := range own.Tiers() {
			assert.Equal(t, uint16(tls.VersionTLS12), tier.TLSClientConfig.MinVersion)
		}
	}
}

func TestClientsKeepNoStateOfTheProcess(t *testing.T) {
	t.Parallel()
	before := *http.DefaultClient
	c := newClient(t, "http://host/v1", appwrite.WithInsecureSkipVerify())
	assert.NotSame(t, http.DefaultTransport, c.Transport())
	assert.Equal(t, before, *http.DefaultClient)
	if config := http.DefaultTransport.(*http.Transport).TLSClientConfig; config != nil {
		assert.False(t, config.InsecureSkipVerify)
	}
}

func TestCloseIdleConnectionsClosesThemForAllCopies(t *testing.T) {
	t.Parallel()
	var opened, closed atomic.Int64
	done := make(chan struct{}, 10)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, userBody) }))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			opened.Add(1)
		case http.StateClosed:
			closed.Add(1)
			done <- struct{}{}
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	base := newClient(t, server.URL+"/v1")
	for range 2 {
		_, err := base.WithSession("s").Account.Get(context.Background())
		require.NoError(t, err)
		base.WithJWT("j").CloseIdleConnections()
		<-done
	}
	assert.Equal(t, int64(2), opened.Load())
	assert.Equal(t, int64(2), closed.Load())

	// A Transport without such a method is left alone.
	assert.NotPanics(t, func() {
		newClient(t, "http://host/v1", appwrite.WithHTTPClient(&http.Client{Transport: tripper(nil)})).CloseIdleConnections()
	})
}

func TestCallsOfOneClientDoNotShareHeaders(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var first http.Header
	transport := tripper(func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		if first == nil {
			first = r.Header
		} else {
			maps.Copy(first, http.Header{"X-Late": {"1"}})
		}
		if r.Header.Get("X-Late") != "" {
			return nil, errors.New("saw a header of another request")
		}
		return httpmock.NewStringResponse(200, userBody), nil
	})
	c := newClient(t, "http://host/v1", appwrite.WithHTTPClient(&http.Client{Transport: transport}))
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			_, err := c.Account.Get(context.Background())
			assert.NoError(t, err)
		})
	}
	wg.Wait()
}

func discardLog() *log.Logger { return log.New(io.Discard, "", 0) }

// A NAT or load balancer may forget a connection without a word. Calls that time out do not
// close it, so that without pings all later ones would go the same way.
func TestADeadHTTP2ConnectionIsGivenUp(t *testing.T) {
	t.Parallel()
	own := newClient(t, "https://host/v1").Transport().(*appwrite.Pool)
	for _, tr := range own.Tiers() {
		require.NotNil(t, tr.HTTP2)
		assert.LessOrEqual(t, tr.HTTP2.SendPingTimeout+tr.HTTP2.PingTimeout, appwrite.DefaultTimeout)
		assert.Positive(t, tr.HTTP2.SendPingTimeout)
		assert.Positive(t, tr.HTTP2.PingTimeout)
	}
}
