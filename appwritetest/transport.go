package appwritetest

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
)

// Transport returns a way to the server without a network, for an [http.Client]. It answers in
// the caller's own goroutine, whatever the host of the URL, so that it works inside of a
// testing/synctest bubble. Faults are as they are on a connection, and so is a server that is
// closed: nobody listens.
func (s *Server) Transport() http.RoundTripper { return &transport{s} }

type transport struct{ server *Server }

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer func() { _ = req.Body.Close() }()
	}
	ctx := req.Context()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if t.server.life.Err() != nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	arrived := req.WithContext(ctx)
	arrived.Host = cmp.Or(req.Host, req.URL.Host)
	arrived.RequestURI = req.URL.RequestURI()
	arrived.RemoteAddr = "127.0.0.1:0"
	if req.URL.Scheme == "https" {
		arrived.TLS = &tls.ConnectionState{}
	}
	m := &memory{header: http.Header{}}
	t.server.serve(m, arrived)
	if m.damage == DropAfter {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return nil, io.ErrUnexpectedEOF
	}
	return m.response(ctx, t.server.life, req), nil
}

// memory keeps what would go over a connection.
type memory struct {
	header http.Header
	status int
	body   bytes.Buffer
	damage Damage // DropAfter, BodyTruncated, BodyEndless or none
}

func (m *memory) Header() http.Header         { return m.header }
func (m *memory) WriteHeader(status int)      { m.status = status }
func (m *memory) Write(p []byte) (int, error) { return m.body.Write(p) }

func (m *memory) response(ctx, server context.Context, req *http.Request) *http.Response {
	if req.Method == http.MethodHead {
		m.body.Reset()
	}
	res := &http.Response{
		Status:        fmt.Sprintf("%d %s", m.status, http.StatusText(m.status)),
		StatusCode:    m.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        m.header,
		Body:          &memoryBody{ctx: ctx, server: server, memory: m},
		ContentLength: int64(m.body.Len()),
		Request:       req,
	}
	if m.damage == BodyTruncated || m.damage == BodyEndless {
		res.ContentLength = -1
	}
	return res
}

// memoryBody is the body of a response, which ends as its damage says.
type memoryBody struct {
	ctx, server context.Context
	memory      *memory
}

func (b *memoryBody) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	if b.memory.body.Len() > 0 {
		return b.memory.body.Read(p)
	}
	switch {
	case b.memory.damage == BodyEndless && b.server.Err() == nil:
		for i := range p {
			p[i] = 'x'
		}
		return len(p), nil
	case b.memory.damage != "":
		return 0, io.ErrUnexpectedEOF
	}
	return 0, io.EOF
}

func (b *memoryBody) Close() error { return nil }
