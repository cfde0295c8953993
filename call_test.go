package appwrite_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/internal/testkit"
)

func TestEveryCallSendsTheClientsHeadersAndNoOrigin(t *testing.T) {
	t.Parallel()
	assert.Regexp(t, `^appwrite-go/`+regexp.QuoteMeta(appwrite.Version)+` \(\w+; \w+; go[^)]+\)$`, appwrite.UserAgent)
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		client := sockets(t, c.Succeed, appwrite.WithJWT("jwt"))
		_, err := c.Do(t.Context(), client.Account, c.Full())
		require.NoError(t, err)
		r := client.One(t)
		assert.Equal(t, c.Route().Method, r.Method)
		assert.Equal(t, parsed(t, client.Endpoint()).Host, r.Host)
		want := http.Header{
			"X-Appwrite-Project":         {testProject},
			"X-Appwrite-Response-Format": {appwrite.LatestServerVersion},
			"X-Appwrite-Jwt":             {"jwt"},
			"X-Sdk-Name":                 {"Go"},
			"X-Sdk-Platform":             {"server"},
			"X-Sdk-Language":             {"go"},
			"X-Sdk-Version":              {appwrite.Version},
			"User-Agent":                 {appwrite.UserAgent},
			"Accept-Encoding":            {"gzip"},
		}
		if r.Body != "" {
			want["Content-Type"] = []string{"application/json"}
			want["Content-Length"] = []string{fmt.Sprint(len(r.Body))}
		} else if r.Method != http.MethodGet && r.Method != http.MethodDelete {
			want["Content-Length"] = []string{"0"}
		}
		if r.Method == http.MethodDelete {
			delete(r.Header, "Content-Length")
		}
		assert.Equal(t, want, r.Header)
	})
}

func TestATransportThatBreaksItsContractIsAnError(t *testing.T) {
	t.Parallel()
	for name, transport := range map[string]tripper{
		"neither answer nor error": func(*http.Request) (*http.Response, error) { return nil, nil },
		"an answer without a body": func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}}, nil
		},
		"an answer without headers": func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
		},
		"status 0": func(*http.Request) (*http.Response, error) { return &http.Response{Body: http.NoBody}, nil },
	} {
		user, err := memory(t, transport).Account.Get(t.Context(), appwrite.NoRetry())
		require.Error(t, err, name)
		assert.Nil(t, user, name)
	}
}

// cancelled runs a call, cancels its context once the call is where the test wants it, and
// returns its error. What it waits for there never comes, so that only the cancelling can end
// it.
func cancelled(t *testing.T, there <-chan struct{}, call func(ctx context.Context) (any, error)) error {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var got any
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		got, err = call(ctx)
	}()
	select {
	case <-there:
	case <-done:
		require.FailNow(t, "the call returned before it was cancelled", "%v, %v", got, err)
	}
	cancel()
	<-done
	assert.Nil(t, got)
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, context.DeadlineExceeded)
	return err
}

func TestACallWithAnEndedContextSendsNothing(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	client := sockets(t, answersJSON(200, userBody))
	for _, c := range everycall.All {
		got, err := c.Do(ended, client.Account, c.Full())
		assert.Nil(t, got)
		require.ErrorIs(t, err, context.Canceled)
		assert.Contains(t, err.Error(), c.Operation)
		_, err = c.Do(late, client.Account, c.Full())
		assert.ErrorIs(t, err, context.DeadlineExceeded)
	}
	assert.Empty(t, client.Take())
}

// hold returns a channel that ends with the test, before its server is closed.
func hold(t *testing.T) <-chan struct{} {
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	return over
}

func TestACallIsCancelledWhileItWaitsForAnAnswer(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		arrived := make(chan struct{})
		var over <-chan struct{}
		client := served(t, func(http.ResponseWriter, *http.Request) {
			close(arrived) // twice would panic: there must be one attempt
			<-over
		})
		over = hold(t)
		var answered appwrite.Response
		err := cancelled(t, arrived, func(ctx context.Context) (any, error) {
			return c.Do(ctx, client.Account, c.Full(), appwrite.CaptureResponse(&answered))
		})
		assert.Contains(t, err.Error(), c.Operation)
		assert.Equal(t, appwrite.Response{Attempts: 1}, answered)
	})
}

func TestACallIsCancelledWhileItReadsTheAnswer(t *testing.T) {
	t.Parallel()
	for _, status := range []int{0, 401} { // 0 is the call's own success
		forEveryCall(t, func(t *testing.T, c everycall.Call) {
			var over <-chan struct{}
			_, server := testkit.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
				switch {
				case status != 0:
					w.WriteHeader(status)
				case c.Kind() == everycall.Redirects:
					w.Header().Set("Location", everycall.ProviderPage)
					w.WriteHeader(c.Status)
				}
				_, _ = io.WriteString(w, `{"message":"`)
				w.(http.Flusher).Flush()
				<-over
			})
			over = hold(t)
			transport := appwrite.NewTransport(nil)
			t.Cleanup(transport.CloseIdleConnections)
			began := make(chan struct{})
			client := newClient(t, server.URL, through(tripper(func(r *http.Request) (*http.Response, error) {
				resp, err := transport.RoundTrip(r)
				if err == nil {
					body, reads := resp.Body, 0
					resp.Body = struct {
						io.Reader
						io.Closer
					}{readerFunc(func(p []byte) (int, error) {
						if reads++; reads == 2 { // on, after what has come
							close(began)
						}
						return body.Read(p)
					}), body}
				}
				return resp, err
			})))
			err := cancelled(t, began, func(ctx context.Context) (any, error) { return c.Do(ctx, client.Account, c.Full()) })
			e, ok := errors.AsType[*appwrite.Error](err)
			assert.Equal(t, status != 0, ok, "%v", err)
			if ok {
				assert.Equal(t, status, e.StatusCode, "what had arrived is told")
			}
		})
	}
}

// retryHook is closed when a call begins to wait for its next attempt, which it logs.
type retryHook chan struct{}

func (h retryHook) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte(`msg="appwrite: retry"`)) {
		close(h)
	}
	return len(line), nil
}

func (h retryHook) option() appwrite.Option {
	return appwrite.WithLogger(slog.New(slog.NewTextHandler(h, &slog.HandlerOptions{Level: slog.LevelDebug})))
}

// So long that nobody sees its end, whatever the jitter.
var endlessly = appwrite.RetryPolicy{MinDelay: 10_000 * time.Hour, MaxDelay: 10_000 * time.Hour}

func TestACallIsCancelledWhileItBacksOff(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		hook := make(retryHook)
		nowhere := newClient(t, "http://"+closedPort, appwrite.WithRetryPolicy(endlessly), hook.option())
		err := cancelled(t, hook, func(ctx context.Context) (any, error) { return c.Do(ctx, nowhere.Account, c.Full()) })
		assert.Contains(t, err.Error(), "refused", "the cause is told, too")

		status, class := http.StatusTooManyRequests, error(appwrite.ErrRateLimited) // the one answer after which any call is repeated
		if c.Repeatable() {
			status, class = http.StatusServiceUnavailable, appwrite.ErrServer
		}
		hook = make(retryHook)
		client := sockets(t, func(*http.Request) (*http.Response, error) {
			resp := response(status, jsonType, errorBody(status, "some_type"))
			resp.Header.Set("X-RateLimit-Limit", "10")
			resp.Header.Set("X-RateLimit-Reset", strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10))
			return resp, nil
		}, appwrite.WithRetryPolicy(endlessly), hook.option())
		err = cancelled(t, hook, func(ctx context.Context) (any, error) { return c.Do(ctx, client.Account, c.Full()) })
		e := as[*appwrite.Error](t, err) // the last answer is what the caller gets
		assert.Equal(t, status, e.StatusCode)
		assert.Equal(t, 10, e.RateLimit.Limit)
		assert.ErrorIs(t, err, appwrite.ErrorType("some_type"))
		assert.ErrorIs(t, err, class)
		client.One(t)
	})
}

// A context may end while the last bytes of an answer come in.
func TestAContextThatEndsWithTheAnswerIsTold(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		for _, status := range []int{401, 429, 503} {
			ctx, cancel := context.WithCancel(t.Context())
			client := memory(t, func(*http.Request) (*http.Response, error) {
				cancel()
				resp := response(status, jsonType, errorBody(status, "some_type"))
				resp.Header.Set("X-Ratelimit-Reset", strconv.FormatInt(time.Now().Add(time.Second).Unix(), 10))
				return resp, nil
			})
			_, err := c.Do(ctx, client.Account, c.Full())
			assert.Equal(t, status, as[*appwrite.Error](t, err).StatusCode)
			client.One(t)
			// Where the call would have gone on, it is the context that stopped it.
			goesOn := status == 429 || status == 503 && c.Repeatable()
			assert.Equal(t, goesOn, errors.Is(err, context.Canceled), "%d: %v", status, err)
		}
	})
}

func TestADeadlineBeforeTheNextAttemptEndsTheCallAtOnce(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		synctest.Test(t, func(t *testing.T) {
			client := memory(t, answersJSON(503, errorBody(503, "some_type")), appwrite.WithRetryPolicy(endlessly))
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			started := time.Now()
			_, err := c.Do(ctx, client.Account, c.Full())
			assert.Zero(t, time.Since(started))
			client.One(t)
			assert.ErrorIs(t, err, appwrite.ErrServer)
			assert.ErrorIs(t, err, appwrite.ErrorType("some_type"))
			// A call that would not have been repeated ends with its answer alone.
			assert.Equal(t, c.Repeatable(), errors.Is(err, context.DeadlineExceeded), "%v", err)
			assert.Equal(t, c.Repeatable(), strings.HasSuffix(err.Error(), "Some text.: then context deadline exceeded"), "%v", err)
		})
	})
}

// silent never answers.
func silent(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestADeadlineEndsEveryCall(t *testing.T) {
	t.Parallel()
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		synctest.Test(t, func(t *testing.T) {
			client := memory(t, silent)
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			started := time.Now()
			got, err := c.Do(ctx, client.Account, c.Full())
			assert.Equal(t, 100*time.Millisecond, time.Since(started))
			assert.Nil(t, got)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.NotErrorIs(t, err, context.Canceled)
			client.One(t)
		})
	})
}

func TestTheShorterOfTimeoutAndDeadlineBoundsAnAttempt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		client   time.Duration // of the http.Client
		opts     []appwrite.Option
		deadline time.Duration
		want     time.Duration
		timeout  bool // whether it was the attempt's time that ran out
	}{
		"default":                           {0, nil, time.Hour, appwrite.DefaultTimeout, true},
		"option":                            {0, []appwrite.Option{appwrite.WithTimeout(time.Second)}, time.Hour, time.Second, true},
		"none":                              {0, []appwrite.Option{appwrite.WithTimeout(0)}, time.Hour, time.Hour, false},
		"longer than the context":           {0, []appwrite.Option{appwrite.WithTimeout(time.Minute)}, time.Second, time.Second, false},
		"http.Client's":                     {3 * time.Second, nil, time.Hour, 3 * time.Second, true},
		"option instead of http.Client's":   {3 * time.Second, []appwrite.Option{appwrite.WithTimeout(2 * time.Second)}, time.Hour, 2 * time.Second, true},
		"no timeout instead of http.Client": {3 * time.Second, []appwrite.Option{appwrite.WithTimeout(0)}, time.Hour, time.Hour, false},
	} {
		hc := appwrite.WithHTTPClient(&http.Client{Transport: tripper(silent), Timeout: test.client})
		for _, opts := range [][]appwrite.Option{append([]appwrite.Option{hc}, test.opts...), append(test.opts, hc)} {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), test.deadline)
				defer cancel()
				started := time.Now()
				_, err := newClient(t, "https://appwrite.test/v1", opts...).Account.Get(ctx, appwrite.NoRetry())
				require.ErrorIs(t, err, context.DeadlineExceeded, name)
				assert.Equal(t, test.want, time.Since(started), name)
				assert.Equal(t, test.timeout, strings.Contains(err.Error(), "no complete answer within "+test.want.String()), "%s: %v", name, err)
			})
		}
	}
}

func TestTheTimeOfAnAttemptCoversItsBody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := memory(t, func(r *http.Request) (*http.Response, error) {
			resp := response(200, jsonType, "")
			resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"$id":`), readerFunc(func([]byte) (int, error) { return 0, only(silent(r)) })))
			return resp, nil
		}, appwrite.WithTimeout(3*time.Second))
		started := time.Now()
		_, err := client.Account.Get(t.Context(), appwrite.NoRetry())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Contains(t, err.Error(), "no complete answer within 3s")
		assert.Equal(t, 3*time.Second, time.Since(started))
	})
}

// Middlewares and other transports word the end of a context in many ways.
func TestTheContextsErrorIsFoundHoweverATransportWordsIt(t *testing.T) {
	t.Parallel()
	odd := errors.New("stream 7: INTERNAL_ERROR")
	forEveryCall(t, func(t *testing.T, c everycall.Call) {
		for name, resp := range map[string]*http.Response{"no answer": nil, "broken success": c.Success(), "broken error": response(401, jsonType, "")} {
			ctx, cancel := context.WithCancel(t.Context())
			client := memory(t, func(*http.Request) (*http.Response, error) {
				if resp == nil {
					cancel()
					return nil, odd
				}
				resp.Body = io.NopCloser(readerFunc(func([]byte) (int, error) { cancel(); return 0, odd }))
				return resp, nil
			})
			_, err := c.Do(ctx, client.Account, c.Full())
			assert.ErrorIs(t, err, context.Canceled, name)
		}
	})
}

// readerFunc is a reader that is a function.
type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
