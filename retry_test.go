package appwrite_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
)

// closedPort is an address on which nothing listens, and that no other test gets meanwhile.
const closedPort = "127.0.0.1:1"

// quickly repeats as often as the default, without the wait.
var quickly = appwrite.RetryPolicy{MinDelay: time.Microsecond, MaxDelay: 10 * time.Microsecond}

// noConnection is the error of a connection that could not be made.
var noConnection = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}

func TestOnlyWhatCannotHaveBeenDoneIsRepeatedAfterAnError(t *testing.T) {
	t.Parallel()
	statuses := []int{301, 304, 307, 400, 401, 402, 403, 404, 405, 408, 409, 410, 412, 416, 422, 425, 429, 451, 500, 501, 502, 503, 504, 505, 507, 521, 599}
	repeated := []int{500, 502, 503, 504}
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		for _, status := range statuses {
			for _, errorType := range []appwrite.ErrorType{"", "some_type", appwrite.ErrGeneralSMTPDisabled, appwrite.ErrGeneralPhoneDisabled} {
				client := memory(t, answersJSON(status, errorBody(status, errorType)), appwrite.WithRetryPolicy(quickly))
				var answered appwrite.Response
				_, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.CaptureResponse(&answered))
				require.Error(t, err)
				want := 1
				if c.Repeatable() && slices.Contains(repeated, status) && (errorType == "" || errorType == "some_type") {
					want = 3
				}
				assert.Len(t, client.Take(), want, "%d %s", status, errorType)
				assert.Equal(t, want, answered.Attempts, "%d %s", status, errorType)
				assert.Equal(t, status, answered.StatusCode)
			}
		}
	})
}

// Policies that are refused stand with the other bad options.
func TestThePolicyBoundsTheAttempts(t *testing.T) {
	t.Parallel()
	for _, good := range []appwrite.RetryPolicy{{}, {MaxAttempts: 1}, {MinDelay: time.Minute}, {MaxDelay: time.Minute}, {MaxAttempts: 7, MinDelay: time.Second, MaxDelay: time.Second},
		{MaxDelay: 50 * time.Millisecond}, // shorter than the default of MinDelay, which nobody set
	} {
		newClient(t, "https://appwrite.test/v1", appwrite.WithRetryPolicy(good))
	}
	for _, attempts := range []int{1, 2, 3, 5, 40} {
		client := memory(t, answersJSON(503, ""), appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: attempts, MinDelay: 1, MaxDelay: 1}))
		var answered appwrite.Response
		_, err := client.Account.Get(t.Context(), appwrite.CaptureResponse(&answered))
		require.ErrorIs(t, err, appwrite.ErrServer)
		assert.Len(t, client.Take(), attempts)
		assert.Equal(t, attempts, answered.Attempts)
	}
}

func TestNoRetryIsASingleAttemptWhateverHappens(t *testing.T) {
	t.Parallel()
	transports := map[string]tripper{
		"503": answers(503, "", ""),
		"429": func(*http.Request) (*http.Response, error) {
			resp := response(429, "", "")
			resp.Header.Set("X-Ratelimit-Reset", strconv.FormatInt(time.Now().Unix(), 10))
			return resp, nil
		},
		"refused": func(*http.Request) (*http.Response, error) { return nil, noConnection },
		"reset":   func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF },
	}
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		for name, transport := range transports {
			client := memory(t, transport)
			var answered appwrite.Response
			_, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.NoRetry(), appwrite.CaptureResponse(&answered))
			require.Error(t, err)
			assert.Len(t, client.Take(), 1, name)
			assert.Equal(t, 1, answered.Attempts, name)
		}
	})
}

func TestBackoffGrowsUpToItsLongestWithFullJitter(t *testing.T) {
	t.Parallel()
	policies := []appwrite.RetryPolicy{
		{MaxAttempts: 100},
		{MaxAttempts: 100, MinDelay: time.Millisecond, MaxDelay: 50 * time.Millisecond},
		{MaxAttempts: 100, MinDelay: time.Second, MaxDelay: time.Second},
		{MaxAttempts: 100, MinDelay: 1, MaxDelay: 1},
		{MaxAttempts: 100, MinDelay: time.Second, MaxDelay: math.MaxInt64 - 1},
	}
	for _, policy := range policies {
		shortest, longest := policy.MinDelay, policy.MaxDelay
		if shortest == 0 {
			shortest, longest = 200*time.Millisecond, 8*time.Second
		}
		for _, attempt := range []int{0, 1, 2, 5, 10, 28, 29, 30, 31, 63, 64, 98} { // a shift too far is no wait at all
			bound := longest
			if attempt < 30 {
				bound = min(shortest<<attempt, longest)
			}
			var sum float64
			const draws = 200
			for range draws {
				wait, reason := appwrite.NextAttempt(policy, http.MethodGet, attempt+1, &appwrite.Error{StatusCode: 503})
				require.NotEmpty(t, reason)
				require.GreaterOrEqual(t, wait, time.Duration(0))
				require.LessOrEqual(t, wait, bound, "attempt %d", attempt+1)
				sum += float64(wait) / float64(bound)
			}
			if bound > 1000 {
				assert.InDelta(t, 0.5, sum/draws, 0.2, "spread over the whole of it")
			}
		}
		_, reason := appwrite.NextAttempt(policy, http.MethodGet, 100, &appwrite.Error{StatusCode: 503})
		assert.Empty(t, reason)
	}
}

func TestCallsWaitAsLongAsThePolicySays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := memory(t, answersJSON(503, ""), appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 6, MinDelay: time.Second, MaxDelay: 4 * time.Second}))
		var longest time.Duration
		for range 50 {
			started := time.Now()
			_, err := client.Account.Get(t.Context())
			require.ErrorIs(t, err, appwrite.ErrServer)
			took := time.Since(started)
			require.LessOrEqual(t, took, (1+2+4+4+4)*time.Second)
			longest = max(longest, took)
		}
		assert.Len(t, client.Take(), 300)
		assert.Greater(t, longest, 5*time.Second)
	})
}

func TestACallArrivesOnceTheConnectionComesAbout(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		dials := 0
		transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if dials++; dials <= 2 {
				address = closedPort
			}
			return new(net.Dialer).DialContext(ctx, network, address)
		}}
		client := sockets(t, c.Succeed, through(transport), appwrite.WithRetryPolicy(quickly))
		var answered appwrite.Response
		_, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.CaptureResponse(&answered))
		require.NoError(t, err)
		assert.Equal(t, 3, answered.Attempts)
		client.One(t) // its effect came once
	})
}

// What every call comes to over sockets, fault by fault, is in internal/faults.
func TestAnErrorOfTheConnectionNamesItsCause(t *testing.T) {
	t.Parallel()
	var answered appwrite.Response
	nowhere := newClient(t, "http://"+closedPort, appwrite.WithRetryPolicy(quickly))
	_, err := nowhere.Account.UpdateName(t.Context(), "Walter", appwrite.CaptureResponse(&answered))
	assert.Equal(t, "dial", as[*net.OpError](t, err).Op)
	as[net.Error](t, err)
	assert.Equal(t, appwrite.Response{Attempts: 3}, answered, "what never reached a server can be sent again, whatever it is")
	requireNoneInFlight(t, nowhere)

	cut := served(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"$id":"u1"`)
	}, appwrite.WithRetryPolicy(quickly))
	_, err = cut.Account.Get(t.Context(), appwrite.CaptureResponse(&answered))
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.Equal(t, 3, answered.Attempts)
	assert.Equal(t, 200, answered.StatusCode)
	_, err = cut.Account.UpdateName(t.Context(), "Walter", appwrite.CaptureResponse(&answered))
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.Equal(t, 1, answered.Attempts)
}

func TestCertificateErrorsAreFinal(t *testing.T) {
	t.Parallel()
	seen, server := tlsServer(t, tls.VersionTLS12, tls.VersionTLS13)
	plain := httptest.NewUnstartedServer(http.NotFoundHandler())
	plain.Config.ErrorLog = discardLog()
	plain.Start()
	t.Cleanup(plain.Close)
	unverified := func(err error) bool {
		_, ok := errors.AsType[*tls.CertificateVerificationError](err)
		return ok
	}
	expired := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: poolOf(server), Time: func() time.Time { return time.Now().AddDate(200, 0, 0) }}}
	for name, test := range map[string]struct {
		endpoint string
		option   appwrite.Option
		is       func(error) bool
	}{
		"unknown authority": {server.URL, appwrite.WithLocale("en"), func(err error) bool {
			_, ok := errors.AsType[x509.UnknownAuthorityError](err)
			return ok && unverified(err)
		}},
		"no authority at all": {server.URL, appwrite.WithRootCAs(emptyPool()), unverified},
		"another host's": {strings.Replace(server.URL, "127.0.0.1", "localhost", 1), appwrite.WithRootCAs(poolOf(server)), func(err error) bool {
			_, ok := errors.AsType[x509.HostnameError](err)
			return ok && unverified(err)
		}},
		"expired": {server.URL, through(expired), func(err error) bool {
			e, ok := errors.AsType[x509.CertificateInvalidError](err)
			return ok && e.Reason == x509.Expired
		}},
		"no TLS on the other side": {"https://" + plain.Listener.Addr().String(), appwrite.WithLocale("en"), func(err error) bool {
			_, ok := errors.AsType[tls.RecordHeaderError](err)
			return ok
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t, test.endpoint+"/v1", test.option, appwrite.WithSession("secret-session"), appwrite.WithRetryPolicy(quickly))
			for _, c := range everycall.All {
				var answered appwrite.Response
				_, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.CaptureResponse(&answered))
				require.Error(t, err)
				assert.Equal(t, 1, answered.Attempts, "%s: %v", c.Method, err)
				assert.True(t, test.is(err), "%s: %v", c.Method, err)
				assert.NotContains(t, err.Error(), "secret-session")
			}
			assert.Empty(t, seen.Take())
		})
	}
}

// meddler is a middleware that writes into everything of a request that it can reach.
type meddler struct {
	next  http.RoundTripper
	inner bool // also into the slices of header values
}

func (m meddler) RoundTrip(r *http.Request) (*http.Response, error) {
	mine := "meddler-" + r.Header.Get("X-Call")
	for name, values := range r.Header {
		for i := range values {
			if m.inner {
				values[i] += mine
			}
		}
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

func TestARepeatedAttemptSendsTheSameAgain(t *testing.T) {
	t.Parallel()
	for _, inner := range []bool{false, true} {
		forEveryCall(t, func(t *testing.T, c everycall.Call) {
			attempts := 0
			fails := tripper(func(*http.Request) (*http.Response, error) {
				if attempts++; attempts < 3 {
					return nil, noConnection
				}
				return c.Success(), nil
			})
			client := memory(t, meddler{fails, inner}.RoundTrip, appwrite.WithAPIKey("key"), appwrite.WithRetryPolicy(quickly))
			_, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.RequestHeader("X-Call", "1"))
			require.NoError(t, err)
			requests := client.Take()
			require.Len(t, requests, 3)
			assert.Equal(t, []string{"1"}, requests[0].Header["X-Call"])
			assert.Equal(t, int64(len(requests[0].Body)), requests[0].Length)
			assert.Equal(t, requests[0], requests[1])
			assert.Equal(t, requests[0], requests[2])
		})
	}
}
