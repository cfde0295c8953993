package appwrite

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// pool is the Transport of clients that were not given one.
//
// net/http dials for each call that finds no idle connection, and keeps the new connection even
// if the call got another one meanwhile: 64 goroutines that start at once open up to a hundred
// connections, and twice that with TLS. MaxConnsPerHost prevents this, but calls above that
// number wait. So there are three tiers, each with a bound. A tier never carries more calls
// than its bound, so nothing waits; calls above it go to the next tier. The last has no bound.
type pool struct {
	tiers    [3]tier
	entering sync.Mutex
}

type tier struct {
	*http.Transport
	inFlight atomic.Int64 // calls that have, or may get, one of its connections
}

func newPool(config *tls.Config) *pool {
	p := &pool{}
	for i, most := range [...]int{64, 192, 0} {
		p.tiers[i].Transport = newTransport(config.Clone())
		p.tiers[i].MaxConnsPerHost = most
	}
	return p
}

const (
	dialTimeout = 10 * time.Second
	// Dialling a proxy, connecting through it (net/http allows a minute), TLS handshake.
	longestDial = dialTimeout + time.Minute + dialTimeout
)

// newTransport is http.DefaultTransport, changed for a backend that talks to one host from many
// goroutines: by default net/http keeps only two idle connections per host, and would dial for
// nearly every call.
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
		// Without pings, one call after the other would be sent into a dead connection.
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
		// net/http goes on dialling after the caller has left, and that dial counts.
		time.AfterFunc(longestDial, t.leave)
	default:
		t.leave()
	}
	return nil, err
}

// enter returns the first tier that has room. The lock is held while looking: otherwise
// concurrent calls could find every bounded tier full although they were never full at the same
// moment.
func (p *pool) enter() *tier {
	p.entering.Lock()
	defer p.entering.Unlock()
	last := len(p.tiers) - 1
	t := &p.tiers[last]
	for i := range p.tiers[:last] {
		if tier := &p.tiers[i]; tier.inFlight.Load() < int64(tier.MaxConnsPerHost) {
			t = tier
			break
		}
	}
	t.inFlight.Add(1)
	return t
}

func (t *tier) leave() { t.inFlight.Add(-1) }

// CloseIdleConnections closes connections that are not in use.
func (p *pool) CloseIdleConnections() {
	for i := range p.tiers {
		p.tiers[i].Transport.CloseIdleConnections()
	}
}

// pooledBody leaves its tier when it is closed.
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
