package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"time"

	"github.com/seed17809555/appwrite"
)

// network is a way to the answers.
type network struct {
	name     string
	endpoint string
	certs    *x509.CertPool // nil without TLS
	memory   http.RoundTripper
}

// client is this client, set up so that it gets the answer.
func (n network) client(answer string) *appwrite.Client {
	var opts []appwrite.Option
	if n.memory != nil {
		opts = append(opts, appwrite.WithHTTPClient(&http.Client{Transport: n.memory}))
	}
	if n.certs != nil {
		opts = append(opts, appwrite.WithRootCAs(n.certs))
	}
	if answer != "session" { // signing in is a guest's
		opts = append(opts, appwrite.WithSession(secret))
	}
	c, err := appwrite.NewClient(n.endpoint, answer, opts...)
	must(err)
	return c
}

// hand is the same by hand, for a number of goroutines. Its transport is what one finds by
// measuring: it keeps a connection for each goroutine and opens none beyond.
func (n network) hand(answer string, goroutines int, timeout time.Duration) *hand {
	transport := n.memory
	if transport == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConns = 0
		t.MaxIdleConnsPerHost = goroutines
		t.MaxConnsPerHost = goroutines
		t.TLSClientConfig = &tls.Config{RootCAs: n.certs}
		transport = t
	}
	return &hand{http: &http.Client{Transport: transport, Timeout: timeout}, endpoint: n.endpoint, project: answer}
}

// memory is a transport that answers at once and allocates as little as one can.
type memory map[string]http.Header // the headers of the answers

func inMemory() network {
	m := memory{}
	for name, a := range answers {
		m[name] = a.head()
		m[name].Set("Date", "Sat, 21 Nov 2026 00:12:53 GMT")
	}
	return network{name: "memory", endpoint: "http://localhost/v1", memory: m}
}

type body struct{ bytes.Reader }

func (*body) Close() error { return nil }

func (m memory) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return nil, err
		}
		_ = r.Body.Close()
	}
	project := r.Header.Get("X-Appwrite-Project")
	a := answers[project]
	sent := &struct {
		response http.Response
		body     body
	}{}
	sent.body.Reset(a.body)
	sent.response = http.Response{
		Status: http.StatusText(a.status), StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: m[project], Body: &sent.body, ContentLength: int64(len(a.body)), Request: r,
	}
	return &sent.response, nil
}
