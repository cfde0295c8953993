package appwritetest

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/seed17809555/appwrite"
)

// Server is an Appwrite server in memory. All methods are safe for any number of
// goroutines.
type Server struct {
	tb      testing.TB // nil outside tests
	clock   Clock
	store   *store
	project *project
	address string
	http    *http.Server
	done    chan struct{} // closed when the server has stopped serving
	close   sync.Once
}

// NewServer starts a server that stops when the test and its cleanups end. A
// server that cannot start ends the test.
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

// Start starts a server outside of tests, on a free port of 127.0.0.1. The caller
// closes it.
func Start(opts ...Option) (*Server, error) {
	var cfg config
	cfg.projectID = defaultProjectID
	for _, opt := range opts {
		opt(&cfg)
	}
	providers, err := enabledProviders(cfg.providers)
	if err != nil {
		return nil, err
	}
	if !idPattern.MatchString(cfg.projectID) || cfg.projectID == consoleID {
		return nil, fmt.Errorf("%q is no project ID", cfg.projectID)
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening on loopback: %w", err)
	}

	random := newRandom(cfg.seed)
	hosts := append([]string{"localhost", "127.0.0.1"}, cfg.hosts...)
	s := &Server{
		project: newProject(cfg.projectID, "Test", random, hosts),
		address: listener.Addr().String(),
		done:    make(chan struct{}),
	}
	s.project.providers = providers
	s.store = &store{random: random, oauth2: newOAuth2Double(), projects: map[string]*project{
		cfg.projectID: s.project,
		consoleID:     newProject(consoleID, "Console", random, hosts),
	}}
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

// Close stops the server and drops its connections. It may be called again.
func (s *Server) Close() {
	s.close.Do(func() { _ = s.http.Close() })
	<-s.done
}

// Endpoint returns the URL that clients are made with, such as
// "http://127.0.0.1:41234/v1".
func (s *Server) Endpoint() string { return "http://" + s.address + basePath }

// ProjectID returns the ID of the server's project.
func (s *Server) ProjectID() string { return s.project.id }

// APIKey returns a key of the project that has every scope.
func (s *Server) APIKey() string { return s.project.apiKey }

// Client returns a new client for the server and its project: a guest, unless an
// option gives it a credential. Options that [appwrite.NewClient] refuses end the
// test, or panic outside of one.
func (s *Server) Client(opts ...appwrite.Option) *appwrite.Client {
	if s.tb != nil {
		s.tb.Helper()
	}
	client, err := appwrite.NewClient(s.Endpoint(), s.ProjectID(), opts...)
	if err != nil {
		s.fail(err)
	}
	return client
}

// fail ends the test, or panics where there is none: for mistakes in the test's
// own code.
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

// Handler returns the server as a handler, for those who bring their own
// listener or none. Its state is that of the server, closed or not.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.serve) }

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	now := s.now()
	c := &call{store: s.store, r: r, now: now, params: &params{values: newArray()}}
	c.answer.header = http.Header{
		"Server":                 {"Appwrite"},
		"X-Content-Type-Options": {"nosniff"},
		"Date":                   {now.Format(http.TimeFormat)},
	}
	if c.secure() {
		c.answer.header.Set("Strict-Transport-Security", "max-age=10886400")
	}
	s.act(c, w)
	c.answer.write(w, r)
}

// act does what the request asks for. It takes the store's lock once it has read
// the request, and holds it until the answer is known.
func (s *Server) act(c *call, w http.ResponseWriter) {
	if c.r.Method == http.MethodOptions {
		s.store.mu.Lock()
		defer s.store.mu.Unlock()
		s.store.preflight(c.r, &c.answer)
		s.store.record(c)
		return
	}
	var path map[string]string
	c.endpoint, path = routes().find(c.r.Method, c.r.URL.EscapedPath())
	params, err := readParams(w, c.r, path)
	c.params = params

	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	defer s.store.record(c)
	if err == nil {
		c.answer.body, err = c.run()
	}
	if err == nil {
		c.answer.status = c.endpoint.status
		return
	}
	refusal := errServer
	errors.As(err, &refusal)
	c.answer.fail(refusal)
}
