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

// pool carries the calls of a client that has no Transport of its owner's.
//
// net/http dials for each call that finds no idle connection, and keeps what it dialled
// when the call got another one meanwhile: 64 goroutines that start at once open up to a
// hundred connections, and twice that with TLS. With MaxConnsPerHost it opens no more than
// are needed, but calls beyond that number wait. So each tier has a bound and carries no
// more calls than that; what is beyond goes to the next, and the last has no bound.
type pool struct {
	tiers    [3]tier
	entering sync.Mutex
}

type tier struct {
	*http.Transport
	inFlight atomic.Int64 // calls that hold one of its connections, or may
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

// enter returns the first tier that has room. One call at a time looks: if others came in
// meanwhile, it could find each bounded tier full though they never were so at once.
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
