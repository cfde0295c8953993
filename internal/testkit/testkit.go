// Package testkit has what tests of several packages share: Transports and servers that record
// and answer, a server that speaks HTTP/2 frame by frame, and a search for secrets in whatever
// prints a value.
package testkit

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Sent is a request as it arrived.
type Sent struct {
	Method string
	URI    string // of the request line, not decoded; of a Transport the URL's
	Host   string
	Header http.Header
	Body   string
	Length int64
	Proto  int
}

// Path is the escaped path of the request.
func (s Sent) Path() string {
	path, _, _ := strings.Cut(s.URI, "?")
	return path
}

// Query is the query of the request, decoded for the reader.
func (s Sent) Query() string {
	_, query, _ := strings.Cut(s.URI, "?")
	decoded, err := url.QueryUnescape(query)
	if err != nil {
		return query
	}
	return decoded
}

// Recorder keeps the requests that reached a server or a Transport.
type Recorder struct {
	mu   sync.Mutex
	seen []Sent
}

// Note keeps a request. Its body can still be read.
func (p *Recorder) Note(r *http.Request) {
	s := Sent{Method: r.Method, URI: r.RequestURI, Host: r.Host, Header: r.Header.Clone(), Length: r.ContentLength, Proto: r.ProtoMajor}
	if s.URI == "" {
		s.URI = r.URL.RequestURI()
	}
	if r.Body != nil {
		b, _ := io.ReadAll(r.Body)
		s.Body, r.Body = string(b), io.NopCloser(bytes.NewReader(b))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, s)
}

// Noted records each request before it is answered.
func (p *Recorder) Noted(respond Transport) Transport {
	return func(r *http.Request) (*http.Response, error) {
		p.Note(r)
		return respond(r)
	}
}

// Serve starts a server on a socket that records each request before it is handled.
func Serve(t testing.TB, handler http.HandlerFunc) (*Recorder, *httptest.Server) {
	t.Helper()
	p := &Recorder{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.Note(r)
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	return p, s
}

// Take returns what arrived since the last Take.
func (p *Recorder) Take() []Sent {
	p.mu.Lock()
	defer p.mu.Unlock()
	seen := p.seen
	p.seen = nil
	return seen
}

// One returns the only request that arrived since the last Take.
func (p *Recorder) One(t testing.TB) Sent {
	t.Helper()
	seen := p.Take()
	require.Len(t, seen, 1)
	return seen[0]
}

// Transport is a Transport that is a function. It starts no goroutine, as synctest needs it.
type Transport func(*http.Request) (*http.Response, error)

// RoundTrip calls the function.
func (f Transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Handle answers over a socket as a Transport does.
func Handle(respond Transport) http.HandlerFunc {
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

// Response is an answer of a Transport.
func Response(status int, contentType, body string) *http.Response {
	h := http.Header{}
	if contentType != "" {
		h.Set("Content-Type", contentType)
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
}

// Answers gives the same answer to every request.
func Answers(status int, contentType, body string) Transport {
	return func(*http.Request) (*http.Response, error) { return Response(status, contentType, body), nil }
}

// AnswersJSON gives the same JSON to every request.
func AnswersJSON(status int, body string) Transport {
	return Answers(status, "application/json; charset=UTF-8", body)
}

// Redirects answers every request with a status and a Location.
func Redirects(status int, location string) Transport {
	return func(*http.Request) (*http.Response, error) {
		resp := Response(status, "text/html; charset=UTF-8", "")
		if location != "" {
			resp.Header.Set("Location", location)
		}
		return resp, nil
	}
}
