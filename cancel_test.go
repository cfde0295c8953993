package appwrite_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
)

// What a call may take to return once its context has ended. The aim is the first; a busy
// machine is given the second before the test fails.
const (
	promptly = 50 * time.Millisecond
	atLatest = 500 * time.Millisecond
)

// outcome is what a call that runs on its own came to.
type outcome struct {
	result any
	err    error
}

// cancelled runs a call, cancels its context once the call is where the test wants it, and
// returns what the call returned, failing when that took long.
func cancelled(t *testing.T, there <-chan struct{}, call func(ctx context.Context) (any, error)) outcome {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan outcome, 1)
	go func() {
		got, err := call(ctx)
		done <- outcome{got, err}
	}()
	select {
	case <-there:
	case early := <-done:
		require.FailNow(t, "the call returned before it was cancelled", "%v, %v", early.result, early.err)
	}
	started := time.Now()
	cancel()
	out := <-done
	took := time.Since(started)
	if took > promptly {
		t.Logf("back after %v", took)
	}
	assert.Less(t, took, atLatest)
	assert.Nil(t, out.result)
	require.ErrorIs(t, out.err, context.Canceled)
	require.NotErrorIs(t, out.err, context.DeadlineExceeded)
	return out
}

func TestACallWithAnEndedContextSendsNothing(t *testing.T) {
	t.Parallel()
	var sent atomic.Int32
	client := sockClient(t, func(http.ResponseWriter, *http.Request) { sent.Add(1) })
	t.Cleanup(func() { assert.Zero(t, sent.Load()) })

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		got, err := c.Do(ended, client.Account, c.Full())
		assert.Nil(t, got)
		assert.ErrorIs(t, err, context.Canceled)
		assert.Contains(t, err.Error(), c.Operation)
		_, err = c.Do(late, client.Account, c.Full())
		assert.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

func TestACallIsCancelledWhileItWaitsForAnAnswer(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		arrived, over := make(chan struct{}), make(chan struct{})
		client := sockClient(t, func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			close(arrived) // twice would panic: there must be one attempt
			<-over
		})
		t.Cleanup(func() { close(over) })
		var answered appwrite.Response
		out := cancelled(t, arrived, func(ctx context.Context) (any, error) {
			return c.Do(ctx, client.Account, c.Full(), appwrite.CaptureResponse(&answered))
		})
		assert.Contains(t, out.err.Error(), c.Operation)
		assert.Equal(t, 1, answered.Attempts)
		assert.Zero(t, answered.StatusCode)
	})
}

// readSignal tells when the client begins to read a body.
type readSignal struct {
	base  http.RoundTripper
	began chan struct{}
}

func (s *readSignal) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := s.base.RoundTrip(r)
	if err == nil {
		resp.Body = &signalBody{ReadCloser: resp.Body, began: s.began}
	}
	return resp, err
}

type signalBody struct {
	io.ReadCloser
	began chan struct{}
	reads int
}

func (b *signalBody) Read(p []byte) (int, error) {
	if b.reads++; b.reads == 2 { // the first one got what was sent
		close(b.began)
	}
	return b.ReadCloser.Read(p)
}

func TestACallIsCancelledWhileItReadsTheAnswer(t *testing.T) {
	t.Parallel()
	for _, status := range []int{0, 401} { // 0 is the call's own success
		forEveryCall(t, func(t *testing.T, c everycall.Call) {
			over := make(chan struct{})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				switch {
				case status != 0:
					w.WriteHeader(status)
				case (c.Kind() == everycall.Redirects):
					w.Header().Set("Location", everycall.ProviderPage)
					w.WriteHeader(c.Status)
				}
				_, _ = io.WriteString(w, `{"message":"`)
				w.(http.Flusher).Flush()
				<-over
			}))
			t.Cleanup(server.Close)
			t.Cleanup(func() { close(over) })
			transport := appwrite.NewTransport(nil)
			t.Cleanup(transport.CloseIdleConnections)
			signal := &readSignal{base: transport, began: make(chan struct{})}
			client, err := appwrite.NewClient(server.URL, "p1", appwrite.WithHTTPClient(&http.Client{Transport: signal}))
			require.NoError(t, err)

			out := cancelled(t, signal.began, func(ctx context.Context) (any, error) {
				return c.Do(ctx, client.Account, c.Full())
			})
			e, ok := errors.AsType[*appwrite.Error](out.err)
			assert.Equal(t, status != 0, ok, "%v", out.err)
			if ok {
				assert.Equal(t, status, e.StatusCode, "what had arrived is told")
			}
		})
	}
}

// retryHook is a log handler that tells when a call begins to wait for its next attempt.
type retryHook struct{ waiting chan struct{} }

func (h retryHook) Enabled(context.Context, slog.Level) bool { return true }
func (h retryHook) WithAttrs([]slog.Attr) slog.Handler       { return h }
func (h retryHook) WithGroup(string) slog.Handler            { return h }
func (h retryHook) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "appwrite: retry" {
		close(h.waiting)
	}
	return nil
}

// So long that nobody sees its end, whatever the jitter.
var endlessly = appwrite.RetryPolicy{MinDelay: 10_000 * time.Hour, MaxDelay: 10_000 * time.Hour}

func TestACallIsCancelledWhileItBacksOff(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		status := http.StatusTooManyRequests // the one answer after which any call is repeated
		if c.Route().Method == http.MethodGet {
			status = http.StatusServiceUnavailable
		}
		var sent atomic.Int32
		hook := retryHook{make(chan struct{})}
		client := sockClient(t, func(w http.ResponseWriter, _ *http.Request) {
			sent.Add(1)
			w.Header().Set("X-RateLimit-Limit", "10")
			w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10))
			w.Header().Set("Content-Type", jsonType)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, errorBody(status, "some_type"))
		}, appwrite.WithRetryPolicy(endlessly), appwrite.WithLogger(slog.New(hook)))

		out := cancelled(t, hook.waiting, func(ctx context.Context) (any, error) {
			return c.Do(ctx, client.Account, c.Full())
		})
		e, ok := errors.AsType[*appwrite.Error](out.err)
		require.True(t, ok, "the last answer is what the caller gets: %v", out.err)
		assert.Equal(t, status, e.StatusCode)
		assert.Equal(t, 10, e.RateLimit.Limit)
		assert.ErrorIs(t, out.err, appwrite.ErrorType("some_type"))
		if c.Route().Method == http.MethodGet {
			assert.ErrorIs(t, out.err, appwrite.ErrServer)
		} else {
			assert.ErrorIs(t, out.err, appwrite.ErrRateLimited)
		}
		assert.Equal(t, int32(1), sent.Load())
	})
}

func TestACallIsCancelledWhileItBacksOffAfterNoConnection(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		hook := retryHook{make(chan struct{})}
		client, err := appwrite.NewClient("http://"+closedPort(t), "p1", appwrite.WithRetryPolicy(endlessly), appwrite.WithLogger(slog.New(hook)))
		require.NoError(t, err)
		out := cancelled(t, hook.waiting, func(ctx context.Context) (any, error) {
			return c.Do(ctx, client.Account, c.Full())
		})
		assert.Contains(t, out.err.Error(), "refused", "the cause is told, too")
	})
}

// A context may end while the last bytes of an answer come in.
func TestAContextThatEndsWithTheAnswerIsTold(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		for _, status := range []int{401, 429, 503} {
			ctx, cancel := context.WithCancel(t.Context())
			var sent atomic.Int32
			client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
				sent.Add(1)
				cancel()
				resp := response(r, status, jsonType, errorBody(status, "some_type"))
				resp.Header.Set("X-Ratelimit-Reset", strconv.FormatInt(time.Now().Add(time.Second).Unix(), 10))
				return resp, nil
			}))
			_, err := c.Do(ctx, client.Account, c.Full())
			e, ok := errors.AsType[*appwrite.Error](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, status, e.StatusCode)
			assert.Equal(t, int32(1), sent.Load())
			// Where the call would have gone on, it is the context that stopped it.
			goesOn := status == 429 || status == 503 && (c.Route().Method == http.MethodGet)
			assert.Equal(t, goesOn, errors.Is(err, context.Canceled), "%d: %v", status, err)
		}
	})
}

func TestADeadlineBeforeTheNextAttemptEndsTheCallAtOnce(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		synctest.Test(t, func(t *testing.T) {
			sent := 0
			client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
				sent++
				return response(r, 503, jsonType, errorBody(503, "some_type")), nil
			}), appwrite.WithRetryPolicy(endlessly))
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			started := time.Now()
			_, err := c.Do(ctx, client.Account, c.Full())
			assert.Zero(t, time.Since(started))
			assert.Equal(t, 1, sent)
			assert.ErrorIs(t, err, appwrite.ErrServer)
			assert.ErrorIs(t, err, appwrite.ErrorType("some_type"))
			// A call that would not have been repeated ends with its answer alone.
			assert.Equal(t, (c.Route().Method == http.MethodGet), errors.Is(err, context.DeadlineExceeded), "%v", err)
		})
	})
}

func TestADeadlineEndsEveryCall(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		over := make(chan struct{})
		var sent atomic.Int32
		client := sockClient(t, func(http.ResponseWriter, *http.Request) {
			sent.Add(1)
			<-over
		})
		t.Cleanup(func() { close(over) })
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		started := time.Now()
		got, err := c.Do(ctx, client.Account, c.Full())
		assert.Less(t, time.Since(started), 20*time.Millisecond+atLatest)
		assert.Nil(t, got)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.NotErrorIs(t, err, context.Canceled)
		assert.LessOrEqual(t, sent.Load(), int32(1))
	})
}

// silent is a server that never answers.
func silent(sent *int) tripper {
	return func(r *http.Request) (*http.Response, error) {
		*sent++
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
}

func TestAnAttemptThatTimedOutIsRepeatedForGETAlone(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		synctest.Test(t, func(t *testing.T) {
			sent := 0
			client := clientThrough(t, silent(&sent), appwrite.WithTimeout(5*time.Second))
			var answered appwrite.Response
			started := time.Now()
			got, err := c.Do(t.Context(), client.Account, c.Full(), appwrite.CaptureResponse(&answered))
			assert.Nil(t, got)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Contains(t, err.Error(), "no complete answer within 5s")
			assert.Contains(t, err.Error(), c.Operation)
			attempts := 1
			if c.Route().Method == http.MethodGet {
				attempts = 3
			}
			assert.Equal(t, attempts, sent)
			assert.Equal(t, attempts, answered.Attempts)
			assert.GreaterOrEqual(t, time.Since(started), time.Duration(attempts)*5*time.Second)
			assert.Less(t, time.Since(started), time.Duration(attempts)*6*time.Second)
		})
	})
}

func TestTheTimeOfAnAttemptCoversItsBody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) {
			resp := response(r, 200, jsonType, "")
			resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"$id":`), endless{r.Context()}))
			return resp, nil
		}), appwrite.WithTimeout(3*time.Second), appwrite.WithRetryPolicy(appwrite.RetryPolicy{MaxAttempts: 1}))
		started := time.Now()
		_, err := client.Account.Get(t.Context())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Contains(t, err.Error(), "no complete answer within 3s")
		assert.Equal(t, 3*time.Second, time.Since(started))
	})
}

// endless is a body whose next byte never comes.
type endless struct{ ctx context.Context }

func (e endless) Read([]byte) (int, error) {
	<-e.ctx.Done()
	return 0, e.ctx.Err()
}

func TestWithoutATimeoutTheContextAloneBoundsACall(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		timeout time.Duration
		context time.Duration
		want    time.Duration
		text    string
	}{
		"none":                 {0, time.Hour, time.Hour, "context deadline exceeded"},
		"longer than contexts": {time.Minute, time.Second, time.Second, "context deadline exceeded"},
		"default":              {-1, time.Hour, 30 * time.Second, "within 30s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				var opts []appwrite.Option
				if test.timeout >= 0 {
					opts = append(opts, appwrite.WithTimeout(test.timeout))
				}
				client := clientThrough(t, silent(&sent), opts...)
				ctx, cancel := context.WithTimeout(t.Context(), test.context)
				defer cancel()
				started := time.Now()
				_, err := client.Account.Get(ctx, appwrite.NoRetry())
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.Equal(t, test.want, time.Since(started))
				assert.Contains(t, err.Error(), test.text)
				if test.timeout >= 0 {
					assert.NotContains(t, err.Error(), "within", "it was not the attempt's time that ran out")
				}
			})
		})
	}
}

// Middlewares and other transports word the end of a context in many ways.
func TestTheContextsErrorIsFoundHoweverATransportWordsIt(t *testing.T) {
	t.Parallel()
	odd := errors.New("stream 7: INTERNAL_ERROR")
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		for name, answer := range map[string]func(r *http.Request, cancel func()) (*http.Response, error){
			"no answer": func(_ *http.Request, cancel func()) (*http.Response, error) { cancel(); return nil, odd },
			"broken success": func(r *http.Request, cancel func()) (*http.Response, error) {
				resp := success(c, r)
				resp.Body = io.NopCloser(&breaking{cancel, odd})
				return resp, nil
			},
			"broken error": func(r *http.Request, cancel func()) (*http.Response, error) {
				resp := response(r, 401, jsonType, "")
				resp.Body = io.NopCloser(&breaking{cancel, odd})
				return resp, nil
			},
		} {
			ctx, cancel := context.WithCancel(t.Context())
			client := clientThrough(t, tripper(func(r *http.Request) (*http.Response, error) { return answer(r, cancel) }))
			_, err := c.Do(ctx, client.Account, c.Full())
			assert.ErrorIs(t, err, context.Canceled, name)
		}
	})
}

// breaking is a body during which the context ends, and whose error does not say so.
type breaking struct {
	cancel func()
	err    error
}

func (b *breaking) Read([]byte) (int, error) {
	b.cancel()
	return 0, b.err
}
