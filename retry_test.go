package appwrite_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
)

// closedPort is an address on which nothing listens, and that no other test gets meanwhile.
func closedPort(*testing.T) string { return "127.0.0.1:1" }

// quickly repeats as often as the default, without the wait.
var quickly = appwrite.RetryPolicy{MinDelay: time.Microsecond, MaxDelay: 10 * time.Microsecond}

func TestOnlyWhatCannotHaveBeenDoneIsRepeatedAfterAnError(t *testing.T) {
	t.Parallel()
	statuses := []int{301, 304, 307, 400, 401, 402, 403, 404, 405, 408, 409, 410, 412, 416, 422, 425, 429, 451, 500, 501, 502, 503, 504, 505, 507, 521, 599}
	repeated := []int{500, 502, 503, 504}
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		for _, status := range statuses {
			for _, errorType := range []appwrite.ErrorType{"", "some_type", appwrite.ErrGeneralSMTPDisabled, appwrite.ErrGeneralPhoneDisabled} {
				sent := 0
				client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
					sent++
					return response(r, status, jsonType, errorBody(status, errorType)), nil
				}), appwrite.WithRetryPolicy(quickly))
				var answered appwrite.Response
				_, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.CaptureResponse(&answered))
				require.Error(t, err)
				want := 1
				if (c.Route().Method == http.MethodGet) && slices.Contains(repeated, status) && (errorType == "" || errorType == "some_type") {
					want = 3
				}
				assert.Equal(t, want, sent, "%d %s", status, errorType)
				assert.Equal(t, want, answered.Attempts, "%d %s", status, errorType)
				assert.Equal(t, status, answered.StatusCode)
			}
		}
	})
}

func TestTheAnswerAfterAFailedAttemptIsTheResult(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		if !(c.Route().Method == http.MethodGet) {
			return
		}
		for _, failures := range []int{0, 1, 2} {
			sent := 0
			client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
				if sent++; sent <= failures {
					resp := response(r, 503, htmlType, nginxPage)
					resp.Header.Set("X-Attempt", strconv.Itoa(sent))
					return resp, nil
				}
				return success(c, r), nil
			}), appwrite.WithRetryPolicy(quickly))
			var answered appwrite.Response
			got, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.CaptureResponse(&answered))
			require.NoError(t, err)
			assert.NotNil(t, got)
			assert.Equal(t, failures+1, answered.Attempts)
			assert.Equal(t, c.Status, answered.StatusCode)
			assert.Empty(t, answered.Header.Get("X-Attempt"), "the last attempt's headers")
		}
	})
}

func TestTheLastErrorIsTheOneThatTheCallerGets(t *testing.T) {
	t.Parallel()
	sent := 0
	client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
		sent++
		return response(r, []int{500, 502, 504}[sent-1], jsonType, ""), nil
	}), appwrite.WithRetryPolicy(quickly))
	_, err := client.Account.Get(t.Context())
	e, ok := errors.AsType[*appwrite.Error](err)
	require.True(t, ok)
	assert.Equal(t, 504, e.StatusCode)
	assert.NoError(t, errors.Unwrap(err), "nothing but the answer ended the call")
}

// A call may fail first with an answer and then without one.
func TestACapturedResponseIsOfTheLastAttempt(t *testing.T) {
	t.Parallel()
	broken := errors.New("wire cut")
	sent := 0
	client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
		if sent++; sent == 1 {
			resp := response(r, 503, jsonType, "")
			resp.Header.Set("X-Ratelimit-Limit", "10")
			return resp, nil
		}
		return nil, broken
	}), appwrite.WithRetryPolicy(quickly))
	answered := appwrite.Response{StatusCode: 99, Attempts: 99, Header: http.Header{"Stale": {"1"}}}
	_, err := client.Account.Get(t.Context(), appwrite.CaptureResponse(&answered))
	require.ErrorIs(t, err, broken)
	assert.Equal(t, appwrite.Response{Attempts: 3}, answered)
}

func TestACapturedResponseIsEmptyWhereNothingWasSent(t *testing.T) {
	t.Parallel()
	client, mock := memClient(t, memAnswer(200, jsonType, sessionBody))
	answered := appwrite.Response{StatusCode: 99, Attempts: 99, Header: http.Header{"Stale": {"1"}}}
	_, err := client.Account.GetSession(t.Context(), "", appwrite.CaptureResponse(&answered))
	require.Error(t, err)
	assert.Equal(t, appwrite.Response{}, answered)
	assert.Zero(t, mock.GetTotalCallCount())
}

func TestThePolicyBoundsTheAttempts(t *testing.T) {
	t.Parallel()
	for _, attempts := range []int{1, 2, 3, 5, 40} {
		sent := 0
		client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
			sent++
			return response(r, 503, jsonType, ""), nil
		}), appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: attempts, MinDelay: 1, MaxDelay: 1}))
		var answered appwrite.Response
		_, err := client.Account.Get(t.Context(), appwrite.CaptureResponse(&answered))
		require.ErrorIs(t, err, appwrite.ErrServer)
		assert.Equal(t, attempts, sent)
		assert.Equal(t, attempts, answered.Attempts)

		sent = 0
		_, err = client.Account.Get(t.Context(), appwrite.NoRetry(), appwrite.CaptureResponse(&answered))
		require.ErrorIs(t, err, appwrite.ErrServer)
		assert.Equal(t, 1, sent)
		assert.Equal(t, 1, answered.Attempts)
	}
}

func TestNoRetryIsASingleAttemptWhateverHappens(t *testing.T) {
	t.Parallel()
	transports := map[string]tripper{
		"503": func(r *http.Request) (*http.Response, error) { return response(r, 503, "", ""), nil },
		"429": func(r *http.Request) (*http.Response, error) {
			resp := response(r, 429, "", "")
			resp.Header.Set("X-Ratelimit-Reset", strconv.FormatInt(time.Now().Unix(), 10))
			return resp, nil
		},
		"refused": func(*http.Request) (*http.Response, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
		},
		"reset": func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF },
	}
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		for name, transport := range transports {
			sent := 0
			client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
				sent++
				return transport(r)
			}))
			_, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.NoRetry())
			require.Error(t, err)
			assert.Equal(t, 1, sent, name)
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
				wait, reason := policy.Next(http.MethodGet, attempt+1, &appwrite.Error{StatusCode: 503})
				require.NotEmpty(t, reason)
				require.GreaterOrEqual(t, wait, time.Duration(0))
				require.LessOrEqual(t, wait, bound, "attempt %d", attempt+1)
				sum += float64(wait) / float64(bound)
			}
			if bound > 1000 {
				assert.InDelta(t, 0.5, sum/draws, 0.2, "spread over the whole of it")
			}
		}
		_, reason := policy.Next(http.MethodGet, 100, &appwrite.Error{StatusCode: 503})
		assert.Empty(t, reason)
	}
}

func TestCallsWaitAsLongAsThePolicySays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
			sent++
			return response(r, 503, jsonType, ""), nil
		}), appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 6, MinDelay: time.Second, MaxDelay: 4 * time.Second}))
		var longest time.Duration
		for range 50 {
			started := time.Now()
			_, err := client.Account.Get(t.Context())
			require.ErrorIs(t, err, appwrite.ErrServer)
			took := time.Since(started)
			require.LessOrEqual(t, took, (1+2+4+4+4)*time.Second)
			longest = max(longest, took)
		}
		assert.Equal(t, 300, sent)
		assert.Greater(t, longest, 5*time.Second)
	})
}

func TestAPolicyIsTakenOrRefused(t *testing.T) {
	t.Parallel()
	for _, policy := range []appwrite.RetryPolicy{
		{},
		{MaxAttempts: 1},
		{MinDelay: time.Minute},
		{MaxDelay: time.Minute},
		{MaxDelay: 50 * time.Millisecond}, // shorter than the default of MinDelay, which nobody set
		{MaxAttempts: 7, MinDelay: time.Second, MaxDelay: time.Second},
	} {
		_, err := appwrite.NewClient("https://appwrite.test/v1", "p1", appwrite.WithRetryPolicy(policy))
		assert.NoError(t, err, "%+v", policy)
	}
	for _, policy := range []appwrite.RetryPolicy{
		{MaxAttempts: -1},
		{MinDelay: -1},
		{MaxDelay: -1},
		{MinDelay: time.Second, MaxDelay: time.Millisecond},
	} {
		_, err := appwrite.NewClient("https://appwrite.test/v1", "p1", appwrite.WithRetryPolicy(policy))
		_, ok := errors.AsType[*appwrite.ParamError](err)
		assert.True(t, ok, "%+v: %v", policy, err)
	}
}

// What never reached a server can be sent again, whatever it is.
func TestACallIsRepeatedWhenNoConnectionCameAbout(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		client, err := appwrite.NewClient("http://"+closedPort(t), "p1", appwrite.WithRetryPolicy(quickly))
		require.NoError(t, err)
		var answered appwrite.Response
		got, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.CaptureResponse(&answered))
		assert.Nil(t, got)
		op, ok := errors.AsType[*net.OpError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, "dial", op.Op)
		_, ok = errors.AsType[net.Error](err)
		assert.True(t, ok)
		assert.Equal(t, 3, answered.Attempts)
		assert.Zero(t, answered.StatusCode)
	})
}

func TestACallArrivesOnceTheConnectionComesAbout(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		var served atomic.Int32
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			served.Add(1)
			answer(c, w)
		}))
		t.Cleanup(server.Close)
		nowhere := closedPort(t)
		dials := 0
		transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if dials++; dials <= 2 {
				address = nowhere
			}
			return new(net.Dialer).DialContext(ctx, network, address)
		}}
		t.Cleanup(transport.CloseIdleConnections)
		client, err := appwrite.NewClient(server.URL, "p1", appwrite.WithHTTPClient(&http.Client{Transport: transport}), appwrite.WithRetryPolicy(quickly))
		require.NoError(t, err)
		var answered appwrite.Response
		_, err = c.Do(t.Context(), client.Account, c.Full(), appwrite.CaptureResponse(&answered))
		require.NoError(t, err)
		assert.Equal(t, 3, answered.Attempts)
		assert.Equal(t, int32(1), served.Load(), "its effect came once")
	})
}

// fault is a way in which a server does what it was asked and the client does not learn of it.
type fault struct {
	name  string
	serve http.HandlerFunc
	again bool // whether a GET is repeated
}

func hangUp(w http.ResponseWriter, text string) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	_, _ = io.WriteString(conn, text)
	_ = conn.(*net.TCPConn).SetLinger(0) // a reset, not a polite end
	_ = conn.Close()
}

var faults = []fault{
	{"500", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, true},
	{"502 page", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(502)
		_, _ = io.WriteString(w, nginxPage)
	}, true},
	{"503", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, true},
	{"504", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(504) }, true},
	{"reset before the answer", func(w http.ResponseWriter, _ *http.Request) { hangUp(w, "") }, true},
	{"reset in the headers", func(w http.ResponseWriter, _ *http.Request) { hangUp(w, "HTTP/1.1 200 OK\r\nContent-Ty") }, true},
	{"reset in the body", func(w http.ResponseWriter, _ *http.Request) {
		hangUp(w, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"$id\":\"u1\"")
	}, true},
	{"reset in a chunk", func(w http.ResponseWriter, _ *http.Request) {
		hangUp(w, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{\"$id\":\"u1\"")
	}, true},
	{"no HTTP", func(w http.ResponseWriter, _ *http.Request) { hangUp(w, "SSH-2.0-OpenSSH_9.9\r\n") }, true},
	{"truncated JSON", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"$id":"u1"`) }, false},
	{"page", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html></html>") }, false},
	{"404", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, false},
	{"408", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(408) }, false},
}

func TestNoEffectIsDoubled(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		for _, fault := range faults {
			var effects atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				effects.Add(1)
				fault.serve(w, r)
			}))
			client, err := appwrite.NewClient(server.URL, "p1", appwrite.WithRetryPolicy(quickly))
			require.NoError(t, err)
			var answered appwrite.Response
			got, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.CaptureResponse(&answered))
			want := 1
			if (c.Route().Method == http.MethodGet) && fault.again {
				want = 3
			}
			assert.Error(t, err, fault.name)
			assert.Nil(t, got, fault.name)
			assert.Equal(t, int32(want), effects.Load(), fault.name)
			assert.Equal(t, want, answered.Attempts, fault.name)
			client.CloseIdleConnections()
			server.Close()
		}
	})
}

func TestAnAnswerThatBreaksOffNamesItsCause(t *testing.T) {
	t.Parallel()
	client := sockClient(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"$id\":\"u1\"")
		_ = conn.Close()
	}, appwrite.WithRetryPolicy(quickly))
	var answered appwrite.Response
	_, err := client.Account.Get(t.Context(), appwrite.CaptureResponse(&answered))
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.Equal(t, 3, answered.Attempts)
	assert.Equal(t, 200, answered.StatusCode)
	_, err = client.Account.UpdateName(t.Context(), "Walter", appwrite.CaptureResponse(&answered))
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.Equal(t, 1, answered.Attempts)
}

func TestCertificateErrorsAreFinal(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(plain.Close)
	server.Config.ErrorLog, plain.Config.ErrorLog = quiet(), quiet()
	trusted := server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	toServer := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
	tests := map[string]struct {
		endpoint  string
		transport *http.Transport
		is        func(error) bool
	}{
		"unknown authority": {server.URL, &http.Transport{}, func(err error) bool {
			_, ok := errors.AsType[x509.UnknownAuthorityError](err)
			return ok
		}},
		"another host's": {"https://other.test", &http.Transport{DialContext: toServer, TLSClientConfig: &tls.Config{RootCAs: trusted}}, func(err error) bool {
			_, ok := errors.AsType[x509.HostnameError](err)
			return ok
		}},
		"expired": {server.URL, &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted, Time: func() time.Time { return time.Now().AddDate(200, 0, 0) }}}, func(err error) bool {
			e, ok := errors.AsType[x509.CertificateInvalidError](err)
			return ok && e.Reason == x509.Expired
		}},
		"no TLS on the other side": {"https://" + plain.Listener.Addr().String(), &http.Transport{}, func(err error) bool {
			_, ok := errors.AsType[tls.RecordHeaderError](err)
			return ok
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Cleanup(test.transport.CloseIdleConnections)
			client, err := appwrite.NewClient(test.endpoint, "p1", appwrite.WithHTTPClient(&http.Client{Transport: test.transport}), appwrite.WithRetryPolicy(quickly))
			require.NoError(t, err)
			for _, c := range everycall.All {
				var answered appwrite.Response
				_, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.CaptureResponse(&answered))
				require.Error(t, err)
				assert.Equal(t, 1, answered.Attempts, "%s: %v", c.Method, err)
				assert.True(t, test.is(err), "%s: %v", c.Method, err)
			}
		})
	}
}

func TestARepeatedAttemptSendsTheSameAgain(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		type seen struct {
			method, url, body string
			header            http.Header
		}
		var requests []seen
		client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
			var body bytes.Buffer
			if r.Body != nil {
				_, _ = body.ReadFrom(r.Body)
			}
			assert.Equal(t, int64(body.Len()), r.ContentLength)
			requests = append(requests, seen{r.Method, r.URL.String(), body.String(), r.Header.Clone()})
			// Middlewares write into what they are given.
			r.Header.Set("X-Middleware", "was here")
			r.Header.Del("X-Appwrite-Project")
			r.URL.Path, r.URL.RawQuery = "/elsewhere", "x=1"
			if len(requests) < 3 {
				return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
			}
			return success(c, r), nil
		}), appwrite.WithRetryPolicy(quickly))
		_, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.RequestHeader("X-Trace", "1"))
		require.NoError(t, err)
		require.Len(t, requests, 3)
		assert.Equal(t, requests[0], requests[1])
		assert.Equal(t, requests[0], requests[2])
	})
}

// quiet keeps the handshakes that are meant to fail out of the tests' output.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
