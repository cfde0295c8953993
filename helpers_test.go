package appwrite_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed17809555/appwrite"
	"github.com/seed17809555/appwrite/internal/everycall"
)

const (
	jsonType = "application/json; charset=UTF-8"
	htmlType = "text/html; charset=UTF-8"

	testProject = "p1"
)

// Successes of servers.
const (
	userBody    = everycall.User
	sessionBody = everycall.Session
	tokenBody   = everycall.Token
	targetBody  = everycall.Target
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

func (p *recorder) note(r *http.Request) sent {
	s := sent{method: r.Method, uri: r.RequestURI, host: r.Host, header: r.Header.Clone(), length: r.ContentLength, proto: r.ProtoMajor}
	if s.uri == "" {
		s.uri = r.URL.RequestURI()
	}
	if r.Body != nil {
		b, _ := io.ReadAll(r.Body)
		s.body = string(b)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, s)
	return s
}

// take returns what arrived since the last take.
func (p *recorder) take() []sent {
	p.mu.Lock()
	defer p.mu.Unlock()
	seen := p.seen
	p.seen = nil
	return seen
}

// recordingServer is a server on a socket that records each request before the handler answers.
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

// recordingTransport answers from memory and records each request.
func recordingTransport(respond httpmock.Responder) (*recorder, *http.Client) {
	p := &recorder{}
	return p, &http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
		p.note(r)
		return respond(r)
	})}
}

// tripper is a transport that is a function. It starts no goroutine, as synctest needs it.
type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// newClient returns a guest client of an endpoint. Its idle connections end with the test.
func newClient(t testing.TB, endpoint string, opts ...appwrite.Option) *appwrite.Client {
	t.Helper()
	c, err := appwrite.NewClient(endpoint, testProject, opts...)
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// clientThrough returns the client of a session that sends through a transport.
func clientThrough(t testing.TB, transport http.RoundTripper, opts ...appwrite.Option) *appwrite.Client {
	t.Helper()
	return newClient(t, "https://appwrite.test/v1", append([]appwrite.Option{appwrite.WithHTTPClient(&http.Client{Transport: transport}), appwrite.WithSession("session-secret-1")}, opts...)...)
}

// memClient returns the client of a session that is answered from memory, and the transport that
// counts.
func memClient(t testing.TB, answer httpmock.Responder, opts ...appwrite.Option) (*appwrite.Client, *httpmock.MockTransport) {
	t.Helper()
	mock := httpmock.NewMockTransport()
	mock.RegisterNoResponder(answer)
	return clientThrough(t, mock, opts...), mock
}

// sockClient returns the client of a session that sends over sockets, through its own transport.
func sockClient(t testing.TB, serve http.HandlerFunc, opts ...appwrite.Option) *appwrite.Client {
	t.Helper()
	server := httptest.NewServer(serve)
	t.Cleanup(server.Close)
	return newClient(t, server.URL+"/v1", append([]appwrite.Option{appwrite.WithSession("session-secret-1")}, opts...)...)
}

// sending makes a call that is answered with a status and a body, and returns the request, of
// which there is at most one.
func sending(t *testing.T, status int, body string, call func(ctx context.Context, a *appwrite.Account) error, opts ...appwrite.Option) (sent, error) {
	t.Helper()
	record, hc := recordingTransport(func(r *http.Request) (*http.Response, error) {
		resp := response(r, status, jsonType, body)
		if status == http.StatusMovedPermanently {
			resp.Header.Set("Location", everycall.ProviderPage)
		}
		return resp, nil
	})
	err := call(t.Context(), clientThrough(t, hc.Transport, opts...).Account)
	requests := record.take()
	require.LessOrEqual(t, len(requests), 1)
	return append(requests, sent{})[0], err
}

// memAnswer is an answer with a body, anew for every request.
func memAnswer(status int, contentType, body string) httpmock.Responder {
	return func(r *http.Request) (*http.Response, error) { return response(r, status, contentType, body), nil }
}

func response(r *http.Request, status int, contentType, body string) *http.Response {
	h := http.Header{}
	if contentType != "" {
		h.Set("Content-Type", contentType)
	}
	return &http.Response{
		StatusCode:    status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        h,
		Body:          io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       r,
	}
}

// success is the success of a call.
func success(c everycall.Call, r *http.Request) *http.Response {
	resp := response(r, c.Status, "", c.Body)
	resp.Header = c.Header()
	return resp
}

// successOf answers with the success of a call.
func successOf(c everycall.Call) httpmock.Responder {
	return func(r *http.Request) (*http.Response, error) { return success(c, r), nil }
}

// answer writes the success of a call.
func answer(c everycall.Call, w http.ResponseWriter) {
	for name, values := range c.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(c.Status)
	_, _ = io.WriteString(w, c.Body)
}

// jsonBody is a body of the kind that the call decodes; deletes and redirects have none.
func jsonBody(c everycall.Call) string {
	if c.Body == "" {
		return userBody
	}
	return c.Body
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

// withIDs returns good inputs of a call with other IDs in its path.
func withIDs(c everycall.Call, ids []string) everycall.Inputs {
	in := c.Full()
	in.IDs = ids
	return in
}

// goodIDs fill any path.
var goodIDs = []string{"id1", "id2"}

// only drops the result of a call.
func only(_ any, err error) error { return err }

// isZeroModel reports whether a call returned a value that nothing was decoded into.
func isZeroModel(got any) bool {
	if got == nil {
		return true
	}
	v := reflect.ValueOf(got)
	if v.Kind() == reflect.Pointer {
		return v.IsNil() || v.Elem().IsZero()
	}
	return v.IsZero()
}

func requireParamError(t testing.TB, err error, operation, param string) {
	t.Helper()
	var bad *appwrite.ParamError
	require.ErrorAs(t, err, &bad)
	require.Equal(t, operation, bad.Operation, "%v", err)
	require.Equal(t, param, bad.Param, "%v", err)
	require.NotEmpty(t, bad.Reason)
}

// refused asserts that a call was refused for a parameter before anything was sent.
func refused(t *testing.T, request sent, err error, operation, param string) *appwrite.ParamError {
	t.Helper()
	requireParamError(t, err, operation, param)
	assert.Empty(t, request.method, "nothing may be sent")
	var bad *appwrite.ParamError
	require.ErrorAs(t, err, &bad)
	return bad
}
