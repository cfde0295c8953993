package appwrite

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// errTaken is the cause where a server got a request whole and ended its stream.
var errTaken = errors.New("the server took the request and ended the connection or stream without an answer")

// once keeps net/http from sending a request a second time that went out whole over HTTP/2.
// It would after GOAWAY and REFUSED_STREAM, as it should, but also after PROTOCOL_ERROR,
// with which proxies end what has been done, too; without a pause and without end.
type once struct {
	end                  context.CancelFunc // of the attempt
	http2, sent, stopped atomic.Bool
}

// roundTrip hands the attempt to the Transport. It uses end, which ends ctx, to stop it.
func (c *call) roundTrip(ctx context.Context, end context.CancelFunc) (*http.Response, error) {
	_, own := c.transport.(*pool)
	// What a GET through another's Transport may do twice is not worth its allocations.
	if c.url.Scheme != "https" || c.route.Method == http.MethodGet && !own {
		return c.transport.RoundTrip(c.httpRequest(ctx))
	}
	o := &once{end: end}
	resp, err := c.transport.RoundTrip(c.httpRequest(httptrace.WithClientTrace(ctx, o.trace())))
	if err != nil && o.stopped.Load() {
		err = errTaken
	}
	return resp, err
}

func (o *once) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			conn, ok := info.Conn.(*tls.Conn)
			o.http2.Store(ok && conn.ConnectionState().NegotiatedProtocol == "h2")
		},
		// Over HTTP/1 it means no more than that the request is in a buffer.
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err == nil && o.http2.Load() {
				o.sent.Store(true)
			}
		},
		GetConn: func(string) {
			if o.sent.Load() {
				o.stopped.Store(true)
				o.end()
			}
		},
	}
}
