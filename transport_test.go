package appwrite_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/internal/testkit"
)

// connections counts those that a server has seen.
type connections struct{ opened, closed atomic.Int64 }

func countConnections(server *httptest.Server) *connections {
	c := &connections{}
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			c.opened.Add(1)
		case http.StateClosed:
			c.closed.Add(1)
		}
	}
	return c
}

var answersUser = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, userBody) })

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
			server := httptest.NewUnstartedServer(answersUser)
			seen := countConnections(server)
			start(server)
			t.Cleanup(server.Close)
			base := newClient(t, server.URL+"/v1", appwrite.WithInsecureSkipVerify(), appwrite.WithTimeout(0))
			var beyond atomic.Int64 // calls in other tiers than the first
			var wg sync.WaitGroup
			for i := range goroutines {
				wg.Go(func() {
					for j := range calls {
						_, err := base.WithJWT(fmt.Sprint("jwt ", i, j)).Account.Get(t.Context())
						assert.NoError(t, err)
						inFlight := base.Transport().(*appwrite.Pool).InFlight()
						beyond.Add(inFlight[1] + inFlight[2])
					}
				})
			}
			wg.Wait()
			assert.Zero(t, beyond.Load())
			// net/http gives a connection up that it cannot have back within 50 ms, which
			// happens on a busy machine. So not all that were opened count, but those that are
			// open at a time.
			assert.Eventually(t, func() bool { return seen.opened.Load()-seen.closed.Load() <= goroutines }, time.Minute, time.Millisecond)
			assert.Less(t, seen.opened.Load(), int64(goroutines*calls/10), "nearly all calls find one")
		})
	}
	var most []int
	for _, tier := range newClient(t, "http://host/v1").Transport().(*appwrite.Pool).Tiers() {
		most = append(most, tier.MaxConnsPerHost)
	}
	assert.Equal(t, []int{64, 192, 0}, most)
}

func requireNoneInFlight(t *testing.T, c *appwrite.Client) {
	t.Helper()
	require.Equal(t, []int64{0, 0, 0}, c.Transport().(*appwrite.Pool).InFlight())
}

// Calls beyond the bounds of the tiers do not wait. Slow ones of one tier do not make others
// wait while the tier before has room again.
func TestACallGoesWhereThereIsRoom(t *testing.T) {
	t.Parallel()
	entered := make(chan struct{}, 300)
	gates := map[string]chan struct{}{"first": make(chan struct{}), "second": make(chan struct{}), "third": make(chan struct{}), "free": make(chan struct{})}
	close(gates["free"])
	client := served(t, func(w http.ResponseWriter, r *http.Request) {
		entered <- struct{}{}
		<-gates[r.Header.Get("X-Gate")]
		_, _ = io.WriteString(w, userBody)
	})
	get := func(gate string) {
		_, err := client.Account.Get(t.Context(), appwrite.RequestHeader("X-Gate", gate))
		assert.NoError(t, err)
	}
	inFlight := func() []int64 { return client.Transport().(*appwrite.Pool).InFlight() }
	var waiting [3]sync.WaitGroup
	for i, gate := range []string{"first", "second", "third"} {
		for range []int{64, 192, 44}[i] { // all are with the server before it answers one
			waiting[i].Go(func() { get(gate) })
		}
		for range []int{64, 192, 44}[i] {
			<-entered
		}
	}
	assert.Equal(t, []int64{64, 192, 44}, inFlight())
	close(gates["first"])
	waiting[0].Wait()
	get("free")
	<-entered
	assert.Equal(t, []int64{0, 192, 44}, inFlight())
	close(gates["second"])
	close(gates["third"])
	waiting[1].Wait()
	waiting[2].Wait()
	requireNoneInFlight(t, client.Client)
}

// net/http goes on with the dials of cancelled calls, and counts them as connections.
func TestDialsOfCancelledCallsMakeNobodyWait(t *testing.T) {
	t.Parallel()
	var stalled atomic.Bool
	stalled.Store(true)
	dialled, release := make(chan struct{}, 64), make(chan struct{})
	server := httptest.NewUnstartedServer(answersUser)
	server.Config.ErrorLog = discardLog()
	server.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		if stalled.Load() {
			dialled <- struct{}{}
			<-release
		}
		return nil, nil
	}}
	server.StartTLS()
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	client := newClient(t, server.URL+"/v1", appwrite.WithInsecureSkipVerify())
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range cap(dialled) {
		wg.Go(func() {
			_, err := client.Account.Get(ctx)
			assert.ErrorIs(t, err, context.Canceled)
		})
	}
	for range cap(dialled) {
		<-dialled
	}
	cancel()
	wg.Wait()
	stalled.Store(false)
	assert.Equal(t, []int64{64, 0, 0}, client.Transport().(*appwrite.Pool).InFlight(), "the dials still hang")
	_, err := client.Account.Get(t.Context(), appwrite.NoRetry())
	require.NoError(t, err)
}

func TestTheCallersHTTPClientIsNeitherChangedNorAskedForMoreThanItsTransport(t *testing.T) {
	t.Parallel()
	atTarget, target := testkit.Serve(t, answersUser)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	asked := 0
	transport := &http.Transport{}
	hc := &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { asked++; return nil },
		Jar:           jar,
		Timeout:       time.Minute,
	}
	var now changing
	client := sockets(t, now.respond, appwrite.WithHTTPClient(hc), appwrite.WithAPIKey("key"), appwrite.WithTimeout(time.Second))
	home := parsed(t, client.Endpoint())
	jar.SetCookies(home, []*http.Cookie{{Name: "from-the-jar", Value: "1", Path: "/"}})
	for location, host := range map[string]string{"/followed": home.Host, target.URL: target.URL} {
		now.set(func(r *http.Request) (*http.Response, error) {
			resp, err := redirects(307, location)(r)
			resp.Header.Set("Set-Cookie", "from-the-server=1; Path=/")
			return resp, err
		})
		_, err = client.Account.Get(t.Context())
		requireRedirectError(t, err, "account.get", 307, host)
		_, err = client.Account.CreateRecovery(t.Context(), appwrite.RecoveryParams{Email: "w@example.com", URL: "http://localhost"})
		requireRedirectError(t, err, "account.createRecovery", 307, host)
		requests := client.Take()
		require.Len(t, requests, 2)
		assert.Empty(t, requests[0].Header["Cookie"])
	}
	assert.Empty(t, atTarget.Take())
	assert.Zero(t, asked)
	assert.Len(t, jar.Cookies(home), 1, "and nothing from the server")
	assert.Same(t, transport, hc.Transport)
	assert.Same(t, jar, hc.Jar)
	assert.NotNil(t, hc.CheckRedirect)
	assert.Equal(t, time.Minute, hc.Timeout)

	// What the caller changes later is the caller's.
	hc.Transport, hc.Timeout = nil, 1
	assert.Same(t, transport, client.Transport())
	_, err = client.Account.Get(t.Context())
	as[*appwrite.Error](t, err)
}

func TestWhatAMiddlewareWritesIntoARequestReachesNoOtherCall(t *testing.T) {
	t.Parallel()
	for _, inner := range []bool{false, true} {
		t.Run(fmt.Sprintf("values in place %t", inner), func(t *testing.T) {
			t.Parallel()
			base := memory(t, meddler{answersJSON(201, userBody), inner}.RoundTrip, appwrite.WithSession("session"), appwrite.WithHeader("X-Own", "own"))
			create := func(c *appwrite.Client) {
				_, err := c.Account.Create(t.Context(), appwrite.CreateAccountParams{UserID: "u1", Email: "w@example.com", Password: "password"}, appwrite.RequestHeader("X-Call", "1"))
				assert.NoError(t, err)
			}
			create(base.Client)
			first := base.One(t)
			assert.Equal(t, http.Header{
				"Content-Type": {"application/json"}, "User-Agent": {appwrite.UserAgent}, "X-Appwrite-Project": {testProject}, "X-Appwrite-Response-Format": {appwrite.LatestServerVersion},
				"X-Appwrite-Session": {"session"}, "X-Call": {"1"}, "X-Own": {"own"}, "X-Sdk-Language": {"go"}, "X-Sdk-Name": {"Go"}, "X-Sdk-Platform": {"server"}, "X-Sdk-Version": {appwrite.Version},
			}, first.Header)
			assert.Equal(t, "/v1/account", first.URI)

			copied, err := base.With(appwrite.WithLocale("de"), appwrite.WithTimeout(0))
			require.NoError(t, err)
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					for range 5 {
						for _, c := range []*appwrite.Client{base.Client, base.WithSession("session"), copied} {
							create(c)
						}
					}
				})
			}
			wg.Wait()
			requests := base.Take()
			assert.Len(t, requests, 120)
			for _, r := range requests {
				delete(r.Header, "X-Appwrite-Locale")
				require.Equal(t, first, r)
			}
		})
	}
}

func discardLog() *log.Logger { return log.New(io.Discard, "", 0) }

// tlsServer speaks TLS in the given range of versions and HTTP/2 where the client wants it.
func tlsServer(t *testing.T, lowest, highest uint16) (*testkit.Recorder, *httptest.Server) {
	t.Helper()
	seen := &testkit.Recorder{}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.Note(r)
		answersUser(w, r)
	}))
	server.EnableHTTP2 = true
	server.TLS = &tls.Config{MinVersion: lowest, MaxVersion: highest}
	server.Config.ErrorLog = discardLog()
	server.StartTLS()
	t.Cleanup(server.Close)
	return seen, server
}

func emptyPool() *x509.CertPool { return x509.NewCertPool() }

func poolOf(server *httptest.Server) *x509.CertPool {
	pool := emptyPool()
	pool.AddCert(server.Certificate())
	return pool
}

func TestOwnAuthoritiesAndSkippedVerification(t *testing.T) {
	t.Parallel()
	seen, server := tlsServer(t, tls.VersionTLS12, tls.VersionTLS13)
	base := newClient(t, server.URL+"/v1")
	trusting, err := base.With(appwrite.WithRootCAs(poolOf(server)))
	require.NoError(t, err)
	careless, err := base.With(appwrite.WithInsecureSkipVerify())
	require.NoError(t, err)
	for name, c := range map[string]*appwrite.Client{"authorities": trusting, "copy": trusting.WithSession("s"), "skipped": careless} {
		t.Cleanup(c.CloseIdleConnections)
		_, err := c.Account.Get(t.Context())
		require.NoError(t, err, name)
		assert.Equal(t, 2, seen.One(t).Proto, "%s: HTTP version", name)
	}
	_, err = base.Account.Get(t.Context())
	require.Error(t, err, "the client that the copies came from")
}

func TestSkippedVerificationIsWarnedOfOnce(t *testing.T) {
	t.Parallel()
	_, server := tlsServer(t, tls.VersionTLS12, tls.VersionTLS13)
	skip, authorities := appwrite.WithInsecureSkipVerify(), appwrite.WithRootCAs(poolOf(server))
	for name, order := range map[string]func(logger appwrite.Option) [][]appwrite.Option{
		"together":         func(logger appwrite.Option) [][]appwrite.Option { return [][]appwrite.Option{{skip, logger}} },
		"the option first": func(logger appwrite.Option) [][]appwrite.Option { return [][]appwrite.Option{{skip}, {logger}} },
		"the logger first": func(logger appwrite.Option) [][]appwrite.Option { return [][]appwrite.Option{{logger}, {skip}} },
		"and again": func(logger appwrite.Option) [][]appwrite.Option {
			return [][]appwrite.Option{{skip, logger}, {skip}, {logger}}
		},
		"with other copies": func(logger appwrite.Option) [][]appwrite.Option {
			return [][]appwrite.Option{{skip, logger}, {appwrite.WithLocale("de")}, {authorities}, {appwrite.WithJWT("j")}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log, logger := withLog(slog.LevelInfo)
			c := newClient(t, server.URL+"/v1")
			for _, opts := range order(logger) {
				var err error
				c, err = c.With(opts...)
				require.NoError(t, err)
				t.Cleanup(c.CloseIdleConnections)
				_, err = c.WithSession("s").Account.Get(t.Context(), appwrite.NoRetry())
				assert.Equal(t, c.Insecure(), err == nil, "%v", err)
			}
			text := log.take()
			assert.Equal(t, 1, strings.Count(text, "certificates are not verified"), text)
			assert.Contains(t, text, "level=WARN")
		})
	}
	log, logger := withLog(slog.LevelInfo)
	newClient(t, server.URL, logger, authorities)
	assert.Empty(t, log.take(), "verification is on by default")
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
		answersUser(w, r)
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
	for version, takes := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			t.Parallel()
			seen, server := tlsServer(t, version, version)
			for _, option := range []appwrite.Option{appwrite.WithRootCAs(poolOf(server)), appwrite.WithInsecureSkipVerify()} {
				client := newClient(t, server.URL+"/v1", option)
				_, err := client.Account.Get(t.Context(), appwrite.NoRetry())
				assert.Equal(t, takes, err == nil, "%v", err)
				assert.Equal(t, takes, len(seen.Take()) == 1)
			}
		})
	}
}

// A NAT or load balancer may forget a connection without a word. Calls that time out do not
// close it, so that without pings all later ones would go the same way.
func TestEveryTierRefusesOldTLSAndGivesDeadHTTP2ConnectionsUp(t *testing.T) {
	t.Parallel()
	for _, opts := range [][]appwrite.Option{nil, {appwrite.WithInsecureSkipVerify()}, {appwrite.WithRootCAs(emptyPool())}} {
		for _, tier := range newClient(t, "https://host/v1", opts...).Transport().(*appwrite.Pool).Tiers() {
			assert.Equal(t, uint16(tls.VersionTLS12), tier.TLSClientConfig.MinVersion)
			require.NotNil(t, tier.HTTP2)
			assert.LessOrEqual(t, tier.HTTP2.SendPingTimeout+tier.HTTP2.PingTimeout, appwrite.DefaultTimeout)
			assert.Positive(t, tier.HTTP2.SendPingTimeout)
			assert.Positive(t, tier.HTTP2.PingTimeout)
		}
	}
}

func TestClientsKeepNoStateOfTheProcess(t *testing.T) {
	t.Parallel()
	before := *http.DefaultClient
	for _, option := range []appwrite.Option{appwrite.WithInsecureSkipVerify(), appwrite.WithHTTPClient(&http.Client{})} {
		c, err := newClient(t, "http://host/v1", option).With(appwrite.WithInsecureSkipVerify())
		require.NoError(t, err)
		assert.IsType(t, &appwrite.Pool{}, c.Transport(), "a Transport of its own")
	}
	assert.Equal(t, before, *http.DefaultClient)
	if config := http.DefaultTransport.(*http.Transport).TLSClientConfig; config != nil {
		assert.False(t, config.InsecureSkipVerify)
	}
}

func TestCloseIdleConnectionsClosesThemForAllCopies(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(answersUser)
	seen := countConnections(server)
	server.Start()
	t.Cleanup(server.Close)
	base := newClient(t, server.URL+"/v1")
	for n := range int64(2) {
		_, err := base.WithSession("s").Account.Get(t.Context())
		require.NoError(t, err)
		base.WithJWT("j").CloseIdleConnections()
		require.Eventually(t, func() bool { return seen.closed.Load() == n+1 }, time.Minute, time.Millisecond)
		assert.Equal(t, n+1, seen.opened.Load())
	}
	// A Transport without such a method is left alone.
	newClient(t, "http://host/v1", through(tripper(nil))).CloseIdleConnections()
}

// This test is not parallel: it must know whose goroutines are left. What every call leaves
// after every fault is in internal/faults.
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
		switch how := r.Header.Get("X-Do"); how {
		case "half":
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"$id":`)
			_ = http.NewResponseController(w).Flush()
			<-end
		case "hang":
			<-end
		case "":
			_, _ = io.WriteString(w, `{"$id":"u1","jwt":"a.eyJleHAiOjQxMDI0NDQ4MDB9.c","identities":[{"$id":"i1"}]}`)
		default: // a status, and more of a body than is read
			status, _ := strconv.Atoi(how)
			w.Header().Set("Location", everycall.ProviderPage)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, `{"$id":"`+strings.Repeat("x", 256<<10)+`"}`)
		}
	}))
	// Without a timeout nothing but the client's own care ends what it began.
	c := newClient(t, server.URL+"/v1", appwrite.WithSession("s"), appwrite.WithTimeout(0), appwrite.WithMaxResponseBytes(64<<10), appwrite.WithRetryPolicy(quickly))
	require.NoError(t, goleak.Find(ofServer...), "an idle client has no goroutine")

	get := func(ctx context.Context, how string) error {
		return only(c.Account.Get(ctx, appwrite.RequestHeader("X-Do", how)))
	}
	require.ErrorIs(t, get(t.Context(), "200"), appwrite.ErrResponseTooLarge)
	require.ErrorIs(t, get(t.Context(), "503"), appwrite.ErrServer)
	require.Error(t, get(t.Context(), "302"))
	_, err := c.Account.CreateOAuth2Token(t.Context(), "github", appwrite.OAuth2Params{}, appwrite.RequestHeader("X-Do", "302"))
	require.NoError(t, err)
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	for _, how := range []string{"hang", "half"} {
		require.ErrorIs(t, get(short, how), context.DeadlineExceeded)
		quitting, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- only(c.Account.CreateAnonymousSession(quitting, appwrite.RequestHeader("X-Do", how))) }()
		cancel()
		require.ErrorIs(t, <-done, context.Canceled)
	}
	for how, ctx := range map[string]context.Context{"": t.Context(), "hang": short} {
		opts := []appwrite.Option{appwrite.WithHeader("X-Own", "1")}
		if how != "" {
			opts = append(opts, appwrite.WithHeader("X-Do", how))
		}
		minting, err := c.With(opts...)
		require.NoError(t, err)
		_, err = appwrite.NewJWTSource(minting.Account, 0).JWT(ctx)
		assert.Equal(t, how == "", err == nil, "%v", err)
	}
	for _, err := range c.Account.Identities(t.Context(), appwrite.ListParams{}) {
		require.NoError(t, err)
		break
	}
	c.CloseIdleConnections()
	assert.NoError(t, goleak.Find(ofServer...))
	close(end)
	server.Close()
	assert.NoError(t, goleak.Find(before))
}
