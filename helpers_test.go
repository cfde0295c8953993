package appwrite_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
	"github.com/seed17809555/appwrite/internal/replay"
)

// Whatever the tests of this package did, no goroutine may be left at their end.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	jsonType = "application/json; charset=UTF-8"
	htmlType = "text/html; charset=UTF-8"

	testProject = "p1"

	// Successes of servers.
	userBody    = everycall.User
	sessionBody = everycall.Session
	tokenBody   = everycall.Token
)

// sent is a request as it arrived.
type sent struct {
	method string
	uri    string // of the request line, not decoded; of a Transport the URL's
	host   string
	header http.Header
	body   string
	length int64
	proto  int
}

// path is the escaped path of the request.
func (s sent) path() string {
	path, _, _ := strings.Cut(s.uri, "?")
	return path
}

// query is the query of the request, decoded for the reader.
func (s sent) query() string {
	_, query, _ := strings.Cut(s.uri, "?")
	decoded, err := url.QueryUnescape(query)
	if err != nil {
		return query
	}
	return decoded
}

// recorder keeps the requests that reached a server or a Transport.
type recorder struct {
	mu   sync.Mutex
	seen []sent
}

// note keeps a request. Its body can still be read.
func (p *recorder) note(r *http.Request) {
	s := sent{method: r.Method, uri: r.RequestURI, host: r.Host, header: r.Header.Clone(), length: r.ContentLength, proto: r.ProtoMajor}
	if s.uri == "" {
		s.uri = r.URL.RequestURI()
	}
	if r.Body != nil {
		b, _ := io.ReadAll(r.Body)
		s.body, r.Body = string(b), io.NopCloser(bytes.NewReader(b))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, s)
}

// take returns what arrived since the last take.
func (p *recorder) take() []sent {
	p.mu.Lock()
	defer p.mu.Unlock()
	seen := p.seen
	p.seen = nil
	return seen
}

// one returns the only request that arrived since the last take.
func (p *recorder) one(t testing.TB) sent {
	t.Helper()
	seen := p.take()
	require.Len(t, seen, 1)
	return seen[0]
}

// probe is a client, and the record of what it sent.
type probe struct {
	*appwrite.Client
	*recorder
}

// tripper is a Transport that is a function. It starts no goroutine, as synctest needs it.
type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

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

// noted records each request before it is answered.
func noted(p *recorder, respond tripper) tripper {
	return func(r *http.Request) (*http.Response, error) {
		p.note(r)
		return respond(r)
	}
}

// memory returns a guest client that is answered from memory.
func memory(t testing.TB, respond tripper, opts ...appwrite.Option) probe {
	t.Helper()
	p := &recorder{}
	return probe{newClient(t, "https://appwrite.test/v1", append([]appwrite.Option{through(noted(p, respond))}, opts...)...), p}
}

// recordingServer is a server on a socket that records each request before it is handled.
func recordingServer(t testing.TB, handler http.HandlerFunc) (*recorder, *httptest.Server) {
	t.Helper()
	p := &recorder{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.note(r)
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	return p, s
}

// served returns a guest client that sends over sockets, through its own Transport.
func served(t testing.TB, handler http.HandlerFunc, opts ...appwrite.Option) probe {
	t.Helper()
	p, server := recordingServer(t, handler)
	return probe{newClient(t, server.URL+"/v1", opts...), p}
}

// sockets is memory with the same answers over sockets.
func sockets(t testing.TB, respond tripper, opts ...appwrite.Option) probe {
	t.Helper()
	return served(t, handle(respond), opts...)
}

func handle(respond tripper) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		resp, err := respond(r)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		w.Header()["Content-Type"] = nil // so that net/http guesses nothing
		for name, values := range resp.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(resp.StatusCode)
		_, _ = io.Copy(w, resp.Body)
	}
}

// onBoth runs a test with answers from memory and over sockets.
func onBoth(t *testing.T, test func(t *testing.T, connect func(testing.TB, tripper, ...appwrite.Option) probe)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) { t.Parallel(); test(t, memory) })
	t.Run("sockets", func(t *testing.T) { t.Parallel(); test(t, sockets) })
}

// response is an answer of a Transport.
func response(status int, contentType, body string) *http.Response {
	h := http.Header{}
	if contentType != "" {
		h.Set("Content-Type", contentType)
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
}

// answers gives the same answer to every request.
func answers(status int, contentType, body string) tripper {
	return func(*http.Request) (*http.Response, error) { return response(status, contentType, body), nil }
}

// answersJSON gives the same JSON to every request.
func answersJSON(status int, body string) tripper { return answers(status, jsonType, body) }

// redirects answers every request with a status and a Location.
func redirects(status int, location string) tripper {
	return func(*http.Request) (*http.Response, error) {
		resp := response(status, htmlType, "")
		if location != "" {
			resp.Header.Set("Location", location)
		}
		return resp, nil
	}
}

// success is the success of a call.
func success(c everycall.Call) *http.Response {
	resp := response(c.Status, "", c.Body)
	resp.Header = c.Header()
	return resp
}

// succeeds answers every request with the success of a call.
func succeeds(c everycall.Call) tripper {
	return func(*http.Request) (*http.Response, error) { return success(c), nil }
}

// sending makes a call that is answered with a status and a body, and returns the request, of
// which there is at most one.
func sending(t *testing.T, status int, body string, call func(ctx context.Context, a *appwrite.Account) error, opts ...appwrite.Option) (sent, error) {
	t.Helper()
	client := memory(t, func(*http.Request) (*http.Response, error) {
		resp := response(status, jsonType, body)
		if status == http.StatusMovedPermanently {
			resp.Header.Set("Location", everycall.ProviderPage)
		}
		return resp, nil
	}, opts...)
	err := call(t.Context(), client.Account)
	requests := client.take()
	require.LessOrEqual(t, len(requests), 1)
	return append(requests, sent{})[0], err
}

// sendingCall is sending for a row of the table of calls.
func sendingCall(t *testing.T, c everycall.Call, in everycall.Inputs, opts ...appwrite.Option) (sent, error) {
	t.Helper()
	return sending(t, c.Status, c.Body, func(ctx context.Context, a *appwrite.Account) error { return only(c.Do(ctx, a, in)) }, opts...)
}

// jsonBody is a body of the kind that the call decodes; deletes and redirects have none.
func jsonBody(c everycall.Call) string {
	if c.Body == "" {
		return userBody
	}
	return c.Body
}

// reads reports whether a call is a GET, which may be repeated.
func reads(c everycall.Call) bool { return c.Route().Method == http.MethodGet }

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

// withIDs returns good inputs of a call with other IDs in its path.
func withIDs(c everycall.Call, ids []string) everycall.Inputs {
	in := c.Full()
	in.IDs = ids
	return in
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
func refused(t *testing.T, request sent, err error, operation, param string) *appwrite.ParamError {
	t.Helper()
	assert.Empty(t, request.method, "nothing may be sent")
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
