package appwrite_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/internal/replay"
	"github.com/seed17809555/appwrite/internal/testkit"
)

// Whatever the tests of this package did, no goroutine may be left at their end.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	jsonType = "application/json; charset=UTF-8"
	htmlType = "text/html; charset=UTF-8"

	testProject = "p1"
	userBody    = everycall.User
)

// What most tests need of package testkit, in short.
type tripper = testkit.Transport

var (
	answers     = testkit.Answers
	answersJSON = testkit.AnswersJSON
	handle      = testkit.Handle
	redirects   = testkit.Redirects
	response    = testkit.Response
)

// probe is a client, and the record of what it sent.
type probe struct {
	*appwrite.Client
	*testkit.Recorder
}

// through makes a client send through a Transport.
func through(transport http.RoundTripper) appwrite.Option {
	return appwrite.WithHTTPClient(&http.Client{Transport: transport})
}

// newClient returns a guest client of an endpoint. Its idle connections end with the test.
func newClient(t testing.TB, endpoint string, opts ...appwrite.Option) *appwrite.Client {
	t.Helper()
	c, err := appwrite.NewClient(endpoint, testProject, opts...)
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// memory returns a guest client that is answered from memory.
func memory(t testing.TB, respond tripper, opts ...appwrite.Option) probe {
	t.Helper()
	p := &testkit.Recorder{}
	return probe{newClient(t, "https://appwrite.test/v1", append([]appwrite.Option{through(p.Noted(respond))}, opts...)...), p}
}

// served returns a guest client that sends over sockets, through its own Transport.
func served(t testing.TB, handler http.HandlerFunc, opts ...appwrite.Option) probe {
	t.Helper()
	p, server := testkit.Serve(t, handler)
	return probe{newClient(t, server.URL+"/v1", opts...), p}
}

// sockets is memory with the same answers over sockets.
func sockets(t testing.TB, respond tripper, opts ...appwrite.Option) probe {
	t.Helper()
	return served(t, handle(respond), opts...)
}

// connection is memory or sockets.
type connection = func(t testing.TB, respond tripper, opts ...appwrite.Option) probe

// onBoth runs a test with answers from memory and over sockets.
func onBoth(t *testing.T, test func(t *testing.T, connect connection)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) { t.Parallel(); test(t, memory) })
	t.Run("sockets", func(t *testing.T) { t.Parallel(); test(t, sockets) })
}

// sending makes a call and returns the request, of which there is at most one.
func sending(t *testing.T, respond tripper, call func(ctx context.Context, a *appwrite.Account) error, opts ...appwrite.Option) (testkit.Sent, error) {
	t.Helper()
	client := memory(t, respond, opts...)
	err := call(t.Context(), client.Account)
	requests := client.Take()
	require.LessOrEqual(t, len(requests), 1)
	return append(requests, testkit.Sent{})[0], err
}

// sendingCall is sending for a row of the table of calls.
func sendingCall(t *testing.T, c everycall.Call, in everycall.Inputs, opts ...appwrite.Option) (testkit.Sent, error) {
	t.Helper()
	return sending(t, c.Succeed, func(ctx context.Context, a *appwrite.Account) error { return only(c.Do(ctx, a, in)) }, opts...)
}

// forEveryCall runs a subtest per method, all at once.
func forEveryCall(t *testing.T, test func(t *testing.T, c everycall.Call)) {
	t.Helper()
	for _, c := range everycall.All {
		t.Run(c.Method, func(t *testing.T) {
			t.Parallel()
			test(t, c)
		})
	}
}

// only drops the result of a call.
func only(_ any, err error) error { return err }

// as returns the error of a type that err is or wraps.
func as[E error](t testing.TB, err error) E {
	t.Helper()
	e, ok := errors.AsType[E](err)
	require.True(t, ok, "%T: %v", err, err)
	return e
}

func requireParamError(t testing.TB, err error, operation, param string) *appwrite.ParamError {
	t.Helper()
	bad := as[*appwrite.ParamError](t, err)
	require.Equal(t, operation, bad.Operation, "%v", err)
	require.Equal(t, param, bad.Param, "%v", err)
	require.NotEmpty(t, bad.Reason)
	return bad
}

// refused asserts that a call was refused for a parameter before anything was sent.
func refused(t *testing.T, request testkit.Sent, err error, operation, param string) *appwrite.ParamError {
	t.Helper()
	assert.Empty(t, request.Method, "nothing may be sent")
	return requireParamError(t, err, operation, param)
}

// requireTyped fails for an error that callers could not tell from others.
func requireTyped(t *testing.T, err error) {
	t.Helper()
	if err == nil || errors.Is(err, appwrite.ErrResponseTooLarge) {
		return
	}
	_, decoding := errors.AsType[*appwrite.DecodeError](err)
	_, answer := errors.AsType[*appwrite.Error](err)
	require.True(t, decoding || answer, "%T: %v", err, err)
	require.Less(t, len(err.Error()), 500)
}

func parsed(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	require.NoError(t, err)
	return u
}

// recordedAnswers are those of a real server.
func recordedAnswers(f *testing.F) []replay.Response {
	f.Helper()
	recordings, err := replay.Of("1.9.6")
	if err != nil {
		f.Fatal(err)
	}
	var answers []replay.Response
	for _, x := range recordings.Exchanges {
		answers = append(answers, x.Response)
	}
	return answers
}
