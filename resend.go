package appwrite

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// errTaken is the cause if a server got the whole request and then ended its stream.
var errTaken = errors.New("the server took the request and ended the connection or stream without an answer")

// resendGuard keeps net/http from sending a request again that was written completely over
// HTTP/2. net/http resends it immediately and without limit, after GOAWAY and REFUSED_STREAM,
// where that is right, but also after PROTOCOL_ERROR, which proxies send for requests that were
// already processed.
type resendGuard struct {
	end                  context.CancelFunc // of the attempt
	http2, sent, stopped atomic.Bool
}

// roundTrip gives the attempt to the Transport. end cancels ctx.
func (c *call) roundTrip(ctx context.Context, end context.CancelFunc) (*http.Response, error) {
	_, own := c.transport.(*pool)
	// A repeated GET does no harm; tracing it through a caller's Transport would only cost
	// allocations.
	if c.url.Scheme != "https" || c.route.Method == http.MethodGet && !own {
		return c.transport.RoundTrip(c.httpRequest(ctx))
	}
	guard := &resendGuard{end: end}
	resp, err := c.transport.RoundTrip(c.httpRequest(httptrace.WithClientTrace(ctx, guard.trace())))
	if err != nil && guard.stopped.Load() {
		err = errTaken
	}
	return resp, err
}

func (g *resendGuard) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			conn, ok := info.Conn.(*tls.Conn)
			g.http2.Store(ok && conn.ConnectionState().NegotiatedProtocol == "h2")
		},
		// Over HTTP/1 this only means that the request is in a buffer.
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err == nil && g.http2.Load() {
				g.sent.Store(true)
			}
		},
		GetConn: func(string) {
			if g.sent.Load() {
				g.stopped.Store(true)
				g.end()
			}
		},
	}
}
