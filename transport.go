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
// are needed, but calls beyond that number wait. So each transport has a bound and carries
// no more calls than that; what is beyond goes to the next, and the last has no bound.
type pool struct {
	transports [3]*http.Transport
	inFlight   atomic.Int64
}

func newPool(config *tls.Config) *pool {
	p := &pool{}
	for i, most := range [...]int{64, 192, 0} {
		p.transports[i] = newTransport(config.Clone())
		p.transports[i].MaxConnsPerHost = most
	}
	return p
}

// newTransport differs from http.DefaultTransport in what a backend needs that talks to one
// host from many goroutines: net/http keeps two idle connections per host, and would dial
// anew for nearly every call.
func newTransport(config *tls.Config) *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    10 * time.Second,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    512,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
}

func (p *pool) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := p.choose(int(p.inFlight.Add(1))).RoundTrip(req)
	if err != nil {
		p.inFlight.Add(-1)
		return nil, err
	}
	resp.Body = &pooledBody{ReadCloser: resp.Body, pool: p}
	return resp, nil
}

// choose returns the transport for a call that is the nth in flight.
func (p *pool) choose(n int) *http.Transport {
	last := len(p.transports) - 1
	for _, t := range p.transports[:last] {
		if n <= t.MaxConnsPerHost {
			return t
		}
		n -= t.MaxConnsPerHost
	}
	return p.transports[last]
}

// CloseIdleConnections closes connections that are not in use.
func (p *pool) CloseIdleConnections() {
	for _, t := range p.transports {
		t.CloseIdleConnections()
	}
}

// pooledBody ends a call in flight when it is closed.
type pooledBody struct {
	io.ReadCloser
	pool   *pool
	closed atomic.Bool
}

func (b *pooledBody) Close() error {
	err := b.ReadCloser.Close()
	if b.closed.CompareAndSwap(false, true) {
		b.pool.inFlight.Add(-1)
	}
	return err
}
