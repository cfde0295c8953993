package appwrite

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// pool carries the calls of a client that has no Transport of its owner's.
//
// net/http dials for each call that finds no idle connection, and keeps what it dialled
// when the call got another one meanwhile: 64 goroutines that start at once open up to a
// hundred connections, and twice that with TLS. With MaxConnsPerHost it opens no more than
// are needed, but calls beyond that number wait. So each tier has a bound and carries no
// more calls than that; what is beyond goes to the next, and the last has no bound.
type pool [3]tier

type tier struct {
	*http.Transport
	inFlight atomic.Int64 // calls that hold one of its connections, or may
}

func newPool(config *tls.Config) *pool {
	p := &pool{}
	for i, most := range [...]int{64, 192, 0} {
		p[i].Transport = newTransport(config.Clone())
		p[i].MaxConnsPerHost = most
	}
	return p
}

const (
	dialTimeout = 10 * time.Second
	// To a proxy, through it (net/http allows a minute), and the TLS handshake.
	longestDial = dialTimeout + time.Minute + dialTimeout
)

// newTransport differs from http.DefaultTransport in what a backend needs that talks to one
// host from many goroutines: net/http keeps two idle connections per host, and would dial
// anew for nearly every call.
func newTransport(config *tls.Config) *http.Transport {
	dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    dialTimeout,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    512,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
		// Without pings, calls and their repetitions go to a dead connection one after the other.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 5 * time.Second},
	}
}

func (p *pool) RoundTrip(req *http.Request) (*http.Response, error) {
	t := p.enter()
	resp, err := t.RoundTrip(req)
	switch {
	case err == nil:
		resp.Body = &pooledBody{ReadCloser: resp.Body, tier: t}
		return resp, nil
	case req.Context().Err() != nil:
		// net/http goes on with a dial that nobody waits for any more, and counts it.
		time.AfterFunc(longestDial, t.leave)
	default:
		t.leave()
	}
	return nil, err
}

// enter returns the first tier that has room.
func (p *pool) enter() *tier {
	last := len(p) - 1
	for i := range p[:last] {
		if p[i].inFlight.Add(1) <= int64(p[i].MaxConnsPerHost) {
			return &p[i]
		}
		p[i].leave()
	}
	p[last].inFlight.Add(1)
	return &p[last]
}

func (t *tier) leave() { t.inFlight.Add(-1) }

// CloseIdleConnections closes connections that are not in use.
func (p *pool) CloseIdleConnections() {
	for i := range p {
		p[i].Transport.CloseIdleConnections()
	}
}

// pooledBody ends a call in flight when it is closed.
type pooledBody struct {
	io.ReadCloser
	tier   *tier
	closed atomic.Bool
}

func (b *pooledBody) Close() error {
	err := b.ReadCloser.Close()
	if b.closed.CompareAndSwap(false, true) {
		b.tier.leave()
	}
	return err
}
