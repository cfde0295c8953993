package appwritetest

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/seed17809555/appwrite"
)

// Server is an Appwrite server in memory. All methods are safe for any number of goroutines.
type Server struct {
	tb      testing.TB // nil outside tests
	clock   Clock
	store   *store
	project *project
	address string
	http    *http.Server  // nil without a listener
	done    chan struct{} // closed when the server has stopped serving

	life context.Context // cancelled by Close; unblocks delayed requests
	end  context.CancelFunc
}

// NewServer starts a server that stops when the test and its cleanups end. A server that cannot
// start ends the test.
func NewServer(tb testing.TB, opts ...Option) *Server {
	tb.Helper()
	s, err := Start(opts...)
	if err != nil {
		tb.Fatalf("appwritetest: %v", err)
	}
	s.tb = tb
	tb.Cleanup(s.Close)
	return s
}

// Start starts a server outside of tests, on a free port of 127.0.0.1. The caller closes it.
func Start(opts ...Option) (*Server, error) {
	cfg := config{projects: []projectConfig{{id: defaultProjectID, name: "Test"}}, version: defaultVersion}
	for _, opt := range opts {
		opt(&cfg)
	}
	s := &Server{done: make(chan struct{})}
	var err error
	if s.store, err = newStore(cfg); err != nil {
		return nil, err
	}
	s.project = s.store.projects[cfg.projects[0].id]
	s.life, s.end = context.WithCancel(context.Background())
	s.life.Done() // create the channel now: otherwise synctest ties it to the first bubble that waits on it
	if cfg.noListener {
		s.address = "appwrite.invalid" // a name that never resolves
		close(s.done)
		return s, nil
	}

	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening on loopback: %w", err)
	}
	s.address = listener.Addr().String()
	s.http = &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0), // broken connections are what some tests want
	}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(listener) // ends with ErrServerClosed
	}()
	return s, nil
}

// Close stops the server, drops its connections and ends what waits in it. It may be called
// again.
func (s *Server) Close() {
	s.end()
	if s.http != nil {
		_ = s.http.Close()
	}
	<-s.done
}

// Endpoint returns the URL that clients are made with, such as "http://127.0.0.1:41234/v1".
// Without a listener only clients with the server's Transport get anywhere with it.
func (s *Server) Endpoint() string { return "http://" + s.address + basePath }

// ProjectID returns the ID of the server's project.
func (s *Server) ProjectID() string { return s.project.id }

// APIKey returns a key of the project that has every scope.
func (s *Server) APIKey() string { return s.project.apiKey }

// AddAPIKey returns a new key of the project that has these scopes only. The one that counts is
// "sessions.write", to sign users up and in: the Account API's others no key can have.
func (s *Server) AddAPIKey(scopes ...string) string {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	return s.project.addAPIKey(scopes, s.store.random)
}

// DevKey returns a dev key of the project: with it there are no rate limits, and origins and
// redirects may be of any host.
func (s *Server) DevKey() string { return s.project.devKey }

// Client returns a new client for the server and its project: a guest, unless an option gives
// it a credential. Options that [appwrite.NewClient] refuses end the test, or panic outside of
// one.
func (s *Server) Client(opts ...appwrite.Option) *appwrite.Client {
	if s.tb != nil {
		s.tb.Helper()
	}
	return s.client(s.project, opts)
}

func (s *Server) client(p *project, opts []appwrite.Option) *appwrite.Client {
	if s.tb != nil {
		s.tb.Helper()
	}
	opts = append([]appwrite.Option{appwrite.WithServerVersion(s.store.server.String())}, opts...)
	if s.http == nil {
		direct := appwrite.WithHTTPClient(&http.Client{Transport: s.Transport()})
		opts = append([]appwrite.Option{direct}, opts...)
	}
	client, err := appwrite.NewClient(s.Endpoint(), p.id, opts...)
	if err != nil {
		s.fail(err)
	}
	return client
}

// fail ends the test, or panics outside of one: for mistakes in the test's own code.
func (s *Server) fail(err error) {
	if s.tb == nil {
		panic(fmt.Sprintf("appwritetest: %v", err))
	}
	s.tb.Helper()
	s.tb.Fatalf("appwritetest: %v", err)
}

// Clock returns the server's clock.
func (s *Server) Clock() *Clock { return &s.clock }

// now is the clock's time, as exact as the server stores it.
func (s *Server) now() time.Time { return s.clock.Now().Truncate(time.Millisecond) }

// Handler returns the server as a handler, for those who bring their own listener. Its state is
// that of the server, closed or not. A fault that breaks the connection panics with
// [http.ErrAbortHandler] if there is no connection to break.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.serve) }
